"""How hard each row is to guess for someone who has never seen the release, and rates with that taken out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from leakage.arrays import Booleans, Floats
from leakage.interval import Estimate, wilson
from leakage.tables.guessers import read
from leakage.texts.families import logistic, one_vs_rest

_FOLDS = 4


def clean_hits(sides: Sequence[pd.DataFrame], truth: Sequence[Booleans]) -> list[Booleans]:
    """Tell which original rows and which control rows a model guesses right that was trained on other control rows.

    Each row of either side is asked of one of four models, each trained on three quarters of the control, so that
    rows of both sides, were they drawn alike, are guessed right equally often.
    """
    tables = read(sides)
    folds = [np.arange(len(frame)) % _FOLDS for frame in sides]
    hits = [np.zeros(len(frame), dtype=np.bool_) for frame in sides]
    for fold in range(_FOLDS):
        taught = np.flatnonzero((folds[-1] != fold) & truth[-1].any(axis=1))
        for table, part, of, hit in zip(tables, folds, truth, hits, strict=True):
            asked = np.flatnonzero(part == fold)
            if taught.size and asked.size:
                scores = one_vs_rest(logistic, tables[-1].wide[taught], truth[-1][taught], table.wide[asked])
                hit[asked] = of[asked, scores.argmax(axis=1)]
    return hits


def matched(hits: Sequence[Booleans], clean: Sequence[Booleans]) -> tuple[Estimate, Estimate]:
    """Estimate an attacker's rates on original and control, less what is due to one side's rows being easier.

    Regression on a covariate that the release cannot have touched (Deng, Xu, Kohavi & Walker 2013, CUPED,
    doi:10.1145/2433396.2433413): the difference of the rates stays what it is in the mean, and its variance loses
    what the attacker shares with an honest guesser, which for a secret that is hard for all is nearly everything.

    >>> easy = np.arange(100) % 2 == 0
    >>> attack, control = matched([easy, easy[:50]], [easy, easy[:50]])
    >>> attack.value, attack.upper < 0.53 < wilson(50, 100).upper
    (0.5, True)
    """
    sizes = [one.size for one in hits]
    outcome, covariate = (np.concatenate([one.astype(np.float64) for one in both]) for both in (hits, clean))
    side = np.repeat([0, 1], sizes)
    centred = covariate - _means(covariate, sizes)[side]
    spread = float(centred @ centred)
    slope = float(centred @ outcome) / spread if spread else 0.0
    rest = outcome - slope * (covariate - covariate.mean())
    first, second = (_estimate(one) for one in np.split(rest, sizes[:1]))
    return first, second


def _means(values: Floats, sizes: Sequence[int]) -> Floats:
    return np.array([part.mean() if part.size else 0.0 for part in np.split(values, sizes[:1])])


def _estimate(rest: Floats) -> Estimate:
    """Give Wilson's interval at as many trials as have the variance that is left, one row more of it counted."""
    if not rest.size:
        return Estimate.unknown()
    value = float(np.clip(rest.mean(), 0.0, 1.0))
    variance = (float(np.square(rest - rest.mean()).sum()) + 1.0) / rest.size**2
    trials = max(1.0, value * (1 - value) / variance, rest.size if value in {0.0, 1.0} else 0)
    return wilson(value * trials, trials)
