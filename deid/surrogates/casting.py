"""Casting: parts are given out one after the other, each to the first candidate that is free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

from deid.keys import Key
from deid.surrogates.cast import forms_of
from deid.surrogates.dice import Dice
from deid.surrogates.draw import Draw
from deid.surrogates.handles import Handles
from deid.surrogates.kinds import KINDS, PERSON
from deid.surrogates.part import CORPUS, Part, Style
from deid.surrogates.places import COMMON
from deid.surrogates.player import Player

_DOMAIN = "surrogate"
_ATTEMPTS = 120


class Casting:
    """Parts as they are given out: who has which, and what is taken, by kind and scope."""

    def __init__(self, key: Key, source: frozenset[str], styles: Mapping[Part, Style], roles: dict[Part, str]) -> None:
        self.roles = roles
        self._key = key
        self._source = source
        self._styles = styles
        self._salt = sha256("\0".join(sorted(source)).encode("utf-8", "surrogatepass")).digest()
        self._taken: dict[tuple[str, str], set[str]] = defaultdict(set)
        for part, drawn in roles.items():
            self._taken[part.kind, part.scope].add(forms_of(part, drawn)[0])

    def fill(self, parts: Iterable[Part], owned: Mapping[Part, Part]) -> None:
        """Give out parts, in the order of their keyed digests."""
        ordered = sorted((self._seed(part, 0), part) for part in parts if part not in self.roles)
        for seed, part in ordered:
            taken = self._taken[part.kind, part.scope]
            own = _telling(part)
            for drawn, forms in self._candidates(part, seed, owned.get(part)):
                if forms[0] not in taken and self._source.isdisjoint(forms) and not _shares(own, forms):
                    taken.add(forms[0])
                    self.roles[part] = drawn
                    break

    def _seed(self, part: Part, attempt: int) -> bytes:
        salt = self._salt if part.scope.startswith(CORPUS) else b""
        text = "\0".join((part.kind, part.scope, part.identity, str(attempt)))
        return self._key.seed(_DOMAIN, salt + text.encode("utf-8", "surrogatepass"))

    def _candidates(self, part: Part, first: bytes, owner: Part | None) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Draw one after the other, each with its forms."""
        style = self._styles[part]
        for attempt in range(_ATTEMPTS):
            draw = Draw(Dice(self._seed(part, attempt) if attempt else first), style, attempt, self._source)
            if part.kind == PERSON:
                player = Player.drawn(part.identity, draw)
                yield player.text, player.forms
            elif (drawn := self._drawn(part, owner, draw)) is not None:
                yield drawn, KINDS[part.kind].forms(drawn)

    def _drawn(self, part: Part, owner: Part | None, draw: Draw) -> str | None:
        kind = KINDS[part.kind]
        if isinstance(kind, Handles) and owner is not None and owner in self.roles:
            player = Player.from_text(self.roles[owner])
            followed = kind.follow(part.identity, owner.identity.split(), player, draw)
            if followed is not None:
                return followed
        return kind.draw(part.identity, draw)


def _telling(part: Part) -> frozenset[str]:
    """Return the words of a part that tell something: names of people, places and firms."""
    words = [word for word in part.identity.split() if len(word) > 1]
    return frozenset(words) if part.kind == PERSON else frozenset(filter(str.isalpha, words)) - COMMON


def _shares(words: frozenset[str], forms: Sequence[str]) -> bool:
    """Whether any word is in the main form, which has most words, or in the last, which has all."""
    return not words.isdisjoint(forms[0].split()) or not words.isdisjoint(forms[-1].split())
