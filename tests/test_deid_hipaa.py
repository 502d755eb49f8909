"""HIPAA safe harbor: what is left of all eighteen identifiers, in texts and tables (45 CFR 164.514(b)(2)(i))."""

import pandas as pd
import pytest

import deid
from deid import Key, Policy
from deid.labels import HIPAA, TAXONOMY
from deid.operators import Generalise, Replace

PRESET = "hipaa-safe-harbor"
TEXTS = {
    "A": ("Patient: Margaret Holloway was seen; her husband John Holloway called.", ("Margaret", "Holloway", "John")),
    "B": ("She lives at 12 Elm Street, Springfield, IL 62704.", ("12 Elm", "Springfield", "62704")),
    "C": ("Admitted on 03/14/2023, discharged March 19, 2023, aged 93.", ("03/14", "March", "93")),
    "D": ("Call (212) 555-0143.", ("555-0143", "212")),
    "E": ("Fax: (212) 555-0199.", ("555-0199",)),
    "F": ("Write to m.holloway@example.com.", ("holloway", "example.com")),
    "G": ("SSN 536-22-1234.", ("536-22", "1234")),
    "H": ("MRN: 00482913.", ("00482913",)),
    "I": ("Health plan member ID: 1EG4-TE5-MK73.", ("1EG4", "MK73")),
    "J": ("Account number 4839201175.", ("4839201175",)),
    "K": ("Driver's license no. D1234567, medical license no. A99812.", ("D1234567", "A99812")),
    "L": ("VIN 1HGCM82633A004352, plate ABC-1234.", ("1HGCM82633A004352", "ABC-1234")),
    "M": ("Device serial number: SN-9983-AX12.", ("9983", "AX12")),
    "N": ("See https://example.com/patients/7.", ("example.com",)),
    "O": ("Logged in from 192.168.14.20.", ("192.168",)),
    "P": ("Fingerprint template: 9f86d081884c7d659a2feaa0c55ad015.", ("9f86d081",)),
    "Q": ("Full-face photo: https://example.com/faces/7.jpg", ("faces", "7.jpg")),
    "R": ("Study code: HX-2231-77.", ("2231",)),
}


def test_every_identifier_has_a_text() -> None:
    assert set(TEXTS) == set(HIPAA)


@pytest.mark.parametrize("letter", HIPAA)
def test_nothing_is_left_of_an_identifier(letter: str) -> None:
    text, gone = TEXTS[letter]
    done = deid.redact(text, PRESET).data
    assert not [part for part in gone if part in done], done


def test_what_may_stay_stays() -> None:
    done = deid.redact("Admitted on 03/14/2023, aged 47, with asthma; seen March 19, 2023, aged 93.", PRESET).data
    assert done == "Admitted on 2023, aged 47, with asthma; seen 2023, aged 90+."


def test_no_label_that_the_rule_names_is_kept() -> None:
    policy = Policy.load(PRESET)
    for label in TAXONOMY.values():
        if label.hipaa is not None:
            assert isinstance(policy.operator(label.name), Replace | Generalise), label.name
            assert isinstance(policy.column_operator(label.name), Replace | Generalise), label.name


def test_a_table_keeps_years_states_and_three_digits() -> None:
    frame = pd.DataFrame(
        {
            "name": ["Margaret Holloway", "Omar Santoro"],
            "zip": ["62704", "03601"],
            "date_of_birth": ["1985-02-11", "1920-05-06"],
            "admitted": ["2023-03-14", "2023-04-02"],
            "age": [38, 102],
            "gender": ["female", "male"],
        }
    )
    done = deid.redact(frame, PRESET).data
    assert done["name"].tolist() == ["[PERSON]", "[PERSON]"]
    assert done["zip"].tolist() == ["627", "000"]
    assert done["date_of_birth"].tolist() == ["1985", "[DATE_OF_BIRTH]"]
    assert done["admitted"].tolist() == ["2023", "2023"]
    assert [str(age) for age in done["age"]] == ["38", "90+"]
    assert done["gender"].tolist() == ["female", "male"]


@pytest.mark.parametrize("preset", ["gdpr-pseudonymise", "research-share"])
def test_pseudonyms_join_and_dates_keep_their_distance(preset: str) -> None:
    texts = ["Omar Santoro came on 2024-01-10 and left on 2024-01-15.", "SANTORO, Omar is well."]
    first, second = deid.redact(texts, preset, Key(bytes(range(32)))).data
    token = first.split(" came")[0]
    assert token.startswith("PERSON_k")
    assert second.startswith(token)
    came, left = (pd.Timestamp(part.strip(".").split()[-1]) for part in first.split(" and left on "))
    assert (left - came).days == 5
    assert "2024-01-10" not in first


def test_masks_show_a_length_and_no_letter() -> None:
    assert deid.redact("Write to ann@example.com", "mask-all").data == "Write to ***************"
