"""A private classifier trained on the real rows: what the same epsilon gives without synthetic rows.

The only module that imports diffprivlib, and only when it is used (the import takes seconds).
"""

import warnings

import numpy as np
from numpy.typing import NDArray

from synth.encode import Codes
from synth.errors import QualityUnmeasurableError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def one_hot(codes: Codes, target: int) -> Floats:
    """Spread the codes of all columns but the target over 0/1 columns; a row's L2 norm is sqrt(columns)."""
    parts = [np.eye(size)[codes.array[:, place]] for place, size in enumerate(codes.sizes) if place != target]
    return np.concatenate([np.ones((len(codes.array), 1)), *parts], axis=1)


def private_scores(train: Codes, test: Codes, target: int, positive: int, epsilon: float) -> Floats:
    """Score the test rows by diffprivlib's LogisticRegression, (epsilon, 0)-DP, trained on the real rows.

    Objective perturbation, Chaudhuri, Monteleoni and Sarwate 2011 (JMLR 12). Raises QualityUnmeasurableError.
    """
    features, labels = one_hot(train, target), train.array[:, target] == positive
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from diffprivlib import BudgetAccountant  # noqa: PLC0415 - takes seconds, and only this function needs it
        from diffprivlib.models import LogisticRegression  # noqa: PLC0415 - the same

        model = LogisticRegression(
            epsilon=epsilon, data_norm=float(np.sqrt(len(train.sizes))), accountant=BudgetAccountant()
        )
        try:
            model.fit(features, labels)
        except (ValueError, ArithmeticError):
            raise QualityUnmeasurableError("the private classifier cannot be trained on these rows") from None
        scores: Floats = model.decision_function(one_hot(test, target))
    return scores
