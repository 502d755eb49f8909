"""The patients: drawn at random, with columns that depend on each other as they would in life."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from clinic import DIAGNOSES, Diagnosis
from dice import Dice
from names import FAMILY, FEMALE, MALE, NEUTRAL
from places import STREETS, TOWNS, Town

TODAY = date(2025, 6, 30)
AREA_CODES = tuple(sorted({town.area_code for town in TOWNS}))
_PLAIN = str.maketrans("øØłŁđĐıæßþð", "oOlLdDiasTd")


@dataclass(frozen=True, slots=True)
class Person:
    """Anyone with a name and a telephone."""

    given: str
    family: str
    gender: str
    phone: str

    @property
    def full(self) -> str:
        """Given name and family name."""
        return f"{self.given} {self.family}"

    @property
    def inverted(self) -> str:
        """Family name first, as in a register."""
        return f"{self.family}, {self.given}"


@dataclass(frozen=True, slots=True)
class Patient(Person):
    """A patient as in life: nothing is missing here, the table forgets some of it."""

    patient_id: str
    email: str
    ssn: str
    birth: date
    age: int
    street: str
    town: Town
    zip_code: str
    ethnicity: str
    insurance: str
    smoker: str
    diagnosis: Diagnosis
    cents: int


def draw_person(dice: Dice, *, family: str | None = None, gender: str | None = None) -> Person:
    """Draw anyone; the family name and the gender can be set, for relatives."""
    gender = gender or dice.weighted({"female": 51, "male": 47, "nonbinary": 2})
    given = dice.choose({"female": FEMALE, "male": MALE}.get(gender, NEUTRAL))
    family = family or dice.choose(FAMILY)
    if dice.happens(6):
        return Person(given, family, gender, f"07700 900{dice.between(0, 999):03}")
    return Person(given, family, gender, f"{dice.choose(AREA_CODES)} 555 01{dice.between(0, 99):02}")


def draw_patient(dice: Dice, number: int) -> Patient:
    """Draw the patient with this number."""
    person = draw_person(dice)
    birth = _draw_birth(dice)
    age = TODAY.year - birth.year - ((TODAY.month, TODAY.day) < (birth.month, birth.day))
    town = dice.weighted({town: town.weight for town in TOWNS})
    insurance = _draw_insurance(dice, age)
    smoker = _draw_smoker(dice, age, person.gender)
    diagnosis = _draw_diagnosis(dice, age, person.gender, smoker)
    return Patient(
        given=person.given,
        family=person.family,
        gender=person.gender,
        phone=person.phone,
        patient_id=f"P-{10_000 + number}",
        email=draw_email(dice, person, birth.year),
        ssn=f"{dice.between(900, 999)}-{dice.between(10, 49)}-{dice.between(1, 9999):04}",
        birth=birth,
        age=age,
        street=draw_street(dice),
        town=town,
        zip_code=f"{town.zip_prefix}{dice.between(1, 40):02}",
        ethnicity=_draw_ethnicity(dice, town),
        insurance=insurance,
        smoker=smoker,
        diagnosis=diagnosis,
        cents=_draw_cents(dice, diagnosis, age, smoker, insurance),
    )


def plain_ascii(text: str) -> str:
    """Spell a name as an e-mail address would: lower case, ASCII letters only."""
    bare = unicodedata.normalize("NFD", text.translate(_PLAIN)).casefold()
    return "".join(letter for letter in bare if letter.isascii() and letter.isalpha())


def draw_email(dice: Dice, person: Person, year: int) -> str:
    """Draw an e-mail address that shows the name, in a domain reserved for examples (RFC 2606)."""
    given, family = plain_ascii(person.given), plain_ascii(person.family)
    first = dice.choose((f"{given}.", f"{given[0]}.", given, f"{given}_"))
    number = dice.choose(("", f"{year % 100:02}", str(dice.between(100, 999))))
    return f"{first}{family}{number}@example.{dice.choose(('com', 'org', 'net'))}"


def draw_street(dice: Dice) -> str:
    """Draw a house number and a street, at times with a flat."""
    street = f"{dice.between(1, 1999)} {dice.choose(STREETS)}"
    return f"{street}, Apt {dice.between(1, 40)}{dice.choose('ABCD')}" if dice.happens(18) else street


def _draw_birth(dice: Dice) -> date:
    low, high = dice.weighted({(0, 17): 14, (18, 39): 27, (40, 64): 34, (65, 97): 25})
    years = dice.between(low, high)
    if low == 65:
        years = min(years, dice.between(low, high))
    return TODAY - timedelta(days=years * 365 + years // 4 + 1 + dice.below(364))


def _draw_insurance(dice: Dice, age: int) -> str:
    if age >= 65:
        return dice.weighted({"Medicare": 84, "Private": 11, "Medicaid": 4, "Uninsured": 1})
    if age < 18:
        return dice.weighted({"Private": 52, "Medicaid": 43, "Uninsured": 5})
    if age < 40:
        return dice.weighted({"Private": 55, "Medicaid": 19, "Marketplace": 13, "Uninsured": 13})
    return dice.weighted({"Private": 67, "Medicaid": 14, "Marketplace": 11, "Uninsured": 5, "Medicare": 3})


def _draw_smoker(dice: Dice, age: int, gender: str) -> str:
    if age < 15:
        return "never"
    current = 11 + 4 * (gender == "male") + 5 * (25 <= age < 65)
    former = min(38, max(2, (age - 18) * 3 // 5))
    return dice.weighted({"current": current, "former": former, "never": 100 - current - former})


def _draw_diagnosis(dice: Dice, age: int, gender: str, smoker: str) -> Diagnosis:
    band = (age >= 18) + (age >= 40) + (age >= 65)
    weights = {
        item: item.ages[band]
        * {"female": item.female, "male": item.male}.get(gender, 1)
        * {"current": 2 * item.smoker, "former": item.smoker + 1}.get(smoker, 2)
        for item in DIAGNOSES
    }
    return dice.weighted(weights)


def _draw_ethnicity(dice: Dice, town: Town) -> str:
    weights = {"White": 58, "Black": 14, "Hispanic": 12, "Asian": 9, "Native American": 1, "Other": 6}
    if town.state in ("TX", "NM", "CA", "AZ", "FL"):
        weights["Hispanic"] += 45
    if town.state in ("GA", "LA", "VA"):
        weights["Black"] += 35
    if town.state in ("HI", "WA"):
        weights["Asian"] += 60
    if town.state == "SD":
        weights["Native American"] += 40
    return dice.weighted(weights)


def _draw_cents(dice: Dice, diagnosis: Diagnosis, age: int, smoker: str, insurance: str) -> int:
    percent = 70 + age * 3 // 4
    percent += {"current": 35, "former": 12}.get(smoker, 0)
    percent = percent * {"Uninsured": 60, "Medicaid": 75, "Medicare": 90}.get(insurance, 100) // 100
    return diagnosis.cost * percent * dice.bell(55, 150) // 100 + dice.below(100)
