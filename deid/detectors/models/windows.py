"""How a long text is cut into windows that a transformer reads at once."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import regex

WINDOW = 62
"""Tokens of a window. Longer ones cost more and find fewer names in long prose."""

OVERLAP = 16
"""Tokens that two windows share where no sentence ends between them."""

_SENTENCE_END = regex.compile(r"\n|[.!?][\"'”’)\]]?[ \t]")


@dataclass(frozen=True, slots=True)
class Window:
    """A run of tokens to be read at once, and the part of it that is answered from it."""

    start: int
    end: int
    own_start: int
    own_end: int

    def shift(self, tokens: int) -> "Window":
        """Return the same window `tokens` later."""
        return Window(self.start + tokens, self.end + tokens, self.own_start + tokens, self.own_end + tokens)


def cut_between(text: str, offsets: Sequence[tuple[int, int]], left_out: Iterable[tuple[int, int]]) -> Iterator[Window]:
    """Cut into windows what stands before, between and after the spans of a text that are left out (in order)."""
    starts, first = [start for start, _ in offsets], 0
    for start, end in left_out:
        last = bisect_left(starts, start)
        yield from (window.shift(first) for window in cut(text, offsets[first:last]))
        first = bisect_left(starts, end)
    yield from (window.shift(first) for window in cut(text, offsets[first:]))


def cut(text: str, offsets: Sequence[tuple[int, int]]) -> Iterator[Window]:
    """Cut the tokens of a text into windows: at the last end of a sentence or line in reach, else with an overlap."""
    ends = _sentence_ends(text, offsets) if len(offsets) > WINDOW else []
    start = own = 0
    while len(offsets) - start > WINDOW:
        reach = start + WINDOW
        before = bisect_right(ends, reach) - 1
        whole = ends[before] if before >= 0 else 0
        if whole > start + WINDOW // 2:
            yield Window(start, whole, own, whole)
            start = own = whole
        else:
            yield Window(start, reach, own, reach - OVERLAP // 2)
            start, own = reach - OVERLAP, reach - OVERLAP // 2
    if offsets:
        yield Window(start, len(offsets), own, len(offsets))


def _sentence_ends(text: str, offsets: Sequence[tuple[int, int]]) -> list[int]:
    """Return the tokens before which a sentence or a line has ended."""
    places = [match.end() for match in _SENTENCE_END.finditer(text, offsets[0][0], offsets[-1][1])]
    starts = [start for start, _ in offsets]
    return sorted({int(index) for index in np.searchsorted(starts, places)})
