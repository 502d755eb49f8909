"""Dates in a table, and the ways in which texts write them."""

from __future__ import annotations

import re
from datetime import date

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_MONTHS = "January February March April May June July August September October November December".split()


def written(value: str) -> tuple[str, ...]:
    """Give a value and, if it is an ISO date without a time, the other ways to write that date.

    The month in figures, either first or second, or by its English name, whole or its first three letters; the year in
    four figures.

    >>> "12 March 1974" in written("1974-03-12"), "3 12 1974" in written("1974-03-12 00:00"), written("47")
    (True, True, ('47',))
    """
    found = _ISO.fullmatch(value.strip())
    if not found:
        return (value,)
    try:
        day = date(*map(int, found.groups()))
    except ValueError:
        return (value,)
    return tuple(dict.fromkeys((value, *_forms(day))))


def _forms(day: date) -> list[str]:
    name = _MONTHS[day.month - 1]
    forms = [f"{day:%Y-%m-%d}"]
    for d in (f"{day.day}", f"{day.day:02}"):
        figures = [f"{day.month}", f"{day.month:02}"]
        forms += [f"{d} {month} {day.year}" for month in (*figures, name, name[:3])]
        forms += [f"{month} {d} {day.year}" for month in (*figures, name, name[:3])]
    return forms
