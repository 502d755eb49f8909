"""Exposure: how much better a model knows planted secrets than others that it could have been told."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
import pandas as pd
from scipy import stats

from leakage.arrays import Floats
from leakage.control import Control
from leakage.errors import ConfigurationError, EmptyInputError, OverlapError
from leakage.risk import Risk, judge
from leakage.roc import Scores, auc

Planted = TypeVar("Planted", Sequence[str], pd.DataFrame)
Score: TypeAlias = Callable[[Planted], Floats]
"""Give each text or row a number, low for what the model finds likely: log-perplexity, −log-likelihood, distance."""

_FITTED = 4_000  # references that a distribution is fitted to at most
_FEWEST_FITTED = 100


@dataclass(frozen=True, slots=True)
class Exposure:
    """The exposure of planted canaries, in bits: log2 N − log2 rank among N references that were not planted.

    Source: Carlini, Liu, Erlingsson, Kos & Song 2019, "The Secret Sharer" (arXiv:1802.08232), §4 and §5.

    Threat: a model, or a synthesizer, memorises single training examples, and whoever has it reads secrets off it.
    Knowledge: what is needed for a score of any text or row, and the canaries' space (`canary`). This attacks
    the model rather than a release, so `run` takes its scorer, the canaries that were planted and references drawn
    from the same space, equally at random, that were not. A reference that scores as well as the canary ranks before
    it, so where nothing is memorised P(exposure > t) ≤ 2⁻ᵗ exactly, and the largest of n exceeds the threshold
    log2(n/alpha) with probability alpha at most. A gate fails if and only if "max exposure" > "threshold": the null
    law is exact, so this figure has no bound of its own. It needs so many references that log2 N is above the
    threshold; otherwise, and with scores that are no numbers, the result is INVALID.

    The value is the area under the curve of canaries over references, 0.5 where nothing is memorised: what the
    average canary shows. There is no held-out side: the references are it.

    Positive control: the first canary under `retrain(canary)`, which gives the score of a model made from the same
    data with it planted again and again, must exceed the threshold. Without `retrain` a canary is given the best score
    of any reference instead, which only shows that the score tells texts apart and that there are references enough.

    Details: max exposure, mean exposure, threshold, max exposure extrapolated (by a skew normal fitted to the
    references' scores, clipped at the space: a check of the tail, which never decides), space bits, canaries,
    references.

    >>> canaries, references = ["7"], [str(number) for number in range(100, 200)]
    >>> remembers = lambda texts: np.array([0.0 if text == "7" else float(text) for text in texts])
    >>> found = Exposure().run(remembers, canaries, references, space_bits=10)
    >>> round(found.details["max exposure"], 1), round(found.details["threshold"], 1), found.state
    (6.6, 4.3, 'OK')
    """

    alpha: float = 0.05

    def __post_init__(self) -> None:
        """Check the settings."""
        if not 0 < self.alpha < 1:
            raise ConfigurationError("exposure needs an alpha between 0 and 1")

    def run(
        self,
        score: Score[Planted],
        canaries: Planted,
        references: Planted,
        space_bits: float,
        *,
        retrain: Callable[[Planted], Score[Planted]] | None = None,
    ) -> Risk:
        """Rank the canaries. Raises EmptyInputError, OverlapError where a reference is a canary, ConfigurationError."""
        start = time.perf_counter()
        _check(canaries, references, space_bits)
        threshold = math.log2(len(canaries) / self.alpha)
        cap = min(math.log2(len(references)), space_bits)
        own, others = _scored(score, canaries), _scored(score, references)
        bits = np.minimum(exposures(own, others), space_bits)
        return judge(
            "exposure",
            auc(Scores.of(-own, -others)),
            baseline=0.5,
            attempts=len(canaries),
            fewest=1,
            planted=_planted(canaries[:1], references, others, retrain, threshold),
            faults=_faults(own, others, cap, threshold),
            details={
                "max exposure": float(bits.max()),
                "mean exposure": float(bits.mean()),
                "threshold": threshold,
                "max exposure extrapolated": float(np.max(extrapolated(own, others, space_bits))),
                "space bits": space_bits,
                "canaries": len(canaries),
                "references": len(references),
            },
            seconds=time.perf_counter() - start,
        )


def exposures(canaries: Floats, references: Floats) -> Floats:
    """log2 N − log2(1 + the references that score no worse): from 0 to log2 N; NaN for a score that is NaN.

    Never below 0: behind all references a canary is just not memorised.

    >>> exposures(np.array([0.5, 2.0]), np.arange(1.0, 9.0)).tolist()
    [3.0, 1.415037499278844]
    """
    behind = np.searchsorted(np.sort(references), canaries, side="right")
    bits = np.maximum(0.0, math.log2(references.size) - np.log2(behind + 1))
    return np.where(np.isnan(canaries), np.nan, bits)


def extrapolated(canaries: Floats, references: Floats, space_bits: float) -> Floats:
    """−log2 of a fitted skew normal's share of better scores, at most `space_bits`; NaN where none can be fitted.

    The estimate beyond log2 N of Carlini et al. 2019, §4.3. It can be bits too high far out, hence the clip.
    """
    known = np.sort(references[np.isfinite(references)])
    known = known[np.linspace(0, known.size - 1, min(known.size, _FITTED)).astype(np.int64)]
    if known.size < _FEWEST_FITTED or known[0] == known[-1]:
        return np.full(canaries.size, np.nan)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        shares = stats.skewnorm.cdf(canaries, *stats.skewnorm.fit(known))
    # far out the integral behind cdf is rounding error, of either sign
    return np.asarray(-np.log2(np.clip(shares, 2.0**-space_bits, 1.0)), dtype=np.float64)


def _check(canaries: Planted, references: Planted, space_bits: float) -> None:
    if not len(canaries) or not len(references):
        raise EmptyInputError("exposure needs canaries and references")
    if not 0 < space_bits < 1000:
        raise ConfigurationError("space_bits is log2 of the number of possible canaries: more than 0, below 1000")
    if not _contents(canaries).isdisjoint(_contents(references)):
        raise OverlapError("a reference is a canary: split one draw from the canaries' space")


def _contents(planted: Sequence[str] | pd.DataFrame) -> set[object]:
    if isinstance(planted, pd.DataFrame):
        return set(planted.sort_index(axis=1).astype(str).itertuples(index=False, name=None))
    return set(planted)


def _scored(score: Score[Planted], planted: Planted) -> Floats:
    found = np.asarray(score(planted), dtype=np.float64)
    if found.shape != (len(planted),):
        raise ConfigurationError("score must give one number for each text or row")
    return found


def _planted(
    canary: Planted,
    references: Planted,
    others: Floats,
    retrain: Callable[[Planted], Score[Planted]] | None,
    threshold: float,
) -> Control:
    """Plant one canary; as shares of references left behind, so that the level lies between 0 and 1."""
    if retrain is None:
        forced = np.array([others.min()])
    else:
        score = retrain(canary)
        forced, others = _scored(score, canary), _scored(score, references)
    reached = float(exposures(forced, others)[0])
    return Control(1 - 2**-reached, float(np.nextafter(1 - 2**-threshold, 2.0)))


def _faults(own: Floats, others: Floats, cap: float, threshold: float) -> list[str]:
    faults = []
    unknown = int(np.isnan(own).sum() + np.isnan(others).sum())
    if unknown:
        faults.append(f"{unknown} of the scores are not numbers")
    if cap <= threshold:
        faults.append(f"no more than {cap:.1f} bits can be seen, and a leak shows above {threshold:.1f} only")
    return faults
