"""One attempt at a surrogate, and the names that come out of it."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import NamedTuple

from deid.surrogates.dice import Dice
from deid.surrogates.part import Style
from deid.surrogates.words import Weighted, plain, words_of, world

_SINGLE = 12  # attempts after which names are doubled
_ONE_IN, _HOME_DRAWS, _AWAY_DRAWS = 5, 4, 8


class Draw(NamedTuple):
    """One attempt at a surrogate: what decides, in which style, how many attempts there were before it, and the source.

    No word of a name that is drawn occurs alone in the `source`, as far as there are others.
    """

    dice: Dice
    style: Style
    attempt: int = 0
    source: Container[str] = frozenset()

    def __repr__(self) -> str:
        return f"Draw({self.style!r}, attempt={self.attempt})"

    def family(self) -> str:
        """Draw a family name."""
        return self._name(words_of(self.style.locale).family, _world_family)

    def given(self, gender: str | None = None) -> str:
        """Draw a given name, of a gender where one is asked for."""
        lists = words_of(self.style.locale)
        if gender is None:
            return self._name(lists.anyone, _world_anyone)
        return self._name(lists.given[gender], lambda: world().given[gender])

    def _name(self, home: Weighted, away: Callable[[], Weighted]) -> str:
        """Draw a name; where single ones have become rare, two."""
        drawn = self._word(home, away)
        return drawn if self.attempt < _SINGLE else f"{drawn}-{self._word(home, away)}"

    def _word(self, home: Weighted, away: Callable[[], Weighted]) -> str:
        """Draw a word of the locale, one in five of the world; where most of its words occur in the source, too.

        The lists of one locale are short: whoever knows them tells an original by its not being there.
        """
        dice, source = self.dice, self.source
        if dice.below(_ONE_IN):
            for _ in range(_HOME_DRAWS):
                drawn = home.draw(dice)
                if plain(drawn) not in source:
                    return drawn
        for _ in range(_AWAY_DRAWS):
            drawn = away().draw(dice)
            if plain(drawn) not in source:
                break
        return drawn


def _world_family() -> Weighted:
    return world().family


def _world_anyone() -> Weighted:
    return world().anyone
