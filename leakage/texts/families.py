"""The attacker families on text. The strongest counts, chosen on other documents than those it is scored on."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from leakage.arrays import Booleans, Floats, Sparse
from leakage.texts.features import character_counts, shared, tfidf, word_counts

Classifier: TypeAlias = LogisticRegression | LinearSVC
Weight: TypeAlias = Literal["balanced"] | None

NEVER = -1e3  # the score of a class that no training document has
ALWAYS = 1e3  # and of one that they all have


@dataclass(frozen=True, slots=True)
class Family:
    """Features of a text, and a linear classifier over them, one against the rest."""

    name: str
    features: Callable[[Sequence[str]], Sparse]
    classifier: Callable[[Weight], Classifier]

    def scores(self, train: Sparse, truth: Booleans, test: Sparse, weight: Weight = None) -> Floats:
        """One score a (test row, class), the higher the likelier; `truth` is (train rows, classes).

        Weight "balanced" makes a rare class count as much as its complement, which serves F; None serves
        accuracy.
        """
        return one_vs_rest(lambda: self.classifier(weight), train, truth, test)


def one_vs_rest(classifier: Callable[[], Classifier], train: Sparse, truth: Booleans, test: Sparse) -> Floats:
    """Decision values of a fresh binary classifier for each class; two complementary classes need one only."""
    classes = truth.shape[1]
    if classes == 0:
        return np.zeros((test.shape[0], 0))
    if classes == 2 and bool(np.all(truth[:, 0] != truth[:, 1])):
        first = _binary(classifier, train, truth[:, 0], test)
        return np.column_stack([first, -first])
    return np.column_stack([_binary(classifier, train, truth[:, c], test) for c in range(classes)])


def _binary(classifier: Callable[[], Classifier], train: Sparse, truth: Booleans, test: Sparse) -> Floats:
    if not truth.any():
        return np.full(test.shape[0], NEVER)
    if truth.all():
        return np.full(test.shape[0], ALWAYS)
    with warnings.catch_warnings():
        # An attacker that has not converged is only a weaker one; its positive control judges it.
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = classifier().fit(train, truth)
    return np.asarray(fitted.decision_function(test), dtype=np.float64)


def logistic(weight: Weight = None) -> LogisticRegression:
    """Logistic regression, lightly regularised: many weak signs together."""
    return LogisticRegression(C=10.0, solver="liblinear", class_weight=weight, random_state=0)


def _sparse_logistic(weight: Weight) -> LogisticRegression:
    return LogisticRegression(C=10.0, penalty="l1", tol=1e-2, solver="liblinear", class_weight=weight, random_state=0)


def _margin(weight: Weight) -> LinearSVC:
    return LinearSVC(C=0.5, tol=0.1, dual=True, class_weight=weight, random_state=0)


def _words(texts: Sequence[str]) -> Sparse:
    return tfidf(shared(word_counts(texts, longest=2)))


def _characters(texts: Sequence[str]) -> Sparse:
    return tfidf(shared(character_counts(texts)))


WORDS = Family("words", _words, logistic)
TELLING = Family("telling words", _words, _sparse_logistic)  # the L1 penalty singles out one word that says it all
CHARACTERS = Family("characters", _characters, _margin)
FAMILIES: tuple[Family, ...] = (WORDS, TELLING, CHARACTERS)
