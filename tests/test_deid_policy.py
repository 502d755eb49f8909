"""A policy is read whole or refused, and the refusal names the key."""

from dataclasses import replace
from pathlib import Path

import pytest

from deid import Policy
from deid.errors import PolicyError
from deid.operators import (
    OPERATORS,
    Drop,
    Encrypt,
    Generalise,
    Keep,
    Mask,
    Presidio,
    Redact,
    Replace,
    Shift,
    Surrogate,
    Token,
)
from deid.policy import presets

HEAD = "schema_version = 1\n"


def load(folder: Path, text: str) -> Policy:
    file = folder / "policy.toml"
    file.write_text(HEAD + text, encoding="utf-8")
    return Policy.load(file)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("colour = 1", "'colour'"),
        ("min_score = 'high'", "'min_score'"),
        ("min_score = true", "'min_score'"),
        ("dial = 'loud'", "dial"),
        ("dial = 3", "'dial'"),
        ("thresholds = {PERSON = 2}", "PERSON"),
        ("thresholds = {PERSON = 'x'}", "'PERSON'"),
        ("thresholds = 3", "'thresholds'"),
        ("language = 'xx'", "language"),
        ("min_score = 1.5", "min_score"),
        ("min_score = nan", "min_score"),
        ("name = 3", "'name'"),
        ("language = ['en']", "'language'"),
        ("model = 1", "'model'"),
        ("detectors = 'spacy'", "'detectors'"),
        ("detectors = []", "detectors"),
        ("detectors = [1]", "'detectors'"),
        ("detectors = [['spacy']]", "'detectors'"),
        ("default = 'shred'", "default: no operator is called 'shred'"),
        ("default = 3", "default"),
        ("default = {keep_first = 3}", "default"),
        ("labels = 'mask'", "'labels'"),
        ("labels = {PERSON = 'shred'}", "labels.PERSON"),
        ("labels = {PERSON = {operator = 'mask', keep = 3}}", "labels.PERSON: 'mask' has no parameter 'keep'"),
        (
            "labels = {PERSON = {operator = 'mask', keep_first = '3'}}",
            "labels.PERSON: 'keep_first' must be of type int",
        ),
        ("labels = {PERSON = {operator = 'mask', keep_first = true}}", "labels.PERSON: 'keep_first'"),
        ("labels = {PERSON = {operator = 'mask', keep_last = -1}}", "labels.PERSON"),
        ("labels = {PERSON = {operator = 'mask', char = 'xx'}}", "labels.PERSON"),
        ("labels = {PERSON = {operator = 'mask', char = 'x'}}", "labels.PERSON"),
        ("labels = {PERSON = {operator = 'replace', new = 'x'}}", "labels.PERSON: 'replace' has no parameter 'new'"),
        ("column_labels = {AGE = 'blur'}", "column_labels.AGE"),
        ("columns = {age = 'blur'}", "columns.age"),
        ("columns = {age = 5}", "columns.age"),
        ("[columns.patients]\nage = 'blur'", "columns.patients.age"),
        ("columns = 1", "'columns'"),
    ],
)
def test_what_cannot_be_is_refused_by_its_key(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load(tmp_path, text)
    assert named in str(caught.value)


@pytest.mark.parametrize("version", ["", "schema_version = 2\n", "schema_version = '1'\n"])
def test_a_policy_says_its_version(tmp_path: Path, version: str) -> None:
    file = tmp_path / "p.toml"
    file.write_text(version, encoding="utf-8")
    with pytest.raises(PolicyError, match="schema_version"):
        Policy.load(file)


@pytest.mark.parametrize("content", [b"schema_version = ", b"\xff\xfe\x00", b"[a]\n[a]\n", b"a = 1\na = 2\n"])
def test_a_file_that_is_no_toml_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "odd.toml"
    file.write_bytes(content)
    with pytest.raises(PolicyError, match=r"odd\.toml") as caught:
        Policy.load(file)
    assert str(tmp_path) not in str(caught.value)


def test_a_missing_file_tells_the_presets(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"nowhere\.toml.*standard, surrogates, tokens"):
        Policy.load(tmp_path / "nowhere.toml")
    with pytest.raises(PolicyError, match="cannot be read"):
        Policy.load(tmp_path)


@pytest.mark.parametrize("preset", presets())
def test_every_preset_loads_and_is_called_by_its_name(preset: str) -> None:
    assert Policy.load(preset).name == preset


def test_a_label_that_is_not_named_falls_to_the_default(tmp_path: Path) -> None:
    policy = load(tmp_path, "default = 'redact'\n[labels]\nPERSON = 'token'\n[column_labels]\nAGE = 'keep'\n")
    assert policy.operator("SOMETHING_NEW") == Redact()
    assert policy.operator("AGE") == Redact()
    assert policy.operator("PERSON") == policy.column_operator("PERSON") == Token()
    assert policy.column_operator("AGE") == Keep()
    assert policy.column_operator("SOMETHING_NEW") == Redact()


@pytest.mark.parametrize(
    ("text", "operator"),
    [
        ("'drop'", Drop()),
        ("'redact'", Redact()),
        ("'replace'", Replace()),
        ("'mask'", Mask()),
        ("'token'", Token()),
        ("'shift'", Shift()),
        ("{operator = 'shift', days = 30, keep_weekday = true, day_first = true}", Shift(30, True, True)),
        (
            "{operator = 'generalise', age_band = 5, date = 'month', width = 2.5}",
            Generalise(5, date="month", width=2.5),
        ),
        ("{operator = 'token'}", Token()),
        ("'encrypt'", Encrypt()),
        ("{operator = 'encrypt', repeatable = true}", Encrypt(repeatable=True)),
        ("'presidio:hash'", Presidio("hash")),
        ("{operator = 'presidio:replace', new_value = 'someone'}", Presidio("replace", (("new_value", "someone"),))),
        (
            "{operator = 'surrogate', strategy = 'markov', scope = 'document', stay = 0.2, locale = 'fr_FR', "
            "keep_gender = true, day_first = true}",
            Surrogate("markov", "document", 0.2, "fr_FR", True, True),
        ),
        ("{operator = 'mask', keep_first = 2, keep_last = 1, char = '#'}", Mask(2, 1, "#")),
    ],
)
def test_every_operator_comes_out_of_toml_as_it_was_said(tmp_path: Path, text: str, operator: object) -> None:
    policy = load(tmp_path, f"default = {text}\nlabels = {{X = {text}}}\ncolumns = {{c = {text}}}\n")
    said = policy.column("t", "c")
    assert policy.default == policy.operator("X") == (Drop() if said == "drop" else said) == operator


def test_no_operator_is_left_out_of_that_test() -> None:
    assert set(OPERATORS) == {*"keep redact drop replace mask token encrypt shift generalise surrogate".split()}


def test_what_a_policy_does_not_name_is_never_kept(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="default: 'keep'"):
        load(tmp_path, "default = 'keep'")
    with pytest.raises(PolicyError, match="default: 'keep'"):
        Policy(default=Keep())
    forgetful = load(tmp_path, "[labels]\nPERSON = 'keep'\n[column_labels]\nAGE = 'keep'\n")
    assert forgetful.operator("IBAN_CODE") == forgetful.operator("AGE") == Replace()
    assert forgetful.names("PERSON")
    assert not forgetful.names("IBAN_CODE")
    assert forgetful.names("AGE", column=True)
    assert not forgetful.names("AGE")
    assert load(tmp_path, "default = 'mask'").names("IBAN_CODE")


def test_the_digest_tells_what_policies_say_and_not_how_or_where(tmp_path: Path) -> None:
    one = load(tmp_path, "recognisers = ['own.yaml']\n[labels]\nPERSON = 'token'\nAGE = 'keep'\n[deny]\nX = ['Ann']\n")
    (tmp_path / "elsewhere").mkdir()
    said = "recognisers = ['own.yaml']\n[deny]\nX = ['Ann']\n[labels]\nAGE = 'keep'\nPERSON = 'token' # a remark\n"
    assert one.digest == load(tmp_path / "elsewhere", said).digest
    others = [
        said.replace("'token'", "{operator = 'encrypt'}"),
        said.replace("'Ann'", "'Bo'"),
        said.replace("own.yaml", "other.yaml"),
        f"name = 'x'\n{said}",
        f"default = 'replace'\n{said}",
    ]
    assert len({one.digest, *(load(tmp_path, text).digest for text in others)}) == 6
    assert replace(one, language="es").digest != one.digest


def test_a_table_has_the_first_word_on_its_columns(tmp_path: Path) -> None:
    policy = load(tmp_path, "[columns]\nage = 'keep'\n'visits.date' = 'drop'\n[columns.patients]\nage = 'scan'\n")
    assert policy.column("patients", "age") == "scan"
    assert policy.column("visits", "age") == Keep()
    assert policy.column("visits", "date") == "drop"
    assert policy.column("patients", "date") is None


def test_only_tokens_need_a_key(tmp_path: Path) -> None:
    assert Policy.load("tokens").needs_key
    assert not Policy.load("standard").needs_key
    assert load(tmp_path, "columns = {a = 'token'}").needs_key
    assert load(tmp_path, "column_labels = {A = 'token'}").needs_key


@pytest.mark.parametrize(
    ("spec", "wrong"),
    [
        ("'presidio:custom'", "no operator 'custom'"),
        ("'presidio:keep'", "no operator 'keep'"),
        ("'presidio:nonsuch'", "no operator 'nonsuch'"),
        ("'presidio:mask'", "masking_char"),
        ("{operator = 'presidio:hash', hash_type = 'md5'}", "hash_type"),
        ("{operator = 'presidio:hash', salt = '0123456789abcdef'}", "'salt' is a secret"),
        ("{operator = 'presidio:encrypt', key = '0123456789abcdef'}", "'key' is a secret"),
        ("{operator = 'presidio:redact', colour = 1}", "no parameter 'colour'"),
        ("{operator = 'encrypt', repeatable = 1}", "'repeatable' must be of type bool"),
    ],
)
def test_operators_of_presidio_are_checked_when_the_policy_is_read(tmp_path: Path, spec: str, wrong: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load(tmp_path, f"labels = {{PERSON = {spec}}}")
    assert str(caught.value).startswith("labels.PERSON: ")
    assert wrong in str(caught.value)
    assert "0123456789abcdef" not in str(caught.value)


def test_a_policy_is_frozen() -> None:
    with pytest.raises(AttributeError):
        Policy().name = "other"  # type: ignore[misc]
