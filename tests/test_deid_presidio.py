"""What of Presidio holds up is found in every language; what needs words is nothing without them."""

import logging

import pytest

from deid.detectors.numbers.iban import find_ibans
from deid.detectors.presidio import PresidioDetector


def found(text: str, language: str = "en") -> list[tuple[str, str]]:
    findings = PresidioDetector(language).detect([text])[0]
    return [(f.label, text[f.start : f.end]) for f in findings if f.score >= 0.4]


@pytest.mark.parametrize("language", ["en", "es", "fr", "de"])
@pytest.mark.parametrize(
    ("text", "label", "value"),
    [
        ("x ann.lee@example.com y", "EMAIL_ADDRESS", "ann.lee@example.com"),
        ("x zoë@exämple.de y", "EMAIL_ADDRESS", "zoë@exämple.de"),
        ("x 4111.1111.1111.1111 y", "CREDIT_CARD", "4111.1111.1111.1111"),
        ("x 3782 822463 10005 y", "CREDIT_CARD", "3782 822463 10005"),
        ("x 2223 0031 2200 3222 y", "CREDIT_CARD", "2223 0031 2200 3222"),
        ("x DE89 3704 0044 0532 0130 00 y", "IBAN_CODE", "DE89 3704 0044 0532 0130 00"),
        ("x be68539007547034 from y", "IBAN_CODE", "be68539007547034"),
        ("x 536.90.4399 y", "US_SSN", "536.90.4399"),
        ("x 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2 y", "CRYPTO", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"),
    ],
)
def test_form_or_checksum_is_enough_in_every_language(language: str, text: str, label: str, value: str) -> None:
    assert (label, value) in found(text, language)


@pytest.mark.parametrize(
    "text",
    [
        "order 123456789 was sent",
        "it ran for 1700000000 seconds",
        "card 4111 1111 1111 1112",
        "ratio 0.4111111111111111",
        "BE68 5390 0754 7035 is wrong",
        "000-12-3456 and 123-00-4567",
        "the ABCDEFGHIJKL licence",
        "a@b and user@ and @home",
        "UUID 123e4567-e89b-12d3-a456-426614174000",
    ],
)
def test_what_only_looks_like_an_identifier_is_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "language", "label"),
    [
        ("passport 123456789", "en", "US_PASSPORT"),
        ("pasaporte 123456789", "es", "US_PASSPORT"),
        ("account 12345678", "en", "US_BANK_NUMBER"),
        ("driver's license A1234567", "en", "US_DRIVER_LICENSE"),
        ("DNI 12345678Z", "es", "NATIONAL_ID"),
        ("NIE X1234567L", "es", "NATIONAL_ID"),
        ("NHS 943 476 5919", "en", "UK_NHS"),
    ],
)
def test_words_make_a_number_count(text: str, language: str, label: str) -> None:
    assert label in {name for name, _ in found(text, language)}
    assert found(text.split(maxsplit=1)[1].removeprefix("license "), language) == []


def test_letters_and_line_breaks_do_not_hide_an_account() -> None:
    assert list(find_ibans("numDE89 3704 0044 0532 0130 00end")) == [(3, 30)]
    assert list(find_ibans("DE89 3704\n0044 0532 0130 00, G\nB82 WEST 1234 5698 7654 32")) == [(0, 27), (29, 57)]


def test_nothing_of_a_text_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        PresidioDetector().detect(
            ["DE89 3704 0044 0532 0130 01 and 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3, NHS 943 476 5918"]
        )
    assert not caplog.records
