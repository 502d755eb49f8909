"""Redact a table: plan its columns, transform what identifies, scan what is written freely, leave the rest alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from deid.detectors.known import KnownDetector
from deid.errors import PlanError
from deid.finding import WITHHELD, Finding
from deid.keys import Key
from deid.labels import Kind, kind_of
from deid.lists import is_denied
from deid.operators import Context, Keep, Operator, apply, is_fresh, name_of
from deid.policy import DROP, SCAN, Policy
from deid.scanner import Scanner
from deid.tables.coded import Coded, as_texts
from deid.tables.columns import FREE_TEXT, ColumnPlan, guess_column, guess_columns
from deid.tables.evidence import Evidence, gather
from deid.tables.guess import Guess
from deid.tables.headers import is_part_of_name
from deid.tables.kinship import Known, detector_of, kin_of, whole_names
from deid.tables.whose import Whose
from deid.text import redact_text

__all__ = ["KEEP", "TableResult", "as_texts", "check_index", "plan_table", "rebuild", "redact_table", "row_detectors"]

KEEP = "keep"
_CERTAIN = 0.8
_AT_ONCE = 20_000  # pairs of a text and its known values: what is known of each is held in memory meanwhile


@dataclass(frozen=True, slots=True)
class _Pen:
    """What is written in place of cells: by the policy, with the key, for the subject of each row if that matters."""

    policy: Policy
    key: Key | None
    whose: Whose | None

    def redacted(self, series: pd.Series, coded: Coded, found: Sequence[Sequence[Finding]]) -> pd.Series:
        """Redact the texts of a series."""
        if self.whose is None:
            if self.policy.fresh:
                coded, places = coded.singly()
                found = [found[place] for place in places]
            done = [redact_text(text, f, self.policy, self.key) for text, f in zip(coded.texts, found, strict=True)]
            return coded.rebuild(series, done)
        apart, pairs = self.whose.apart(coded)
        texts = [redact_text(coded.texts[place], found[place], self.policy, self.key, one) for place, one in pairs]
        return apart.rebuild(series, texts)

    def transformed(self, series: pd.Series, coded: Coded, label: str, operator: Operator, column: str) -> pd.Series:
        """Transform whole cells; an empty one stays empty."""
        here = Context(label, self.key, language=self.policy.language, column=column, policy=self.policy.digest)
        if self.whose is None or not operator.by_subject:
            each = coded.singly()[0] if is_fresh(operator) else coded
            return each.rebuild(series, [apply(operator, text, here) if text else "" for text in each.texts])
        apart, pairs = self.whose.apart(coded)
        contexts = [replace(here, subject=one) for _, one in pairs]
        done = [apply(operator, t, c) if t else "" for t, c in zip(apart.texts, contexts, strict=True)]
        return apart.rebuild(series, done)


@dataclass(frozen=True, slots=True)
class TableResult:
    """A redacted frame, the plan behind it, and how many cells of each label were replaced (withheld ones apart).

    `unnamed` counts those of labels that the policy forgot.
    """

    frame: pd.DataFrame = field(repr=False)
    plan: tuple[ColumnPlan, ...]
    labels: Mapping[str, int]
    withheld: int
    unnamed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Tally:
    """What is replaced, by label, and what of it the policy did not name."""

    policy: Policy
    labels: Counter[str] = field(default_factory=Counter)
    unnamed: Counter[str] = field(default_factory=Counter)

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


def plan_table(frame: pd.DataFrame, scanner: Scanner, table: str = "") -> tuple[ColumnPlan, ...]:
    """Plan every column of a frame.

    The policy's word on a column wins; otherwise the label decides for which its header, a sample of its values and
    the other columns speak. Raises `PlanError`
    where the frame has two columns of one name, the policy names a column of this table that is not there, or the index
    holds direct identifiers.
    """
    names = [str(c) for c in frame.columns]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise PlanError(f"two columns are called {twice[0]!r}")
    _check_names(scanner.policy, table, names)
    patterns = scanner.without_model()
    check_index(frame.index, patterns)
    guesses = guess_columns(names, [_evidence(frame.iloc[:, i], patterns) for i in range(len(names))])
    return tuple(_plan_column(name, guess, scanner.policy, table) for name, guess in zip(names, guesses, strict=True))


def _evidence(series: pd.Series, patterns: Scanner) -> Evidence:
    coded = Coded.of(series)
    return gather(coded.texts, patterns, coded.counts().tolist())


def redact_table(
    frame: pd.DataFrame, plan: Sequence[ColumnPlan], scanner: Scanner, key: Key | None = None, table: str = ""
) -> TableResult:
    """Return a new frame with the plan carried out; index, order, shape (but for dropped columns) and nulls stay.

    Free text is scanned cell by cell, and in each row also for the values of the row's own identifying columns, in all
    their forms. Every distinct text of a column that stays is still searched for certain patterns (an e-mail address
    in a column of colours) and for what the policy denies, and what is found is replaced.
    """
    columns: dict[object, pd.Series] = {}
    policy = scanner.policy
    tally = _Tally(policy)
    pen = _Pen(policy, key, Whose.of(frame, policy.subject, table) if policy.by_subject else None)
    known = _identifying(frame, plan) if any(step.action == SCAN for step in plan) else []
    patterns = scanner.without_model()
    for position, step in enumerate(plan):
        if step.action == DROP:
            continue
        series = frame.iloc[:, position]
        if step.action == SCAN:
            done = _scan_cells(series, scanner, known, pen, tally)
        elif step.action == KEEP:
            done = _sweep_cells(series, patterns, pen, tally)
        else:
            done = _transform_cells(series, step, table, pen, tally)
        columns[frame.columns[position]] = done
    result = pd.DataFrame(columns, index=frame.index)
    withheld = tally.labels.pop(WITHHELD, 0)
    labels, unnamed = dict(sorted(tally.labels.items())), dict(sorted(tally.unnamed.items()))
    return TableResult(result, tuple(plan), labels, withheld, unnamed)


def check_index(index: pd.Index, patterns: Scanner) -> None:
    """Raise `PlanError` where an index, which is kept as it is, holds direct identifiers."""
    if isinstance(index, pd.RangeIndex):
        return
    for level in range(index.nlevels):
        name = str(index.names[level] or "")
        label = guess_column(name, as_texts(index.get_level_values(level).to_series()), patterns).label
        if label == "FREE_TEXT" or (label and kind_of(label) is Kind.DIRECT):
            raise PlanError("the index of the frame holds personal data; make it a column with reset_index()")


def _check_names(policy: Policy, table: str, names: Sequence[str]) -> None:
    prefix = f"{table}."
    for column in policy.columns:
        if table and column.startswith(prefix) and column.removeprefix(prefix) not in names:
            raise PlanError(
                f"the policy names a column {column.removeprefix(prefix)!r} that table {table!r} does not have"
            )


def _plan_column(name: str, guess: Guess, policy: Policy, table: str) -> ColumnPlan:
    said = policy.column(table, name)
    pii, label = guess.pii, guess.label
    if isinstance(said, str):
        action, pii, label = said, pii or said == SCAN, label or (FREE_TEXT if said == SCAN else None)
    elif said is not None:
        action, label = name_of(said), (label if label != FREE_TEXT else None) or name_label(name)
    elif label is None:
        action = KEEP
    else:
        action = SCAN if label == FREE_TEXT else name_of(policy.column_operator(label))
    return ColumnPlan(name, pii, label, guess.score, action, guess.sampled, guess.labels)


def name_label(column: str) -> str:
    """Return the label that cells of a column carry when nothing but its name is known."""
    return "".join(c if c.isalnum() else "_" for c in column).upper().strip("_") or "VALUE"


def operator_of(step: ColumnPlan, policy: Policy, table: str = "") -> Operator:
    """Return what replaces the cells of a column that is neither kept, dropped nor scanned."""
    said = policy.column(table, step.column)
    if said is not None and not isinstance(said, str):
        return said
    return policy.column_operator(step.label or name_label(step.column))


def row_detectors(frame: pd.DataFrame, plan: Sequence[ColumnPlan]) -> list[KnownDetector]:
    """Return, for each row, a detector of what the row's identifying columns say, in all its forms.

    Rows that say the same share one.
    """
    known = _identifying(frame, plan)
    rows = zip(*(coded.cells() for _, coded in known), strict=True) if known else iter([()] * len(frame))
    labels = [label for label, _ in known]
    made: dict[tuple[str, ...], KnownDetector] = {}
    answer: list[KnownDetector] = []
    for row in rows:
        if row not in made:
            made[row] = detector_of(tuple(zip(labels, row, strict=True)))
        answer.append(made[row])
    return answer


def _identifying(frame: pd.DataFrame, plan: Sequence[ColumnPlan]) -> list[tuple[str, Coded]]:
    """Return the columns that name a row's person; the parts of a name also as one."""
    known = [
        (step.label, step.column, Coded.of(frame.iloc[:, i]))
        for i, step in enumerate(plan)
        if step.label and _identifies(step.label)
    ]
    parts = [coded for label, column, coded in known if label == "PERSON" and is_part_of_name(column)]
    whole = [("PERSON", whole_names(parts))] if len(parts) > 1 else []
    return [(label, coded) for label, _, coded in known] + whole


def _identifies(label: str) -> bool:
    return kind_of(label) is Kind.DIRECT and label not in {"URL", "COORDINATES", FREE_TEXT}


def rebuild(series: pd.Series, texts: Sequence[str], done: Sequence[str]) -> pd.Series:
    """Return the series with new texts where they differ; nulls and untouched values stay as they are."""
    answers = dict(zip(texts, done, strict=True))
    coded = Coded.of(series)
    return coded.rebuild(series, [answers[text] for text in coded.texts])


def _scan_cells(
    series: pd.Series,
    scanner: Scanner,
    known: Sequence[tuple[str, Coded]],
    pen: _Pen,
    tally: _Tally,
) -> pd.Series:
    """Scan each pair of a text and what is known of its row's person once."""
    coded = Coded.of(series)
    kin = kin_of(coded, known)
    of_rows = Coded(tuple(coded.texts[text] for text, _ in kin.pairs), kin.rows)
    found: list[tuple[Finding, ...]] = []
    for first in range(0, len(kin.pairs), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        found += scanner.scan(of_rows.texts[some], _detectors([known for _, known in kin.pairs[some]]))
    tally.add_findings(found, of_rows.counts().tolist())
    return pen.redacted(series, of_rows, found)


def _detectors(known: Sequence[Known]) -> list[KnownDetector | None]:
    made = {one: detector_of(one) for one in dict.fromkeys(known) if one}
    return [made.get(one) for one in known]


def _sweep_cells(series: pd.Series, patterns: Scanner, pen: _Pen, tally: _Tally) -> pd.Series:
    numbers = pd.api.types.is_numeric_dtype(series.dtype) or pd.api.types.is_datetime64_any_dtype(series.dtype)
    if numbers and not patterns.policy.lists.denies:
        return series.copy()
    coded = Coded.of(series)
    found = [tuple(filter(is_denied if numbers else _is_sure, findings)) for findings in patterns.scan(coded.texts)]
    if numbers and not any(found):
        return series.copy()
    tally.add_findings(found, coded.counts().tolist())
    return pen.redacted(series, coded, found)


def _is_sure(finding: Finding) -> bool:
    """Whether a finding counts even in a column that holds something else."""
    sure = finding.score >= _CERTAIN and kind_of(finding.label) is Kind.DIRECT
    return sure or finding.withheld or is_denied(finding)


def _transform_cells(series: pd.Series, step: ColumnPlan, table: str, pen: _Pen, tally: _Tally) -> pd.Series:
    operator = operator_of(step, pen.policy, table)
    if isinstance(operator, Keep):
        return series.copy()
    coded = Coded.of(series)
    label = step.label or name_label(step.column)
    filled = sum(times for text, times in zip(coded.texts, coded.counts().tolist(), strict=True) if text)
    if filled:
        said = pen.policy.column(table, step.column) is not None
        tally.add(label, filled, named=said or pen.policy.names(label, column=True))
    return pen.transformed(series, coded, label, operator, step.column)
