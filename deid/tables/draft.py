"""A table that was looked through and of which nothing is written yet: what stands where, what shall become of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from deid.finding import Finding
from deid.keys import Key
from deid.operators import Context, Operator
from deid.policy import Policy
from deid.surrogates import Scene
from deid.tables.coded import Coded
from deid.tables.columns import ColumnPlan
from deid.tables.whose import Whose
from deid.text import redact_text


@dataclass(frozen=True, slots=True)
class TableResult:
    """A redacted frame, the plan behind it, and how many cells of each label were replaced (withheld ones apart)."""

    frame: pd.DataFrame = field(repr=False)
    plan: tuple[ColumnPlan, ...]
    labels: Mapping[str, int]
    withheld: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A column that stays as it is."""

    series: pd.Series = field(repr=False)

    def written(self, pen: Pen) -> pd.Series:  # noqa: ARG002 as the other columns
        """Return a copy."""
        return self.series.copy()

    def count(self, counts: Counter[str]) -> None:
        """Nothing is replaced."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """A column of texts and what was found in each."""

    series: pd.Series = field(repr=False)
    coded: Coded
    found: Sequence[Sequence[Finding]] = field(repr=False)

    def written(self, pen: Pen) -> pd.Series:
        """Replace what was found."""
        return pen.redacted(self.series, self.coded, self.found)

    def count(self, counts: Counter[str]) -> None:
        """Count the findings of each row."""
        for findings, times in zip(self.found, self.coded.counts().tolist(), strict=True):
            for finding in findings:
                counts[finding.label] += times


@dataclass(frozen=True, slots=True)
class Whole:
    """A column of which each cell is one value."""

    series: pd.Series = field(repr=False)
    coded: Coded
    label: str
    operator: Operator

    def written(self, pen: Pen) -> pd.Series:
        """Transform every cell."""
        return pen.transformed(self.series, self.coded, self.label, self.operator)

    def count(self, counts: Counter[str]) -> None:
        """Count the cells that are not empty."""
        filled = sum(n for text, n in zip(self.coded.texts, self.coded.counts().tolist(), strict=True) if text)
        if filled:
            counts[self.label] += filled


@dataclass(frozen=True, slots=True)
class Pen:
    """What is written in place of cells: by the policy, with the key, for the subject of each row if that matters."""

    policy: Policy
    key: Key | None
    whose: Whose | None
    scene: Scene

    def redacted(self, series: pd.Series, coded: Coded, found: Sequence[Sequence[Finding]]) -> pd.Series:
        """Redact the texts of a series."""
        if self.whose is None:
            done = [redact_text(text, f, self.policy, self.key) for text, f in zip(coded.texts, found, strict=True)]
            return coded.rebuild(series, done)
        apart, pairs = self.whose.apart(coded)
        names = self.whose.names
        texts = [
            redact_text(coded.texts[place], found[place], self.policy, self.key, names[one], scene=self._scene(one))
            for place, one in pairs
        ]
        return apart.rebuild(series, texts)

    def transformed(self, series: pd.Series, coded: Coded, label: str, operator: Operator) -> pd.Series:
        """Transform whole cells; an empty one stays empty."""
        language = self.policy.language
        if self.whose is None or not operator.by_subject:
            context = Context(label, self.key, language=language)
            return coded.rebuild(series, [operator.apply(text, context) if text else "" for text in coded.texts])
        apart, pairs = self.whose.apart(coded)
        names = self.whose.names
        contexts = [Context(label, self.key, names[one], language, self._scene(one)) for _, one in pairs]
        done = [operator.apply(t, c) if t else "" for t, c in zip(apart.texts, contexts, strict=True)]
        return apart.rebuild(series, done)

    def _scene(self, one: int) -> Scene:
        company = self.whose.company if self.whose else ()
        return Scene(self.scene.stage, self.scene.turns, company[one]) if company else self.scene


@dataclass(frozen=True, slots=True)
class TableDraft:
    """The columns by name, in order; those that the plan drops are gone."""

    index: pd.Index = field(repr=False)
    columns: Mapping[object, Kept | Scanned | Whole] = field(repr=False)
    plan: tuple[ColumnPlan, ...]
    policy: Policy
    whose: Whose | None = field(repr=False)

    def write(self, key: Key | None, scene: Scene) -> TableResult:
        """Return the table with everything replaced. Raises `KeyFileError` where the policy needs a key."""
        counts: Counter[str] = Counter()
        pen = Pen(self.policy, key, self.whose, scene)
        done: dict[object, pd.Series] = {}
        for name, column in self.columns.items():
            column.count(counts)
            done[name] = column.written(pen)
        withheld = counts.pop("WITHHELD", 0)
        return TableResult(pd.DataFrame(done, index=self.index), self.plan, dict(sorted(counts.items())), withheld)
