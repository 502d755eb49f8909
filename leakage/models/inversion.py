"""Model inversion: what a classifier adds to the guess of a secret input of a person."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from leakage.arrays import Floats, Integers
from leakage.cells import require_columns, require_disjoint, require_rows
from leakage.control import Control
from leakage.errors import ConfigurationError, UnknownColumnError
from leakage.interval import ONE_SIDED
from leakage.models.answers import ACCESSES, Access, Classifier, inputs, named, positions, require_classifier, scored
from leakage.models.belief import Areas, Side, gained, rate
from leakage.models.secret import Candidates, candidates, guesses
from leakage.risk import FEWEST, Risk, judge

_SEED = 20151013
_LEAST = 1e-3  # no answer rules a candidate out more than this


@dataclass(frozen=True, slots=True)
class ModelInversion:
    """The accuracy with which a secret input of training people is guessed with the model's help.

    Sources: Fredrikson et al. 2014 (USENIX Security) and 2015 (doi:10.1145/2810103.2813677) for the attack, which
    asks with every candidate and weighs by the prior and the model's confusion; Wang, Si & Wu 2015 (IJCAI) for
    reading it against what is known without the model.

    Threat: someone holds all of a person's inputs but `secret`, and the person's `label`, and may ask the model.
    Knowledge: those cells, and rows of other people with their secrets (`reference`; half of the others where none
    are given), from which come the candidates, their prior and the confusion matrix. `access` is to "scores", to
    "rounded" ones of so many `digits`, or to "labels".

    Attackers without the model: the commonest value; logistic regression and a random forest from the other cells
    and the label. With it: the prior, regression or forest from the other cells, times what the model says of the
    label for each candidate; or those without. On each side the strongest counts, chosen on one half of the
    people and scored on the other. The value is the accuracy with the model, the baseline that without it.

    This attacks a model: `run(model, members, others, reference)`. The control are others on whom it was not
    trained: what the model tells of anybody shows there too, the residual is what it tells of its members alone.
    A numeric secret with more than 20 values is guessed by tenth; at most the 50 commonest values are considered.

    Details: "auc with", "auc without", "auc gain" and "auc gain upper" (area under the curve of each value against
    the rest, averaged by how many have it; the bound is normal with the standard error of a bootstrap over people,
    both attackers on the same), "control auc gain" (and "… upper"), "residual auc gain" (members − control, and
    "… upper"), "accuracy" of every attacker, "candidates".

    >>> from sklearn.tree import DecisionTreeClassifier
    >>> rows = pd.DataFrame(np.random.default_rng(0).normal(size=(600, 2)), columns=["a", "b"])
    >>> rows["gene"] = np.random.default_rng(1).integers(0, 2, 600)
    >>> rows["dose"] = rows["gene"] ^ (np.random.default_rng(2).random(600) < 0.05)
    >>> model = DecisionTreeClassifier(max_depth=2).fit(rows[["a", "b", "gene"]][:200], rows["dose"][:200])
    >>> found = ModelInversion("gene", "dose").run(model, rows[:200], rows[200:])
    >>> found.value > 0.9, found.details["auc gain"] < 0.1  # the label tells it all, with the model or without
    (True, True)
    """

    secret: str
    label: str
    access: Access = "scores"
    digits: int = 1
    attempts: int = 2000

    def __post_init__(self) -> None:
        """Check the settings."""
        if self.access not in ACCESSES:
            raise ConfigurationError(f"access is one of {', '.join(ACCESSES)}")
        if self.secret == self.label or self.digits < 0 or self.attempts < 1:
            raise ConfigurationError("the secret is not the label, digits are not negative and attempts at least 1")

    def run(
        self, model: Classifier, members: pd.DataFrame, others: pd.DataFrame, reference: pd.DataFrame | None = None
    ) -> Risk:
        """Measure accuracy with and without the model; INVALID under 30 people on a side or in the reference."""
        start = time.perf_counter()
        require_classifier(model, self.access)
        frames = self._frames(model, members, others, reference)
        secrets, truths = candidates([frame[self.secret] for frame in frames])
        without, within = self._beliefs(model, frames, secrets, truths[0])
        sides = [Side(truth, _nth(without, i), _nth(within, i)) for i, truth in enumerate(truths[1:])]
        areas = [gained(side) for side in sides]
        return judge(
            "model inversion",
            rate(sides[0].right(sides[0].within)),
            baseline=float(np.nan_to_num(rate(sides[0].right(sides[0].without)).value)),
            attempts=sides[0].truth.size,
            planted=self._planted(frames[1], secrets, truths[1]),
            held_out=rate(sides[1].right(sides[1].within, sides[0])),
            faults=_faults(truths, secrets, areas[0]),
            details={**_details(areas), **sides[0].accuracies(), "candidates": secrets.number},
            seconds=time.perf_counter() - start,
        )

    def _frames(
        self, model: Classifier, members: pd.DataFrame, others: pd.DataFrame, reference: pd.DataFrame | None
    ) -> list[pd.DataFrame]:
        """Tables of reference, members and others, with the model's inputs and the label; the last two drawn."""
        require_disjoint(members, others)
        inside, outside = (self._cleaned(model, f, which) for f, which in ((members, "members'"), (others, "others'")))
        if reference is None:
            return [outside.iloc[1::2], inside.head(self.attempts), outside.iloc[::2].head(self.attempts)]
        require_disjoint(members, reference)
        require_disjoint(others, reference)
        known = self._cleaned(model, reference, "reference")
        return [known, inside.head(self.attempts), outside.head(self.attempts)]

    def _cleaned(self, model: Classifier, frame: pd.DataFrame, which: str) -> pd.DataFrame:
        """Keep people whose secret and label are known, in random order but always alike."""
        require_rows(frame, which)
        names = inputs(model, frame, self.label)
        if self.secret not in names:
            raise UnknownColumnError(f"the model has no input {self.secret}, so nothing of it can be asked")
        require_columns(frame, [*names, self.label], which)
        known = np.asarray(frame[self.secret].notna() & frame[self.label].notna(), dtype=np.bool_)
        known &= positions(model, frame[self.label]) >= 0
        order = np.random.default_rng(_SEED).permutation(np.flatnonzero(known))
        return frame.iloc[order][[*names, self.label]].reset_index(drop=True)

    def _beliefs(
        self, model: Classifier, frames: Sequence[pd.DataFrame], secrets: Candidates, truth: Integers
    ) -> tuple[dict[str, list[Floats]], dict[str, list[Floats]]]:
        """Give what attackers without the model, and with it, believe of the members and of the others."""
        prior = [np.tile(secrets.prior, (len(frame), 1)) for frame in frames[1:]]
        blind = [frame.drop(columns=self.secret) for frame in frames]
        unlabelled = [frame.drop(columns=self.label) for frame in blind]
        without = {"prior": prior, **guesses(blind, truth, secrets.number)}
        confusion = _confusion(model, frames[0], self.label) if self.access == "labels" else None
        told = [self._told(model, frame, secrets, confusion) for frame in frames[1:]]
        before = {"prior": prior, **guesses(unlabelled, truth, secrets.number)}
        within = {
            f"{name} and model": [b * t for b, t in zip(belief, told, strict=True)] for name, belief in before.items()
        }
        return without, {**without, **within}

    def _told(self, model: Classifier, frame: pd.DataFrame, secrets: Candidates, confusion: Floats | None) -> Floats:
        """Ask what the model says of each person's label, one column a candidate."""
        truth, features = positions(model, frame[self.label]), frame.drop(columns=self.label)
        rows, found = np.arange(len(frame)), np.empty((len(frame), secrets.number))
        for column, cell in enumerate(secrets.cells):
            tried = pd.Series([cell] * len(frame), index=frame.index, dtype=object).astype(frame[self.secret].dtype)
            asked = features.assign(**{self.secret: tried})
            if confusion is not None:
                found[:, column] = confusion[truth, named(model, asked)]
            else:
                answers = scored(model, asked)[rows, truth]
                found[:, column] = answers if self.access == "scores" else np.round(answers, self.digits)
        return np.maximum(found, _LEAST)

    def _planted(self, members: pd.DataFrame, secrets: Candidates, truth: Integers) -> Control:
        """Attack a model that answers by the secret itself."""
        known = truth >= 0
        if not known.any() or secrets.number < 2:
            return Control.failed()
        echo = _Echo(self.secret, secrets.cells, list(members.drop(columns=self.label).columns))
        asked = members[known].assign(**{self.label: truth[known]})
        confusion = np.eye(secrets.number) if self.access == "labels" else None
        told = self._told(echo, asked, secrets, confusion) * secrets.prior
        return Control.above(float((told.argmax(axis=1) == truth[known]).mean()), float(secrets.prior.max()))


@dataclass(frozen=True, slots=True, repr=False)
class _Echo:
    """A model that names the class of the secret."""

    secret: str
    cells: Sequence[Any]
    feature_names_in_: list[str]

    @property
    def classes_(self) -> Integers:
        return np.arange(len(self.cells))

    def predict(self, features: pd.DataFrame) -> Integers:
        given = features[self.secret].astype(object)
        return np.asarray(pd.Index(pd.Series(self.cells, dtype=object)).get_indexer(pd.Index(given)), dtype=np.int64)

    def predict_proba(self, features: pd.DataFrame) -> Floats:
        return np.eye(len(self.cells))[self.predict(features)]


def _nth(beliefs: Mapping[str, Sequence[Floats]], side: int) -> dict[str, Floats]:
    return {name: both[side] for name, both in beliefs.items()}


def _confusion(model: Classifier, frame: pd.DataFrame, label: str) -> Floats:
    """Estimate the probability of each answer given the true label, every answer counted once more than seen."""
    truth, answer = positions(model, frame[label]), named(model, frame.drop(columns=label))
    counts = np.ones((len(model.classes_), len(model.classes_)))
    np.add.at(counts, (truth, answer), 1.0)
    return np.asarray(counts / counts.sum(axis=1, keepdims=True), dtype=np.float64)


def _details(areas: Sequence[Areas]) -> dict[str, float]:
    inside, outside = areas
    residual = inside.gain - outside.gain
    margin = np.hypot(inside.upper - inside.gain, ONE_SIDED * outside.spread)
    return {
        "auc with": inside.within,
        "auc without": inside.without,
        "auc gain": inside.gain,
        "auc gain upper": inside.upper,
        "control auc gain": outside.gain,
        "control auc gain upper": outside.upper,
        "residual auc gain": residual,
        "residual auc gain upper": 1.0 if np.isnan(margin) else min(1.0, residual + float(margin)),
    }


def _faults(truths: Sequence[Integers], secrets: Candidates, areas: Areas) -> list[str]:
    found = [
        f"only {truth.size} {which} people with a known secret, at least {FEWEST} are needed"
        for truth, which in ((truths[0], "reference"), (truths[2], "other"))
        if truth.size < FEWEST
    ]
    if secrets.number < 2 or np.isnan(areas.gain):
        found.append("the secret does not vary enough to be guessed")
    return found
