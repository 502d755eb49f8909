"""A text that was edited, and the way back from each of its characters to the original."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Edit = tuple[int, int, str]
"""Replace `start:end` by a piece; one of the same length keeps the offsets one to one."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A text, and for each of its characters the offset where its origin starts; the original's length comes last.

    The origin of a character ends where that of the next one starts, so that what was dropped belongs to the character
    before it, or to the first one.
    """

    text: str = field(repr=False)
    offsets: Sequence[int] = field(repr=False)

    @classmethod
    def of(cls, text: str) -> "Mapped":
        """Return a text before its first edit."""
        return cls(text, range(len(text) + 1))

    def edit(self, edits: Iterable[Edit]) -> "Mapped":
        """Return the text after edits that are sorted and disjoint; without any, the same object."""
        pieces: list[str] = []
        offsets: list[int] = []
        at = 0
        for start, end, piece in edits:
            pieces += (self.text[at:start], piece)
            offsets += self.offsets[at:start]
            same = len(piece) == end - start
            offsets += self.offsets[start:end] if same else [self.offsets[start]] * len(piece)
            at = end
        if not pieces:
            return self
        return Mapped("".join((*pieces, self.text[at:])), [*offsets, *self.offsets[at:]])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original span of `start:end` (not empty)."""
        last = self.offsets[end - 1]
        while self.offsets[end] == last and end < len(self.text):
            end += 1
        return (self.offsets[start] if start else 0), self.offsets[end]
