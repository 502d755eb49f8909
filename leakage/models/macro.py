"""How well scores order people by class, over many classes, and its uncertainty when people are drawn again."""

from __future__ import annotations

import numpy as np

from leakage.arrays import Booleans, Floats, Integers

RESAMPLES = 200
_SEED = 20151012


def draws(people: int) -> Floats:
    """How often each person counts in each of the bootstrap's samples; the first row counts everybody once."""
    drawn = np.random.default_rng(_SEED).multinomial(people, np.full(people, 1 / max(1, people)), size=RESAMPLES)
    return np.vstack([np.ones(people), drawn]).astype(np.float64)


def macro_auc(scores: Floats, truth: Integers, weights: Floats) -> Floats:
    """Average the area under the curve of each class against the rest by how many have the class, one a weighting.

    `scores` has a column a class; ties count half. NaN where there is only one class.
    """
    total, people = np.zeros(len(weights)), np.zeros(len(weights))
    for position in range(scores.shape[1]):
        positive = truth == position
        if not positive.any() or positive.all():
            continue
        won, pairs, own = _won(scores[:, position], positive, weights)
        total += np.divide(own * won, pairs, out=np.zeros(len(weights)), where=pairs > 0)
        people += np.where(pairs > 0, own, 0.0)
    return np.where(people > 0, total / np.where(people > 0, people, 1.0), np.nan)


def _won(scores: Floats, positive: Booleans, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Pairs won, pairs and weight of the positive."""
    order = np.argsort(scores, kind="stable")
    starts = np.flatnonzero(np.concatenate([[True], np.diff(scores[order]) > 0]))
    sorted_weights, flags = weights[:, order], positive[order]
    hits = np.add.reduceat(sorted_weights * flags, starts, axis=1)
    misses = np.add.reduceat(sorted_weights * ~flags, starts, axis=1)
    below = np.cumsum(misses, axis=1) - misses / 2
    own, rest = hits.sum(axis=1), misses.sum(axis=1)
    return (hits * below).sum(axis=1), own * rest, own
