"""International bank account numbers, by country, length and check digits, whatever stands between and beside them."""

from collections.abc import Iterable
from functools import lru_cache

import regex

# How many letters and digits follow country and check digits (ISO 13616 registry).
_COUNTRIES = {
    11: "NO",
    12: "BE",
    14: "DK FI FK FO GL NL SD",
    15: "MK SI",
    16: "AT BA EE KZ LT LU MN XK",
    17: "CH HR LI LV",
    18: "BG BH CR DE GB GE IE ME RS VA",
    19: "AE GI IL IQ OM SO TL",
    20: "AD CZ ES MD PK RO SA SE SK TN VG",
    21: "LY PT ST",
    22: "IS TR",
    23: "BI DJ FR GR IT MC MR SM",
    24: "AL AZ BY CY DO GT HU LB NI PL SV",
    25: "BR EG PS QA UA",
    26: "JO KW MU YE",
    27: "MT SC",
    28: "LC",
    29: "RU",
}
_LENGTHS = {country: length for length, countries in _COUNTRIES.items() for country in countries.split()}
# Where two letters end and digits start: found much faster than the letters.
_CHECK_DIGIT = regex.compile(r"[0-9](?<=[A-Za-z][\n ]?[A-Za-z][0-9]|[A-Za-z]{2}[\n ][0-9])(?=\n?[0-9])")
_GAP = r"(?: - |[ ]?[\n ._/-]{1,3}[ ]?)?"


def find_ibans(text: str) -> Iterable[tuple[int, int]]:
    """Yield start and end of each number whose check digits are right (ISO 7064, mod 97-10).

    >>> list(find_ibans("to DE89 3704 0044 0532 0130 00 by Monday"))
    [(3, 30)]
    """
    end = 0
    for place in _CHECK_DIGIT.finditer(text):
        start = place.start() - (2 if text[place.start() - 2 : place.start()].isalpha() else 3)
        length = _LENGTHS.get("".join(text[start : place.start()].split()).upper())
        found = _form(length).match(text, start) if length and start >= end else None
        if found and passes(found.group()):
            end = found.end()
            yield found.span()


def passes(value: str) -> bool:
    """Whether the check digits of a number are right."""
    compact = "".join(c for c in value.upper() if c.isalnum())
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


@lru_cache(maxsize=64)
def _form(length: int) -> "regex.Pattern[str]":
    return regex.compile(rf"[A-Za-z][\n ]?[A-Za-z][\n ]?[0-9]\n?[0-9](?:{_GAP}[A-Za-z0-9]){{{length}}}")
