"""Redact a table: plan its columns, transform what identifies, scan what is written freely, leave the rest alone."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from deid.columns import ColumnPlan, Guess, guess_column
from deid.detectors.known import KnownDetector
from deid.errors import PlanError
from deid.finding import Finding
from deid.keys import Key
from deid.labels import Kind, kind_of
from deid.operators import Context, Keep, Operator
from deid.policy import DROP, SCAN, Policy
from deid.scanner import Scanner
from deid.text import redact_text

KEEP = "keep"
_CERTAIN = 0.8
_EXACT = 2**53


@dataclass(frozen=True, slots=True)
class TableResult:
    """A redacted frame, the plan behind it, and how many cells of each label were replaced (withheld ones apart)."""

    frame: pd.DataFrame = field(repr=False)
    plan: tuple[ColumnPlan, ...]
    labels: Mapping[str, int]
    withheld: int


def plan_table(frame: pd.DataFrame, scanner: Scanner, table: str = "") -> tuple[ColumnPlan, ...]:
    """Plan every column of a frame.

    The policy's word on a column wins; otherwise the label that header and values speak for decides. Raises `PlanError`
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
    return tuple(
        _plan_column(name, guess_column(name, as_texts(frame.iloc[:, i]), patterns), scanner.policy, table)
        for i, name in enumerate(names)
    )


def redact_table(
    frame: pd.DataFrame, plan: Sequence[ColumnPlan], scanner: Scanner, key: Key | None = None, table: str = ""
) -> TableResult:
    """Return a new frame with the plan carried out; index, order, shape (but for dropped columns) and nulls stay.

    Free text is scanned cell by cell, and in each row also for the values of the row's own identifying columns, in all
    their forms. Every distinct text of a column that stays is still searched for certain patterns (an e-mail address
    in a column of colours), and what is found is replaced.
    """
    counts: Counter[str] = Counter()
    columns: dict[object, pd.Series] = {}
    companions = row_detectors(frame, plan) if any(step.action == SCAN for step in plan) else []
    patterns = scanner.without_model()
    for position, step in enumerate(plan):
        if step.action == DROP:
            continue
        series = frame.iloc[:, position]
        if step.action == SCAN:
            done = _scan_cells(series, scanner, companions, key, counts)
        elif step.action == KEEP:
            done = _sweep_cells(series, patterns, key, counts)
        else:
            done = _transform_cells(series, step, _operator_of(step, scanner.policy, table), key, counts)
        columns[frame.columns[position]] = done
    result = pd.DataFrame(columns, index=frame.index)
    withheld = counts.pop("WITHHELD", 0)
    return TableResult(result, tuple(plan), dict(sorted(counts.items())), withheld)


def as_texts(series: "pd.Series") -> list[str]:
    """Return a series as strings, missing values as empty ones, whole numbers without a decimal point.

    >>> as_texts(pd.Series([62704.0, None, 1.5]))
    ['62704', '', '1.5']
    """
    return ["" if missing else _text(value) for value, missing in zip(series.array, series.isna(), strict=True)]


def _text(value: object) -> str:
    whole = isinstance(value, float) and value.is_integer() and abs(value) < _EXACT
    return str(int(value)) if whole else str(value)  # type: ignore[call-overload]


def check_index(index: "pd.Index", patterns: Scanner) -> None:
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
    pii = guess.label is not None
    if isinstance(said, str):
        label = guess.label or ("FREE_TEXT" if said == SCAN else None)
        return ColumnPlan(name, pii or said == SCAN, label, guess.score, said, guess.sampled)
    if said is not None:
        label = guess.label if guess.label != "FREE_TEXT" else None
        return ColumnPlan(name, pii, label or name_label(name), guess.score, _name_of(said), guess.sampled)
    if guess.label is None:
        return ColumnPlan(name, False, None, guess.score, KEEP, guess.sampled)
    if guess.label == "FREE_TEXT":
        return ColumnPlan(name, True, guess.label, guess.score, SCAN, guess.sampled)
    operator = policy.column_operator(guess.label)
    return ColumnPlan(name, True, guess.label, guess.score, _name_of(operator), guess.sampled)


def name_label(column: str) -> str:
    """Return the label that cells of a column carry when nothing but its name is known."""
    return "".join(c if c.isalnum() else "_" for c in column).upper().strip("_") or "VALUE"


def _name_of(operator: Operator) -> str:
    return type(operator).__name__.lower()


def _operator_of(step: ColumnPlan, policy: Policy, table: str) -> Operator:
    said = policy.column(table, step.column)
    if said is not None and not isinstance(said, str):
        return said
    return policy.column_operator(step.label or name_label(step.column))


def row_detectors(frame: pd.DataFrame, plan: Sequence[ColumnPlan]) -> list[KnownDetector]:
    """Return, for each row, a detector of what the row's identifying columns say, in all its forms."""
    columns = [
        (step.label, as_texts(frame.iloc[:, i]))
        for i, step in enumerate(plan)
        if step.label and _identifies(step.label)
    ]
    return [
        KnownDetector(_by_label((label, values[row]) for label, values in columns), "row") for row in range(len(frame))
    ]


def _identifies(label: str) -> bool:
    return kind_of(label) is Kind.DIRECT and label not in {"URL", "COORDINATES", "FREE_TEXT"}


def _by_label(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for label, value in pairs:
        if value:
            grouped.setdefault(label, []).append(value)
    return grouped


def rebuild(series: "pd.Series", texts: Sequence[str], done: Sequence[str]) -> "pd.Series":
    """Return the series with new texts where they differ; nulls and untouched values stay as they are."""
    if all(a == b for a, b in zip(texts, done, strict=True)):
        return series.copy()
    values = [old if before == after else after for old, before, after in zip(series.array, texts, done, strict=True)]
    return pd.Series(values, index=series.index, name=series.name, dtype=object)


def _scan_cells(
    series: "pd.Series",
    scanner: Scanner,
    companions: Sequence[KnownDetector],
    key: Key | None,
    counts: Counter[str],
) -> "pd.Series":
    texts = as_texts(series)
    found = scanner.scan(texts, companions)
    return rebuild(series, texts, _replace_all(texts, found, scanner.policy, key, counts))


def _sweep_cells(series: "pd.Series", patterns: Scanner, key: Key | None, counts: Counter[str]) -> "pd.Series":
    if pd.api.types.is_numeric_dtype(series.dtype) or pd.api.types.is_datetime64_any_dtype(series.dtype):
        return series.copy()
    texts = as_texts(series)
    found = [
        tuple(f for f in findings if f.withheld or (f.score >= _CERTAIN and kind_of(f.label) is Kind.DIRECT))
        for findings in patterns.scan(texts)
    ]
    return rebuild(series, texts, _replace_all(texts, found, patterns.policy, key, counts))


def _replace_all(
    texts: Sequence[str],
    found: Sequence[tuple[Finding, ...]],
    policy: Policy,
    key: Key | None,
    counts: Counter[str],
) -> list[str]:
    for findings in found:
        counts.update(f.label for f in findings)
    return [redact_text(text, findings, policy, key) for text, findings in zip(texts, found, strict=True)]


def _transform_cells(
    series: "pd.Series", step: ColumnPlan, operator: Operator, key: Key | None, counts: Counter[str]
) -> "pd.Series":
    if isinstance(operator, Keep):
        return series.copy()
    texts = as_texts(series)
    label = step.label or name_label(step.column)
    context = Context(label, key)
    done = {text: operator.apply(text, context) if text else "" for text in dict.fromkeys(texts)}
    counts.update(label for text in texts if text)
    return rebuild(series, texts, [done[text] for text in texts])
