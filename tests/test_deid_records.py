"""Numbers that words call identifying, court files, sums of money; and numbers that are nobody's."""

import pytest

from deid.detectors.numbers.records import RecordDetector

MASKED = 0.4


def seen(text: str, language: str = "en", floor: float = MASKED) -> list[tuple[str, str]]:
    return [(f.label, text[f.start : f.end]) for f in RecordDetector(language).detect([text])[0] if f.score >= floor]


CALLED = [
    ("en", "MRN: 00123-44 opened", "MEDICAL_RECORD_NUMBER", "00123-44"),
    ("en", "account no. 99-1234-77", "ACCOUNT_NUMBER", "99-1234-77"),
    ("en", "policy number PN 7755321", "HEALTH_PLAN_NUMBER", "PN 7755321"),
    ("en", "my driver's license is F162823540116", "LICENSE_NUMBER", "F162823540116"),
    ("en", "passport no. X1234567", "PASSPORT", "X1234567"),
    ("en", "claim #48213", "ID_NUMBER", "48213"),
    ("en", "invoice INV-2019-0034", "ID_NUMBER", "INV-2019-0034"),
    ("en", "employee ID 10293", "ID_NUMBER", "10293"),
    ("en", "Our ref. 12/AB/34", "ID_NUMBER", "12/AB/34"),
    ("es", "NHC: 368503.", "MEDICAL_RECORD_NUMBER", "368503"),
    ("es", "NASS: 26 63514095.", "HEALTH_PLAN_NUMBER", "26 63514095"),
    ("es", "NºCol: 28 28 70973.", "LICENSE_NUMBER", "28 28 70973"),
    ("es", "expediente nº 123/2015", "ID_NUMBER", "123/2015"),
    ("fr", "dossier n° 12/03456", "ID_NUMBER", "12/03456"),
    ("de", "Aktenzeichen: 3 O 45/12", "ID_NUMBER", "3 O 45/12"),
    ("de", "Kundennummer 4471234", "ACCOUNT_NUMBER", "4471234"),
]


@pytest.mark.parametrize(("language", "text", "label", "value"), CALLED)
def test_the_words_before_a_number_say_whose_it_is(language: str, text: str, label: str, value: str) -> None:
    assert (label, value) in seen(text, language)


@pytest.mark.parametrize(
    "value",
    [
        "25929/05",
        "1234/2005",
        "II CSK 123/08",
        "2 BvR 123/05",
        "C-123/05",
        "[2005] UKHL 12",
        "K 33/02",
        "1:19-cv-01234",
        "ECLI:EU:C:2014:317",
        "347 U.S. 483",
    ],
)
def test_a_court_file_is_known_by_its_form(value: str) -> None:
    assert ("ID_NUMBER", value) in seen(f"It cites {value} twice.")


@pytest.mark.parametrize("value", ["AB-123456", "1Z999AA10123456784", "4111 1111 1111 1112"])
def test_a_code_is_known_by_its_form(value: str) -> None:
    assert value in [v for _, v in seen(f"It says {value} there.")]


@pytest.mark.parametrize(
    "value",
    [
        "EUR 5,000",
        "$1,200",
        "£20m",
        "5,000 euros",
        "15,000 Turkish liras",
        "200,000 Polish zlotys (PLN)",
        "50 000 €",
        "five hundred euros",
    ],
)
def test_a_sum_of_money_is_a_quantity(value: str) -> None:
    assert ("QUANTITY", value) in seen(f"She paid {value} in all.")


@pytest.mark.parametrize("value", ["sixteen other persons", "623 other suspects", "three further victims"])
def test_how_many_others_there_were_is_a_quantity(value: str) -> None:
    assert ("QUANTITY", value) in seen(f"He was tried with {value} there.")


def test_measures_are_left_to_the_dial_recall() -> None:
    text = "height 180 cm, dose 5 mg"
    assert seen(text) == []
    assert seen(text, floor=0.3) == [("QUANTITY", "180 cm")]


@pytest.mark.parametrize(
    "text",
    [
        "section 4.2",
        "RFC 2822",
        "Python 3.11",
        "error code 404",
        "page 12",
        "step 3",
        "ISO 8601",
        "number 5",
        "version 2",
        "case 3 of 12",
        "file in 2 parts",
        "order 66",
        "Law no. 5237",
        "Protocol No. 11",
        "BP 130/80",
        "the id of the 3rd row",
        "CVE-2019-12345",
    ],
)
def test_numbers_of_things_are_left_alone(text: str) -> None:
    assert seen(text) == []
