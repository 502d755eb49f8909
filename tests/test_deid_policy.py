"""A policy is read whole or refused, and the refusal names the key."""

from dataclasses import replace
from pathlib import Path

import pytest

from deid import Key, Policy
from deid.dial import Dial
from deid.errors import PolicyError
from deid.lists import Lists
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
from deid.surrogates import Scene

HEAD = "schema_version = 1\n"
MASK = "labels.X: 'mask' has no parameter '{}'; known: keep_first, keep_last, char"
NEGATIVE = "labels.X: keep_first and keep_last are not negative"
NO_OPERATOR = (
    "{}: no operator is called 'blur'; known: keep, redact, drop, replace, mask, token, encrypt, shift, generalise, "
    "surrogate, presidio:…"
)
UNKNOWN = (
    "unknown key 'colour'; known: allow, allow_patterns, column_labels, columns, default, deny, deny_patterns, "
    "detectors, dial, labels, language, min_score, model, name, recognisers, references, schema_version, seconds, "
    "subject, thresholds"
)


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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("min_score = 'high'", "'min_score' is of the wrong type"),
        ("dial = 3", "'dial' is of the wrong type"),
        ("seconds = 'x'", "'seconds' is of the wrong type"),
        ("subject = 3", "'subject' is of the wrong type"),
        ("model = true", "'model' is of the wrong type"),
        ("detectors = [1]", "'detectors' must be a list of names"),
        ("recognisers = [1]", "'recognisers' must be a list of names"),
        ("recognisers = 'x'", "'recognisers' is of the wrong type"),
        ("thresholds = 3", "'thresholds' must be a table"),
        ("thresholds = {PERSON = true}", "'PERSON' is of the wrong type"),
        ("labels = 3", "'labels' must be a table"),
        ("column_labels = 3", "'column_labels' must be a table"),
        ("columns = 3", "'columns' must be a table"),
        ("references = 3", "'references' must be a table"),
        ("references = {a = 'b.c'}", "references.a: both sides are a table and a column, such as people.id"),
        ("references = {'a.b' = 'c'}", "references.a.b: both sides are a table and a column, such as people.id"),
        ("references = {'a.b' = 3}", "references.a.b: both sides are a table and a column, such as people.id"),
        ("references = {'a.b' = '.c'}", "references.a.b: both sides are a table and a column, such as people.id"),
        ("references = {'a.' = 'b.c'}", "references.a.: both sides are a table and a column, such as people.id"),
        ("detectors = []", "detectors: a policy without detectors finds nothing"),
        ("seconds = 0", "seconds: a time limit lies above 0"),
        ("seconds = inf", "seconds: a time limit lies above 0"),
        ("seconds = nan", "seconds: a time limit lies above 0"),
        ("language = 'xx'", "language: 'xx' is none of en, es, fr, de"),
        ("default = 'keep'", "default: 'keep' would pass on what the policy does not name; name what may stay"),
        ("default = 3", "default: an operator is a name, or a table with the key 'operator'"),
        ("labels = {X = {operator = 'mask', keep = 3}}", MASK.format("keep")),
        ("labels = {X = {operator = 'drop', keep = 3}}", "labels.X: 'drop' has no parameter 'keep'; known: none"),
        ("labels = {X = {operator = 'mask', char = 3}}", "labels.X: 'char' must be of type str"),
        ("labels = {X = {operator = 'mask', char = 'xx'}}", "labels.X: char is one character, no letter or digit"),
        ("labels = {X = {operator = 'mask', keep_first = -1}}", NEGATIVE),
        ("labels = {X = {operator = 'mask', keep_last = -1}}", NEGATIVE),
        ("labels = {X = {operator = 'generalise', width = 0}}", "labels.X: age_band, oldest and width are above 0"),
        ("labels = {X = {operator = 'generalise', oldest = 0}}", "labels.X: age_band, oldest and width are above 0"),
        ("labels = {X = {operator = 'generalise', age_band = 0}}", "labels.X: age_band, oldest and width are above 0"),
        ("labels = {X = {operator = 'generalise', date = 'day'}}", "labels.X: date is one of year, month"),
        ("labels = {X = {operator = 'generalise', zip_digits = 4}}", "labels.X: zip_digits is 1, 2 or 3"),
        ("labels = {X = {operator = 'generalise', zip_digits = 0}}", "labels.X: zip_digits is 1, 2 or 3"),
        ("labels = {X = {operator = 'shift', days = 0}}", "labels.X: days is at least 1, with keep_weekday 7"),
        (
            "labels = {X = {operator = 'shift', days = 6, keep_weekday = true}}",
            "labels.X: days is at least 1, with keep_weekday 7",
        ),
        ("columns = {a = 'blur'}", NO_OPERATOR.format("columns.a")),
        ("[columns.t]\na = 'blur'", NO_OPERATOR.format("columns.t.a")),
        ("colour = 1", UNKNOWN),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_would_be_right(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load(tmp_path, text)
    assert str(caught.value) == said


def test_a_file_that_cannot_be_read_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    said = {
        b"a = 1\na = 2\n": "policy 'own.toml' is not TOML: Cannot overwrite a value (at line 2, column 6)",
        b"a = " + b"[" * 5000: "policy 'own.toml' is not TOML: too deep, or a number that is too long",
        b"a = " + b"1" * 5000: "policy 'own.toml' is not TOML: too deep, or a number that is too long",
        b"\xff": "policy 'own.toml' is not UTF-8 text",
        b"schema_version = 2": "schema_version must be 1",
    }
    for content, words in said.items():
        file.write_bytes(content)
        with pytest.raises(PolicyError) as caught:
            Policy.load(file)
        assert str(caught.value) == words
    with pytest.raises(PolicyError) as caught:
        Policy.load(tmp_path)
    assert str(caught.value) == f"policy {tmp_path.name!r} cannot be read: Is a directory"
    with pytest.raises(PolicyError) as caught:
        Policy.load("nowhere")
    assert str(caught.value) == f"policy 'nowhere': neither a preset ({', '.join(presets())}) nor a file"


def test_everything_a_file_says_is_read(tmp_path: Path) -> None:
    policy = load(
        tmp_path,
        "name = 'own'\nlanguage = 'fr'\nmodel = 'm'\ndetectors = ['network']\ndial = 'recall'\nmin_score = 1\n"
        "seconds = 3\nrecognisers = ['r.yaml']\nsubject = 'id'\ndefault = 'redact'\nallow = ['Leeds']\n"
        "thresholds = {PERSON = 1}\nlabels = {AGE = 'mask'}\ncolumn_labels = {AGE = 'drop'}\n"
        "references = {'visits.patient' = 'people.id'}\n[columns]\nb = 'scan'\n[columns.t]\nc = 'drop'\nd = 'mask'\n",
    )
    assert policy == Policy(
        name="own",
        language="fr",
        model="m",
        detectors=("network",),
        dial=Dial("recall", 1.0, {"PERSON": 1.0}),
        seconds=3.0,
        recognisers=(tmp_path / "r.yaml",),
        lists=Lists(allow=("Leeds",)),
        subject="id",
        default=Redact(),
        labels={"AGE": Mask()},
        column_labels={"AGE": Drop()},
        columns={"b": "scan", "t.c": "drop", "t.d": Mask()},
        references={"visits.patient": "people.id"},
    )
    assert {type(policy.seconds), type(policy.dial.floor), type(policy.dial.thresholds["PERSON"])} == {float}
    assert Policy.from_mapping({"schema_version": 1, "recognisers": ["r.yaml"]}).recognisers == (Path("r.yaml"),)


def test_what_a_file_does_not_say_is_as_it_is_without_one(tmp_path: Path) -> None:
    assert load(tmp_path, "") == Policy()
    assert load(tmp_path, "").digest == Policy().digest
    assert Policy.from_mapping({"schema_version": 1}) == Policy()
    assert Policy().operator("PERSON") == Policy().column_operator("PERSON") == Replace()


@pytest.mark.parametrize("place", ["default", "labels", "column_labels", "columns"])
def test_what_any_operator_needs_the_policy_needs(place: str) -> None:
    def using(operator: object) -> Policy:
        said = operator if place == "default" else {"X": operator}
        return Policy(**{place: said})  # type: ignore[arg-type]

    facts = ("needs_key", "fresh", "by_subject", "casts", "pseudonymises")
    wanted = {
        Mask(): (False,) * 5,
        Token(): (True, False, False, False, True),
        Encrypt(): (True, True, False, False, True),
        Shift(): (True, False, True, False, True),
        Surrogate(): (True, False, True, True, True),
        Surrogate("random", "document"): (False, False, True, True, False),
    }
    for operator, said in wanted.items():
        assert tuple(getattr(using(operator), fact) for fact in facts) == said, operator
    assert tuple(getattr(Policy(columns={"X": "scan"}), fact) for fact in facts) == (False,) * 5


def test_a_key_is_made_up_where_surrogates_are_drawn_that_need_no_other() -> None:
    key = Key(bytes(32))
    drawn, same, plain = Policy(default=Surrogate("random", "document")), Policy(default=Surrogate()), Policy()
    assert [policy.working_key(key) for policy in (drawn, same, plain)] == [key] * 3
    assert same.working_key(None) is plain.working_key(None) is None
    made = drawn.working_key(None)
    assert made is not None
    assert made != drawn.working_key(None)
    assert plain.scene([], key) == Scene()
    assert Policy(seconds=0.5).seconds == 0.5
    assert drawn.scene([], key).cast is not None


def test_a_path_may_be_a_string(tmp_path: Path) -> None:
    load(tmp_path, "name = 'größe'")
    assert Policy.load(str(tmp_path / "policy.toml")).name == "größe"


def test_references_are_between_any_tables_and_columns(tmp_path: Path) -> None:
    said = {"X.id": "Y.X", "a.b.c": "d.e"}
    assert Policy.from_mapping({"schema_version": 1, "references": said}).references == said


def test_a_table_within_columns_is_an_operator_where_it_names_one(tmp_path: Path) -> None:
    policy = load(tmp_path, "[columns.a]\noperator = 'mask'\nkeep_first = 2\n[columns.b]\nx = 'keep'\ny = 'replace'\n")
    assert dict(policy.columns) == {"a": Mask(2), "b.x": Keep(), "b.y": Replace()}
