"""Telephone numbers that ring nowhere: from the ranges that countries keep for films, then from codes nobody has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import phonenumbers
import regex

from deid.surrogates.dice import Dice
from deid.surrogates.draw import Draw
from deid.surrogates.figures import laid, scrambled, signs

_AMERICA = "1"
_FILM: Mapping[str, Mapping[int, tuple[str, ...]]] = {
    "44": {10: ("7700900", "1134960", "1144960", "1154960", "1164960", "1174960", "1214960", "1314960", "1414960",
                "1514960", "1614960", "2079460", "1914980", "2896496", "2920180", "1632960")},
    "33": {9: ("19900", "26191", "35301", "46571", "53649", "63998")},
    "49": {
        8: ("3023125", "6990009", "4066969", "8999998", "2214710"),
        10: ("3023125", "6990009", "4066969", "8999998", "2214710", "1717920", "1764069", "1725529"),
        11: ("15228817386", "17640690"),
    },
}  # fmt: skip
"""Numbers kept for films, by country code and length without it: Ofcom, Arcep, Bundesnetzagentur."""

_REGIONS: Mapping[str, str] = {"en": "US", "es": "ES", "fr": "FR", "de": "DE"}
_COUNTRIES = frozenset(map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE))
_FILM_DRAWS = 8
_TRIES = 40
_EXTENSION = regex.compile(r"\s*(?:[,;]?\s*(?:ext?\.?|x|#|durchwahl|poste)\s*\d{1,6})$", regex.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Phones:
    """A number is the same with and without the code of its country; an extension belongs to it.

    America: exchange 555, line 01xx, then area codes that are kept for later. Britain, France and Germany: what their
    authorities keep for drama, and beyond that, as everywhere else, numbers that the plan of the country does not know.
    """

    def identity(self, value: str, language: str) -> str | None:
        """Return "+country number" as far as the country is told, else the digits."""
        body = _body(value)
        digits = signs(body)
        if not digits.isdecimal():
            return None
        extension = signs(value[len(body) :]).lstrip("abcdefghijklmnopqrstuvwxyz")
        return " ".join(filter(None, (_national(body, digits, language), extension and f"x{extension}")))

    def draw(self, identity: str, draw: Draw) -> str | None:
        """Draw a number of the same country and length."""
        number, _, extension = identity.partition(" x")
        country, _, own = number.partition(" ")
        drawn = _drawn(country.removeprefix("+"), own, draw)
        tail = f" x{draw.dice.digits(len(extension))}" if extension else ""
        return None if drawn is None else f"{country} {drawn}{tail}"

    def forms(self, drawn: str) -> tuple[str, ...]:
        """Return the number, without and with its extension."""
        return (drawn.partition(" x")[0], drawn)

    def write(self, drawn: str, value: str) -> str | None:
        """Lay the digits into the value from its end; the code of the country and what it is led by stay."""
        number, _, extension = drawn.partition(" ")[2].partition(" x")
        body = _body(value)
        before = signs(body)[: max(0, len(signs(body)) - len(number))]
        written, behind = laid(before + number, body), value[len(body) :]
        letters = "".join(char for char in signs(behind) if char.isalpha())
        tail = laid(letters + extension, behind) if behind else ""
        return None if written is None or tail is None else written + tail


def _body(value: str) -> str:
    return _EXTENSION.sub("", value)


def _national(body: str, digits: str, language: str) -> str:
    abroad = "+" in body or digits.startswith("00")
    full = digits.removeprefix("00") if digits.startswith("00") else digits
    if abroad:
        country = next((full[:n] for n in (1, 2, 3) if full[:n] in _COUNTRIES), "")
        own = full[len(country) :]
        return f"+{country} {own.removeprefix('0') if country in _FILM else own}" if country else f"+ {digits}"
    if language == "en" and (len(digits) in {7, 10} or (len(digits) == 11 and digits[0] == "1")):
        return f"+1 {digits[-10:]}"
    country = {"en": "44", "fr": "33", "de": "49"}.get(language, "")
    return f"+{country} {digits[1:]}" if country and digits[0] == "0" and len(digits) > 1 else f"+ {digits}"


def _drawn(country: str, own: str, draw: Draw) -> str | None:
    dice, attempt = draw.dice, draw.attempt
    if country == _AMERICA and len(own) in {7, 10}:
        return _american(own, dice, attempt)
    film = _FILM.get(country, {}).get(len(own), ())
    if film and attempt < _FILM_DRAWS:
        start = dice.choose(film)
        return start[: len(own)] + dice.digits(len(own) - len(start))
    region = _REGIONS[draw.style.locale[:2]]
    for _ in range(_TRIES):
        drawn = scrambled(own, dice)
        if len(own) < 5 or not _is_given_out(f"+{country}{drawn}" if country else drawn, region):
            return drawn
    return None


def _american(own: str, dice: Dice, attempt: int) -> str:
    if len(own) == 7:
        return f"55501{dice.digits(2)}" if attempt < _FILM_DRAWS else f"555{dice.digits(4)}"
    if attempt < _FILM_DRAWS:
        return f"{2 + dice.below(8)}{dice.below(9)}{dice.below(10)}55501{dice.digits(2)}"
    return f"{2 + dice.below(8)}9{dice.below(10)}{2 + dice.below(8)}{dice.digits(6)}"


def _is_given_out(number: str, region: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False
