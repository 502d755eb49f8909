"""A quasi-identifier as codes, and what a generalised value of it may stand for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deid.tables.coded import Codes

Flags = NDArray[np.bool_]
Node = tuple[int, ...]
"""A range of codes, its end excluded, or a set of codes: the axis knows which."""

__all__ = ["ANY", "Axis", "Codes", "Flags", "Node", "halves", "is_numeric"]

ANY = "*"
"""What stands for all values, missing ones too."""


class Axis(Protocol):
    """The codes of a column's cells; a node is what a generalised cell stands for."""

    @property
    def name(self) -> str:
        """The column's name."""
        ...

    @property
    def codes(self) -> Codes:
        """One a row."""
        ...

    def least(self, codes: Codes) -> Node:
        """Return the narrowest node that holds some cells."""
        ...

    def spread(self, node: Node) -> float:
        """Tell how much a node leaves open, from 0 for one value to 1 for all."""
        ...

    def label(self, node: Node) -> str:
        """Write a node as a cell; "" for one that is missing."""
        ...

    def cuts(self, codes: Codes) -> Iterator[Sequence[Flags]]:
        """Yield the ways in which some cells fall apart into narrower nodes: which of them go into each."""
        ...


def is_numeric(series: pd.Series) -> bool:
    """Whether a column holds numbers; yes and no are none."""
    return bool(pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series))


def halves(codes: Codes) -> tuple[Flags, Flags] | None:
    """Cut cells at a code, both sides having as near to half of them as equal ones allow; None if all are equal."""
    middle = int(np.partition(codes, codes.size // 2)[codes.size // 2])
    below, upto = codes < middle, codes <= middle
    fewer, more = int(below.sum()), int(upto.sum())
    low = upto if (more - codes.size / 2 < codes.size / 2 - fewer and more < codes.size) or fewer == 0 else below
    return None if low.all() else (low, ~low)
