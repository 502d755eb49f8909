"""Attackers on tables: trained on released rows, asked about original ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.spatial import cKDTree
from sklearn.ensemble import RandomForestClassifier

from leakage.arrays import Booleans, Floats, Integers, Sparse
from leakage.cells import is_numeric, numbers, texts
from leakage.texts.families import logistic, one_vs_rest

Guess = Integers
"""The position of the class guessed, one a row."""

_TRAINED = 20_000  # released rows that a model is trained on at most; the nearest row is looked for in all
_NEAR = 0.02  # mean squared difference a column below which a released row counts as the person's own
_NEIGHBOURS = 5


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """Rows as numbers for a model: `wide` has a column a category, `narrow` a rank a column; `columns` as released.

    `words` are the places of categories, and whether a number is missing; `figures` the scaled numbers.
    """

    wide: Sparse
    narrow: Floats
    words: Integers
    figures: Floats
    columns: int

    def take(self, rows: Integers) -> Table:
        """Keep some of the rows."""
        return Table(self.wide[rows], self.narrow[rows], self.words[rows], self.figures[rows], self.columns)


def read(frames: Sequence[pd.DataFrame]) -> list[Table]:
    """Encode the same columns of several tables alike; a column is numeric if it is in all of them."""
    sizes = np.cumsum([len(frame) for frame in frames])
    wide, narrow, words, figures = [], [], [], []
    for name in frames[0].columns:
        columns = [frame[name] for frame in frames]
        if all(is_numeric(column) for column in columns):
            values = _scaled(np.concatenate([numbers(column) for column in columns]), int(sizes[0]))
            wide.append(sparse.csr_matrix(values))
            narrow.append(values)
            figures.append(values[:, :1])
            words.append(values[:, 1:].astype(np.int64))
        else:
            codes, found = pd.factorize(np.array([t for c in columns for t in texts(c)], dtype=object), sort=True)
            wide.append(_one_hot(codes.astype(np.int64), len(found)))
            narrow.append(codes[:, None].astype(np.float64))
            words.append(codes[:, None].astype(np.int64))
    parts = np.hstack(words), np.hstack(figures) if figures else np.zeros((int(sizes[-1]), 0))
    table = Table(sparse.hstack(wide, format="csr"), np.hstack(narrow), *parts, len(narrow))
    return [table.take(rows) for rows in np.split(np.arange(sizes[-1]), sizes[:-1])]


def _scaled(values: Floats, released: int) -> Floats:
    """(value scaled to the release's range, is missing); a missing value stands at the release's median."""
    known = values[:released][~np.isnan(values[:released])]
    low, high = np.quantile(known, [0.01, 0.99])
    filled = np.where(np.isnan(values), np.median(known), values)
    scaled = np.clip((filled - low) / (high - low if high > low else 1.0), -1, 2)
    return np.column_stack([scaled, np.isnan(values)])


def _one_hot(codes: Integers, size: int) -> Sparse:
    # √½, so that two different categories are at squared distance 1, like the two ends of a number's range
    ones = np.full(codes.size, np.sqrt(0.5))
    return sparse.csr_matrix((ones, (np.arange(codes.size), codes)), shape=(codes.size, size))


def _linear(train: Table, truth: Booleans, asked: Table) -> Guess:
    return np.asarray(one_vs_rest(logistic, train.wide, truth, asked.wide).argmax(axis=1), dtype=np.int64)


def _forest(train: Table, truth: Booleans, asked: Table) -> Guess:
    model = RandomForestClassifier(60, min_samples_leaf=3, random_state=0, n_jobs=1)
    fitted = model.fit(train.narrow, truth.argmax(axis=1))
    return np.asarray(fitted.predict(asked.narrow), dtype=np.int64)


def _nearest(train: Table, truth: Booleans, asked: Table) -> tuple[Guess, Booleans]:
    """Name the commonest class of the nearest released rows that agree in all categories, and tell who has any.

    Near is a mean squared difference of 2 % a column, which no other category can come to.
    """
    guessed, near = np.zeros(len(asked.words), dtype=np.int64), np.zeros(len(asked.words), dtype=np.bool_)
    for known, sought in _alike(train.words, asked.words):
        votes, some = _votes(train.figures[known], truth[known], asked.figures[sought], _NEAR * train.columns)
        guessed[sought], near[sought] = votes.argmax(axis=1), some
    return guessed, near


def _alike(there: Integers, here: Integers) -> Iterator[tuple[Integers, Integers]]:
    """Give the rows of both tables that have the same categories, one combination after the other."""
    _, key = np.unique(np.vstack([there, here]), axis=0, return_inverse=True)
    key = key.ravel()
    places = [np.argsort(side, kind="stable") for side in (key[: len(there)], key[len(there) :])]
    ranked = key[: len(there)][places[0]], key[len(there) :][places[1]]
    for one in np.intersect1d(*ranked):
        first, second = (
            place[np.searchsorted(side, one) : np.searchsorted(side, one, "right")]
            for place, side in zip(places, ranked, strict=True)
        )
        yield first, second


def _votes(known: Floats, truth: Booleans, asked: Floats, near: float) -> tuple[Integers, Booleans]:
    """Count the classes of the rows at the least distance, five at most, and tell who has a row near enough."""
    if not known.shape[1]:
        return np.tile(truth.sum(axis=0), (len(asked), 1)), np.ones(len(asked), dtype=np.bool_)
    few = list(range(1, min(_NEIGHBOURS, len(known)) + 1))
    found = cKDTree(known).query(asked, few, distance_upper_bound=np.sqrt(near))
    distance, row = np.asarray(found[0]), np.asarray(found[1])
    tied = np.isfinite(distance) & (distance <= distance[:, :1] + 1e-9)
    nobody = np.vstack([truth, np.zeros((1, truth.shape[1]), dtype=np.bool_)])
    votes = (nobody[row] & tied[:, :, None]).sum(axis=1)
    return np.asarray(votes, dtype=np.int64), np.isfinite(distance[:, 0])


_MODELS: dict[str, Callable[[Table, Booleans, Table], Guess]] = {"linear": _linear, "forest": _forest}
GUESSERS = (*_MODELS, "nearest row")


def guess(released: pd.DataFrame, truth: Booleans, asked: Sequence[pd.DataFrame]) -> dict[str, list[Guess]]:
    """Let each attacker, knowing the release and its classes, guess for the rows of each table asked about."""
    tables = read([released, *asked])
    labelled = np.flatnonzero(truth.any(axis=1))
    if not labelled.size:
        return {name: [np.zeros(len(frame), dtype=np.int64) for frame in asked] for name in GUESSERS}
    full, classes = tables[0].take(labelled), truth[labelled]
    few = np.sort(np.random.default_rng(0).permutation(labelled.size)[:_TRAINED])
    train, known = full.take(few), classes[few]
    found = {name: [model(train, known, table) for table in tables[1:]] for name, model in _MODELS.items()}
    found[GUESSERS[-1]] = []
    for table, otherwise in zip(tables[1:], found["forest"], strict=True):
        own, near = _nearest(full, classes, table)
        found[GUESSERS[-1]].append(np.where(near, own, otherwise))
    return found
