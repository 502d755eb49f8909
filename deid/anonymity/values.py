"""A column of values without order: a generalised cell is a set of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from deid.anonymity.axis import ANY, Codes, Flags, Node, halves
from deid.tables.coded import Coded

_OR = " | "


@dataclass(frozen=True, slots=True)
class Values:
    """Cells by their value, the commonest first; a missing one comes last. Nodes are sets of codes."""

    name: str
    codes: Codes = field(repr=False)
    texts: tuple[str, ...] = field(repr=False)
    missing: bool

    @classmethod
    def of(cls, series: pd.Series) -> Values:
        """Read a column."""
        coded = Coded.of(series)
        order = np.argsort(-coded.counts(), kind="stable")
        ranks = np.append(np.argsort(order), len(order)).astype(np.int64)
        texts = tuple(coded.texts[place] for place in order)
        return cls(str(series.name), ranks[coded.codes], texts, bool((coded.codes < 0).any()))

    def least(self, codes: Codes) -> Node:
        """Return the values that are there."""
        return tuple(np.unique(codes).tolist())

    def spread(self, node: Node) -> float:
        """Return the share of the column's other values that it may be, too."""
        if len(node) > 1 and node[-1] == len(self.texts):
            return 1.0
        return (len(node) - 1) / max(1, len(self.texts) + self.missing - 1)

    def label(self, node: Node) -> str:
        """Write "a", "a | b", "*" for all or for missing cells among others, or nothing."""
        if len(node) > 1 and (node[-1] == len(self.texts) or len(node) == len(self.texts)):
            return ANY
        return _OR.join(sorted(self.texts[code] for code in node if code < len(self.texts)))

    def cuts(self, codes: Codes) -> Iterator[Sequence[Flags]]:
        """Yield two sets, the commoner values and the rarer."""
        if (parts := halves(codes)) is not None:
            yield parts
