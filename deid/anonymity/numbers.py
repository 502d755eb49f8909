"""A column of numbers: a generalised cell is a range."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deid.anonymity.axis import ANY, Codes, Flags, Node, halves


@dataclass(frozen=True, slots=True)
class Numbers:
    """Cells by the rank of their number; a missing one has the rank after the last. Nodes are ranges of ranks."""

    name: str
    codes: Codes = field(repr=False)
    figures: NDArray[np.float64] = field(repr=False)

    @classmethod
    def of(cls, series: pd.Series) -> Numbers:
        """Read a column."""
        values = series.to_numpy(dtype=np.float64, na_value=np.nan)
        there = np.isfinite(values)
        figures, ranks = np.unique(values[there], return_inverse=True)
        codes = np.full(values.size, figures.size, dtype=np.int64)
        codes[there] = ranks
        return cls(str(series.name), codes, figures)

    def least(self, codes: Codes) -> Node:
        """Return the range from the least to the greatest; all, where numbers and missing cells are together."""
        first, end = int(codes.min()), int(codes.max()) + 1
        return (0, end) if self._mixed((first, end)) else (first, end)

    def spread(self, node: Node) -> float:
        """Return the share of the column's span."""
        first, end = node
        if end - first == 1:
            return 0.0
        if self._mixed(node):
            return 1.0
        return float((self.figures[end - 1] - self.figures[first]) / (self.figures[-1] - self.figures[0]))

    def label(self, node: Node) -> str:
        """Write "34", "25-34", "*" or nothing."""
        first, end = node
        if self._mixed(node):
            return ANY
        if first == self.figures.size:
            return ""
        low, high = (_plain(self.figures[place]) for place in (first, end - 1))
        return low if end - first == 1 else f"{low}-{high}"

    def cuts(self, codes: Codes) -> Iterator[Sequence[Flags]]:
        """Yield the missing cells and the others; among numbers, two halves."""
        missing = codes == self.figures.size
        if missing.any() and not missing.all():
            yield missing, ~missing
        elif not missing.any() and (parts := halves(codes)) is not None:
            yield parts

    def _mixed(self, node: Node) -> bool:
        return node[1] > self.figures.size and node[0] < self.figures.size


def _plain(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
