"""An encrypted value comes back to who has the key, for the same column and policy, unchanged; to nobody else."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid import Key, Policy, Scanner, decrypt, redact
from deid.errors import KeyFileError, SealedError
from deid.operators import Context, Encrypt
from deid.operators.encrypt import opened

KEY = Key(bytes(range(32)))
LABELS = st.sampled_from(["PERSON", "EMAIL_ADDRESS", "GRÖSSE", "A_1", "VALUE"])
HERE = Context("PERSON", KEY, column="name", policy="0" * 64)


@given(value=st.text(), label=LABELS, column=st.text(), policy=st.text(), repeatable=st.booleans())
def test_what_is_encrypted_opens_again(value: str, label: str, column: str, policy: str, repeatable: bool) -> None:
    context = Context(label, KEY, column=column, policy=policy)
    sealed = Encrypt(repeatable).apply(value, context)
    assert re.fullmatch(rf"{label}_e{KEY.id}_[A-Za-z0-9_-]+", sealed)
    assert opened(sealed, context) == value


def test_half_a_surrogate_pair_comes_back() -> None:
    assert opened(Encrypt().apply("\ud83d", HERE), HERE) == "\ud83d"


def test_equal_values_look_different_unless_the_policy_wants_them_equal() -> None:
    assert len({Encrypt().apply("Ann Lee", HERE) for _ in range(1000)}) == 1000
    assert len({Encrypt(repeatable=True).apply("Ann Lee", HERE) for _ in range(10)}) == 1
    elsewhere = [HERE, replace(HERE, column="x"), replace(HERE, policy="x"), replace(HERE, label="X")]
    bodies = {Encrypt(repeatable=True).apply("Ann Lee", here).rpartition(f"_e{KEY.id}_")[2][:16] for here in elsewhere}
    assert len(bodies) == 4


def test_parts_of_the_context_do_not_run_into_each_other() -> None:
    sealed = Encrypt().apply("Ann", replace(HERE, column="ab", policy="c"))
    with pytest.raises(SealedError):
        opened(sealed, replace(HERE, column="a", policy="bc"))


@pytest.mark.parametrize(
    "other",
    [replace(HERE, column="other"), replace(HERE, column=""), replace(HERE, policy="1" * 64), replace(HERE, policy="")],
)
def test_it_opens_for_no_other_column_and_policy(other: Context) -> None:
    with pytest.raises(SealedError, match="another policy"):
        opened(Encrypt().apply("Ann Lee", HERE), other)


def test_it_opens_with_no_other_key_and_names_both() -> None:
    other = Key(bytes(32))
    with pytest.raises(SealedError, match=f"key {KEY.id}, and this is the key {other.id}"):
        opened(Encrypt().apply("Ann Lee", HERE), replace(HERE, key=other))
    with pytest.raises(KeyFileError):
        opened(Encrypt().apply("Ann Lee", HERE), replace(HERE, key=None))
    with pytest.raises(KeyFileError):
        Encrypt().apply("Ann Lee", replace(HERE, key=None))


def test_another_key_with_the_same_id_does_not_open_it() -> None:
    alike = next(key for n in range(2**20) if (key := Key(n.to_bytes(32, "big"))).id == KEY.id)
    with pytest.raises(SealedError, match="another key with the id"):
        opened(Encrypt().apply("Ann Lee", HERE), replace(HERE, key=alike))


@pytest.mark.parametrize("value", ["", "Ann", "Ann Lee", "x" * 50])
def test_no_character_can_be_changed_or_left_out(value: str) -> None:
    sealed = Encrypt().apply(value, HERE)
    for place, character in enumerate(sealed):
        for other in "Aa0-_":
            changed = sealed[:place] + other + sealed[place + 1 :]
            if other != character:
                with pytest.raises(SealedError):
                    opened(changed, HERE)
        with pytest.raises(SealedError):
            opened(sealed[:place] + sealed[place + 1 :], HERE)
    for longer in (sealed + "A", sealed + "=", sealed + "\n", " " + sealed):
        with pytest.raises(SealedError):
            opened(longer, HERE)


@pytest.mark.parametrize(
    "text", ["", "Ann", "[PERSON]", "PERSON_k83e8_a34a529fe56f9107", "PERSON_e83e8_", "_e83e8_AAAA"]
)
def test_what_is_not_encrypted_is_told_so(text: str) -> None:
    with pytest.raises(SealedError):
        opened(text, HERE)


@given(st.text(st.characters(exclude_categories=["Cs", "Lu", "Ll", "Nd"], exclude_characters="-_"), min_size=1))
def test_the_value_shows_nowhere(value: str) -> None:
    sealed = Encrypt().apply(value, HERE)
    assert not set(value) & set(sealed)
    with pytest.raises(SealedError) as caught:
        opened(sealed, replace(HERE, policy=""))
    assert sealed.partition(f"_e{KEY.id}_")[2] not in str(caught.value)


POLICY = Policy(name="sealing", default=Encrypt(), detectors=("network", "records"))


def test_columns_and_texts_of_a_table_come_back_value_by_value() -> None:
    mails = ["ann@example.com", "bo@example.com", "ann@example.com", None]
    frame = pd.DataFrame({"e-mail": mails, "note": [f"Write to {mail} about the knee, please." for mail in mails]})
    made = redact(frame, POLICY, KEY).data
    assert made["e-mail"].isna().tolist() == [False, False, False, True]
    assert made["e-mail"][0] != made["e-mail"][2]
    assert made["note"][0] != made["note"][2]
    assert [decrypt(v, POLICY, KEY, column="e-mail") for v in made["e-mail"][:3]] == mails[:3]
    inside = [str(note).split()[2] for note in made["note"][:3]]
    assert [decrypt(v, POLICY, KEY) for v in inside] == mails[:3]
    with pytest.raises(SealedError, match="a column, which has to be named"):
        decrypt(made["e-mail"][0], POLICY, KEY)
    with pytest.raises(SealedError):
        decrypt(inside[0], POLICY, KEY, column="note")
    with pytest.raises(SealedError):
        decrypt(made["e-mail"][0], replace(POLICY, name="another"), KEY, column="e-mail")
    with pytest.raises(SealedError):
        decrypt(made["e-mail"][0], replace(POLICY, language="es"), KEY, column="e-mail")


def test_repeatable_values_join_within_their_column() -> None:
    frame = pd.DataFrame({"e-mail": ["ann@example.com", "bo@example.com", "ann@example.com"]})
    made = redact(frame, replace(POLICY, default=Encrypt(repeatable=True)), KEY).data["e-mail"]
    assert made[0] == made[2] != made[1]


def test_subjects_do_not_hinder_it(tmp_path: object) -> None:
    from deid.operators import Shift

    policy = replace(POLICY, labels={"DATE_TIME": Shift()}, subject="who")
    frame = pd.DataFrame({"who": ["1", "1"], "e-mail": ["ann@example.com"] * 2})
    made = redact(frame, policy, KEY).data["e-mail"]
    assert [decrypt(v, policy, KEY, column="e-mail") for v in made] == ["ann@example.com"] * 2


def test_the_environment_brings_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAMIS_KEY", KEY.secret.hex())
    assert decrypt(redact("ann@example.com", POLICY).data, POLICY) == "ann@example.com"
    monkeypatch.delenv("TAMIS_KEY")
    with pytest.raises(KeyFileError):
        decrypt("EMAIL_ADDRESS_e83e8_AAAA", POLICY)


def test_a_second_scan_takes_an_encrypted_value_for_nothing(scanner: Scanner) -> None:
    for _ in range(20):
        text = f"Then {Encrypt().apply('Ann Lee', HERE)} went home."
        assert [f for f in scanner.scan([text])[0] if "_e" in text[f.start : f.end]] == []
