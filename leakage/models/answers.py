"""What a classifier answers when it is asked about rows."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
import pandas as pd

from leakage.arrays import Floats, Integers
from leakage.cells import require_columns, require_rows
from leakage.errors import ConfigurationError

Access: TypeAlias = Literal["scores", "rounded", "labels"]
ACCESSES: tuple[Access, ...] = ("labels", "rounded", "scores")  # each gives all that the one before gives


class Classifier(Protocol):
    """A fitted classifier as scikit-learn has them."""

    @property
    def classes_(self) -> Any:
        """The classes, in the order of its scores."""
        ...

    def predict(self, X: Any) -> Any:
        """Name a class for each row."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """Rows to ask about: the model's inputs, and the position of each row's true class (−1 if the model lacks it)."""

    features: pd.DataFrame
    truth: Integers

    @classmethod
    def of(cls, model: Classifier, frame: pd.DataFrame, label: str, which: str) -> Asked:
        """Take the model's inputs and the label out of a table; rows without a label are left out."""
        require_rows(frame, which)
        names = inputs(model, frame, label)
        require_columns(frame, [*names, label], which)
        labelled = frame[np.asarray(frame[label].notna(), dtype=np.bool_)]
        return cls(labelled[names].reset_index(drop=True), positions(model, labelled[label]))

    def take(self, rows: Integers) -> Asked:
        """Keep some of the rows."""
        return Asked(self.features.iloc[rows].reset_index(drop=True), self.truth[rows])

    def drawn(self, most: int, seed: int) -> Asked:
        """Keep at most so many rows whose class the model knows, at random but always alike."""
        known = np.flatnonzero(self.truth >= 0)
        return self.take(np.random.default_rng(seed).permutation(known)[:most])

    @property
    def size(self) -> int:
        """How many rows."""
        return self.truth.size


def inputs(model: Classifier, frame: pd.DataFrame, label: str) -> list[Any]:
    """Name the columns that the model takes: those it was trained on, or all but the label where it names none."""
    named = getattr(model, "feature_names_in_", None)
    return list(named) if named is not None else [name for name in frame.columns if name != label]


def require_classifier(model: Classifier, access: Access) -> None:
    """Raise ConfigurationError unless the model is a fitted classifier that answers in the way it is asked."""
    classes = getattr(model, "classes_", None)
    if classes is None or not hasattr(model, "predict") or np.ndim(classes) != 1:
        raise ConfigurationError("the model must be a fitted classifier of one label, with classes_ and predict")
    if access != "labels" and not (hasattr(model, "predict_proba") or hasattr(model, "decision_function")):
        raise ConfigurationError("the model gives labels only: attack it with access 'labels'")


def positions(model: Classifier, labels: Any) -> Integers:
    """Find each label among the model's classes, −1 where it is none of them."""
    given = pd.Index(np.asarray(pd.Series(labels).astype(object), dtype=object))
    classes = pd.Index(np.asarray(model.classes_).astype(object))
    return np.asarray(classes.get_indexer(given), dtype=np.int64)


def named(model: Classifier, features: pd.DataFrame) -> Integers:
    """Ask for the class of each row, as a position."""
    return positions(model, _asked(model, "predict", features))


def scored(model: Classifier, features: pd.DataFrame) -> Floats:
    """Ask for the probability of each class; decision values are turned into such by the logistic function."""
    if hasattr(model, "predict_proba"):
        found = np.asarray(_asked(model, "predict_proba", features), dtype=np.float64)
    else:
        found = _softmax(np.asarray(_asked(model, "decision_function", features), dtype=np.float64))
    if found.shape != (len(features), len(model.classes_)):
        raise ConfigurationError("the model must give one score a row and class")
    return found


def _softmax(values: Floats) -> Floats:
    wide = np.column_stack([np.zeros(len(values)), values]) if values.ndim == 1 else values
    raised = np.exp(wide - wide.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float64)


def _asked(model: Classifier, verb: str, features: pd.DataFrame) -> Any:
    rows = features if getattr(model, "feature_names_in_", None) is not None else features.to_numpy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # unknown categories and the like: the answer is what counts
        try:
            return getattr(model, verb)(rows)
        except (ValueError, TypeError, KeyError):
            # the model's own message may quote cells
            raise ConfigurationError("the model cannot be asked about these rows: they lack its form") from None
