"""A part to be played: one person, number or place, however often and in whatever form it is mentioned."""

from __future__ import annotations

from typing import NamedTuple

CORPUS = "corpus"
"""The scope of what counts within one run."""


class Part(NamedTuple):
    """What is one and the same: the kind of value, its identity in all spellings, and the scope within which it counts.

    The scope is empty for all that is done with a key. Its repr says the kind alone. Parts are compared and looked up
    by the hundred thousand, which tuples do fastest.
    """

    kind: str
    identity: str
    scope: str = ""

    def __repr__(self) -> str:
        return f"Part({self.kind!r})"


class Style(NamedTuple):
    """Of which locale surrogates are, and whether a person keeps the gender."""

    locale: str = "en_US"
    keep_gender: bool = False


class Mention(NamedTuple):
    """One place at which a part is mentioned: in which form, in which style it is played, and whose it is if told.

    Of a name with initials it has the full name that is meant, and the name, both as they are written.
    """

    part: Part
    form: str
    style: Style
    owner: Part | None = None
    short: tuple[str, str] | None = None

    def __repr__(self) -> str:
        return f"Mention({self.part!r})"
