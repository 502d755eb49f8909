"""Fields and their values in letters, notes, forms and data; and colons that no value follows."""

import pytest

from deid.detectors.forms import FormDetector


def seen(text: str, language: str = "en") -> list[tuple[str, str]]:
    return [(f.label, text[f.start : f.end]) for f in FormDetector(language).detect([text])[0]]


FIELDS = [
    ("Name: Ann Lee\nStatus: open", [("PERSON", "Ann Lee")]),
    ("DOB: 3/4/80   Sex: F", [("DATE_OF_BIRTH", "3/4/80"), ("GENDER", "F")]),
    ("Patient name - Ann Lee", [("PERSON", "Ann Lee")]),
    ("Attending: Dr. X. Meier", [("PERSON", "Dr. X. Meier")]),
    ('{"first_name": "Ann", "ssn": "123-45-6789"}', [("PERSON", "Ann"), ("US_SSN", "123-45-6789")]),
    ("name=Ann&ssn=123456789", [("PERSON", "Ann"), ("US_SSN", "123456789")]),
    ("Name\tAnn Lee", [("PERSON", "Ann Lee")]),
    ("<first_name>Ann</first_name>", [("PERSON", "Ann")]),
    ("| Name | Ann Lee |", [("PERSON", "Ann Lee")]),
    ("Address: 12 High Street, London", [("STREET_ADDRESS", "12 High Street, London")]),
    ("Occupation: retired teacher", [("OCCUPATION", "retired teacher")]),
]


@pytest.mark.parametrize(("text", "values"), FIELDS)
def test_the_value_of_a_field_is_found_whole(text: str, values: list[tuple[str, str]]) -> None:
    assert seen(text) == values


def test_a_value_ends_where_the_next_field_begins() -> None:
    found = seen("Name: Ann Lee Age: 45 Sex: F MRN: 123456 City: Leeds")
    assert [value for _, value in found] == ["Ann Lee", "45", "F", "123456", "Leeds"]


OTHERS = [
    (
        "es",
        "Nombre: Ernesto. Apellidos: Rivera Bueno. NHC: 368503.",
        [("PERSON", "Ernesto"), ("PERSON", "Rivera Bueno"), ("MEDICAL_RECORD_NUMBER", "368503")],
    ),
    ("es", "Edad: 70 años Sexo: H.", [("AGE", "70 años"), ("GENDER", "H")]),
    (
        "es",
        "Médico:  Ignacio Navarro NºCol: 28 28 70973.",
        [("PERSON", "Ignacio Navarro"), ("LICENSE_NUMBER", "28 28 70973")],
    ),
    ("es", "Localidad/ Provincia: Madrid.", [("LOCATION", "Madrid")]),
    ("fr", "Nom : Dupont\nPrénom : Marie", [("PERSON", "Dupont"), ("PERSON", "Marie")]),
    ("fr", "Né(e) le : 03/04/1950", [("DATE_OF_BIRTH", "03/04/1950")]),
    ("de", "Geburtsdatum: 03.04.1950\nGeschlecht: w", [("DATE_OF_BIRTH", "03.04.1950"), ("GENDER", "w")]),
    ("de", "Vorname: Jörg\nNachname: Groß", [("PERSON", "Jörg"), ("PERSON", "Groß")]),
]


@pytest.mark.parametrize(("language", "text", "values"), OTHERS)
def test_fields_are_known_in_other_languages(language: str, text: str, values: list[tuple[str, str]]) -> None:
    assert seen(text, language) == values


@pytest.mark.parametrize(
    "text",
    [
        "Note: this is important",
        "Name: the name of the file",
        "Address: see above",
        "user: the user to authenticate",
        "file name: Foo.txt",
        "Name\tAge\tSex",
        "name: string",
        "Patient: Not known",
        "def f(name: str = 'x'): return name",
    ],
)
def test_prose_and_code_with_colons_hold_no_values(text: str) -> None:
    assert seen(text) == []


def test_a_text_that_takes_too_long_is_withheld() -> None:
    text = "name: Ann\n" * 2_000
    assert [f.withheld for f in FormDetector(seconds=0.0).detect([text])[0]] == [True]
