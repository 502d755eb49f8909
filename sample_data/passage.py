"""Passages: text whose personal data is known to the letter, because it was put in piece by piece."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from string import Formatter

from dice import Dice

Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Passage:
    """A text with its labelled spans: (start, end, label) in Unicode code points, sorted, not overlapping."""

    text: str
    spans: tuple[Span, ...] = field(default=())

    @classmethod
    def labelled(cls, text: str, label: str) -> Passage:
        """Make a passage that is one mention."""
        return cls(text, ((0, len(text), label),))

    def __add__(self, other: Passage) -> Passage:
        """Put the other passage behind this one."""
        width = len(self.text)
        return Passage(
            self.text + other.text,
            self.spans + tuple((start + width, end + width, label) for start, end, label in other.spans),
        )


Slots = Mapping[str, tuple[Passage, ...]]


def fill(template: str, slots: Slots, dice: Dice) -> Passage:
    r"""Fill the {slots} of a template, each with one of the passages it may hold; `\n` in it breaks the line.

    Raises KeyError when the template asks for a slot that nobody fills.
    """
    passage = Passage("")
    for literal, slot, _, _ in Formatter().parse(template.replace("\\n", "\n")):
        passage += Passage(literal)
        if slot is not None:
            passage += dice.choose(slots[slot])
    return passage


def joined(passages: Iterable[Passage]) -> Passage:
    """Put passages behind one another."""
    whole = Passage("")
    for passage in passages:
        whole += passage
    return whole
