"""A key comes from where nobody else looks and never shows; a token says who is the same, not who it is."""

import copy
import hmac
import pickle
import traceback
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deid import Key
from deid.errors import KeyFileError
from deid.operators import Context, Token
from deid.operators.token import normal_form

SECRET = b"qxzsecret-qxzsecret-qxzsecret-qxzsecret"


def key_file(folder: Path, content: bytes = SECRET, mode: int = 0o600) -> Path:
    file = folder / "tamis.key"
    file.write_bytes(content)
    file.chmod(mode)
    return file


def test_a_private_file_makes_a_key(tmp_path: Path) -> None:
    assert Key.from_file(key_file(tmp_path)) == Key(SECRET)
    assert Key.from_file(key_file(tmp_path, mode=0o400)) == Key(SECRET)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620, 0o601, 0o777])
def test_a_file_that_others_may_touch_is_refused_with_the_remedy(tmp_path: Path, mode: int) -> None:
    with pytest.raises(KeyFileError, match=r"chmod 600 tamis\.key"):
        Key.from_file(key_file(tmp_path, mode=mode))


def test_a_missing_file_a_folder_and_a_short_secret_are_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"nowhere\.key"):
        Key.from_file(tmp_path / "nowhere.key")
    with pytest.raises(KeyFileError, match="no regular file"):
        Key.from_file(tmp_path)
    for content in (b"", b"x" * 31):
        with pytest.raises(KeyFileError, match="at least 32 bytes"):
            Key.from_file(key_file(tmp_path, content))


def test_the_environment_gives_a_hexadecimal_key_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TAMIS_KEY", raising=False)
    assert Key.from_environment() is None
    monkeypatch.setenv("TAMIS_KEY", SECRET.hex())
    assert Key.from_environment() == Key(SECRET)
    for wrong in ("", "ab", SECRET.decode(), "é" * 64):
        monkeypatch.setenv("TAMIS_KEY", wrong)
        with pytest.raises(KeyFileError) as caught:
            Key.from_environment()
        assert not wrong or wrong not in "".join(traceback.format_exception(caught.value))


def test_the_secret_never_shows() -> None:
    key = Key(SECRET)
    with pytest.raises(TypeError) as caught:
        pickle.dumps(key)
    shown = [repr(key), str(key), f"{key}", repr([key]), repr(Context("PERSON", key)), key.id, key.digest("a", b"b")]
    shown += traceback.format_exception(caught.value)
    assert not any("qxz" in text or SECRET.hex() in text for text in shown)
    with pytest.raises(TypeError):
        copy.deepcopy(key)


def test_ephemeral_keys_differ() -> None:
    assert Key.ephemeral() != Key.ephemeral()


KEY = Key(SECRET)


def token(value: str, label: str = "PERSON", key: Key = KEY) -> str:
    return Token().apply(value, Context(label, key))


@pytest.mark.parametrize(
    "spellings",
    [
        ("Zoë O'Hara", "zoe o’hara", "ZOË  OHARA", "O'Hara, Zoë", "Zoe\u0308 O'Hara", "Zoë\u200b O‘Hara"),
        ("Ann Lee", "LEE,Ann", "ann-lee", " Ann\tLee. "),
        ("(212) 555-0143", "212.555.0143", "2125550143", "21 25 55 01 43", "２１２５５５０１４３"),
        ("123-45-6789", "123456789", "123 45 6789"),
        ("Ann.Lee@Example.com", "ann.lee@example.com ", "ANN.LEE＠example.com"),
    ],
)
def test_spellings_of_one_value_share_a_token(spellings: tuple[str, ...]) -> None:
    assert len({token(s) for s in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann Lee", "Ann Leigh"),
        ("ann.lee@example.com", "annlee@example.com"),
        ("ann.lee@example.com", "ann-lee@example.com"),
        ("ann_lee@example.com", "ann.lee@example.com"),
        ("1-23", "12-3"),
        ("A-1", "A-2"),
        ("2125550143", "2125550144"),
        ("--", "---"),
        ("😀", "😁"),
    ],
)
def test_different_values_have_different_tokens(one: str, other: str) -> None:
    assert token(one) != token(other)


def test_labels_and_keys_keep_tokens_apart() -> None:
    other = Key(SECRET + b"x")
    tokens = {token("Ann"), token("Ann", "LOCATION"), token("Ann", "PERSON", other)}
    assert len({t.rpartition("_")[2] for t in tokens}) == 3
    assert token("Ann").startswith(f"PERSON_k{KEY.id}_")
    assert KEY.id != other.id


@given(st.text(min_size=1))
def test_a_token_never_holds_the_value_and_never_fails(value: str) -> None:
    made = token(value)
    assert made == token(value)
    assert len(made) == len("PERSON_k0000_") + 16
    assert made.isascii()


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_text_is_folded_as_any_other(value: str) -> None:
    """A character that nobody sees sends the value the long way round."""
    assume(any(char.isalnum() for char in value))
    assert normal_form(value) == normal_form(f"{value}\u200b")


@given(st.binary(min_size=32, max_size=100), st.text(max_size=8), st.binary(max_size=90))
def test_a_digest_is_hmac_sha_256(secret: bytes, domain: str, value: bytes) -> None:
    assume(domain.isascii())
    message = len(domain).to_bytes(2, "big") + domain.encode() + value
    expected = hmac.new(secret, message, "sha256")
    assert Key(secret).digest(domain, value) == expected.hexdigest()
    assert Key(secret).seed(domain, value) == expected.digest()
    assert Key(secret).id == Key(secret).digest("key-id", b"")[:4]


def test_half_a_surrogate_pair_has_a_token_too() -> None:
    assert token("\ud83d") != token("\ud83e")


def test_without_a_key_there_is_no_token() -> None:
    with pytest.raises(KeyFileError, match="works with a key"):
        Token().apply("Ann", Context("PERSON"))


def test_two_hundred_thousand_values_do_not_collide() -> None:
    # 64 bits: the chance of one collision among 200,000 is 1e-9.
    assert len({token(f"person {i}") for i in range(200_000)}) == 200_000


@given(st.text())
def test_the_normal_form_is_its_own_normal_form(value: str) -> None:
    once = normal_form(value)
    assert normal_form(once) == once


def test_domains_do_not_run_into_values() -> None:
    assert KEY.digest("ab", b"c") != KEY.digest("a", b"bc")


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("O'Hara", "ohara"),
        ("O`Hara", "ohara"),
        ("O\u2019Hara", "ohara"),
        ("Ann O'Hara-Lee", "ann ohara lee"),
        ("Lee, Ann", "ann lee"),
        ("Lée, Ann", "ann lee"),
        ("Lee, Ann, Dr.", "lee ann dr"),
        ("Lée, Ann, Dr.", "lee ann dr"),
        ("Ann.Lee", "ann lee"),
        ("Ánn.Lee", "ann lee"),
        ("555-0143", "5550143"),
        ("555-0143\u200b", "5550143"),
        ("55-0143", "55 0143"),
        ("55-0143\u200b", "55 0143"),
        ("Room 5550143", "room 5550143"),
        ("Ann @ Example.org", "ann@example.org"),
        ("Ánn @ Example.org", "ann@example.org"),
        ("--", "--"),
    ],
)
def test_spellings_meet_in_one_form(value: str, form: str) -> None:
    assert normal_form(value) == form
