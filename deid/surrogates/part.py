"""A part to be played: one person, number or place, however often and in whatever form it is mentioned."""

from __future__ import annotations

from dataclasses import dataclass, field

CORPUS = "corpus"
"""The scope of what counts within one run."""


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """What is one and the same: the kind of value, its identity in all spellings, and the scope within which it counts.

    The scope is empty for all that is done with a key.
    """

    kind: str
    identity: str = field(repr=False)
    scope: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, order=True)
class Style:
    """Of which locale surrogates are, and whether a person keeps the gender."""

    locale: str = "en_US"
    keep_gender: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """One place at which a part is mentioned: in which form, in which style it is played, and whose it is if told."""

    part: Part
    form: str = field(repr=False)
    style: Style
    owner: Part | None = None
