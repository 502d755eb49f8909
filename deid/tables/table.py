"""Redact a table: plan its columns, transform what identifies, scan what is written freely, leave the rest alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import regex

from deid.detectors import PATTERNS
from deid.detectors.known import KnownDetector
from deid.errors import PlanError
from deid.finding import Finding
from deid.keys import Key
from deid.labels import Kind, kind_of
from deid.lists import is_denied
from deid.operators import Keep, Operator, name_of
from deid.operators.once import Once
from deid.policy import DROP, SCAN, Policy, called
from deid.scanner import Scanner
from deid.tables.coded import Coded, as_texts
from deid.tables.columns import FREE_TEXT, ColumnPlan, guess_columns
from deid.tables.draft import Kept, Scanned, TableDraft, TableResult, Whole
from deid.tables.evidence import look
from deid.tables.guess import Guess
from deid.tables.headers import is_part_of_name
from deid.tables.kinship import Known, detector_of, kin_of, whole_names
from deid.tables.levels import parts_of
from deid.tables.retype import only_used, unused_texts
from deid.tables.sketch import Sketch
from deid.tables.ties import Ties
from deid.tables.whose import Whose

__all__ = [
    "KEEP",
    "TableDraft",
    "TableResult",
    "as_texts",
    "draft_table",
    "plan_table",
    "rebuild",
    "redact_table",
    "row_detectors",
    "row_people",
]

KEEP = "keep"
_CERTAIN = 0.8
_SHORT_NUMBER = regex.compile(r"[-+]?\d{1,6}(?:[.,]\d{1,2})?")
_AT_ONCE = 20_000  # pairs of a text and its known values: what is known of each is held in memory meanwhile


def plan_table(frame: pd.DataFrame, scanner: Scanner, table: str = "") -> tuple[ColumnPlan, ...]:
    """Plan every column of a frame.

    The policy's word on a column wins; otherwise the label decides for which its header, a sample of its values and
    the other columns speak. The levels of an index that does more than count follow the columns, and are treated alike.
    Raises `PlanError` where the frame has two columns of one name, or the policy names a column of this table that is
    not there.
    """
    names, width = parts_of(frame)[0], frame.shape[1]
    twice = [name for name, count in Counter(names[:width]).items() if count > 1]
    if twice:
        raise PlanError(f"two columns are called {twice[0]!r}")
    plan = plan_columns(names, sketch_columns(frame), scanner, table)
    levels = [replace(step, level=level) for level, step in enumerate(plan[width:])]
    return (*plan[:width], *levels)


def sketch_columns(frame: pd.DataFrame) -> tuple[Sketch, ...]:
    """Sketch every column of a frame, then every level of an index that does more than count."""
    return tuple(Sketch.of_cells(Coded.of(series)) for series in parts_of(frame)[1])


def plan_columns(
    names: Sequence[str], sketches: Sequence[Sketch], scanner: Scanner, table: str = ""
) -> tuple[ColumnPlan, ...]:
    """Plan columns by their sketches, as `plan_table` does. Raises `PlanError` for one that the policy misses."""
    _check_names(scanner.policy, table, names)
    patterns = scanner.without_model()
    guesses = guess_columns(names, [look(sketch, patterns) for sketch in sketches])
    return tuple(_plan_column(name, guess, scanner.policy, table) for name, guess in zip(names, guesses, strict=True))


def draft_table(
    frame: pd.DataFrame, plan: Sequence[ColumnPlan], scanner: Scanner, table: str = "", *, ties: Ties | None = None
) -> TableDraft:
    """Look through a table: scan what is written freely, and note what shall become of every column.

    Free text is scanned cell by cell, and in each row also for the values of the row's own identifying columns, in all
    their forms. Every distinct text of a column that stays is still searched for certain patterns (an e-mail address
    in a column of colours) and for what the policy denies. `ties` brings what is known from outside the table.
    """
    policy, given = scanner.policy, ties or Ties()
    patterns = scanner.without_model()
    scans = any(step.action == SCAN for step in plan)
    known = [*identifying(frame, plan), *given.known] if scans or policy.casts else []
    parts: list[Kept | Scanned | Whole | None] = []
    for step, series in zip(plan, parts_of(frame)[1], strict=True):
        if step.action == DROP:
            parts.append(None)
        elif step.action == SCAN:
            parts.append(_scan_cells(series, scanner, known))
        elif step.action == KEEP:
            parts.append(_sweep_cells(series, step, patterns))
        else:
            operator = given.operators.get(step.column) or operator_of(step, policy, table)
            parts.append(_whole_cells(series, step, operator, policy, table))
    whose = _whose(frame, policy, table, known, given)
    return TableDraft(frame, tuple(parts), tuple(plan), policy, whose)


def _whose(
    frame: pd.DataFrame, policy: Policy, table: str, known: Sequence[tuple[str, Coded]], given: Ties
) -> Whose | None:
    if not policy.by_subject:
        return None
    whose = given.whose or Whose.of(frame, policy.subject, table, given.first)
    return whose.beside([coded for label, coded in known if label == "PERSON"]) if policy.casts else whose


def redact_table(
    frame: pd.DataFrame,
    plan: Sequence[ColumnPlan],
    scanner: Scanner,
    key: Key | None = None,
    table: str = "",
    *,
    ties: Ties | None = None,
) -> TableResult:
    """Return a new frame with the plan carried out; index, order, shape (but for dropped columns) and nulls stay."""
    draft = draft_table(frame, plan, scanner, table, ties=ties)
    used = scanner.policy.working_key(key)
    return draft.write(used, scanner.policy.scene([draft], used))


def _check_names(policy: Policy, table: str, names: Sequence[str]) -> None:
    for one in called(table) if table else ():
        for column in policy.columns:
            name = column.removeprefix(f"{one}.")
            if name not in {column, *names}:
                raise PlanError(f"the policy names a column {name!r} that table {one!r} does not have")


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
    known = identifying(frame, plan)
    rows = zip(*(coded.cells() for _, coded in known), strict=True) if known else iter([()] * len(frame))
    labels = [label for label, _ in known]
    made: dict[tuple[str, ...], KnownDetector] = {}
    answer: list[KnownDetector] = []
    for row in rows:
        if row not in made:
            made[row] = detector_of(tuple(zip(labels, row, strict=True)))
        answer.append(made[row])
    return answer


def row_people(frame: pd.DataFrame, plan: Sequence[ColumnPlan]) -> list[tuple[str, ...]]:
    """Return, for each row, whom its columns name."""
    people = [coded.cells() for label, coded in identifying(frame, plan) if label == "PERSON"]
    return [tuple(filter(None, row)) for row in zip(*people, strict=True)] if people else [()] * len(frame)


def identifying(frame: pd.DataFrame, plan: Sequence[ColumnPlan]) -> list[tuple[str, Coded]]:
    """Return the columns that name a row's person; the parts of a name also as one."""
    known = [
        (step.label, step.column, Coded.of(part))
        for step, part in zip(plan, parts_of(frame)[1], strict=True)
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


def _scan_cells(series: pd.Series, scanner: Scanner, known: Sequence[tuple[str, Coded]]) -> Scanned:
    """Scan each pair of a text and what is known of its row's person once."""
    coded = Coded.of(series)
    kin = kin_of(coded, known)
    of_rows = Coded(tuple(coded.texts[text] for text, _ in kin.pairs), kin.rows)
    found: list[tuple[Finding, ...]] = []
    for first in range(0, len(kin.pairs), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        found += scanner.scan(of_rows.texts[some], _detectors([known for _, known in kin.pairs[some]]))
    return Scanned(only_used(series), of_rows, found)


def _detectors(known: Sequence[Known]) -> list[KnownDetector | None]:
    made = {one: detector_of(one) for one in dict.fromkeys(known) if one}
    return [made.get(one) for one in known]


def _sweep_cells(series: pd.Series, step: ColumnPlan, patterns: Scanner) -> Kept | Scanned:
    unused = unused_texts(series)
    if unused and (step.label is not None or any(any(map(_is_sure, found)) for found in patterns.scan(unused))):
        series = only_used(series)
    numbers = pd.api.types.is_numeric_dtype(series.dtype) or pd.api.types.is_datetime64_any_dtype(series.dtype)
    if numbers and not patterns.policy.lists.denies:
        return Kept(series)
    coded = Coded.of(series)
    wanted = is_denied if numbers else _is_sure
    found = [tuple(filter(wanted, findings)) for findings in _sweep(coded.texts, patterns)]
    return Scanned(series, coded, found) if any(found) else Kept(series)


def _sweep(texts: Sequence[str], patterns: Scanner) -> list[tuple[Finding, ...]]:
    """Scan texts; short numbers, of which none of our families is certain, only where others look too."""
    policy, foreign = patterns.policy, any(detector.name not in PATTERNS for detector in patterns.detectors)
    others = policy.lists.denies or policy.recognisers or foreign  # those of a policy may bear the name of ours
    places = [n for n, text in enumerate(texts) if others or not _SHORT_NUMBER.fullmatch(text)]
    found: list[tuple[Finding, ...]] = [()] * len(texts)
    for place, findings in zip(places, patterns.scan([texts[n] for n in places]), strict=True):
        found[place] = findings
    return found


def _is_sure(finding: Finding) -> bool:
    """Whether a finding counts even in a column that holds something else."""
    sure = finding.score >= _CERTAIN and kind_of(finding.label) is Kind.DIRECT
    return sure or finding.withheld or is_denied(finding)


def _whole_cells(series: pd.Series, step: ColumnPlan, operator: Operator, policy: Policy, table: str) -> Kept | Whole:
    if isinstance(operator, Keep):
        return Kept(only_used(series))
    label = step.label or name_label(step.column)
    named = policy.column(table, step.column) is not None or policy.names(label, column=True)
    return Whole(series, Coded.of(series), label, Once(operator), step.column, named)
