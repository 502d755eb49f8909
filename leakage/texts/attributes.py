"""1−X: how well attackers infer the private attributes of unseen people from their released texts."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from leakage.arrays import Booleans
from leakage.codeword import codeword, plant
from leakage.control import Control
from leakage.errors import ConfigurationError, EmptyInputError, UnknownColumnError
from leakage.interval import Estimate, by_person, ratio
from leakage.risk import FEWEST, Risk, judge
from leakage.texts.area import clustered_auc
from leakage.texts.corpus import Corpus, pair
from leakage.texts.crossfit import Crossfit, Reading, crossfit
from leakage.texts.decision import BestClass
from leakage.texts.document import Document
from leakage.texts.labels import Labels
from leakage.texts.split import Split, sample, split

PLANTED = 1000  # documents that the positive control is run on at most; fewer make it only harder to pass


@dataclass(frozen=True, slots=True)
class AttributeInference:
    """X, the mean accuracy of attribute attackers over the private attributes; privacy is 1−X.

    Source: Coavoux, Narayan & Cohen 2018 (arXiv:1808.09408); scored on unseen people only, after Barrett et al.
    2019 (D19-1662).

    Threat: someone reads the whole release and wants an attribute (gender, age band, …) of a person in it.
    Knowledge: every released text, and the true attributes of the other people in the release. Attackers: words
    and word pairs with logistic regression, and character sequences with a linear support vector machine. The
    strongest counts, chosen on other people than those it is scored on. The texts are joined to people by the
    original's `person`; nobody is on both sides of a fold.

    `attributes` names the private ones (all that the original carries if empty). `useful` names a label that is
    released anyway: the majority given that label is reported beside. `targets` are the persons attacked (all if
    None), the rest only train. A control (other people's documents, in the form that the release has) is scored
    by attackers trained on the whole release.

    Details: per attribute accuracy, majority and AUC (the mean of the classes, each against the rest); "auc" and "auc
    upper", their mean over the attributes and its bound; X per attacker family; X of the same attack on the
    original texts ("raw").
    """

    attributes: Sequence[str] = ()
    useful: str | None = None
    targets: Collection[str] | None = None
    folds: int = 5

    def __post_init__(self) -> None:
        """Check the number of folds."""
        if self.folds < 2:
            raise ConfigurationError("attribute inference needs at least 2 folds")

    def run(
        self, original: Sequence[Document], released: Sequence[Document], control: Sequence[Document] | None = None
    ) -> Risk:
        """X with its baseline; INVALID under 30 people or when an attribute coded into every text is not found."""
        start = time.perf_counter()
        corpus = pair(original, released, control)
        names = self._names(corpus)
        targets = None if self.targets is None else {f"person:{name}" for name in self.targets}
        plan = split(corpus.owners, self.folds, targets=targets, held_out=corpus.held_out)
        reading = Reading.of(corpus.texts)
        outcomes = [_infer(corpus, reading, plan, name) for name in names]
        estimate = _accuracy(outcomes, corpus.owners)
        people = len({o for o, used in zip(corpus.owners, plan.scored, strict=True) if used})
        fewest = min(int(outcome.scored.sum()) for outcome in outcomes)
        return judge(
            "1-X",
            estimate,
            baseline=_mean([outcome.majority for outcome in outcomes]),
            attempts=int(plan.scored.sum()),
            planted=self._planted(corpus, names),
            held_out=_accuracy(outcomes, corpus.owners, held_out=True) if corpus.held_out else None,
            faults=_faults(people, fewest),
            details={**self._details(corpus, plan, outcomes), "people": people},
            seconds=time.perf_counter() - start,
        )

    def _names(self, corpus: Corpus) -> list[str]:
        present = {name for labels in corpus.labels[: corpus.released] for name in labels}
        unknown = {*self.attributes, *([self.useful] if self.useful else [])} - present
        if unknown:
            raise UnknownColumnError(f"no document has the attribute {', '.join(sorted(unknown))}")
        names = sorted(set(self.attributes) or present - {self.useful})
        if not names:
            raise EmptyInputError("no document has a private attribute: there is nothing to infer")
        return names

    def _details(self, corpus: Corpus, plan: Split, outcomes: Sequence[_Outcome]) -> dict[str, float]:
        details: dict[str, float] = {}
        for outcome in outcomes:
            details[f"accuracy {outcome.name}"] = outcome.accuracy
            details[f"majority {outcome.name}"] = outcome.majority
            details[f"auc {outcome.name}"] = outcome.auc.value
            if self.useful:
                details[f"majority {outcome.name} given {self.useful}"] = outcome.given(corpus, self.useful)
        details["auc"] = _mean([outcome.auc.value for outcome in outcomes])
        details["auc upper"] = _mean([outcome.auc.upper for outcome in outcomes])
        for family in outcomes[0].families:
            details[f"X {family}"] = _mean([outcome.families[family] for outcome in outcomes])
        details["X raw"] = _mean([outcome.accuracy for outcome in self._raw(corpus, plan, outcomes)])
        return details

    def _raw(self, corpus: Corpus, plan: Split, outcomes: Sequence[_Outcome]) -> Sequence[_Outcome]:
        if not corpus.changed:
            return outcomes
        raw = replace(corpus, texts=corpus.originals)
        reading = Reading.of(raw.texts)
        return [_infer(raw, reading, plan, outcome.name) for outcome in outcomes]

    def _planted(self, corpus: Corpus, names: Sequence[str]) -> Control:
        some = corpus.take(sample(corpus.owners[: corpus.released], PLANTED))
        coded = [
            plant(text, [codeword(name, labels[name]) for name in names if name in labels])
            for text, labels in zip(some.texts, some.labels, strict=True)
        ]
        leaky = replace(some, texts=tuple(coded))
        plan = split(leaky.owners, self.folds)
        reading = Reading.of(leaky.texts)
        outcomes = [_infer(leaky, reading, plan, name) for name in names]
        baseline = _mean([outcome.majority for outcome in outcomes])
        if math.isnan(baseline):
            return Control.failed()
        return Control.above(_accuracy(outcomes, leaky.owners).value, baseline)


@dataclass(frozen=True, slots=True, repr=False)
class _Outcome:
    name: str
    labels: Labels
    right: Booleans  # over all documents; False where there is no label
    scored: Booleans
    held_out: Booleans
    auc: Estimate
    families: Mapping[str, float]

    @property
    def accuracy(self) -> float:
        return _share(self.right, self.scored)

    @property
    def majority(self) -> float:
        return self.labels.majority(self.scored)

    def given(self, corpus: Corpus, useful: str) -> float:
        return self.labels.majority_given(Labels.of([one.get(useful) for one in corpus.labels]), self.scored)


def _infer(corpus: Corpus, reading: Reading, plan: Split, name: str) -> _Outcome:
    labels = Labels.of([one.get(name) for one in corpus.labels])
    used = labels.labelled
    owners = [owner for owner, has in zip(corpus.owners, used, strict=True) if has]
    found = crossfit(reading.take(used), labels.truth[used], owners, Split(plan.fold[used]), BestClass())
    right = np.zeros(len(corpus), dtype=np.bool_)
    right[used] = _any(found.claims & labels.truth[used])
    scored = plan.scored & used
    families = {
        family: _share(_any(claims & labels.truth[used]), plan.scored[used])
        for family, claims in found.by_family.items()
    }
    area = _area(found, labels.truth[used], owners, plan.scored[used])
    return _Outcome(name, labels, right, scored, plan.held_out & used, area, families)


def _area(found: Crossfit, truth: Booleans, owners: Sequence[str], rows: Booleans) -> Estimate:
    """Average the areas of the classes, each against the rest; the mean of bounds holds, however they go together."""
    strata = np.full(len(truth), -1, dtype=np.int64)
    scores = np.zeros(truth.shape)
    for number, (tested, answers) in enumerate(found.scores):
        strata[tested], scores[tested] = number, answers
    rows = rows & (strata >= 0)
    own = [owner for owner, used in zip(owners, rows, strict=True) if used]
    areas = [
        clustered_auc(scores[rows, column], truth[rows, column], strata[rows], own) for column in range(truth.shape[1])
    ]
    known = [np.array(dataclasses.astuple(area)) for area in areas if area.known]
    return Estimate(*map(float, np.mean(known, axis=0))) if known else Estimate.unknown()


def _accuracy(outcomes: Sequence[_Outcome], owners: Sequence[str], *, held_out: bool = False) -> Estimate:
    """Average the accuracy over attributes, with persons as the independent units."""
    right = np.zeros(len(owners))
    weight = np.zeros(len(owners))
    masks = [outcome.held_out if held_out else outcome.scored for outcome in outcomes]
    if not all(mask.any() for mask in masks):
        return Estimate.unknown()
    pairs = sum(int(mask.sum()) for mask in masks)
    for outcome, mask in zip(outcomes, masks, strict=True):
        each = pairs / (len(outcomes) * int(mask.sum()))
        right += each * (outcome.right & mask)
        weight += each * mask
    return ratio(by_person(owners, right), by_person(owners, weight))


def _faults(people: int, fewest: int) -> list[str]:
    if people < FEWEST:
        return [f"only {people} people were attacked, at least {FEWEST} are needed"]
    if fewest < FEWEST:
        return [f"an attribute is known for only {fewest} documents, at least {FEWEST} are needed"]
    return []


def _any(claims: Booleans) -> Booleans:
    return np.asarray(claims.any(axis=1), dtype=np.bool_)


def _share(right: Booleans, rows: Booleans) -> float:
    return float(right[rows].mean()) if rows.any() else math.nan


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else math.nan
