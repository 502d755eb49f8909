"""How a long text is cut into windows that a transformer reads at once."""

from collections.abc import Iterator, Sequence
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


def cut(text: str, offsets: Sequence[tuple[int, int]]) -> Iterator[Window]:
    """Cut the tokens of a text into windows: at the last end of a sentence or line in reach, else with an overlap."""
    ends = _sentence_ends(text, offsets) if len(offsets) > WINDOW else []
    start = own = 0
    while len(offsets) - start > WINDOW:
        reach = start + WINDOW
        whole = max((end for end in ends if start + WINDOW // 2 < end <= reach), default=0)
        if whole:
            yield Window(start, whole, own, whole)
            start = own = whole
        else:
            yield Window(start, reach, own, reach - OVERLAP // 2)
            start, own = reach - OVERLAP, reach - OVERLAP // 2
    if offsets:
        yield Window(start, len(offsets), own, len(offsets))


def _sentence_ends(text: str, offsets: Sequence[tuple[int, int]]) -> list[int]:
    """Return the tokens before which a sentence or a line has ended."""
    places = [match.end() for match in _SENTENCE_END.finditer(text)]
    starts = [start for start, _ in offsets]
    return sorted({int(index) for index in np.searchsorted(starts, places)})
