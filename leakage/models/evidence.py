"""What an attacker sees of a classifier's answers about some people, and how it tells members by it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from leakage.arrays import Booleans, Floats, Integers
from leakage.models.answers import Access, Asked, Classifier, named, scored
from leakage.models.perturb import perturbed
from leakage.models.shadows import Shadows

_SEED = 20210726
_SURE = 1e-6  # no score counts as surer than this
_NOISES = (0.1, 0.3)  # standard deviations by which inputs are moved
_COPIES = 8
_FEWEST_SHADOWS = 2


@dataclass(frozen=True, slots=True, repr=False)
class Evidence:
    """Answers about some people, one row or entry each; those of shadow models have one row a model.

    `stayed` is the share of moved copies of the row that are answered by its true class; `answers` has the
    probability of each class and no column where only labels are given.
    """

    truth: Integers
    right: Booleans
    stayed: Floats
    answers: Floats
    shadow_right: Booleans
    shadow_scores: Floats

    @classmethod
    def of(cls, model: Classifier, asked: Asked, like: Asked | None, shadows: Shadows, access: Access) -> Evidence:
        """Ask the model, and its shadows, about the rows; cells to move them by are those of `like` (None: unmoved)."""
        labels_only = access == "labels"
        return cls(
            asked.truth,
            named(model, asked.features) == asked.truth,
            _stayed(model, asked, like),
            np.zeros((asked.size, 0)) if labels_only else scored(model, asked.features),
            shadows.right(asked),
            np.zeros((0, asked.size)) if labels_only else shadows.truth_scores(asked),
        )

    def by_heart(self, *, known: bool) -> Evidence:
        """Replace the model by one that is right and certain about those it knows, and wrong about all others."""
        one_hot = np.eye(max(1, self.answers.shape[1]))[:, : self.answers.shape[1]]
        told = one_hot[(self.truth - (not known)) % len(one_hot)] if self.answers.size else self.answers
        right = np.full(self.truth.size, known)
        return replace(self, right=right, stayed=right.astype(np.float64), answers=told)

    def by_labels(self) -> dict[str, Floats]:
        """Tell members by labels: the more often right, the likelier a member."""
        right = self.right.astype(np.float64)
        found = {"gap": right, "moved": right + self.stayed}
        if len(self.shadow_right) >= _FEWEST_SHADOWS:
            found["gap over shadows"] = right - self.shadow_right.mean(axis=0)
            found["moved over shadows"] = right + self.stayed - 2 * self.shadow_right.mean(axis=0)
        return found

    def by_scores(self, digits: int | None, reference: Evidence) -> dict[str, Floats]:
        """Tell members by scores, rounded to so many digits: the surer of the truth, the likelier a member."""
        floor = _SURE if digits is None else max(_SURE, 0.5 * 10.0**-digits)
        answers = self.answers if digits is None else np.round(self.answers, digits)
        modified = _modified_entropy(answers, self.truth, floor)
        found = {
            "loss": _log_odds(_at(answers, self.truth), floor),
            "entropy": _entropy(answers, floor),
            "modified entropy": modified,
        }
        if reference.truth.size:
            told = reference.answers if digits is None else np.round(reference.answers, digits)
            usual = _modified_entropy(told, reference.truth, floor)
            found["by class"] = _by_class(modified, self.truth, usual, reference.truth)
        if len(self.shadow_scores) >= _FEWEST_SHADOWS:
            found["lira"], found["over shadows"] = _lira(found["loss"], _log_odds(self.shadow_scores, floor))
        return found


def _stayed(model: Classifier, asked: Asked, like: Asked | None) -> Floats:
    generator = np.random.default_rng(_SEED)
    total = np.zeros(asked.size)
    if like is None or not like.size or not asked.size:
        return total
    for amount in _NOISES * _COPIES:
        total += named(model, perturbed(asked.features, like.features, amount, generator)) == asked.truth
    return total / (len(_NOISES) * _COPIES)


def _at(answers: Floats, truth: Integers) -> Floats:
    return np.asarray(answers[np.arange(truth.size), truth], dtype=np.float64)


def _log_odds(scores: Floats, floor: float) -> Floats:
    # log(p / (1 − p)), the scale on which Carlini et al. find scores of the truth to be normal
    sure = np.clip(scores, floor, 1 - floor)
    return np.asarray(np.log(sure) - np.log1p(-sure), dtype=np.float64)


def _entropy(answers: Floats, floor: float) -> Floats:
    sure = np.clip(answers, floor, 1.0)
    return np.asarray((sure * np.log(sure)).sum(axis=1), dtype=np.float64)


def _modified_entropy(answers: Floats, truth: Integers, floor: float) -> Floats:
    """Song & Mittal's eq. 8, turned round: (1 − p_y) log p_y + Σ_{i ≠ y} p_i log(1 − p_i)."""
    own = _at(answers, truth)
    others = answers * np.log(np.clip(1 - answers, floor, 1.0))
    value = (1 - own) * np.log(np.clip(own, floor, 1.0)) + others.sum(axis=1) - _at(others, truth)
    return np.asarray(value, dtype=np.float64)


def _by_class(values: Floats, truth: Integers, usual: Floats, usual_truth: Integers) -> Floats:
    """Standardise by the values of reference people of the same class, of any class where there are too few."""
    found = np.empty(values.size)
    for position in np.unique(truth):
        same = usual[usual_truth == position]
        same = same if same.size >= 10 else usual
        found[truth == position] = (values[truth == position] - same.mean()) / (same.std() + 1e-3)
    return found


def _lira(own: Floats, shadows: Floats) -> tuple[Floats, Floats]:
    """How far the log odds lie above those of models without the row, in standard deviations and as they are.

    With a handful of shadows a row's own variance is uncertain: it is averaged with the one of all rows.
    """
    above = own - shadows.mean(axis=0)
    variance = shadows.var(axis=0, ddof=1)
    return above / np.sqrt((variance + variance.mean()) / 2 + 1e-12), above
