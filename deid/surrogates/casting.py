"""Casting: parts are given out one after the other, each to the first candidate that is free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple, Protocol

import regex

from deid.keys import Key
from deid.surrogates.cast import forms_of
from deid.surrogates.dice import Dice
from deid.surrogates.draw import Draw
from deid.surrogates.handles import Handles, local_part
from deid.surrogates.kinds import KINDS, PERSON
from deid.surrogates.part import CORPUS, Part, Style
from deid.surrogates.places import COMMON
from deid.surrogates.player import Player

_DOMAIN = "surrogate"
_ATTEMPTS = 120
_LETTERS = regex.compile(r"\p{L}+")


class Bid(NamedTuple):
    """A part that is to be given out: in which style, and whose it is if it is somebody's."""

    part: Part
    style: Style
    owner: Part | None = None

    def __repr__(self) -> str:
        return f"Bid({self.part!r})"


class Book(Protocol):
    """Where it is written down who has which part."""

    def role(self, part: Part) -> str | None:
        """Return what was drawn for a part; None where nothing was yet."""
        ...

    def give(self, part: Part, drawn: str, form: str) -> bool:
        """Give a part out, unless another of its kind and scope has this main form; say whether that was done."""
        ...


class Roles:
    """A book in memory; `given` begins with the roles that were given out before."""

    def __init__(self, given: Mapping[Part, str]) -> None:
        self.given = dict(given)
        self._taken: dict[tuple[str, str], set[str]] = defaultdict(set)
        for part, drawn in given.items():
            self._taken[part.kind, part.scope].add(forms_of(part, drawn)[0])

    def role(self, part: Part) -> str | None:
        """Return what was drawn for a part."""
        return self.given.get(part)

    def give(self, part: Part, drawn: str, form: str) -> bool:
        """Give a part out, unless another of its kind and scope has this main form."""
        taken = self._taken[part.kind, part.scope]
        if form in taken:
            return False
        taken.add(form)
        self.given[part] = drawn
        return True


class Casting:
    """Parts are given out in an order that only the key knows; none that occurs in the `source`.

    `salt` is a digest of all the source holds (`salt_of`): what counts within one run only is drawn with it.
    """

    def __init__(self, key: Key, source: Container[str], salt: bytes, book: Book) -> None:
        self._key = key
        self._source = source
        self._salt = salt
        self._book = book

    def turn(self, part: Part) -> bytes:
        """Return when it is a part's turn: digests in order are the order in which parts are given out."""
        return self._seed(part, 0)

    def fill(self, bids: Iterable[tuple[bytes, Bid]]) -> None:
        """Give out parts, which come in their turns, each with its own."""
        for turn, bid in bids:
            own = _telling(bid.part)
            for drawn, forms in self._candidates(bid, turn):
                shown = any(form in self._source for form in forms) or _shares(own, forms)
                if not shown and self._book.give(bid.part, drawn, forms[0]):
                    break

    def _seed(self, part: Part, attempt: int) -> bytes:
        salt = self._salt if part.scope.startswith(CORPUS) else b""
        text = "\0".join((part.kind, part.scope, part.identity, str(attempt)))
        return self._key.seed(_DOMAIN, salt + text.encode("utf-8", "surrogatepass"))

    def _candidates(self, bid: Bid, first: bytes) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Draw one after the other, each with its forms."""
        part = bid.part
        for attempt in range(_ATTEMPTS):
            draw = Draw(Dice(self._seed(part, attempt) if attempt else first), bid.style, attempt, self._source)
            if part.kind == PERSON:
                player = Player.drawn(part.identity, draw)
                yield player.text, player.forms
            elif (drawn := self._drawn(part, bid.owner, draw)) is not None:
                yield drawn, KINDS[part.kind].forms(drawn)

    def _drawn(self, part: Part, owner: Part | None, draw: Draw) -> str | None:
        kind, followed = KINDS[part.kind], None
        if isinstance(kind, Handles) and owner is not None and (played := self._book.role(owner)) is not None:
            followed = kind.follow(part.identity, owner.identity.split(), Player.from_text(played), draw)
        return kind.draw(part.identity, draw) if followed is None else followed


def salt_of(forms: Iterable[str]) -> bytes:
    """Return a digest of all forms in a source, which come sorted."""
    made, between = sha256(), b""
    for form in forms:
        made.update(between + form.encode("utf-8", "surrogatepass"))
        between = b"\0"
    return made.digest()


def named_owner(part: Part, known: Callable[[Part], bool]) -> Part | None:
    """Return whom of those `known` a part names in full, where it is a handle that nobody stands beside."""
    kind = KINDS.get(part.kind)
    if not isinstance(kind, Handles):
        return None
    named = _LETTERS.findall(local_part(part.identity, kind.mail))
    both = (Part(PERSON, " ".join(words), part.scope) for words in (named, named[::-1]))
    return next((one for one in both if len(named) > 1 and known(one)), None)


def _telling(part: Part) -> frozenset[str]:
    """Return the words of a part that tell something: names of people, places and firms."""
    words = [word for word in part.identity.split() if len(word) > 1]
    return frozenset(words) if part.kind == PERSON else frozenset(filter(str.isalpha, words)) - COMMON


def _shares(words: frozenset[str], forms: Sequence[str]) -> bool:
    """Whether any word is in the main form, which has most words, or in the last, which has all."""
    return not words.isdisjoint(forms[0].split()) or not words.isdisjoint(forms[-1].split())
