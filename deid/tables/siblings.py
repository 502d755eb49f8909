"""What the columns of one table say of each other: whether it is about persons or about things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deid.tables.evidence import Evidence
    from deid.tables.guess import Guess
    from deid.tables.headers import Reading


class Company(Enum):
    """Whom or what a table is about."""

    PERSONS = "persons"
    THINGS = "things"
    UNKNOWN = "unknown"


_OF_PERSONS = frozenset(
    (
        "PERSON DATE_OF_BIRTH US_SSN NATIONAL_ID MEDICAL_RECORD_NUMBER PASSPORT US_PASSPORT US_DRIVER_LICENSE GENDER "
        "AGE ETHNICITY NRP EMAIL_ADDRESS PHONE_NUMBER STREET_ADDRESS USERNAME FAMILY_RELATION HEALTH_PLAN_NUMBER "
        "UK_NHS CREDIT_CARD IBAN_CODE"
    ).split()
)
# What may be of a person or of anything else.
_OF_ANYTHING = frozenset(
    (
        "ID_NUMBER UUID DATE_TIME LOCATION ORGANIZATION URL COORDINATES DEVICE_ID LICENSE_NUMBER OCCUPATION TITLE "
        "QUANTITY USERNAME"
    ).split()
)


def company_of(guesses: Sequence[Guess], readings: Sequence[Reading]) -> Company:
    """Say whom or what a table is about, from what its columns seem to be by themselves."""
    if any(g.pii and g.firm and g.label in _OF_PERSONS for g in guesses) or any(r.person for r in readings):
        return Company.PERSONS
    return Company.THINGS if any(r.thing for r in readings) else Company.UNKNOWN


def settle(guess: Guess, reading: Reading, evidence: Evidence, company: Company) -> Guess:
    """Return the guess as it stands in this company: what is of a thing is nobody's."""
    if guess.label is None or not guess.pii:
        return guess
    if guess.label == "DATE_TIME" and company is not Company.THINGS:
        return replace(guess, pii=reading.life)
    if company is Company.THINGS:
        if guess.label == "FREE_TEXT":
            return replace(guess, pii=guess.firm)
        if guess.label in _OF_ANYTHING or (guess.label == "PERSON" and not guess.firm):
            return replace(guess, label=None, score=0.0, pii=False, labels=())
    if guess.label == "ID_NUMBER" and evidence.category and not reading.person:
        return replace(guess, label=None, score=0.0, pii=False, labels=())
    return guess
