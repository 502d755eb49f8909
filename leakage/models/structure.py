"""What a model's size alone says: how few people a leaf may stand for, how many rows a parameter is left with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from leakage.arrays import Integers

_FITTED = """coef_ dual_coef_ intercept_ coefs_ intercepts_ theta_ class_log_prior_ feature_log_prob_""".split()


def smallest_leaf(parts: Iterable[Any]) -> float:
    """Give the fewest training rows in any leaf of the trees among the parts of a model; NaN where there are none.

    SACRO-ML (Smith et al. 2022, arXiv:2212.01233) wants at least 10.
    """
    return min((float(leaves.min()) for leaves in _leaves(parts)), default=float("nan"))


def _leaves(parts: Iterable[Any]) -> Iterator[Integers]:
    for part in parts:
        if hasattr(part, "children_left") and hasattr(part, "n_node_samples"):
            yield np.asarray(part.n_node_samples)[np.asarray(part.children_left) == -1]
        elif type(part).__name__ == "TreePredictor" and hasattr(part, "nodes"):
            yield np.asarray(part.nodes["count"])[np.asarray(part.nodes["is_leaf"]) == 1]


def parameters(parts: Iterable[Any]) -> int:
    """Count what was fitted: weights of linear, kernel and neural models and of naive Bayes; splits and leaves.

    A split has a column and a threshold, a leaf one free share less than there are classes, as SACRO-ML counts.
    """
    return sum(_weights(part) + _nodes(part) for part in parts)


def _weights(part: Any) -> int:
    found = [getattr(part, "__dict__", {}).get(name) for name in _FITTED]
    lists = [value if isinstance(value, list) else [value] for value in found if value is not None]
    arrays = [array for value in lists for array in value]
    return sum(_size(array) for array in arrays)


def _size(array: Any) -> int:
    return int(array.nnz if hasattr(array, "nnz") else np.size(array))


def _nodes(part: Any) -> int:
    if hasattr(part, "children_left") and hasattr(part, "n_node_samples"):
        leaves = int((np.asarray(part.children_left) == -1).sum())
        return 2 * (int(part.node_count) - leaves) + leaves * max(1, int(np.max(part.n_classes)) - 1)
    if type(part).__name__ == "TreePredictor" and hasattr(part, "nodes"):
        leaves = int((np.asarray(part.nodes["is_leaf"]) == 1).sum())
        return 2 * (len(part.nodes) - leaves) + leaves
    return 0
