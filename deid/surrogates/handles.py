"""E-mail addresses and user names: made of a person's surrogate as they were made of the person's name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import regex

from deid.normal.normalise import fold
from deid.surrogates.draw import Draw
from deid.surrogates.name import Name
from deid.surrogates.network import DOMAINS
from deid.surrogates.player import Player
from deid.surrogates.words import plain

_RUNS = regex.compile(r"\p{L}+|\d+|[^\p{L}\d]+")
_TELLING = 3  # letters that a word has at least by which a handle is somebody's
_PLAIN_DRAWS = 3

_Piece = tuple[int, bool]  # a place in the name; whether it is but the initial


@dataclass(frozen=True, slots=True)
class Handles:
    """User names, or with `mail` e-mail addresses, which move to the domains of RFC 2606."""

    mail: bool

    def identity(self, value: str, _: str) -> str | None:
        """Return the handle, folded; None where it is no handle."""
        found = "".join(fold(value).text.split()).removeprefix("mailto:")
        name, at, domain = found.rpartition("@")
        if self.mail:
            return found if name and at and domain else None
        return found.removeprefix("@") or None

    def draw(self, identity: str, draw: Draw) -> str | None:
        """Draw a handle for nobody in particular."""
        dice = draw.dice
        words = [plain(name).replace(" ", "-") for name in (draw.given(), draw.family())]
        local = local_part(identity, self.mail)
        shaped = [dice.digits(len(run)) if run.isdecimal() else run for run in _RUNS.findall(local)]
        letters = sum(run.isalpha() for run in shaped)
        if letters == 1:
            words = ["".join(words)]
        following = iter(words)
        written = "".join(next(following, "") if run.isalpha() else run for run in shaped)
        return self.finished(written.strip("._-+") or words[-1], draw)

    def follow(self, identity: str, name: Sequence[str], player: Player, draw: Draw) -> str | None:
        """Make the handle of a player as the original was made of the words of a name; None where it was not."""
        pieces = pieces_of(local_part(identity, self.mail), tuple(name))
        if pieces is None:
            return None
        written = []
        for run, made_of in pieces:
            if made_of is None:
                written.append(draw.dice.digits(len(run)) if run.isdecimal() else run)
            for place, initial in made_of or ():
                word = plain(player.word(place, len(name) - 1)).replace(" ", "-")
                written.append(word[:1] if initial else word)
        return self.finished("".join(written), draw)

    def finished(self, local: str, draw: Draw) -> str:
        """Add a domain, and a number where the plain handle is taken."""
        dice, attempt = draw.dice, draw.attempt
        tail = "" if attempt < _PLAIN_DRAWS else str(dice.below(10 ** (attempt // _PLAIN_DRAWS + 1)))
        return f"{local}{tail}@{dice.choose(DOMAINS)}" if self.mail else f"{local}{tail}"

    def forms(self, drawn: str) -> tuple[str, ...]:
        """Return what was drawn."""
        return (drawn,)

    def write(self, drawn: str, value: str) -> str | None:
        """Return what was drawn, in the case of the value and with the sign before it."""
        sign = "@" if not self.mail and value.startswith("@") else ""
        return sign + (drawn.upper() if value.isupper() else drawn)


def local_part(identity: str, mail: bool) -> str:
    """Return what stands before the domain, without a tag behind "+"."""
    return identity.rpartition("@")[0].partition("+")[0] if mail else identity


def owned(local: str, name: Name) -> bool:
    """Whether a handle is made of the words of a name.

    >>> from deid.surrogates.name import read_name
    >>> owned("ann.lee7", read_name("Ann Lee")), owned("alee", read_name("Ann Lee")), owned("bob", read_name("Ann Lee"))
    (True, True, False)
    """
    return pieces_of(local, tuple(name.identity.split())) is not None


@dataclass(frozen=True, slots=True)
class _Search:
    """How runs of letters come out of words."""

    words: tuple[str, ...] = field(repr=False)

    def made_of(self, run: str) -> tuple[_Piece, ...] | None:
        """Return the words and initials that a run of letters is made of, two at most."""
        single = list(self._pieces())
        for text, piece in single:
            if text == run:
                return (piece,)
        for text, piece in single:
            if run.startswith(text):
                rest = run[len(text) :]
                other = next((p for t, p in single if t == rest and p[0] != piece[0]), None)
                if other is not None:
                    return (piece, other)
        return None

    def _pieces(self) -> Iterator[tuple[str, _Piece]]:
        yield from ((word, (place, False)) for place, word in enumerate(self.words))
        yield from ((word[:1], (place, True)) for place, word in enumerate(self.words))


@lru_cache(maxsize=10_000)
def pieces_of(local: str, name: tuple[str, ...]) -> tuple[tuple[str, tuple[_Piece, ...] | None], ...] | None:
    """Take a handle apart: its runs, and for letters what of the name they are; None where it is not the name's."""
    search = _Search(name)
    pieces: list[tuple[str, tuple[_Piece, ...] | None]] = []
    told = False
    for run in _RUNS.findall(local):
        made_of = search.made_of(run) if run.isalpha() else None
        if run.isalpha() and made_of is None:
            return None
        told = told or any(not initial and len(name[place]) >= _TELLING for place, initial in made_of or ())
        pieces.append((run, made_of))
    return tuple(pieces) if told else None
