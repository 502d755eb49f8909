"""Made-up numbers: drawn after a template until their checksum holds."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from string import ascii_uppercase

import regex

from deid.detectors.numbers.checksums import Check

Below = Callable[[int], int]
"""Gives a number from 0 to below the one it is asked for."""

_DATES = {
    "ymd": "%y%m%d",
    "Ymd": "%Y%m%d",
    "dmy": "%d%m%y",
    "md": "%m%d",
    "dmyyy": "%d%m9%y",
}
_DATE = regex.compile(r"\{(\w+)\}")
_FIRST = date(1950, 1, 1)
_DAYS = 18_000
_TRIES = 100_000


def draw(template: str, random: Random, passes: Check | None = None) -> str:
    """Return a value after a template that passes the check.

    In a template "#" stands for a digit, "~" for a capital, {ymd}, {Ymd}, {dmy}, {md} and {dmyyy} for a birthday.
    Raises `ValueError` where no draw passes.

    >>> draw("AB-#~", Random(1))
    'AB-9Z'
    """
    for _ in range(_TRIES):
        value = draw_from(template, random.randrange)
        if passes is None or passes(value):
            return value
    raise ValueError("no value after this template passes its check")


def draw_from(template: str, below: Below) -> str:
    """Return a value after a template, whatever its check says; `below` decides.

    >>> draw_from("AB-#~", lambda count: count - 1)
    'AB-9Z'
    """
    birthday = _FIRST + timedelta(days=below(_DAYS))
    dated = _DATE.sub(lambda match: birthday.strftime(_DATES[match[1]]), template)
    return "".join(_character(char, below) for char in dated)


def _character(char: str, below: Below) -> str:
    if char == "#":
        return str(below(10))
    return ascii_uppercase[below(len(ascii_uppercase))] if char == "~" else char
