"""Cells that a spreadsheet program takes for formulas: CSV has no way to say that a cell is text (CWE-1236)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

MARK = "'"
_OPENINGS = frozenset("=+-@\t\r\n\0＝＋－＠")
_PLAIN = re.compile(r"[+-]?[(\d][\d ().,:/-]*(?:[eE][+-]?\d+)?|[+-]+")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet program may take a cell for a formula: numbers, phone numbers and lone signs are none.

    >>> [is_formula(text) for text in ("=1+1", "@SUM(A1)", "-3.5", "+44 7700 900123", "-", "-1+cmd|x")]
    [True, True, False, False, False, True]
    """
    return text[:1] in _OPENINGS and bool(text) and _PLAIN.fullmatch(text) is None


@dataclass(slots=True)
class Formulas:
    """Marks such cells with an apostrophe: those that tamis made, and `everywhere` also those that stood there.

    `marked` counts the cells that were marked, `left` those that stay as they stood.
    """

    everywhere: bool = False
    marked: int = 0
    left: int = 0

    def mark(self, frame: pd.DataFrame, before: pd.DataFrame | None = None, places: Sequence[int] = ()) -> pd.DataFrame:
        """Return the frame with its formulas marked, headings too; the frame that comes in stays as it is.

        A cell that stands in `before`, in the column that `places` tells, was not made by tamis; without `before` every
        cell was, and the headings were not.
        """
        done = frame.copy(deep=False)
        old = [str(name) for name in frame.columns] if before is None else [str(before.columns[n]) for n in places]
        heads = self._marked([str(name) for name in frame.columns], old)
        for number in range(frame.shape[1]):
            cells = frame.iloc[:, number].tolist()
            stood = None if before is None else before.iloc[:, places[number]].tolist()
            new = self._marked(cells, stood)
            if new is not None:
                done.isetitem(number, pd.array(new, dtype=object))
        return done if heads is None else done.set_axis(heads, axis=1)

    def plus(self, other: "Formulas") -> "Formulas":
        """Return the counts of both."""
        return Formulas(self.everywhere, self.marked + other.marked, self.left + other.left)

    def _marked(self, cells: Sequence[object], stood: Sequence[object] | None) -> list[object] | None:
        """Return the cells with those marked that must be; None where none must."""
        found = [n for n, cell in enumerate(cells) if isinstance(cell, str) and is_formula(cell)]
        made = [n for n in found if self.everywhere or stood is None or stood[n] != cells[n]]
        self.left += len(found) - len(made)
        self.marked += len(made)
        if not made:
            return None
        new = list(cells)
        for n in made:
            new[n] = f"{MARK}{cells[n]}"
        return new
