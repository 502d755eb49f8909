"""A person who does not exist: given names and a family name, drawn to play somebody else."""

from __future__ import annotations

from typing import NamedTuple

from deid.surrogates.draw import Draw
from deid.surrogates.name import Name
from deid.surrogates.words import plain, words_of


class Player(NamedTuple):
    """The names of somebody made up; whoever plays a lone word has a family name or given ones, not both."""

    family: str
    given: tuple[str, ...]

    def __repr__(self) -> str:
        return "Player()"

    @classmethod
    def drawn(cls, identity: str, draw: Draw) -> Player:
        """Draw somebody for a name: with as many given names as it has."""
        words, lists = identity.split(), words_of(draw.style.locale)
        gender = lists.gender(words[0]) if draw.style.keep_gender else None
        if len(words) == 1 and (gender is not None or lists.is_given(words[0])):
            return cls("", (draw.given(gender),))
        if words[0] == words[-1]:  # a cell that says but this word cannot tell which of the two it is
            name = draw.given(gender)
            return cls(name, (name,) * (len(words) - 1))
        family = draw.family()
        two = len(words) > 2 and draw.style.locale.startswith("es")  # two family names: the first goes with the given
        given = [draw.given(gender) for _ in words[1 + two :]]
        return cls(family, (*given, draw.family()) if two else tuple(given))

    @classmethod
    def from_text(cls, text: str) -> Player:
        """Read what `text` wrote.

        >>> Player.from_text("Stone, Maria Ines")
        Player()
        """
        family, _, given = text.partition(", ")
        return cls(family, tuple(given.split()))

    @property
    def text(self) -> str:
        """The names in one line.

        >>> Player("Stone", ("Maria", "Ines")).text
        'Stone, Maria Ines'
        """
        return f"{self.family}, {' '.join(self.given)}"

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms in which the name may be written, folded, the one that tells it from others first."""
        family, given = plain(self.family), [plain(name) for name in self.given]
        if not family or not given:
            return (family or " ".join(given),)
        first = given[0]
        short = (f"{first} {family}", f"{first[0]} {family}", family, *given)
        return short if len(given) == 1 else (*short, f"{' '.join(given)} {family}")

    def word(self, place: int, last: int) -> str:
        """Return the name in a place of a whole one that ends at `last`."""
        if not self.given or (self.family and place >= last):
            return self.family
        return self.given[min(place, len(self.given) - 1)]


def play_name(player: Player, whole: Name, name: Name, value: str) -> str | None:
    """Write what a player is called where the value stands: the same words of the whole name, in the same form."""
    places = name.places_in(whole)
    if places is None or not name.words:
        return None
    last = len(whole.words) - 1
    return name.written(value, lambda number: player.word(places[number], last))
