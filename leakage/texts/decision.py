"""How scores become claims, and how good the claims are on documents kept for choosing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from leakage.arrays import Booleans, Floats
from leakage.texts.families import Weight


class Decision(Protocol):
    """A rule from scores (documents, classes) to claims, with one cut-off that is fitted on validation data."""

    weight: ClassVar[Weight]  # how the attacker's classifiers weigh the classes for this rule

    def fit(self, scores: Floats, truth: Booleans) -> tuple[float, float]:
        """(quality, cut-off): the best the rule does on these documents, and where."""
        ...

    def claims(self, scores: Floats, cutoff: float) -> Booleans:
        """Which classes are claimed for which documents."""
        ...


@dataclass(frozen=True, slots=True)
class BestClass:
    """Claim the class with the highest score; quality is accuracy. The cut-off plays no part."""

    weight: ClassVar[Weight] = None

    def fit(self, scores: Floats, truth: Booleans) -> tuple[float, float]:
        """Measure the accuracy."""
        return float((self.claims(scores, 0.0) & truth).any(axis=1).mean()), 0.0

    def claims(self, scores: Floats, cutoff: float) -> Booleans:  # noqa: ARG002 - the seam's signature
        """Claim the first class of those with the highest score."""
        chosen = np.zeros(scores.shape, dtype=np.bool_)
        chosen[np.arange(scores.shape[0]), scores.argmax(axis=1)] = True
        return chosen


@dataclass(frozen=True, slots=True)
class Above:
    """Claim every class whose score is above a common cut-off; quality is micro-F, and the cut-off maximises it."""

    weight: ClassVar[Weight] = "balanced"

    def fit(self, scores: Floats, truth: Booleans) -> tuple[float, float]:
        """(micro-F, cut-off); F = 2·tp / (claimed + gold) over all (document, class) pairs."""
        gold = int(truth.sum())
        if gold == 0:
            return 0.0, float(scores.max(initial=0.0)) + 1.0
        order = np.argsort(-scores, axis=None, kind="stable")
        ranked = scores.ravel()[order]
        hits = np.cumsum(truth.ravel()[order])
        f = 2 * hits / (np.arange(1, ranked.size + 1) + gold)
        f[:-1][ranked[:-1] == ranked[1:]] = 0.0  # a cut-off cannot part equal scores
        best = int(f.argmax())
        below = ranked[best + 1] if best + 1 < ranked.size else ranked[best] - 1.0
        return float(f[best]), float((ranked[best] + below) / 2)

    def claims(self, scores: Floats, cutoff: float) -> Booleans:
        """Claim scores above the cut-off."""
        return scores > cutoff
