"""Redact tables that belong together: one plan, so that what joined before joins after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from deid.keys import Key
from deid.scanner import Scanner
from deid.surrogates import Cast
from deid.tables.columns import ColumnPlan
from deid.tables.relations import Relation, check_relation, columns_of, find_relations, known_through, tie
from deid.tables.table import TableResult, draft_table, plan_table
from deid.tables.ties import Ties

Plan = tuple[ColumnPlan, ...]
Planner = Callable[[str, pd.DataFrame], Plan]


@dataclass(frozen=True, slots=True)
class Plot:
    """The plans of tables that belong together, their relations, and what each table is told of the others."""

    plans: Mapping[str, Plan]
    relations: tuple[Relation, ...]
    ties: Mapping[str, Ties] = field(repr=False)


def plan_tables(frames: Mapping[str, pd.DataFrame], scanner: Scanner, planner: Planner | None = None) -> Plot:
    """Plan all tables, with the columns of a relation alike. Raises `PlanError` as `plan_table` does."""
    plans = {
        name: planner(name, frame) if planner else plan_table(frame, scanner, name) for name, frame in frames.items()
    }
    relations = find_relations(columns_of(frames), scanner.policy)
    tied, ties = tie(plans, relations, scanner.policy)
    told = {name: replace(ties[name], known=tuple(known_through(name, frames, tied, relations))) for name in frames}
    return Plot({name: tuple(plan) for name, plan in tied.items()}, relations, told)


def redact_tables(
    frames: Mapping[str, pd.DataFrame], scanner: Scanner, key: Key | None = None
) -> tuple[dict[str, TableResult], tuple[Relation, ...]]:
    """Redact all tables, and say of each relation between them whether it held.

    >>> frames = {"people": pd.DataFrame({"pid": [1, 2]}), "visits": pd.DataFrame({"pid": [2, 2]})}
    >>> redact_tables(frames, Scanner(detectors=[]))[1][0].held
    True
    """
    return play_tables(frames, scanner, key)[:2]


def play_tables(
    frames: Mapping[str, pd.DataFrame], scanner: Scanner, key: Key | None = None, earlier: Cast | None = None
) -> tuple[dict[str, TableResult], tuple[Relation, ...], Cast | None]:
    """Do as `redact_tables`, and tell who plays whom where surrogates were put; `earlier` tells who did before."""
    plot = plan_tables(frames, scanner)
    drafts = {
        name: draft_table(frame, plot.plans[name], scanner, name, ties=plot.ties[name])
        for name, frame in frames.items()
    }
    used = scanner.policy.working_key(key)
    scene = scanner.policy.scene(list(drafts.values()), used, earlier)
    done = {name: draft.write(used, scene) for name, draft in drafts.items()}
    after = {name: result.frame for name, result in done.items()}
    return done, tuple(check_relation(relation, frames, after) for relation in plot.relations), scene.cast
