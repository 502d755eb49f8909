"""Hiding in plain sight: whether originals that were missed can be told from the surrogates around them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from leakage.arrays import Booleans, Floats, Integers, Sparse
from leakage.codeword import codeword
from leakage.control import Control
from leakage.errors import ConfigurationError, EmptyInputError
from leakage.interval import Estimate
from leakage.risk import FEWEST, Risk, judge
from leakage.texts.area import clustered_auc
from leakage.texts.corpus import pair
from leakage.texts.document import Document
from leakage.texts.families import logistic, one_vs_rest
from leakage.texts.mentions import Mentions, Placed, context, frequency, lexicon, look
from leakage.texts.split import sample, split, validation

ATTACKED = 20_000  # mentions that are attacked at most, whole persons
PLANTED = 2_000  # and that the positive control is run on
_TOGETHER = "together"

View: TypeAlias = Callable[[Mentions, Sequence[str]], Sparse]
VIEWS: Mapping[str, View] = {"frequency": frequency, "lexicon": lexicon, "look": look, "context": context}


@dataclass(frozen=True, slots=True, repr=False)
class SurrogateTelling:
    """The AUC of an attacker who tells originals that were left in a release from the surrogates around them.

    Source: Carrell et al. 2013 (doi:10.1136/amiajnl-2012-001034): surrogates hide what the redactor missed only as
    long as nobody can tell the two apart.

    Threat: someone reads a release in which identifiers were replaced by surrogates and some were missed, and
    guesses of each name, number or place whether it is real. Knowledge: every released text, where its mentions
    are, and for other people's documents which mentions are originals (they ran the same tool on texts of their
    own). Attackers, each a logistic regression fitted on other people's documents: how often the mention and its
    words occur; its words; its characters and shape; the words around it; all of these together. The strongest
    counts, chosen in each round on parts of the training documents, whole persons apart.

    `placed` marks mentions in the released texts, with the truth. In a good release few originals are left; to
    measure one, leave a random share of them standing in a copy and attack the copy. The baseline is ½. The
    positive control puts a code word before each original.

    A control says nothing here, so none may be given.

    Details: "AUC ATTACKER" and "AUC ATTACKER upper" for each, "originals", "surrogates", "people".

    >>> texts = [Document(str(i), f"Dr {'Xyq' if i % 2 else 'Lee'} came.") for i in range(80)]
    >>> placed = [Placed(str(i), 3, 6, original=bool(i % 2)) for i in range(80)]
    >>> SurrogateTelling(placed).run(texts, texts).value
    1.0
    """

    placed: Sequence[Placed] = field(repr=False)
    folds: int = 5

    def __post_init__(self) -> None:
        """Check that there is something to tell, and freeze it."""
        object.__setattr__(self, "placed", tuple(self.placed))
        if not self.placed:
            raise EmptyInputError("no mention was placed: there is nothing to tell apart")
        if self.folds < 2:
            raise ConfigurationError("telling surrogates needs at least 2 folds")

    def __repr__(self) -> str:
        """Say how many, no mention."""
        return f"SurrogateTelling({len(self.placed)} mentions, folds={self.folds})"

    def run(
        self, original: Sequence[Document], released: Sequence[Document], control: Sequence[Document] | None = None
    ) -> Risk:
        """Measure the AUC; INVALID under 30 originals, 30 surrogates or 30 people, or if a code word is not seen."""
        start = time.perf_counter()
        if control is not None:
            raise ConfigurationError("telling surrogates has no control: people who were not released have none")
        corpus = pair(original, released)
        every = Mentions.of(self.placed, corpus)
        mentions = every.take(sample(every.owners, ATTACKED))
        attack = _attack(mentions, corpus.texts, self.folds)
        originals = int(mentions.truth.sum())
        surrogates, people = len(mentions.rows) - originals, len(set(mentions.owners))
        return judge(
            "surrogate telling",
            attack.area(attack.chosen, mentions),
            baseline=0.5,
            attempts=min(originals, surrogates),
            planted=self._planted(mentions, corpus.texts),
            faults=[] if people >= FEWEST else [f"only {people} people have mentions, at least {FEWEST} are needed"],
            details={
                **_details(attack, mentions),
                "originals": originals,
                "surrogates": surrogates,
                "people": people,
            },
            seconds=time.perf_counter() - start,
        )

    def _planted(self, mentions: Mentions, texts: Sequence[str]) -> Control:
        some = mentions.take(sample(mentions.owners, PLANTED))
        word = codeword("original")
        marked = tuple(
            (*before[1:], word) if true else before for before, true in zip(some.before, some.truth, strict=True)
        )
        leaky = replace(some, before=marked)
        attack = _attack(leaky, texts, self.folds)
        return Control.above(attack.area(attack.chosen, leaky).value, 0.5)


@dataclass(frozen=True, slots=True, repr=False)
class _Attack:
    """Scores of all mentions, by the strongest attacker of each round and by each; and the fold of each mention."""

    chosen: Floats
    each: Mapping[str, Floats]
    fold: Integers

    def area(self, scores: Floats, mentions: Mentions) -> Estimate:
        folds = int(self.fold.max(initial=0)) + 1
        return clustered_auc(scores, mentions.truth, self.fold, mentions.owners, folds)


def _attack(mentions: Mentions, texts: Sequence[str], folds: int) -> _Attack:
    """Score each mention by attackers that saw nothing of its person."""
    plan = split(mentions.owners, folds)
    views = {name: view(mentions, texts) for name, view in VIEWS.items()}
    views[_TOGETHER] = sparse.hstack(list(views.values()), format="csr")
    each = {name: np.zeros(mentions.truth.size) for name in views}
    chosen = np.zeros(mentions.truth.size)
    for train, test in plan.rounds():
        for name, matrix in views.items():
            each[name][test] = _scores(matrix, mentions.truth, train, test)
        chosen[test] = each[_strongest(views, mentions, train)][test]
    return _Attack(chosen, each, plan.fold)


def _scores(matrix: Sparse, truth: Booleans, train: Booleans, test: Booleans) -> Floats:
    return one_vs_rest(_balanced, matrix[train], truth[train][:, None], matrix[test])[:, 0]


def _strongest(views: Mapping[str, Sparse], mentions: Mentions, train: Booleans) -> str:
    """Choose within the training mentions."""
    rated = dict.fromkeys(views, 0.0)
    for fit, check in validation(mentions.owners, train):
        owners = [owner for owner, used in zip(mentions.owners, check, strict=True) if used]
        for name, matrix in views.items():
            scores = _scores(matrix, mentions.truth, fit, check)
            found = clustered_auc(scores, mentions.truth[check], np.zeros(scores.size, dtype=np.int64), owners)
            rated[name] += found.value if found.known else 0.0
    return max(rated, key=lambda name: rated[name])


def _balanced() -> LogisticRegression:
    return logistic("balanced")


def _details(attack: _Attack, mentions: Mentions) -> dict[str, float]:
    details: dict[str, float] = {}
    for name, scores in attack.each.items():
        found = attack.area(scores, mentions)
        details[f"AUC {name}"], details[f"AUC {name} upper"] = found.value, found.upper
    return details
