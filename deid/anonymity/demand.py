"""What a group of rows has to be: large enough, and its secrets diverse and like those of all."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deid.anonymity.axis import Codes, is_numeric


@dataclass(frozen=True, slots=True)
class Secret:
    """A sensitive column as codes, and how often each occurs in the whole table; `ordered` for numbers."""

    codes: Codes = field(repr=False)
    shares: NDArray[np.float64] = field(repr=False)
    ordered: bool

    @classmethod
    def of(cls, series: pd.Series) -> Secret:
        """Read a column; a missing cell is a value of its own."""
        ordered = is_numeric(series)
        codes = pd.factorize(series, sort=ordered, use_na_sentinel=False)[0].astype(np.int64)
        counts = np.bincount(codes)
        return cls(codes, counts / counts.sum(), ordered)

    def distance(self, rows: Codes) -> float:
        """How far the secrets of some rows are from those of all: t-closeness's earth mover's distance.

        Li, Li & Venkatasubramanian 2007 (doi:10.1109/ICDE.2007.367856): equal distances between classes, and
        |i − j|/(m − 1) between ordered values.
        """
        apart = np.bincount(self.codes[rows], minlength=self.shares.size) / rows.size - self.shares
        if self.ordered:
            return float(np.abs(np.cumsum(apart)[:-1]).sum() / max(1, self.shares.size - 1))
        return float(np.abs(apart).sum() / 2)


@dataclass(frozen=True, slots=True)
class Demand:
    """At least `k` rows, `l` different values of each secret, none farther than `t` from the whole table's."""

    k: int
    l: int  # noqa: E741 as the field calls it
    t: float
    secrets: tuple[Secret, ...] = ()

    def met(self, rows: Codes) -> bool:
        """Whether a group of rows is such."""
        if rows.size < self.k:
            return False
        if self.l > 1 and any(np.unique(secret.codes[rows]).size < self.l for secret in self.secrets):
            return False
        return self.t >= 1 or all(secret.distance(rows) <= self.t + 1e-9 for secret in self.secrets)
