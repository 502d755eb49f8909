"""Keys of tables and the columns that refer to them: what is done to one is done to the other, so that joins hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import pandas as pd

from deid.errors import PlanError
from deid.operators import Operator
from deid.policy import DROP, SCAN, Policy
from deid.tables.coded import Coded
from deid.tables.columns import ColumnPlan
from deid.tables.levels import parts_of
from deid.tables.sketch import Sketch
from deid.tables.table import KEEP, identifying, operator_of
from deid.tables.ties import Ties

Place = tuple[str, str]
"""A table and a column of it."""

Plans = Mapping[str, Sequence[ColumnPlan]]


@dataclass(frozen=True, slots=True)
class Relation:
    """A column that refers to another table's key. `held` tells of a release whether the same rows still join."""

    column: Place
    key: Place
    held: bool | None = None

    def renamed(self, names: Mapping[str, str]) -> Relation:
        """Return the relation between the tables under other names."""
        (table, column), (home, key) = self.column, self.key
        return replace(self, column=(names[table], column), key=(names[home], key))

    def to_dict(self) -> dict[str, object]:
        """Return the relation as JSON-able values."""
        return {"column": ".".join(self.column), "key": ".".join(self.key), "held": self.held}


class Cells(Protocol):
    """The cells of a column, wherever they lie."""

    @property
    def sketch(self) -> Sketch:
        """Their sketch."""
        ...

    def lacking(self, values: Collection[str]) -> set[str]:
        """Return those of the values, which have no blanks around them, that no cell has."""
        ...


Columns = Mapping[str, Mapping[str, Cells]]
"""The columns of tables by the names of both."""


@dataclass(frozen=True, slots=True)
class CellsOfFrame:
    """Cells that lie in memory."""

    series: pd.Series = field(repr=False)

    @property
    def sketch(self) -> Sketch:
        """Their sketch."""
        return Sketch.of_cells(Coded.of(self.series))

    def lacking(self, values: Collection[str]) -> set[str]:
        """Return those of the values that no cell has."""
        return set(values).difference(text.strip() for text in Coded.of(self.series).texts)


def columns_of(frames: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, Cells]]:
    """Return the columns of frames, with the levels of an index that does more than count."""
    return {
        name: {column: CellsOfFrame(series) for column, series in zip(*parts_of(frame), strict=True)}
        for name, frame in frames.items()
    }


def find_relations(columns: Columns, policy: Policy) -> tuple[Relation, ...]:
    """Find the columns whose values all stand in another table's key of the same name, and those the policy declares.

    A key is a column without two equal values. Both are judged by the values that sketches keep (`Sketch`): by all of
    them up to 2,047, by an even sample of the distinct ones where they are more. Raises `PlanError` where the policy
    declares a reference from or to a column that one of these tables does not have.

    >>> people, visits = pd.DataFrame({"pid": [1, 2]}), pd.DataFrame({"pid": [2, 2, 1]})
    >>> find_relations(columns_of({"people": people, "visits": visits}), Policy())
    (Relation(column=('visits', 'pid'), key=('people', 'pid'), held=None),)
    """
    declared = {tuple(one) for one in _declared(columns, policy)}
    sketches = {place: columns[place[0]][place[1]].sketch for place in _shared(columns)}
    keys = [place for place, sketch in sketches.items() if sketch.differs]
    found = {(place, key) for key in keys for place in _referring(key, sketches, columns)}
    return tuple(Relation(place, key) for place, key in sorted(declared | found))


def _referring(key: Place, sketches: Mapping[Place, Sketch], columns: Columns) -> Iterator[Place]:
    """Give the columns that refer to a key, which is searched once where its sketch has not all values."""
    may = [
        place
        for place, sketch in sketches.items()
        if place[0] != key[0] and _folded(place) == _folded(key) and sketch.values and sketches[key].may_hold(sketch)
    ]
    wanted = {value for place in may for value in sketches[place].values} if not sketches[key].whole else set()
    lacking = columns[key[0]][key[1]].lacking(wanted) if wanted else set()
    yield from (place for place in may if lacking.isdisjoint(sketches[place].values))


def tie(plans: Plans, relations: Sequence[Relation], policy: Policy) -> tuple[Plans, Mapping[str, Ties]]:
    """Give all columns of a relation the label and the operator of one of them; what the policy says by name stays."""
    steps = {(table, step.column): step for table, plan in plans.items() for step in plan}
    operators: dict[str, dict[str, Operator]] = {table: {} for table in plans}
    for group in groups_of(relations):
        leader = min(group, key=lambda place: _rank(steps[place], place, policy, relations))
        for place in group - {leader}:
            if policy.column(*place) is None and steps[leader].action not in {KEEP, DROP}:
                first = steps[leader]
                steps[place] = replace(
                    steps[place], pii=first.pii, label=first.label, score=first.score, action=first.action
                )
                if first.action != SCAN:
                    operators[place[0]][place[1]] = operator_of(first, policy, leader[0])
    tied = {table: tuple(steps[table, step.column] for step in plan) for table, plan in plans.items()}
    return tied, {table: Ties(said) for table, said in operators.items()}


def known_through(
    table: str, frames: Mapping[str, pd.DataFrame], plans: Plans, relations: Sequence[Relation]
) -> list[tuple[str, Coded]]:
    """Return what the rows that a table refers to say of their persons, as columns as long as the table."""
    found: list[tuple[str, Coded]] = []
    for relation in relations:
        if relation.column[0] == table and any(step.action == SCAN for step in plans[table]):
            home = relation.key[0]
            rows = _rows_referred(_cells(frames[table], relation.column[1]), _cells(frames[home], relation.key[1]))
            for label, coded in identifying(frames[home], plans[home]):
                found.append((label, Coded(coded.texts, np.where(rows < 0, -1, coded.codes[rows]))))
    return found


def check_relation(
    relation: Relation, before: Mapping[str, pd.DataFrame], after: Mapping[str, pd.DataFrame]
) -> Relation:
    """Say whether the rows that joined still do, and no others: one new value for each old one, all different."""
    pairs: set[tuple[str, str]] = set()
    for table, column in (relation.column, relation.key):
        old, new = (dict(zip(*parts_of(frames[table]), strict=True)).get(column) for frames in (before, after))
        if old is None or new is None:
            return replace(relation, held=False)
        pairs |= set(zip(Coded.of(old).cells(), Coded.of(new).cells(), strict=True))
    told = {(old, new) for old, new in pairs if old}
    held = len(told) == len({old for old, _ in told}) == len({new for _, new in told})
    return replace(relation, held=held and all(new for _, new in told))


def _declared(columns: Columns, policy: Policy) -> Iterator[tuple[Place, Place]]:
    for source, target in policy.references.items():
        ends = [_place(columns, name) for name in (source, target)]
        if ends[0] is not None and ends[1] is not None:
            yield ends[0], ends[1]


def _place(columns: Columns, name: str) -> Place | None:
    """Find the column of a name such as "visits.pid"; None where no such table is in the run."""
    for table in columns:
        if name.startswith(f"{table}."):
            column = name.removeprefix(f"{table}.")
            if column not in columns[table]:
                raise PlanError(f"the policy names a column {column!r} that table {table!r} does not have")
            return table, column
    return None


def _shared(columns: Columns) -> list[Place]:
    places = [(table, column) for table, cells in columns.items() for column in cells if column]
    tables: dict[str, set[str]] = {}
    for place in places:
        tables.setdefault(_folded(place), set()).add(place[0])
    return [place for place in places if len(tables[_folded(place)]) > 1]


def _folded(place: Place) -> str:
    return place[1].casefold()


def groups_of(relations: Sequence[Relation]) -> list[set[Place]]:
    """Return the columns of relations in groups, each of which hangs together."""
    groups: list[set[Place]] = []
    for relation in relations:
        ends = {relation.column, relation.key}
        touching = [group for group in groups if not group.isdisjoint(ends)]
        groups = [group for group in groups if group.isdisjoint(ends)] + [ends.union(*touching)]
    return groups


def _rank(step: ColumnPlan, place: Place, policy: Policy, relations: Sequence[Relation]) -> tuple[object, ...]:
    """Order the columns of a group: the policy's word first, then what transforms, then the key."""
    said = policy.column(*place) is not None and step.action != DROP
    treated = step.action not in {KEEP, SCAN, DROP}
    key = any(relation.key == place for relation in relations)
    return (not said, not treated, step.action in {KEEP, DROP}, not key, -step.score, place)


def _cells(frame: pd.DataFrame, column: str) -> Coded:
    return Coded.of(dict(zip(*parts_of(frame), strict=True))[column])


def _rows_referred(column: Coded, key: Coded) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return for each row of a column the row of the key's table that it refers to, the first of several, or -1."""
    rows = {text: row for row, text in reversed(list(enumerate(key.cells()))) if text}
    of_text = np.array([rows.get(text, -1) for text in (*column.texts, "")], dtype=np.int64)
    return of_text[column.codes]
