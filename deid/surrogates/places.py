"""Towns, streets and firms: their names made of the words of a locale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import regex

from deid.surrogates.draw import Draw
from deid.surrogates.words import plain, words_of

_DIGITS = regex.compile(r"\d+")

_TOWNS: Mapping[str, Sequence[str]] = {
    "en": ("{}ton", "{}ville", "{}bury", "{}borough", "{}field", "{}ford", "North {}ton", "Port {}", "Lake {}"),
    "es": ("Villa {}", "San {}", "Puerto {}", "Torre {}", "Villanueva de {}", "Castillo de {}"),
    "fr": ("Saint-{}", "{}-les-Bains", "{}-sur-Mer", "{}-la-Forêt", "{}ville", "{}bourg"),
    "de": ("{}stadt", "{}hausen", "{}dorf", "{}heim", "{}berg", "Bad {}", "Neu {}"),
}
_STREETS: Mapping[str, Sequence[str]] = {
    "en": ("{n} {} Street", "{n} {} Road", "{n} {} Avenue", "{n} {} Lane", "{n} {} Drive", "{n} {} Close"),
    "es": ("Calle {}, {n}", "Avenida {}, {n}", "Plaza {}, {n}", "Paseo {}, {n}"),
    "fr": ("{n} rue {}", "{n} avenue {}", "{n} boulevard {}", "{n} chemin {}"),
    "de": ("{}straße {n}", "{}weg {n}", "{}platz {n}", "{}allee {n}"),
}
_HOUSES = frozenset(
    (
        "hospital clinic university school college academy institute bank church court library museum hotel pharmacy "
        "clinica universidad colegio escuela instituto banco iglesia hopital clinique universite ecole lycee banque "
        "klinik krankenhaus universitat schule gymnasium institut sparkasse kirche apotheke"
    ).split()
)


COMMON = _HOUSES | frozenset(
    (
        "street road avenue lane drive close calle avenida plaza paseo rue boulevard chemin north port lake saint san "
        "inc and sons llc group plc ltd sa sarl gmbh ag kg"
    ).split()
)
"""Words that a surrogate may share with the original: they name nobody."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A name of words, in which case and punctuation do not count."""

    def identity(self, value: str, _: str) -> str | None:
        """Return the words, folded."""
        return plain(value) or None

    def forms(self, drawn: str) -> tuple[str, ...]:
        """Return the words, folded."""
        return (plain(drawn),)

    def write(self, drawn: str, value: str) -> str | None:
        """Return what was drawn, in the case of the value."""
        if value.isupper() and len(value) > 1:
            return drawn.upper()
        return drawn.lower() if value.islower() else drawn


@dataclass(frozen=True, slots=True)
class Towns(_Phrase):
    """A town that is not there, for a state another state, for a country another country."""

    def draw(self, identity: str, draw: Draw) -> str | None:
        """Draw a place."""
        lists = words_of(draw.style.locale)
        for listed in (lists.states, lists.codes, lists.countries):
            if any(plain(name) == identity for name in listed):
                return draw.dice.choose(listed)
        return draw.dice.choose(_TOWNS[draw.style.locale[:2]]).format(draw.family())


@dataclass(frozen=True, slots=True)
class Streets(_Phrase):
    """A street named after nobody, with a house number of as many digits; what follows the street is left out."""

    def draw(self, identity: str, draw: Draw) -> str | None:
        """Draw a street."""
        number = _DIGITS.search(identity)
        house = str(1 + draw.dice.below(10 ** min(len(number[0]), 4) - 1)) if number else ""
        form = draw.dice.choose(_STREETS[draw.style.locale[:2]])
        return form.format(draw.family(), n=house).strip(" ,")


@dataclass(frozen=True, slots=True)
class Firms(_Phrase):
    """A firm that is named after nobody; a hospital stays one, and a school a school."""

    def draw(self, identity: str, draw: Draw) -> str | None:
        """Draw a name."""
        house = next((word for word in reversed(identity.split()) if word in _HOUSES), None)
        family = draw.family()
        if house is not None:
            return f"{family} {house.title()}" if draw.style.locale[:2] in {"en", "de"} else f"{house.title()} {family}"
        return f"{family} {draw.dice.choose(words_of(draw.style.locale).firms)}"
