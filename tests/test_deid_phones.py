"""Phone numbers: found as people write them, and not where a figure is something else."""

from random import Random

import phonenumbers
import pytest
from faker import Faker

from deid.detectors.phones import PhoneDetector, examples, plan_of
from deid.finding import Finding

LOCALES = {
    "en": (
        "Phone: {}",
        ["en_US", "en_GB", "en_AU", "en_CA", "en_IN", "en_IE", "en_NZ", "it_IT", "nl_NL", "da_DK", "hu_HU"],
    ),
    "es": ("Teléfono: {}", ["es_ES", "es_MX", "es_AR", "es_CO", "es_CL"]),
    "fr": ("Tél. : {}", ["fr_FR", "fr_CH", "fr_BE"]),
    "de": ("Tel.: {}", ["de_DE", "de_AT", "de_CH"]),
}
REGIONS = {"en": ["US", "GB", "CA", "AU", "IE", "NZ", "ZA"], "es": ["ES", "MX"], "fr": ["FR"], "de": ["DE", "AT", "CH"]}


@pytest.fixture(scope="module")
def detector() -> PhoneDetector:
    return PhoneDetector("en", 5.0)


def seen(detector: PhoneDetector, text: str) -> list[Finding]:
    return [f for f in detector.detect([text])[0] if f.score >= 0.4]


def hidden(detector: PhoneDetector, text: str, value: str) -> bool:
    start = text.index(value)
    covered = {place for f in seen(detector, text) for place in range(f.start, f.end)}
    return all(p in covered for p in range(start, start + len(value)) if text[p].isalnum())


def test_the_families_own_examples_hold(detector: PhoneDetector) -> None:
    random = Random(1)
    for example in (examples(random) for _ in range(1_000)):
        found = seen(detector, example.text)
        start = example.text.index(example.value)
        end = start + len(example.value)
        if example.label is None:
            assert not found, example.text
        else:
            assert any(f.start <= start and f.end >= end and f.label == example.label for f in found), example.text


@pytest.mark.parametrize(("language", "locale"), [(lang, x) for lang, (_, all_) in LOCALES.items() for x in all_])
def test_numbers_of_many_countries_are_found_after_the_word(language: str, locale: str) -> None:
    fake = Faker(locale)
    fake.seed_instance(1)
    detector, frame = PhoneDetector(language, 5.0), LOCALES[language][0]
    values = [fake.phone_number() for _ in range(60)]
    assert [v for v in values if not hidden(detector, frame.format(v), v)] == []


@pytest.mark.parametrize(("language", "region"), [(lang, r) for lang, regions in REGIONS.items() for r in regions])
def test_what_the_numbering_plan_formats_is_found_without_a_word(language: str, region: str) -> None:
    detector = PhoneDetector(language, 5.0)
    number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    formats = [phonenumbers.PhoneNumberFormat.INTERNATIONAL, phonenumbers.PhoneNumberFormat.E164]
    if region not in {"MX", "CH"}:
        formats.append(phonenumbers.PhoneNumberFormat.NATIONAL)
    for value in (phonenumbers.format_number(number, form) for form in formats):
        assert hidden(detector, f"I noted {value} somewhere.", value), value


@pytest.mark.parametrize(
    "value",
    [
        "(212) 555-0143",
        "212.555.0143",
        "+1 (202) 555-0143 ext. 12",
        "001-234-567-8901x234",
        "(08) 9123 4567",
        "+44(0)1632 960001",
        "0049 30 901820",
        "06 12 34 56 78",
        "01.84.17.61.18",
        "07700 900123",
        "030/901820",
        "1-800-FLOWERS",
    ],
)
def test_forms_that_need_no_word(detector: PhoneDetector, value: str) -> None:
    assert hidden(detector, f"I noted {value} somewhere.", value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("call me on 612 345 678 please", "612 345 678"),
        ("Phone:\n60-56-85-91\n", "60-56-85-91"),
        ("555-0143 (home)", "555-0143"),
        ("Reach the ward on ext. 4471.", "4471"),
        ("Text her at 5550143.", "5550143"),
    ],
)
def test_forms_that_need_one(detector: PhoneDetector, text: str, value: str) -> None:
    assert hidden(detector, text, value)


def test_a_fax_number_is_one(detector: PhoneDetector) -> None:
    found = seen(detector, "Tel. 212-555-0143, fax: 212-555-0144")
    assert max(found, key=lambda f: (f.start, f.score)).label == "FAX_NUMBER"
    assert min(found, key=lambda f: (f.start, -f.score)).label == "PHONE_NUMBER"


@pytest.mark.parametrize(
    "text",
    [
        "Pi is 3.14159265358979 or so.",
        "2019-03-14T10:20:30.123456Z started",
        "04.05.1990 and 12/11/2010 were Mondays",
        "Connect to 192.168.100.200 now",
        "version 10.15.7.12345",
        "They paid $1,234,567 and 250000000 more.",
        "ISBN 978-0-306-40615-7",
        "offset 0x7fff5fbff8c0 size 1048576000",
        "In 1990-2001 and 2003 2004 2005",
        "pages 123-456, 1234-5678",
        "0.0012345678 mol",
        "sha 6650253222abc",
    ],
)
def test_figures_that_are_none(detector: PhoneDetector, text: str) -> None:
    assert not seen(detector, text)


def test_a_plan_knows_its_countries() -> None:
    british = plan_of(["GB"])
    assert british("020 7946 0123")
    assert not british("123")
