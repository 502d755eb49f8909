"""A table that was looked through and of which nothing is written yet: what stands where, what shall become of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from deid.finding import WITHHELD, Finding
from deid.keys import Key
from deid.operators import Operator
from deid.policy import DROP, Policy
from deid.surrogates import Scene
from deid.tables.coded import Coded
from deid.tables.columns import ColumnPlan
from deid.tables.levels import reindex
from deid.tables.pen import Pen, Tally
from deid.tables.retype import compact
from deid.tables.whose import Whose


@dataclass(frozen=True, slots=True)
class TableResult:
    """A redacted frame, the plan behind it, and how many cells of each label were replaced (withheld ones apart).

    `unnamed` counts those of labels that the policy forgot, `failed` the values on which an operator failed.
    """

    frame: pd.DataFrame = field(repr=False)
    plan: tuple[ColumnPlan, ...]
    labels: Mapping[str, int]
    withheld: int
    unnamed: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kept:
    """A column that stays as it is."""

    series: pd.Series = field(repr=False)

    def written(self, pen: Pen) -> pd.Series:  # noqa: ARG002 as the other columns
        """Return a copy, without values that no row has."""
        return compact(self.series)


@dataclass(frozen=True, slots=True)
class Scanned:
    """A column of texts and what was found in each."""

    series: pd.Series = field(repr=False)
    coded: Coded
    found: Sequence[Sequence[Finding]] = field(repr=False)

    def written(self, pen: Pen) -> pd.Series:
        """Replace what was found, and count it."""
        pen.tally.add_findings(self.found, self.coded.counts().tolist())
        return pen.redacted(self.series, self.coded, self.found)


@dataclass(frozen=True, slots=True)
class Whole:
    """A column of which each cell is one value; `named` tells whether the policy says what becomes of it."""

    series: pd.Series = field(repr=False)
    coded: Coded
    label: str
    operator: Operator
    column: str
    named: bool

    def written(self, pen: Pen) -> pd.Series:
        """Transform every cell, and count those that are not empty."""
        filled = sum(n for text, n in zip(self.coded.texts, self.coded.counts().tolist(), strict=True) if text)
        if filled:
            pen.tally.add(self.label, filled, named=self.named)
        return pen.transformed(self.series, self.coded, self.label, self.operator, self.column)


@dataclass(frozen=True, slots=True)
class TableDraft:
    """What shall become of each column and index level that the plan names, in its order; None of one that goes."""

    frame: pd.DataFrame = field(repr=False)
    parts: tuple[Kept | Scanned | Whole | None, ...] = field(repr=False)
    plan: tuple[ColumnPlan, ...]
    policy: Policy
    whose: Whose | None = field(repr=False)

    def write(self, key: Key | None, scene: Scene) -> TableResult:
        """Return the table with everything replaced. Raises `KeyFileError` where the policy needs a key."""
        tally = Tally(self.policy)
        pen = Pen(self.policy, key, self.whose, scene, tally)
        columns: dict[object, pd.Series] = {}
        levels: dict[int, pd.Series | None] = {}
        for position, (step, part) in enumerate(zip(self.plan, self.parts, strict=True)):
            if part is None:
                if step.level is not None:
                    levels[step.level] = None
                continue
            done = part.written(pen)
            if step.level is None:
                columns[self.frame.columns[position]] = done
            elif not done.equals(part.series):
                levels[step.level] = done
        index = self.frame.index
        result = pd.DataFrame(columns, index=index).set_axis(reindex(index, levels), axis=0)
        result.columns = self._kept_columns()
        withheld = tally.labels.pop(WITHHELD, 0)
        labels, unnamed = dict(sorted(tally.labels.items())), dict(sorted(tally.unnamed.items()))
        return TableResult(result, self.plan, labels, withheld, unnamed, dict(tally.failures))

    def _kept_columns(self) -> pd.Index:
        columns = self.frame.columns
        kept = [step.action != DROP for step in self.plan if step.level is None]
        left = columns if all(kept) else columns[kept]
        return left.remove_unused_levels() if isinstance(left, pd.MultiIndex) else left
