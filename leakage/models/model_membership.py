"""Membership in a model's training rows: what a classifier's answers give away about who it learnt from."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from leakage.arrays import Floats
from leakage.cells import require_disjoint
from leakage.control import Control
from leakage.errors import ConfigurationError
from leakage.interval import Estimate
from leakage.models.answers import ACCESSES, Access, Asked, Classifier, require_classifier
from leakage.models.evidence import Evidence
from leakage.models.shadows import Shadows
from leakage.risk import FEWEST, Risk, judge
from leakage.roc import Scores, auc, strongest, tpr_at

_SEED = 20170603

Attackers: TypeAlias = Mapping[str, Scores]
Sides: TypeAlias = tuple[Evidence, Evidence, Evidence]
"""Of the members, the others and the reference."""


@dataclass(frozen=True, slots=True)
class ModelMembership:
    """The share of its training people whom a classifier gives away while 1 % of others are falsely accused.

    Sources: Yeom et al. 2018 (arXiv:1709.01604), loss and gap; Song & Mittal 2021 (arXiv:2003.10595), entropy,
    modified entropy and its calibration by class; Carlini et al. 2022 (arXiv:2112.03570), LiRA and the figure;
    Choquette-Choo et al. 2021 (arXiv:2007.14321), attacks that need labels only.

    Threat: someone holds a person's whole row, label included, may ask the model, and wants to know whether it was
    trained on that row. Knowledge: the column `label`, the kind of model and its settings, and reference rows of
    other people, on which `shadows` models of the same kind are trained (0: none).

    Attackers by `access`, each with those before it: "labels": whether the answer is right, and how often it stays
    right when the inputs are moved, both also against how often the shadows are right; "rounded": scores of so many
    `digits`: loss, entropy, modified entropy, the last by class, and LiRA off line; "scores": the same on scores as
    they are. So rounding is credited only with what labels do not give away anyhow.

    This attacks a model: `run(model, members, others, reference)`. `others` are people like the members on whom the
    model was not trained. They are the control: the value is read off against them, and the baseline is the false
    positive rate itself. Without `reference` half of the others serve as such. A reference should hold as many
    rows as the model was trained on; at most 5,000 train a shadow.

    The value is that of attackers chosen on other people than they are scored on; its upper bound holds for the
    strongest of them all. At most `attempts` people are attacked on each side.

    Details: "tpr labels", "tpr rounded" and "tpr scores" as far as there is access, "auc" and "tpr at 0.1%", each
    with its one-sided 95 % bound as "… upper"; "auc" of every attacker by name; "accuracy members", "accuracy
    others", "others" (how many), "shadow models".

    >>> from sklearn.tree import DecisionTreeClassifier
    >>> rows = pd.DataFrame(np.random.default_rng(0).normal(size=(400, 3)), columns=["a", "b", "c"])
    >>> rows["ill"] = np.random.default_rng(1).random(400) < 0.5
    >>> model = DecisionTreeClassifier(random_state=0).fit(rows[["a", "b", "c"]][:200], rows["ill"][:200])
    >>> found = ModelMembership("ill", shadows=2).run(model, rows[:200], rows[200:])
    >>> found.details["accuracy members"], found.details["accuracy others"] < 0.7
    (1.0, True)
    """

    label: str
    access: Access = "scores"
    digits: int = 1
    shadows: int = 8
    attempts: int = 2000
    fpr: float = 0.01

    def __post_init__(self) -> None:
        """Check the settings."""
        if self.access not in ACCESSES:
            raise ConfigurationError(f"access is one of {', '.join(ACCESSES)}")
        if self.digits < 0 or self.attempts < 1 or not 0 < self.fpr < 1:
            raise ConfigurationError("digits are not negative, attempts at least 1, and fpr between 0 and 1")
        if self.shadows < 0 or self.shadows == 1:
            raise ConfigurationError("shadow models are none, or at least two")

    def run(
        self, model: Classifier, members: pd.DataFrame, others: pd.DataFrame, reference: pd.DataFrame | None = None
    ) -> Risk:
        """Measure the true positive rate; INVALID with fewer than 1/fpr others, or when shadows cannot be trained."""
        start = time.perf_counter()
        require_classifier(model, self.access)
        asked = self._asked(model, members, others, reference)
        shadows = Shadows.trained(model, asked[2], self.shadows)
        like = asked[2] if asked[2].size else asked[1]
        inside, outside = (Evidence.of(model, side, like, shadows, self.access) for side in asked[:2])
        known = Evidence.of(model, asked[2].drawn(self.attempts, _SEED), None, Shadows([], ()), self.access)
        found = self._attackers((inside, outside, known))
        return judge(
            "model membership",
            strongest(_upto(found, self.access), tpr_at(self.fpr)),
            baseline=self.fpr,
            attempts=inside.truth.size,
            planted=self._planted((inside, outside, known)),
            faults=self._faults(inside, outside, shadows, found),
            details={**_details(found, self.fpr), **_context(inside, outside, shadows)},
            seconds=time.perf_counter() - start,
        )

    def _asked(
        self, model: Classifier, members: pd.DataFrame, others: pd.DataFrame, reference: pd.DataFrame | None
    ) -> tuple[Asked, Asked, Asked]:
        require_disjoint(members, others)
        inside = Asked.of(model, members, self.label, "members'")
        if (inside.truth < 0).any():
            raise ConfigurationError("members have labels that are no classes of the model: it was not trained on them")
        outside = Asked.of(model, others, self.label, "others'")
        if reference is None:
            order = np.random.default_rng(_SEED).permutation(outside.size)
            outside, known = outside.take(order[::2]), outside.take(order[1::2])
        else:
            require_disjoint(members, reference)
            require_disjoint(others, reference)
            known = Asked.of(model, reference, self.label, "reference")
        return inside.drawn(self.attempts, _SEED), outside.drawn(self.attempts, _SEED), known.drawn(known.size, _SEED)

    def _attackers(self, sides: Sides) -> dict[Access, Attackers]:
        """Score members and others by every attacker that the access allows."""
        inside, outside, known = sides
        found: dict[Access, Attackers] = {"labels": _paired(inside.by_labels(), outside.by_labels())}
        for access in ACCESSES[1 : ACCESSES.index(self.access) + 1]:
            digits = self.digits if access == "rounded" else None
            found[access] = _paired(inside.by_scores(digits, known), outside.by_scores(digits, known))
        return found

    def _planted(self, sides: Sides) -> Control:
        """Attack a model that knows its members by heart and nothing else."""
        inside, outside, known = sides
        found = self._attackers((inside.by_heart(known=True), outside.by_heart(known=False), known))
        return Control.above(strongest(_upto(found, self.access), tpr_at(self.fpr)).value, self.fpr)

    def _faults(
        self, inside: Evidence, outside: Evidence, shadows: Shadows, found: Mapping[Access, Attackers]
    ) -> list[str]:
        faults = []
        fewest = max(FEWEST, int(np.ceil(1 / self.fpr - 1e-9)))
        if outside.truth.size < fewest:
            faults.append(f"only {outside.truth.size} others to be told from members, at least {fewest} are needed")
        if self.shadows and len(shadows.models) < max(2, self.shadows // 2):
            faults.append(f"only {len(shadows.models)} of {self.shadows} shadow models could be trained")
        if inside.truth.size and outside.truth.size and auc(found["labels"]["gap"]).high < 0.45:
            faults.append("the model serves the others better than its members: the two may have been swapped")
        return faults


def _paired(inside: Mapping[str, Floats], outside: Mapping[str, Floats]) -> dict[str, Scores]:
    return {name: Scores.of(inside[name], outside[name]) for name in inside}


def _upto(found: Mapping[Access, Attackers], access: Access) -> dict[str, Scores]:
    allowed = ACCESSES[: ACCESSES.index(access) + 1]
    return {f"{one} {name}": scores for one in allowed for name, scores in found[one].items()}


def _details(found: Mapping[Access, Attackers], fpr: float) -> dict[str, float]:
    together = _upto(found, list(found)[-1])
    figures: dict[str, Estimate] = {f"tpr {one}": strongest(_upto(found, one), tpr_at(fpr)) for one in found}
    figures |= {"auc": strongest(together, auc), "tpr at 0.1%": strongest(together, tpr_at(0.001))}
    shown = {name: figure.value for name, figure in figures.items()}
    uppers = {f"{name} upper": figure.upper for name, figure in figures.items()}
    return shown | uppers | {f"auc {name}": auc(scores).value for name, scores in together.items()}


def _context(inside: Evidence, outside: Evidence, shadows: Shadows) -> dict[str, float]:
    sides = {"members": inside, "others": outside}
    accuracy = {f"accuracy {name}": float(s.right.mean()) if s.right.size else np.nan for name, s in sides.items()}
    return {**accuracy, "others": outside.truth.size, "shadow models": len(shadows.models)}
