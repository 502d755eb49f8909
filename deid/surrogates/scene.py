"""Where a mention stands: in which document, beside whose names, before which cast."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

from deid.surrogates.cast import Cast
from deid.surrogates.part import Mention, Part


class Stage(Protocol):
    """Where mentions are played: a rehearsal, which notes them, or a cast, which knows who plays whom."""

    def play(self, mention: Mention) -> str | None:
        """Return what was drawn for the part of a mention; None where there is nothing."""
        ...

    def occurs(self, form: str) -> bool:
        """Whether the source holds a form."""
        ...


class Turns:
    """How often each part was mentioned so far, and how often it changed its surrogate. Grows as mentions pass.

    Each piece of what is redacted in pieces counts by itself; `piece` tells its turns from those of others.
    """

    __slots__ = ("_changed", "_mentioned", "piece")

    def __init__(self, number: int = 0) -> None:
        self.piece = f"{number}." if number else ""
        self._mentioned: Counter[Part] = Counter()
        self._changed: Counter[Part] = Counter()

    def mentioned(self, part: Part) -> int:
        """Count a mention and return how many there were before it."""
        self._mentioned[part] += 1
        return self._mentioned[part] - 1

    def changed(self, part: Part, again: bool) -> int:
        """Count a change, if there is one, and return how many there were with it."""
        self._changed[part] += again
        return self._changed[part]


@dataclass(frozen=True, slots=True)
class Scene:
    """What a document or row knows: the full names in it, its own name, the stage, the turns so far.

    Without a stage each value is played by itself.
    """

    stage: Stage | None = None
    turns: Turns | None = None
    company: tuple[str, ...] = field(default=(), repr=False)
    document: str = field(default="", repr=False)

    @property
    def cast(self) -> Cast | None:
        """The cast, if there is one."""
        return self.stage if isinstance(self.stage, Cast) else None
