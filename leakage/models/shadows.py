"""Shadow models: what a model like the released one answers about people it has not seen."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone

from leakage.arrays import Booleans, Floats
from leakage.models.answers import Asked, Classifier, named, scored

_SEED = 20211203
_TRAINED = 5000  # reference rows that one shadow model is trained on at most


@dataclass(frozen=True, slots=True, repr=False)
class Shadows:
    """Models of the released one's kind and settings, each trained on another half of the reference rows."""

    models: Sequence[Classifier]
    classes: Any

    @classmethod
    def trained(cls, model: Classifier, reference: Asked, number: int) -> Shadows:
        """Train them; a half that cannot be learnt from gives none."""
        generator = np.random.default_rng(_SEED)
        models = []
        for seed in range(number):
            half = np.sort(generator.permutation(reference.size)[: min(_TRAINED, (reference.size + 1) // 2)])
            fitted = _fitted(model, reference.take(half), seed)
            models += [] if fitted is None else [fitted]
        return cls(models, np.asarray(model.classes_))

    def truth_scores(self, asked: Asked) -> Floats:
        """Probability of each row's true class, one row a model; 0 where the model never saw that class."""
        return np.array([_of_truth(model, self.classes, asked) for model in self.models]).reshape(-1, asked.size)

    def right(self, asked: Asked) -> Booleans:
        """Whether each model names the true class."""
        guesses = [np.asarray(model.classes_)[named(model, asked.features)] for model in self.models]
        found = [guess == self.classes[asked.truth] for guess in guesses]
        return np.array(found, dtype=np.bool_).reshape(-1, asked.size)


def _fitted(model: Classifier, rows: Asked, seed: int) -> Classifier | None:
    try:
        copy = clone(model)
        copy.set_params(**_seeded(copy.get_params(), seed))
        given = rows.features if getattr(model, "feature_names_in_", None) is not None else rows.features.to_numpy()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a shadow that has not converged is only a weaker one
            copy.fit(given, np.asarray(model.classes_)[rows.truth])
    except (ValueError, TypeError, AttributeError, RuntimeError):
        return None
    return copy if hasattr(copy, "classes_") else None


def _seeded(settings: dict[str, Any], seed: int) -> dict[str, int]:
    return {name: seed for name in settings if name == "random_state" or name.endswith("__random_state")}


def _of_truth(model: Classifier, classes: Any, asked: Asked) -> Floats:
    own = np.asarray(model.classes_)
    column = np.array([int(np.flatnonzero(own == c)[0]) if (own == c).any() else -1 for c in classes])[asked.truth]
    found = scored(model, asked.features)
    return np.where(column >= 0, found[np.arange(asked.size), column], 0.0)
