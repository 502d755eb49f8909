"""What writes in place of cells, and counts what it wrote."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from deid.finding import WITHHELD, Finding
from deid.keys import Key
from deid.operators import Context, Operator, apply, is_fresh
from deid.policy import Policy
from deid.surrogates import Scene
from deid.tables.coded import Coded
from deid.tables.whose import Whose
from deid.text import count_lost, redact_text


@dataclass(frozen=True, slots=True)
class Tally:
    """What is replaced, by label, what of it the policy did not name, and what an operator failed on."""

    policy: Policy
    labels: Counter[str] = field(default_factory=Counter)
    unnamed: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)

    def add(self, label: str, times: int, *, named: bool) -> None:
        """Count a label."""
        self.labels[label] += times
        if not named and label != WITHHELD:
            self.unnamed[label] += times

    def add_findings(self, found: Sequence[Sequence[Finding]], rows: Sequence[int]) -> None:
        """Count the findings of texts that each stand in so many rows."""
        for findings, times in zip(found, rows, strict=True):
            for finding in findings:
                self.add(finding.label, times, named=self.policy.names(finding.label))

    def add_lost(self, coded: Coded, done: Sequence[str], found: Sequence[Sequence[Finding]]) -> None:
        """Count the cells in which an operator failed as withheld."""
        if self.failures:
            self.labels[WITHHELD] += count_lost(coded.texts, done, found, coded.counts().tolist())


@dataclass(frozen=True, slots=True)
class Pen:
    """What is written in place of cells: by the policy, with the key, for the subject of each row if that matters.

    `scene` brings what surrogates need.
    """

    policy: Policy
    key: Key | None
    whose: Whose | None
    scene: Scene
    tally: Tally

    def redacted(self, series: pd.Series, coded: Coded, found: Sequence[Sequence[Finding]]) -> pd.Series:
        """Redact the texts of a series."""
        each, places, owners = coded, list(range(len(coded.texts))), [0] * len(coded.texts)
        if self.whose is not None:
            each, pairs = self.whose.apart(coded)
            places, owners = [place for place, _ in pairs], [one for _, one in pairs]
        if self.policy.fresh:
            each, cells = each.singly()
            places, owners = [places[cell] for cell in cells], [owners[cell] for cell in cells]
        seen = [found[place] for place in places]
        failures = self.tally.failures
        done = [
            redact_text(
                text, findings, self.policy, self.key, self._name(one), failures=failures, scene=self._scene(one)
            )
            for text, findings, one in zip(each.texts, seen, owners, strict=True)
        ]
        self.tally.add_lost(each, done, seen)
        return each.rebuild(series, done)

    def transformed(self, series: pd.Series, coded: Coded, label: str, operator: Operator, column: str) -> pd.Series:
        """Transform whole cells; an empty one stays empty."""
        language, policy, failures = self.policy.language, self.policy.digest, self.tally.failures
        here = Context(label, self.key, "", language, column, policy, failures, self.scene)
        each, contexts = coded, [here] * len(coded.texts)
        if self.whose is not None and operator.by_subject:
            each, pairs = self.whose.apart(coded)
            contexts = [replace(here, subject=self._name(one), scene=self._scene(one)) for _, one in pairs]
        if is_fresh(operator):
            each, cells = each.singly()
            contexts = [contexts[cell] for cell in cells]
        done = [apply(operator, t, c) if t else "" for t, c in zip(each.texts, contexts, strict=True)]
        self.tally.add_lost(each, done, [()] * len(done))
        return each.rebuild(series, done)

    def _name(self, one: int) -> str:
        return "" if self.whose is None else self.whose.names[one]

    def _scene(self, one: int) -> Scene:
        company = () if self.whose is None else self.whose.company
        return Scene(self.scene.stage, self.scene.turns, company[one]) if company else self.scene
