"""Numbers of states that are set aside: never given to anybody, or kept for tests."""

from __future__ import annotations

from dataclasses import dataclass

from stdnum.gb import nhs

from deid.surrogates.draw import Draw
from deid.surrogates.figures import Figures

_UNUSED_GROUPS = (66, 67, 68, 69, 89, 93)


@dataclass(frozen=True, slots=True)
class SocialSecurity(Figures):
    """US social security numbers of an area from 900 on, which are never given out (42 CFR 422.103)."""

    def draw(self, identity: str, draw: Draw) -> str | None:
        """Draw a number; of one that is partly covered, the digits that show."""
        if len(identity) != 9 or not identity.isdecimal():
            return "".join(char if char.isalpha() else str(draw.dice.below(10)) for char in identity)
        # a group from 50 on could be a taxpayer's number
        return f"9{draw.dice.digits(2)}{1 + draw.dice.below(49):02d}{1 + draw.dice.below(9999):04d}"


@dataclass(frozen=True, slots=True)
class Taxpayer(Figures):
    """US individual taxpayer numbers of a group that is not in use."""

    def draw(self, identity: str, draw: Draw) -> str | None:
        """Draw a number."""
        if len(identity) != 9 or not identity.isdecimal():
            return "".join(char if char.isalpha() else str(draw.dice.below(10)) for char in identity)
        return f"9{draw.dice.digits(2)}{draw.dice.choose(_UNUSED_GROUPS)}{draw.dice.digits(4)}"


@dataclass(frozen=True, slots=True)
class Health(Figures):
    """NHS numbers that begin with 999, which are kept for tests."""

    def draw(self, identity: str, draw: Draw) -> str | None:
        """Draw a number whose check digit holds; of some there is none."""
        if len(identity) != 10 or not identity.isdecimal():
            return None
        body = f"999{draw.dice.digits(6)}"
        return next((f"{body}{check}" for check in range(10) if nhs.is_valid(f"{body}{check}")), None)
