"""A header says what its words say: in several languages, in any spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.tables.headers import header_label, header_words, is_part_of_name, read_header


@pytest.mark.parametrize(
    ("header", "label"),
    [
        ("email", "EMAIL_ADDRESS"),
        ("E-Mail", "EMAIL_ADDRESS"),
        ("contact_email_2", "EMAIL_ADDRESS"),
        ("EMAIL ADDRESS", "EMAIL_ADDRESS"),
        ("phoneNumber", "PHONE_NUMBER"),
        ("Tel.", "PHONE_NUMBER"),
        ("DOB", "DATE_OF_BIRTH"),
        ("DateOfBirth", "DATE_OF_BIRTH"),
        ("birth_date", "DATE_OF_BIRTH"),
        ("FirstName", "PERSON"),
        ("last name", "PERSON"),
        ("surname", "PERSON"),
        ("PATIENT", "PERSON"),
        ("patient_id", "MEDICAL_RECORD_NUMBER"),
        ("SSN", "US_SSN"),
        ("zip_code", "ZIP_CODE"),
        ("Street Address", "STREET_ADDRESS"),
        ("ip_address", "IP_ADDRESS"),
        ("city", "LOCATION"),
        ("Sex", "GENDER"),
        ("age", "AGE"),
        ("user name", "USERNAME"),
        ("id", "ID_NUMBER"),
        ("product name", None),
        ("file_name", None),
        ("City Name", "LOCATION"),
        ("customer type", None),
        ("first", None),
        ("percentage", None),
        ("ship", None),
        ("fname", "PERSON"),
        ("addr1", "STREET_ADDRESS"),
        ("tel_no", "PHONE_NUMBER"),
        ("zipcd", "ZIP_CODE"),
        ("ssn4", "US_SSN"),
        ("cust_id", "ID_NUMBER"),
        ("emp_no", "ID_NUMBER"),
        ("custphone", "PHONE_NUMBER"),
        ("homephone", "PHONE_NUMBER"),
        ("Functional DoB", "DATE_OF_BIRTH"),
        ("emailid", "EMAIL_ADDRESS"),
        ("father_name/id", "ID_NUMBER"),
        ("Fax No.", "FAX_NUMBER"),
        ("passport_number", "PASSPORT"),
        ("IMEI", "DEVICE_ID"),
        ("num_plate", None),
        ("Geburtsdatum", "DATE_OF_BIRTH"),
        ("Straße", "STREET_ADDRESS"),
        ("PLZ", "ZIP_CODE"),
        ("Nachname", "PERSON"),
        ("prénom", "PERSON"),
        ("code_postal", "ZIP_CODE"),
        ("date de naissance", "DATE_OF_BIRTH"),
        ("correo electrónico", "EMAIL_ADDRESS"),
        ("FechaNacimiento", "DATE_OF_BIRTH"),
        ("apellidos", "PERSON"),
        ("codice fiscale", "NATIONAL_ID"),
        ("endereço", "STREET_ADDRESS"),
        ("woonplaats", "LOCATION"),
        ("achternaam", "PERSON"),
        ("is_email_active", None),
        ("phone type", None),
        ("hostname", None),
        ("num_patients", None),
        ("country of birth", None),
        ("valid", None),
        ("android", None),
        ("colour", None),
        ("cost", None),
        ("", None),
        ("日本", None),
    ],
)
def test_headers_say_what_they_say(header: str, label: str | None) -> None:
    assert header_label(header) == label


@given(st.text())
def test_any_header_can_be_read(header: str) -> None:
    header_label(header)
    assert all(word == word.lower() and word for word in header_words(header))


def test_a_language_brings_its_own_words_beside_the_english_ones() -> None:
    assert header_label("Wohnort", "de") == "LOCATION"
    assert header_label("Wohnort", "es") is None
    assert header_label("city", "es") == "LOCATION"


@pytest.mark.parametrize("spelling", ["date_of_birth", "DateOfBirth", "DATE OF BIRTH", "date-of-birth", "dateofbirth"])
def test_spelling_does_not_matter(spelling: str) -> None:
    assert header_label(spelling) == "DATE_OF_BIRTH"


def test_a_header_speaks_of_persons_or_of_things() -> None:
    assert read_header("patient_segment").person
    assert read_header("product_colour").thing
    assert not read_header("colour").person
    assert is_part_of_name("LastName")
    assert not is_part_of_name("customer")


def test_a_long_header_takes_no_time() -> None:
    assert header_label("custphone" * 20_000) in {None, "PHONE_NUMBER"}
