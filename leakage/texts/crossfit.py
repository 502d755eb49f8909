"""Cross-fitting: every scored document gets its claims from an attacker that did not see it, nor its person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from leakage.arrays import Booleans, Floats, Sparse
from leakage.texts.decision import Decision
from leakage.texts.families import FAMILIES, Family
from leakage.texts.split import Split, validation


@dataclass(frozen=True, slots=True, repr=False)
class Crossfit:
    """Claims (documents, classes) of the strongest family and of each; the strongest's scores, round by round."""

    claims: Booleans
    by_family: Mapping[str, Booleans]
    scores: tuple[tuple[Booleans, Floats], ...]


@dataclass(frozen=True, slots=True, repr=False)
class Reading:
    """The features of all documents, one matrix a family, computed once for all rounds."""

    matrices: tuple[Sparse, ...]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Reading:
        """Read the texts as every family does."""
        views = {view: view(texts) for view in {family.features for family in FAMILIES}}
        return cls(tuple(views[family.features] for family in FAMILIES))

    def take(self, rows: Booleans) -> Reading:
        """Keep some of the documents."""
        return Reading(tuple(matrix[rows] for matrix in self.matrices))


def crossfit(reading: Reading, truth: Booleans, owners: Sequence[str], plan: Split, decision: Decision) -> Crossfit:
    """Attack round by round.

    In each round every family is fitted on the training documents. Which of them counts, and its cut-off, is
    chosen on parts of the training documents, whole persons apart.
    """
    chosen = np.zeros(truth.shape, dtype=np.bool_)
    each = {family.name: np.zeros(truth.shape, dtype=np.bool_) for family in FAMILIES}
    scores: list[tuple[Booleans, Floats]] = []
    for train, test in plan.rounds():
        parts = [part for part in validation(owners, train) if part[0].any() and part[1].any()]
        rated = [
            _rate(family, matrix, truth, parts, decision)
            for family, matrix in zip(FAMILIES, reading.matrices, strict=True)
        ]
        strongest = max(range(len(FAMILIES)), key=lambda i: rated[i][0])
        for i, (family, matrix) in enumerate(zip(FAMILIES, reading.matrices, strict=True)):
            found = family.scores(matrix[train], truth[train], matrix[test], decision.weight)
            each[family.name][test] = decision.claims(found, rated[i][1])
            if i == strongest:
                chosen[test] = each[family.name][test]
                scores.append((test, found))
    return Crossfit(chosen, each, tuple(scores))


def _rate(
    family: Family,
    matrix: Sparse,
    truth: Booleans,
    parts: Sequence[tuple[Booleans, Booleans]],
    decision: Decision,
) -> tuple[float, float]:
    """Fit the decision on the validation parts: its quality there, and its cut-off."""
    if not parts:
        return 0.0, 0.0
    scores = [family.scores(matrix[fit], truth[fit], matrix[check], decision.weight) for fit, check in parts]
    return decision.fit(np.concatenate(scores), np.concatenate([truth[check] for _, check in parts]))
