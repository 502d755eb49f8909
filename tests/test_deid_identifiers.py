"""Identifiers: every kind is found by its word, wrong checksums are caught where they must be, look-alikes stay."""

from random import Random

import pytest
from stdnum import iban, luhn

from deid.detectors.numbers.identifiers import IdentifierDetector, examples
from deid.detectors.numbers.national import IDENTIFIERS
from deid.detectors.numbers.numbers import Identifier
from deid.detectors.numbers.specimen import draw
from deid.finding import Finding
from deid.lexicon import load_lexicon

WORDS = load_lexicon("identifiers", "en")


@pytest.fixture(scope="module")
def detector() -> IdentifierDetector:
    return IdentifierDetector("en", 5.0)


def seen(detector: IdentifierDetector, text: str) -> list[Finding]:
    return [f for f in detector.detect([text])[0] if f.score >= 0.4]


def hidden(detector: IdentifierDetector, text: str, value: str) -> bool:
    start = text.index(value)
    return any(f.start <= start and f.end >= start + len(value) for f in seen(detector, text))


def words_of(kind: Identifier) -> tuple[str, ...]:
    return (*WORDS.get(kind.name, ()), *WORDS.get(f"{kind.name}_weak", ()))


def test_the_families_own_examples_hold(detector: IdentifierDetector) -> None:
    random = Random(1)
    for example in (examples(random) for _ in range(400)):
        found = seen(detector, example.text)
        start = example.text.index(example.value)
        end = start + len(example.value)
        if example.label is None:
            assert not found, example.text
        else:
            assert any(f.start <= start and f.end >= end and f.label == example.label for f in found), example.text


def test_examples_are_positive_and_negative() -> None:
    random = Random(2)
    labels = [examples(random).label for _ in range(300)]
    assert 60 < labels.count(None) < 200
    assert len(set(labels)) > 12


def test_many_countries_are_known() -> None:
    countries = {kind.name.partition("_")[0] for kind in IDENTIFIERS}
    assert len(countries) >= 55


@pytest.mark.parametrize("kind", IDENTIFIERS, ids=lambda kind: f"{kind.name}-{kind.form}")
def test_each_kind_is_found_after_each_of_its_words(detector: IdentifierDetector, kind: Identifier) -> None:
    random = Random(kind.sample)
    assert words_of(kind)
    for word in words_of(kind):
        value = draw(kind.sample, random, kind.fits)
        assert hidden(detector, f"For the file: {word} {value} was given.", value), word


@pytest.mark.parametrize(
    "kind", [k for k in IDENTIFIERS if k.alone >= 0.5], ids=lambda kind: f"{kind.name}-{kind.form}"
)
def test_distinct_forms_are_found_without_a_word(detector: IdentifierDetector, kind: Identifier) -> None:
    value = draw(kind.sample, Random(3), kind.fits)
    assert hidden(detector, f"We wrote {value} down.", value)


def test_a_bare_number_needs_a_word(detector: IdentifierDetector) -> None:
    bare = [kind for kind in IDENTIFIERS if kind.sample.strip("#") == "" and len(kind.sample) < 11]
    assert bare
    for kind in bare:
        value = draw(kind.sample, Random(4), kind.fits)
        assert not hidden(detector, f"The factory made {value} of them.", value)


def test_a_card_is_found_by_its_checksum_alone(detector: IdentifierDetector) -> None:
    for issuer in ("4", "51", "2221", "6011"):
        body = issuer + "1234567890123456"[: 15 - len(issuer)]
        card = body + luhn.calc_check_digit(body)
        assert hidden(detector, f"It said {card} on it.", card)
    assert not seen(detector, "It said 4111111111111112 on it.")


def test_a_card_with_a_slip_is_hidden_near_its_word(detector: IdentifierDetector) -> None:
    assert hidden(detector, "My card number is 4111111111111112, I think.", "4111111111111112")
    assert hidden(detector, "It said 4111 1111 1111 1112 on it.", "4111 1111 1111 1112")


@pytest.mark.parametrize("country", ["DE", "GB", "FR", "NL", "NO", "MT", "ES", "CH"])
def test_an_iban_is_certain_by_its_checksum(detector: IdentifierDetector, country: str) -> None:
    lengths = {"DE": 18, "GB": 18, "FR": 23, "NL": 14, "NO": 11, "MT": 27, "ES": 20, "CH": 17}
    letters = {"GB": "NWBK", "NL": "ABNA", "MT": "MALT"}.get(country, "")
    bban = letters + "1234567890" * 3
    body = bban[: lengths[country]]
    value = f"{country}{iban.calc_check_digits(country + '00' + body)}{body}"
    for written in (value, iban.format(value), value.lower()):
        text = f"Pay {written} from now on."
        (first, *_) = sorted(seen(detector, text), key=lambda f: -f.score)
        assert (first.label, first.score, text[first.start : first.end]) == ("IBAN_CODE", 1.0, written)


def test_an_iban_with_a_slip_is_hidden(detector: IdentifierDetector) -> None:
    assert hidden(detector, "IBAN: DE89 3704 0044 0532 0130 01", "DE89 3704 0044 0532 0130 01")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("SSN: 078-05-1120", "078-05-1120"),
        ("ssn is 123456789", "123456789"),
        ("social security number ending in 123-45-6789.", "123-45-6789"),
        ("His passport (no. 123456789) expired.", "123456789"),
        ("Driver's license F162823540116 was shown.", "F162823540116"),
        ("driver's license number is 2270-66-1551", "2270-66-1551"),
        ("Plate: 7ABC123", "7ABC123"),
        ("a red Ford, registration AB12 CDE, sped off", "AB12 CDE"),
        ("VIN 1HGCM82633A004352", "1HGCM82633A004352"),
        ("DEA number AB1234563", "AB1234563"),
        ("NPI: 1234567893", "1234567893"),
        ("NHS No: 943 476 5919", "943 476 5919"),
        ("Serial No: SN-4482-AX9", "SN-4482-AX9"),
        ("Medicaid ID 123456789A", "123456789A"),
    ],
)
def test_what_letters_and_notes_say(detector: IdentifierDetector, text: str, value: str) -> None:
    assert hidden(detector, text, value)


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("es", "NIE X1234567L y pasaporte AAA123456.", "AAA123456"),
        ("es", "Matrícula: 1234 BCD", "1234 BCD"),
        ("es", "NHC: 368503", "368503"),
        ("es", "Seguridad social: 28 12345678 40", "28 12345678 40"),
        ("fr", "numéro de passeport 12AB34567", "12AB34567"),
        ("fr", "immatriculée AB-123-CD hier", "AB-123-CD"),
        ("fr", "Sécurité sociale : 1 84 12 76 451 089 46", "1 84 12 76 451 089 46"),
        ("de", "Kennzeichen: B-MW 1234", "B-MW 1234"),
        ("de", "Reisepass Nr. C01X0006H", "C01X0006H"),
        ("de", "Steuernummer 181/815/08155", "181/815/08155"),
    ],
)
def test_other_languages_have_their_words(language: str, text: str, value: str) -> None:
    assert hidden(IdentifierDetector(language, 5.0), text, value)


@pytest.mark.parametrize(
    "text",
    [
        "Commit 7a8b9c0d1e2f3a4b5c6d7e8f90a1b2c3d4e5f607 fixes it.",
        "The licence of the software is permissive: MIT, BSD-3-Clause, Apache-2.0.",
        "Licensed under the Apache License, Version 2.0 (the License).",
        "A twelve-letter word like ABBREVIATION is no driving licence.",
        "The plate was hot and the serial was dull in 2019.",
        "They sold 1234567890 pieces in 2010-2019.",
        "2019-03-14 10:20:30 INFO worker 12345 started",
        "It costs 1,234,567.89 euros.",
        "The passport was 10 years old, the card 5 years.",
        "See RFC 2616, section 4.2, pages 123-456.",
    ],
)
def test_look_alikes_stay(detector: IdentifierDetector, text: str) -> None:
    assert not seen(detector, text)
