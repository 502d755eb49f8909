"""One private label over a set of people: its classes, its baselines, and how well it was guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leakage.arrays import Booleans


@dataclass(frozen=True, slots=True, repr=False)
class Labels:
    """Class membership as booleans (documents or rows, classes), classes sorted; an unlabelled one has none."""

    truth: Booleans

    @classmethod
    def of(cls, values: Sequence[str | None]) -> Labels:
        """From one value each; None is unlabelled."""
        classes = sorted({value for value in values if value is not None})
        place = {value: number for number, value in enumerate(classes)}
        truth = np.zeros((len(values), len(classes)), dtype=np.bool_)
        for row, value in enumerate(values):
            if value is not None:
                truth[row, place[value]] = True
        return cls(truth)

    @property
    def labelled(self) -> Booleans:
        """Which documents or rows have a label."""
        return np.asarray(self.truth.any(axis=1), dtype=np.bool_)

    def majority(self, rows: Booleans) -> float:
        """Share of the commonest class among these: what always naming it scores. NaN if there are none."""
        counts = self.truth[rows].sum(axis=0)
        return float(counts.max() / counts.sum()) if counts.sum() else float("nan")

    def majority_given(self, useful: Labels, rows: Booleans) -> float:
        """Score naming the commonest class within each class of a useful, released label."""
        truth = self.truth[rows]
        if not truth.any():
            return float("nan")
        known = np.column_stack([useful.truth[rows], ~useful.labelled[rows]])
        best = (known.astype(np.int64).T @ truth.astype(np.int64)).max(axis=1)
        return float(best.sum() / truth.sum())
