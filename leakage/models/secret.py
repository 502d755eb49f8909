"""A secret column: its classes, a value that stands for each, and what is known of it without a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier

from leakage.arrays import Floats, Integers
from leakage.cells import classes, is_numeric, numbers
from leakage.tables.guessers import read
from leakage.texts.families import logistic

_MOST = 50  # classes asked about; a rarer one is never guessed
_TRAINED = 10_000


@dataclass(frozen=True, slots=True, repr=False)
class Candidates:
    """The classes that an attacker considers, commonest first: a cell of each, and its share of the reference."""

    cells: Sequence[Any]
    prior: Floats

    @property
    def number(self) -> int:
        """How many classes."""
        return len(self.cells)


def candidates(columns: Sequence[pd.Series[Any]]) -> tuple[Candidates, list[Integers]]:
    """Read the secret in several tables, the reference first: its classes there, and each row's class (−1: none)."""
    coded = classes(columns)
    counts = Counter(name for name in coded[0] if name is not None).most_common(_MOST)
    place = {name: position for position, (name, _) in enumerate(counts)}
    found = [np.array([place.get(name, -1) if name else -1 for name in column], dtype=np.int64) for column in coded]
    cells = [_middle(columns[0].iloc[np.flatnonzero(found[0] == position)]) for position in range(len(counts))]
    shares = np.array([count for _, count in counts], dtype=np.float64)
    return Candidates(cells, shares / max(1.0, shares.sum())), found


def _middle(column: pd.Series[Any]) -> Any:
    order = np.argsort(numbers(column), kind="stable") if is_numeric(column) else np.arange(len(column))
    return column.iloc[int(order[len(order) // 2])]


def guesses(frames: Sequence[pd.DataFrame], truth: Integers, number: int) -> dict[str, list[Floats]]:
    """Learn the class from the reference, the first frame, and give its probability for the rows of the others."""
    known = np.flatnonzero(truth >= 0)[:_TRAINED]
    if not frames[0].shape[1] or np.unique(truth[known]).size < 2:
        return {}
    reference, *tables = read(frames)
    train, target = reference.take(known), truth[known]
    forest = RandomForestClassifier(60, min_samples_leaf=3, random_state=0, n_jobs=1).fit(train.narrow, target)
    return {
        "linear": [_linear(train.wide, target, table.wide, number) for table in tables],
        "forest": [_aligned(forest.predict_proba(t.narrow), forest.classes_, number) for t in tables],
    }


def _linear(train: Any, target: Integers, asked: Any, number: int) -> Floats:
    found = np.zeros((asked.shape[0], number))
    for position in np.unique(target):
        fitted = logistic().fit(train, target == position)
        found[:, position] = fitted.predict_proba(asked)[:, 1]
    return np.asarray(found / np.maximum(found.sum(axis=1, keepdims=True), 1e-12), dtype=np.float64)


def _aligned(found: Floats, columns: Integers, number: int) -> Floats:
    wide = np.zeros((len(found), number))
    wide[:, columns] = found
    return wide
