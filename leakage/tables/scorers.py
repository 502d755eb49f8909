"""Attackers on tables that say how much a row looks as if it had gone into the release."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leakage.arrays import Floats
from leakage.tables.distances import gaps, lowest, nearest
from leakage.tables.histograms import Sets, log_ratios
from leakage.tables.points import Points

SCORERS = ("nearest row", "relative distance", "neighbourhood", "rows in a ball", "density ratio", "marginals", "cell")

_NEIGHBOURS = 5
_PROBES = 300  # reference rows that the scale of distances is taken from
_NARROW = 0.25  # width of a kernel, as a share of that scale
_LEAST = 0.02  # distance below which rows are as good as equal


def score(asked: Points, released: Points, reference: Points, sets: Sets) -> dict[str, Floats]:
    """Let every attacker score the rows asked about, high for a member; none of them may be among the reference.

    Nearest row: the distance to it (Chen et al. 2020, arXiv:1909.03935). Relative distance: beside that to the
    nearest reference row (calibration, ibid.). Neighbourhood: the same of the five nearest. Rows in a ball: how many
    released rows are within half the distance that the reference's rows have to their nearest, in the median
    (Hilprecht et al. 2019, doi:10.2478/popets-2019-0067). Density ratio: kernel densities of release and reference
    (DOMIAS, van Breugel et al. 2023, arXiv:2302.12580). Marginals: the mean log ratio of the histograms over `sets`
    at the row (MAMA-MIA, Golob et al. 2024, arXiv:2410.05506). Cell: the largest of these log ratios.
    """
    scale = float(np.median(nearest(reference.sample(_PROBES), released)))
    near, far = (_Surroundings.of(asked, side, scale) for side in (released, reference))
    ratios = log_ratios(asked, released, reference, sets)
    found = (
        -near.first,
        _log(far.first) - _log(near.first),
        _log(far.few) - _log(near.few),
        near.inside,
        near.density - far.density,
        ratios.mean(axis=0),
        ratios.max(axis=0),
    )
    return dict(zip(SCORERS, found, strict=True))


def _log(distances: Floats) -> Floats:
    return np.log(distances + _LEAST)


@dataclass(frozen=True, slots=True, repr=False)
class _Surroundings:
    """Of every row: the distance to the nearest, the mean of the nearest few, the count within, the log density."""

    first: Floats
    few: Floats
    inside: Floats
    density: Floats

    @classmethod
    def of(cls, asked: Points, there: Points, scale: float) -> _Surroundings:
        first, few, inside, density = (np.empty(len(asked)) for _ in range(4))
        width = np.float32(max(_NARROW * scale, _LEAST))
        for part, distances in gaps(asked, there):
            least = lowest(distances, _NEIGHBOURS)
            first[part], few[part] = least[:, 0], least.mean(axis=1)
            inside[part] = (distances <= scale / 2).sum(axis=1)
            # the nearest row's own term is taken out of the sum, which would otherwise be lost in rounding
            kernels = np.exp((least[:, :1] - distances) / width)
            density[part] = np.log(kernels.sum(axis=1, dtype=np.float64)) - least[:, 0] / width
        return cls(first, few, inside, density)
