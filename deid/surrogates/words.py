"""The words that surrogates are made of: Faker's lists, by locale."""

from __future__ import annotations

import importlib
import itertools
from bisect import bisect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from deid.gazetteer import NAME_LOCALES
from deid.normal.normalise import fold
from deid.surrogates.dice import Dice

LOCALES: Mapping[str, str] = {"en": "en_US", "es": "es_ES", "fr": "fr_FR", "de": "de_DE"}
"""The locale of a language, where a policy names none."""

KNOWN = ("en_US", "en_GB", "es_ES", "es_MX", "fr_FR", "de_DE")
"""The locales that a policy may name."""

FEMALE, MALE = "female", "male"
_LAST_WESTERN = "ÿ"


@lru_cache(maxsize=50_000)
def plain(word: str) -> str:
    """Return a word of the lists as it is compared: in small letters, without accents.

    >>> plain("Zoë-Marie"), plain("O'Hara")
    ('zoe marie', 'ohara')
    """
    return " ".join(folded for folded, _, _ in fold(word).words())


@dataclass(frozen=True, slots=True)
class Weighted:
    """Words, each as frequent as its weight says."""

    words: tuple[str, ...]
    bounds: tuple[int, ...]

    @classmethod
    def of(cls, weights: Mapping[str, float]) -> Weighted:
        """Keep the names of one word, without marks in them; no weight is nothing."""
        kept = {word: weight for word, weight in weights.items() if word.isalpha() and len(word) > 1}
        least = min((weight for weight in kept.values() if weight > 0), default=1.0)
        sizes = (max(1, round(weight / least)) for weight in kept.values())
        return cls(tuple(kept), tuple(itertools.accumulate(sizes)))

    def draw(self, dice: Dice) -> str:
        """Return one word."""
        return self.words[bisect(self.bounds, dice.below(self.bounds[-1]))]


@dataclass(frozen=True, slots=True)
class Words:
    """The lists of one locale: given names by gender, family names, and what towns, streets and firms are made of."""

    given: Mapping[str, Weighted]
    family: Weighted
    anyone: Weighted
    states: tuple[str, ...]
    codes: tuple[str, ...]
    countries: tuple[str, ...]
    firms: tuple[str, ...]

    def gender(self, given: str) -> str | None:
        """Return the gender that a given name speaks for, None where it speaks for both or is not known.

        >>> words_of("en_US").gender("mary"), words_of("en_US").gender("qxz")
        ('female', None)
        """
        told = [gender for gender in (FEMALE, MALE) if given in _folded(self.given[gender].words)]
        return told[0] if len(told) == 1 else None

    def is_given(self, word: str) -> bool:
        """Whether a word, folded, is a given name and no family name."""
        return word in _folded(self.anyone.words) and word not in _folded(self.family.words)


@lru_cache(maxsize=64)
def _folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(plain, words))


@lru_cache(maxsize=8)
def words_of(locale: str) -> Words:
    """Return the lists of a locale."""
    people, places = _provider("person", locale), _provider("address", locale)
    firms = _provider("company", "en_US" if locale == "en_GB" else locale)
    female, male = _weights(people, "first_names_female"), _weights(people, "first_names_male")
    return Words(
        {FEMALE: Weighted.of(female), MALE: Weighted.of(male)},
        Weighted.of(_weights(people, "last_names")),
        Weighted.of({**female, **male}),
        _texts(getattr(places, "states", ())),
        _texts(getattr(places, "states_abbr", ())),
        _texts(getattr(places, "countries", ())),
        _texts(getattr(firms, "company_suffixes", ())),
    )


@lru_cache(maxsize=1)
def world() -> Words:
    """Return the names in western letters of all locales: for where those of one have become few."""
    female, male, family = (
        {
            name: 1.0
            for locale in NAME_LOCALES
            for name in _names(_provider("person", locale), kind)
            if all(char <= _LAST_WESTERN for char in name)
        }
        for kind in ("first_names_female", "first_names_male", "last_names")
    )
    given = {FEMALE: Weighted.of(female), MALE: Weighted.of(male)}
    return Words(given, Weighted.of(family), Weighted.of({**female, **male}), (), (), (), ())


def _names(provider: type, kind: str) -> Iterable[str]:
    return (str(name) for name in getattr(provider, kind, ()) if isinstance(name, str))


def _provider(kind: str, locale: str) -> type:
    provider: type = importlib.import_module(f"faker.providers.{kind}.{locale}").Provider
    return provider


def _weights(provider: type, name: str) -> dict[str, float]:
    """Read a list; what it names twice counts twice, and a locale without weights is even."""
    listed = getattr(provider, name)
    if isinstance(listed, Mapping):
        return {str(word): float(weight) for word, weight in listed.items()}
    weights: dict[str, float] = {}
    for word in listed:
        weights[str(word)] = weights.get(str(word), 0.0) + 1.0
    return weights


def _texts(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(v[-1] if isinstance(v, tuple) else v) for v in values))
