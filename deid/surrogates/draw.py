"""One attempt at a surrogate, and the names that come out of it."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field

from deid.surrogates.dice import Dice
from deid.surrogates.part import Style
from deid.surrogates.words import Weighted, Words, plain, words_of, world

_SINGLE = 12  # attempts after which names are doubled
_ONE_IN, _HOME_DRAWS, _DRAWS = 5, 4, 12


@dataclass(frozen=True, slots=True)
class Draw:
    """One attempt at a surrogate: what decides, in which style, how many attempts there were before it, and the source.

    No word of a name that is drawn occurs alone in the `source`, as far as there are others.
    """

    dice: Dice = field(repr=False)
    style: Style
    attempt: int = 0
    source: Container[str] = field(default=frozenset(), repr=False)

    def family(self) -> str:
        """Draw a family name."""
        return self._name(lambda lists: lists.family)

    def given(self, gender: str | None = None) -> str:
        """Draw a given name, of a gender where one is asked for."""
        return self._name(lambda lists: lists.anyone if gender is None else lists.given[gender])

    def _name(self, of: Callable[[Words], Weighted]) -> str:
        """Draw a name; where single ones have become rare, two."""
        drawn = self._word(of)
        return drawn if self.attempt < _SINGLE else f"{drawn}-{self._word(of)}"

    def _word(self, of: Callable[[Words], Weighted]) -> str:
        """Draw a word of the locale, one in five of the world; where most of its words occur in the source, too.

        The lists of one locale are short: whoever knows them tells an original by its not being there.
        """
        home = words_of(self.style.locale)
        left = _HOME_DRAWS if self.dice.below(_ONE_IN) else 0
        for attempt in range(_DRAWS):
            drawn = of(home if attempt < left else world()).draw(self.dice)
            if plain(drawn) not in self.source:
                break
        return drawn
