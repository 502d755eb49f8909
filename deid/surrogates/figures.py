"""Codes of letters and digits: drawn sign by sign, laid into the separators of the original."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from deid.detectors.numbers.checksums import Check
from deid.detectors.numbers.national import IDENTIFIERS
from deid.detectors.numbers.numbers import Identifier
from deid.detectors.numbers.specimen import draw_from
from deid.normal.normalise import fold
from deid.surrogates.dice import Dice
from deid.surrogates.draw import Draw

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_TRIES = 400
_CHANCES = 200


def signs(value: str) -> str:
    """Return the letters and digits of a value, folded.

    >>> signs("AB-12 / ٣")
    'ab123'
    """
    return "".join(char for char in fold(value).text if char.isalnum())


def laid(drawn: str, value: str) -> str | None:
    """Return a value with the drawn signs instead of its own, in their case; None where the numbers differ.

    >>> laid("xy34", "AB-12"), laid("xy3", "AB-12")
    ('XY-34', None)
    """
    places = [place for place, char in enumerate(value) if char.isalnum()]
    if len(places) != len(drawn):
        return None
    written = list(value)
    for place, sign in zip(places, drawn, strict=True):
        written[place] = sign.upper() if value[place].isupper() or not value[place].isalpha() else sign
    return "".join(written)


def scrambled(identity: str, dice: Dice) -> str:
    """Draw a digit for each digit and a letter for each letter; what begins with no zero goes on to do so."""
    drawn = [dice.choose(_LETTERS) if char.isalpha() else str(dice.below(10)) for char in identity]
    if drawn and identity[0].isdecimal() and identity[0] != "0":
        drawn[0] = str(1 + dice.below(9))
    return "".join(drawn)


@dataclass(frozen=True, slots=True)
class Figures:
    """A code of which only the signs count. What passes the check of a scheme, or `check`, goes on to do so.

    `schemes` are the labels whose schemes it may belong to.

    Where a country sets no numbers aside, one that is made up may by chance be somebody's.
    """

    schemes: tuple[str, ...] = ()
    needs_digit: bool = True
    check: Check | None = None

    def identity(self, value: str, _: str) -> str | None:
        """Return the signs; None for a value without a digit, unless letters alone are a code of the kind."""
        found = signs(value)
        return found if any(char.isdecimal() for char in found) or (found and not self.needs_digit) else None

    def draw(self, identity: str, draw: Draw) -> str | None:
        """Draw after the scheme that the original belongs to, or sign by sign."""
        scheme = _scheme(self.schemes, identity)
        passes = scheme.passes if scheme else self.check
        if passes is None or not passes(identity.upper()):
            return scrambled(identity, draw.dice)
        for _ in range(_TRIES):
            drawn = signs(draw_from(scheme.sample, draw.dice.below)) if scheme else scrambled(identity, draw.dice)
            if passes(drawn.upper()):
                return drawn
        return None

    def forms(self, drawn: str) -> tuple[str, ...]:
        """Return what was drawn."""
        return (drawn,)

    def write(self, drawn: str, value: str) -> str | None:
        """Lay the signs into the value."""
        return laid(drawn, value)


@lru_cache(maxsize=2048)
def _schemes(labels: tuple[str, ...], shape: str) -> Sequence[Identifier]:
    """Return the schemes with a check whose made-up values look so, those first that fewest numbers pass."""
    found = (one for one in IDENTIFIERS if one.label in labels and one.check and _shape(_sample(one)) == shape)
    return sorted(found, key=lambda one: _passed_by_chance(one, shape))


def _passed_by_chance(scheme: Identifier, shape: str) -> int:
    dice = Dice(bytes(32))
    return sum(scheme.passes(scrambled(shape, dice).upper()) for _ in range(_CHANCES))


def _sample(scheme: Identifier) -> str:
    return signs(draw_from(scheme.sample, Dice(bytes(32)).below))


def _shape(identity: str) -> str:
    return "".join("a" if char.isalpha() else "0" for char in identity)


def _scheme(labels: tuple[str, ...], identity: str) -> Identifier | None:
    """Return the scheme whose check a value passes; of several, the one that it passes least by chance."""
    upper = identity.upper()
    return next((one for one in _schemes(labels, _shape(identity)) if one.passes(upper)), None)
