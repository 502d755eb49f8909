"""The ways in which people write dates, telephone numbers and names."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date

from people import Patient, Person

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def month_of(day: date) -> str:
    """Name the month, whatever language the machine speaks."""
    return _MONTHS[day.month - 1]


def long_dates(day: date) -> tuple[str, ...]:
    """Write a date in words, without an ordinal."""
    month = month_of(day)
    return (
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{_WEEKDAYS[day.weekday()]}, {day.day} {month} {day.year}",
        f"{day.day} {month[:3]} {day.year}",
    )


def short_dates(day: date) -> tuple[str, ...]:
    """Write a date in figures."""
    return (
        day.isoformat(),
        f"{day.month:02}/{day.day:02}/{day.year}",
        f"{day.day:02}.{day.month:02}.{day.year}",
        f"{day.month}/{day.day}/{day.year % 100:02}",
    )


def spoken_dates(day: date) -> tuple[str, ...]:
    """Write a date without its year, as in conversation."""
    suffix = "th" if 10 < day.day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    month = month_of(day)
    return (f"{month} {day.day}{suffix}", f"{day.day}{suffix} of {month}", f"{day.day} {month}")


def table_phones(phone: str) -> tuple[str, ...]:
    """Write a telephone number as tables have it; in `phone` the groups of digits have blanks between."""
    if phone.startswith("0"):
        return (phone, f"+44 {phone[1:]}")
    area, exchange, line = phone.split()
    return (
        f"({area}) {exchange}-{line}",
        f"{area}-{exchange}-{line}",
        f"{area}.{exchange}.{line}",
        f"+1 {area} {exchange} {line}",
        f"({area}) {exchange}-{line}",
    )


def text_phones(phone: str) -> tuple[str, ...]:
    """Write a telephone number as texts have it: also with no-break spaces, or a prefix for dialling."""
    if phone.startswith("0"):
        return (*table_phones(phone), f"+44 (0){phone[1:]}", phone.replace(" ", ""))
    area, exchange, line = phone.split()
    return (*table_phones(phone), f"1-{area}-{exchange}-{line}", f"{area}\u00a0{exchange}\u00a0{line}")


def decomposed(patient: Patient) -> Patient:
    """Spell the patient's name with combining marks (Unicode form NFD), as some systems export it."""
    given, family = (unicodedata.normalize("NFD", name) for name in (patient.given, patient.family))
    return replace(patient, given=given, family=family)


def initialled(person: Person) -> str:
    """Shorten the given name to its first letter."""
    return f"{person.given[0]}. {person.family}"
