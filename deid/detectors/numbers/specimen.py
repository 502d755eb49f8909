"""Made-up numbers: drawn after a template until their checksum holds."""

from datetime import date, timedelta
from random import Random
from string import ascii_uppercase

import regex

from deid.detectors.numbers.checksums import Check

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
        value = _fill(template, random)
        if passes is None or passes(value):
            return value
    raise ValueError("no value after this template passes its check")


def _fill(template: str, random: Random) -> str:
    birthday = _FIRST + timedelta(days=random.randrange(_DAYS))
    dated = _DATE.sub(lambda match: birthday.strftime(_DATES[match[1]]), template)
    return "".join(_character(char, random) for char in dated)


def _character(char: str, random: Random) -> str:
    if char == "#":
        return str(random.randrange(10))
    return random.choice(ascii_uppercase) if char == "~" else char
