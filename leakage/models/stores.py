"""What of people a model may keep: the estimators that keep rows, and the texts and rows that few people have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from leakage.arrays import Booleans
from leakage.cells import is_numeric, texts

RARE = 10  # people; a row or value that fewer have tells of them

STORING = frozenset(
    """AffinityPropagation BallTree DBSCAN GaussianProcessClassifier GaussianProcessRegressor HDBSCAN Isomap KDTree
    KNNImputer KNeighborsClassifier KNeighborsRegressor KNeighborsTransformer KernelDensity KernelPCA KernelRidge
    LabelPropagation LabelSpreading LocalOutlierFactor LocallyLinearEmbedding NearestNeighbors NuSVC NuSVR Nystroem
    OneClassSVM RadiusNeighborsClassifier RadiusNeighborsRegressor RadiusNeighborsTransformer SVC SVR""".split()
)
"""The estimators of scikit-learn that keep training rows by their nature, or some of them."""


@dataclass(frozen=True, slots=True)
class Store:
    """A part of a model that holds training rows: its class, the attribute, and how many rows were found in it."""

    owner: str
    attribute: str
    rows: int


def keepers(parts: Iterable[Any]) -> list[str]:
    """Name the fitted estimators that keep rows by their nature, one entry each."""
    return [
        type(part).__name__
        for part in parts
        if type(part).__name__ in STORING and any(name.endswith("_") or name == "_fit_X" for name in vars(part))
    ]


def words_of(content: Any) -> set[str]:
    """Give the texts of something that a model holds, case-folded."""
    if isinstance(content, str):
        return {content.casefold()}
    if isinstance(content, np.ndarray) and content.dtype.kind in "OU":
        return {cell.casefold() for cell in content.flat if isinstance(cell, str)}
    if isinstance(content, pd.Series | pd.Index) and not is_numeric(pd.Series(content)):
        return {cell.casefold() for cell in content if isinstance(cell, str)}
    return set()


def rare_words(rows: pd.DataFrame) -> list[str]:
    """Texts of at least three characters that fewer than ten rows have."""
    found: set[str] = set()
    for place in range(rows.shape[1]):
        counts = Counter(cell for cell in rows.iloc[:, place] if isinstance(cell, str) and len(cell) > 2)
        found |= {cell for cell, people in counts.items() if people < RARE}
    return sorted(found)


def rare_found(rows: pd.DataFrame, hits: Booleans) -> int:
    """Count the rows found that fewer than ten rows are the same as."""
    if not hits.any():
        return 0
    keys = pd.DataFrame({place: texts(rows.iloc[:, place]) for place in range(rows.shape[1])}, dtype=object)
    _, group, sizes = np.unique(pd.util.hash_pandas_object(keys, index=False), return_inverse=True, return_counts=True)
    return int((hits & (sizes[group] < RARE)).sum())
