"""The two tables, as rows of text cells: the patients, some of their cells forgotten, and their visits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from cast import draw_clinician, draw_slots
from dice import Dice
from genre import compose, read_genre
from notation import table_phones
from people import TODAY, Patient

Row = tuple[str, ...]

# The columns of patients.csv, with how many cells of a hundred are empty.
MISSING = {
    "patient_id": 0,
    "given_name": 0,
    "family_name": 0,
    "email": 6,
    "phone": 5,
    "ssn": 8,
    "birth_date": 3,
    "street": 3,
    "city": 1,
    "state": 1,
    "zip": 3,
    "gender": 2,
    "age": 2,
    "ethnicity": 9,
    "insurance": 3,
    "smoker": 5,
    "diagnosis": 1,
    "cost": 2,
    "note": 8,
}
VISIT_COLUMNS = (
    *("visit_id", "patient_id", "patient_name", "visit_date"),
    *("department", "clinician", "reason", "charge"),
)
_VISITS = {0: 14, 1: 26, 2: 24, 3: 16, 4: 12, 5: 6, 6: 2}


def patient_rows(dice: Dice, patients: Sequence[Patient]) -> Iterator[Row]:
    """Give the header of patients.csv, then a row a patient."""
    yield tuple(MISSING)
    genre = read_genre("note")
    for patient in patients:
        throw = dice.fork(patient.patient_id)
        note = compose(genre, draw_slots(throw, patient), throw).text
        cells = _cells(throw, patient, note)
        yield tuple(
            "" if throw.happens(percent) else cell for cell, percent in zip(cells, MISSING.values(), strict=True)
        )


def visit_rows(dice: Dice, patients: Sequence[Patient]) -> Iterator[Row]:
    """Give the header of visits.csv, then the visits, in the order of the patients' numbers."""
    yield VISIT_COLUMNS
    genre = read_genre("reason")
    number = 0
    for patient in patients:
        throw = dice.fork(patient.patient_id)
        for _ in range(throw.weighted(_VISITS)):
            number += 1
            reason = compose(genre, draw_slots(throw, patient), throw).text
            yield (f"V-{number:05}", *_visit(throw, patient, reason))


def _cells(dice: Dice, patient: Patient, note: str) -> Row:
    return (
        patient.patient_id,
        patient.given,
        patient.family,
        patient.email,
        dice.choose(table_phones(patient.phone)),
        patient.ssn,
        patient.birth.isoformat(),
        patient.street,
        patient.town.name,
        patient.town.state,
        patient.zip_code,
        patient.gender,
        str(patient.age),
        patient.ethnicity,
        patient.insurance,
        patient.smoker,
        patient.diagnosis.name,
        _money(patient.cents),
        note,
    )


def _visit(dice: Dice, patient: Patient, reason: str) -> Row:
    department = dice.weighted({patient.diagnosis.department: 70, "Family Medicine": 20, "Emergency": 10})
    day = TODAY - timedelta(days=dice.below(730))
    cents = patient.cents * dice.bell(3, 40) // 100 + 4_000 + 22_000 * (department == "Emergency")
    return (
        patient.patient_id,
        dice.choose((patient.full, patient.inverted)),
        day.isoformat(),
        department,
        f"Dr. {draw_clinician(dice, department).full}",
        "" if dice.happens(4) else reason,
        "" if dice.happens(2) else _money(cents),
    )


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"
