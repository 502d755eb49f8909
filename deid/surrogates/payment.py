"""Cards and accounts that pay nothing: test ranges and banks that are not there, with check digits that hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stdnum import iban, luhn
from stdnum.es import ccc

from deid.surrogates.draw import Draw
from deid.surrogates.figures import laid, scrambled, signs

_TEST_CARDS: Mapping[str, str] = {
    "2": "222300",
    "34": "378282",
    "37": "378282",
    "30": "305693",
    "36": "305693",
    "38": "385200",
    "35": "353011",
    "4": "411111",
    "5": "555555",
    "6": "601111",
}
_NOBODY = "411111"
_ENDS = 100


@dataclass(frozen=True, slots=True)
class Cards:
    """A card of the same brand and length from the numbers that card firms keep for tests; the check digit is right.

    Of a number that is partly covered only the digits that show are drawn.
    """

    def identity(self, value: str, _: str) -> str | None:
        """Return the digits, and the letters that cover others."""
        found = signs(value)
        return found if any(char.isdecimal() for char in found) else None

    def draw(self, identity: str, draw: Draw) -> str | None:
        """Draw a number."""
        if not identity.isdecimal() or len(identity) < 12:
            return "".join(char if char.isalpha() else str(draw.dice.below(10)) for char in identity)
        start = _TEST_CARDS.get(identity[:2]) or _TEST_CARDS.get(identity[0]) or _NOBODY
        body = start + draw.dice.digits(len(identity) - len(start) - 1)
        return f"{body}{luhn.calc_check_digit(body)}"

    def forms(self, drawn: str) -> tuple[str, ...]:
        """Return what was drawn."""
        return (drawn,)

    def write(self, drawn: str, value: str) -> str | None:
        """Lay the digits into the value."""
        return laid(drawn, value)


@dataclass(frozen=True, slots=True)
class Ibans:
    """An account of the same country at a bank whose code begins with 00 or XX, with check digits that hold."""

    def identity(self, value: str, _: str) -> str | None:
        """Return the signs; None for what does not begin as an IBAN."""
        found = signs(value)
        return found if len(found) > 7 and found[:2].isalpha() and found[2:4].isdecimal() else None

    def draw(self, identity: str, draw: Draw) -> str | None:
        """Draw an account."""
        country = identity[:2].upper()
        account = "".join("0" if char.isdecimal() else "X" for char in identity[4:6])
        account += scrambled(f"0{identity[6:]}", draw.dice)[1:].upper()
        if country == "ES" and account.isdecimal() and len(account) == 20:
            account = account[:8] + ccc.calc_check_digits(account) + account[10:]
        return _with_checks(country, account, iban.is_valid(identity))

    def forms(self, drawn: str) -> tuple[str, ...]:
        """Return what was drawn."""
        return (drawn,)

    def write(self, drawn: str, value: str) -> str | None:
        """Lay the signs into the value."""
        return laid(drawn, value)


def _with_checks(country: str, account: str, valid: bool) -> str | None:
    """Return the account with its check digits; where the country has digits of its own, with an end that suits them.

    One whose original is not valid has only those of ISO 7064.
    """
    for end in range(_ENDS):
        tried = account if end == 0 else account[:-2] + f"{end:02d}"
        number = f"{country}{iban.calc_check_digits(f'{country}00{tried}')}{tried}"
        if not valid or iban.is_valid(number):
            return number.lower()
    return None
