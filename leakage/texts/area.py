"""The area under the ROC curve where scores come in rounds and mentions in documents."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from leakage.arrays import Booleans, Floats, Integers
from leakage.interval import Estimate, by_person, wilson


def clustered_auc(scores: Floats, truth: Booleans, strata: Integers, owners: Sequence[str], folds: int = 1) -> Estimate:
    """Measure how often a positive scores above a negative of the same stratum, ties counting half.

    Scores of different strata come from different attackers and are never compared. The variance is that of the
    structural components of DeLong et al. 1988 (doi:10.2307/2531595) summed over each owner before squaring, after
    Obuchowski 1997 (doi:10.2307/2533958), so that an owner's mentions may depend on one another. It becomes an
    effective number of trials, never more than so many independent owners would bring at an area of ½, and
    Wilson's interval is taken at that number. Without a pair to compare the estimate is unknown.

    Cross-fitted scores of several `folds` share training data, so their errors go together: as Nadeau & Bengio 2003
    (doi:10.1023/A:1024068626366) the variance is then multiplied by 1 + k/(k − 1).

    >>> scores, truth = np.array([3.0, 1.0, 2.0, 0.0]), np.array([True, True, False, False])
    >>> clustered_auc(scores, truth, np.zeros(4, dtype=np.int64), ["a", "b", "c", "d"]).value
    0.75
    """
    pairs = {s: int(truth[strata == s].sum()) * int((~truth[strata == s]).sum()) for s in np.unique(strata).tolist()}
    total = sum(pairs.values())
    if not total:
        return Estimate.unknown()
    area, parts = 0.0, np.zeros(scores.size)
    for stratum, count in pairs.items():
        if count:
            rows = strata == stratum
            part, influence = _components(scores[rows], truth[rows])
            area += part * count / total
            parts[rows] = influence * count / total
    groups = by_person(owners, parts)
    variance = float(np.square(groups).sum()) * groups.size / max(1, groups.size - 1)
    variance *= 1 + folds / (folds - 1) if folds > 1 else 1
    area = round(min(1.0, max(0.0, area)), 12)  # sums of ranks end a hair from 1
    trials = _trials(area, variance, _owners(owners, truth), _owners(owners, ~truth))
    return wilson(area * trials, trials)


def _components(scores: Floats, truth: Booleans) -> tuple[float, Floats]:
    """Give the area in one stratum, and what each mention adds to its error."""
    positive, negative = int(truth.sum()), int((~truth).sum())
    ranks = stats.rankdata(scores)
    beaten = (ranks[truth] - stats.rankdata(scores[truth])) / negative
    beating = 1 - (ranks[~truth] - stats.rankdata(scores[~truth])) / positive
    area = float(beaten.mean())
    influence = np.empty(scores.size)
    influence[truth] = (beaten - area) / positive
    influence[~truth] = (beating - area) / negative
    return area, influence


def _trials(area: float, variance: float, positive: int, negative: int) -> float:
    # at ½ the variance of the area is (1/m + 1/n)/12, so ¼ over it is 3mn/(m + n) trials
    most = 3 * positive * negative / (positive + negative)
    spread = area * (1 - area)
    return max(1.0, min(most, spread / variance)) if variance > 0 and spread > 0 else most


def _owners(owners: Sequence[str], rows: Booleans) -> int:
    return len({owner for owner, used in zip(owners, rows, strict=True) if used})
