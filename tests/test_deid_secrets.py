"""Secrets: keys by their form, passwords by their word; prose about passwords and hashes without a word stay."""

from random import Random

import pytest
from stdnum import bitcoin

from deid.detectors.secrets import SecretDetector, base58check, entropy, examples
from deid.finding import Finding

RANDOM = "a8Fk3Lq9ZxT1vBn7Ym2Cw5Rd0Hs6Gj4PeUoI"


@pytest.fixture(scope="module")
def detector() -> SecretDetector:
    return SecretDetector("en", 5.0)


def seen(detector: SecretDetector, text: str) -> list[Finding]:
    return [f for f in detector.detect([text])[0] if f.score >= 0.4]


def hidden(detector: SecretDetector, text: str, value: str) -> bool:
    start = text.index(value)
    return any(f.start <= start and f.end >= start + len(value) for f in seen(detector, text))


def test_the_families_own_examples_hold(detector: SecretDetector) -> None:
    random = Random(1)
    for example in (examples(random) for _ in range(1_000)):
        found = seen(detector, example.text)
        start = example.text.index(example.value)
        end = start + len(example.value)
        if example.label is None:
            assert not found, example.text
        else:
            assert any(f.start <= start and f.end >= end and f.label == example.label for f in found), example.text


@pytest.mark.parametrize(
    "token",
    [
        "AKIA" + "IOSFODNN7EXAMPL3".replace("3", "5"),
        "ghp_" + RANDOM,
        "github_pat_" + RANDOM,
        "glpat-" + RANDOM[:20],
        "xoxb-123456789012-" + RANDOM[:24],
        "sk_" + "live_" + RANDOM[:24],
        "AIza" + RANDOM[:35],
        "sk-" + "ant-api03-" + RANDOM,
        "npm_" + RANDOM,
        "pypi-" + RANDOM,
        "SG." + RANDOM[:22] + "." + RANDOM + "abcdefg",
        "AC" + "0123456789abcdef" * 2,
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0." + RANDOM,
        "hf_" + RANDOM,
    ],
)
def test_tokens_say_what_they_are(detector: SecretDetector, token: str) -> None:
    for frame in ("I use {} for it.", "TOKEN={}", '"{}",', "Bearer {}"):
        assert hidden(detector, frame.format(token), token), frame


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("password: hunter2!", "hunter2!"),
        ("passwd=s3cr3t", "s3cr3t"),
        ('"db_password": "correct-horse"', "correct-horse"),
        ("My password is Hunter2 now", "Hunter2"),
        ("postgres://ann:hunter2@db.example.org/x", "hunter2"),
        ("api_key = " + RANDOM, RANDOM),
        ("aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzKEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzKEY"),
        ("AccountName=x;AccountKey=Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA==;", "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA=="),
        ("Your PIN is 4821.", "4821"),
        ("CVV: 123", "123"),
    ],
)
def test_what_follows_a_word(detector: SecretDetector, text: str, value: str) -> None:
    assert hidden(detector, text, value)


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("es", "contraseña: Girasol7", "Girasol7"),
        ("fr", "mot de passe : soleil9", "soleil9"),
        ("de", "Passwort: Igel77", "Igel77"),
    ],
)
def test_other_languages_have_their_words(language: str, text: str, value: str) -> None:
    assert hidden(SecretDetector(language, 5.0), text, value)


def test_a_private_key_is_hidden_whole_even_where_it_is_cut(detector: SecretDetector) -> None:
    name = "PRIVATE KEY-----"
    body = "\n".join([RANDOM + RANDOM[:28]] * 5)
    key = f"-----BEGIN RSA {name}\n{body}\n-----END RSA {name}"
    assert hidden(detector, f"here:\n{key}\n", key)
    cut = key[:200].rstrip()
    assert hidden(detector, f"here:\n{cut}", cut[:180])


@pytest.mark.parametrize(
    "address",
    [
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
        "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
        "0x742d35Cc6634C0532925a3b844Bc454e4438f44e",
    ],
)
def test_wallets_are_found(detector: SecretDetector, address: str) -> None:
    (found,) = seen(detector, f"Send it to {address} today.")
    assert found.label == "CRYPTO"


def test_base58check_agrees_with_stdnum_on_slips() -> None:
    address, random = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", Random(7)
    for _ in range(200):
        place = random.randrange(1, len(address))
        slip = address[:place] + random.choice("123456789ABCDEFGHJKLMNPQRSTUVWXYZ") + address[place + 1 :]
        assert base58check(slip) == bitcoin.is_valid(slip)


@pytest.mark.parametrize(
    "text",
    [
        "Fixed in 7a8b9c0d1e2f3a4b5c6d7e8f90a1b2c3d4e5f607.",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "The password is required. Your password was changed; passwords must be long.",
        "password = getpass.getpass(prompt)",
        "password: <your-password>",
        "password=${DB_PASSWORD}",
        "self.password = password",
        "The secret of success is patience, and the key is practice.",
        "Each token is a word; the tokens are counted.",
        "The tokenizer's vocabulary has 50257 tokens.",
        "pin the version to 1234 with a lock file",
        "https://example.com/a:b/c@d",
    ],
)
def test_prose_and_code_stay(detector: SecretDetector, text: str) -> None:
    assert not seen(detector, text)


def test_entropy_is_in_bits() -> None:
    assert entropy("abcdefgh") == 3.0
