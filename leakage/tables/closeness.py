"""Closeness: how near released rows lie to original ones. Shown for information; it decides nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leakage.arrays import Floats
from leakage.cells import require_rows
from leakage.errors import ConfigurationError
from leakage.interval import Estimate, ratio
from leakage.tables.distances import nearest
from leakage.tables.points import common, drawn, encode

_MOST = 10_000  # rows on either side that released rows are compared with, at most


@dataclass(frozen=True, slots=True)
class Closeness:
    """Distances to the closest record (DCR) and nearest-neighbour distance ratios (NNDR) of released rows.

    **These figures never decide.** Releases that they deem private are broken by membership inference, and neither a
    threshold on them nor their size says how badly (Yao et al. 2025, arXiv:2505.01524); who may ask for them again
    and again reconstructs outliers from the answers alone (Ganev & De Cristofaro 2023, arXiv:2312.05114). They are
    averages over the release, while a leak concerns the few whose rows were learnt by heart. Use
    `leakage.tables.membership` and `leakage.tables.copies`, which have an attacker, a control and a bound.

    `original_median` and `original_low` (5 % quantile) are distances of a released row to the nearest original one;
    `control_…` to the nearest of as many rows that never went in (NaN without them). A distance is the sum over the
    columns of `distances.gaps`. `closer` is the share of released rows nearer to the original than to the
    control, ties counting half. NNDR is the distance to the nearest over that to the second nearest, in the median.
    `rows` released rows were compared with `against` rows of each side.
    """

    rows: int
    against: int
    original_median: float
    original_low: float
    original_nndr: float
    control_median: float
    control_low: float
    control_nndr: float
    closer: Estimate

    @property
    def others_score(self) -> float:
        """What SDMetrics' DCROverfittingProtection calls it: min(2 (1 − closer), 1), "safe" at about 50 % closer."""
        return min(2 * (1 - self.closer.value), 1.0) if self.closer.known else math.nan


def closeness(
    original: pd.DataFrame, released: pd.DataFrame, control: pd.DataFrame | None = None, *, rows: int = 2000
) -> Closeness:
    """Measure the closeness of at most `rows` released rows, drawn at random but always alike.

    >>> original, control = (pd.DataFrame({"a": range(start, 100, 2)}) for start in (0, 1))
    >>> found = closeness(original, original, control)
    >>> found.closer.value, found.others_score
    (1.0, 0.0)
    """
    if rows < 1:
        raise ConfigurationError("closeness needs at least one released row")
    names = common(original, released, control)
    if control is not None:
        require_rows(control, "control")
    against = min(_MOST, len(original), len(original) if control is None else len(control))
    others = original.head(0) if control is None else control
    sides = [drawn(frame[names], most) for frame, most in ((released, rows), (original, against), (others, against))]
    asked, *there = encode(sides)
    own, other = (nearest(asked, side, 2) if len(side) else np.full((len(asked), 1), np.nan) for side in there)
    return Closeness(len(asked), against, *_figures(own), *_figures(other), _closer(own[:, 0], other[:, 0]))


def _figures(distances: Floats) -> tuple[float, float, float]:
    first, last = distances[:, 0], distances[:, -1]
    ratios = np.divide(first, last, out=np.ones(first.size), where=last > 0)
    alone = distances.shape[1] < 2
    return float(np.median(first)), float(np.quantile(first, 0.05)), math.nan if alone else float(np.median(ratios))


def _closer(own: Floats, other: Floats) -> Estimate:
    if np.isnan(other).any():
        return Estimate.unknown()
    return ratio((own < other) + 0.5 * (own == other), np.ones(own.size))
