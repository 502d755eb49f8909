"""Reconstruction: people's secret rebuilt from released counts."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import sparse

from leakage.arrays import Booleans, Floats, Integers
from leakage.cells import forms, require_columns, require_disjoint, require_rows
from leakage.control import Control
from leakage.errors import ConfigurationError, EmptyInputError
from leakage.interval import Estimate, wilson
from leakage.risk import Risk, judge
from leakage.tables.aggregate import Aggregate, about, aggregates, form
from leakage.tables.decoding import DECODERS, decode, explains
from leakage.tables.equations import Equations, People, equations

_SEED = 20030609
_PLANTED = 200  # people rebuilt in the positive control, each from about 200 of 400 sums


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """The share of people whose secret bit an attacker rebuilds rightly from released counts.

    Sources: Dinur & Nissim 2003 (doi:10.1145/773153.773173) for the attack, with Dwork, McSherry & Talwar 2007
    (doi:10.1145/1250790.1250804) for the programme of least absolute error and Kasiviswanathan, Rudelson & Smith
    2013 (arXiv:1210.2381) for least squares on contingency tables.

    Threat: counts of people with a secret are published by cell, perhaps rounded or noisy, and someone solves them
    for the people. Knowledge: the columns `quasi` of everybody in the data, as the tables have them, all released
    counts, and the share of people with the secret; not whose it is, nor the noise. Every count is an equation in the
    secrets, where people with the same cells are one unknown. Attackers: the linear programme (up to 2,500 unknowns;
    beyond, or where least squares explains every count already, it is the same), least squares, least squares pulled
    to the common rate as much as the noise asks for, and the common rate alone; each half of the people is rebuilt
    by the one that was strongest on the other. Whoever's group is solved to more than one half is said to have the
    secret, which is the value `positive` of the column `secret`.

    The release is a sequence of `Aggregate`, or a table with one count a row: a column `count`, and columns of
    `quasi` (missing or empty: any value), and perhaps the secret (its other value counts too if there are two; an
    empty one is a count of people, and tells nothing). A cell that is not listed was not released.

    The baseline is the majority. The control are people who are not in the counts: what the attacker concludes about
    anybody with their cells, by the attacker strongest on them. The positive control are exact random sums of 200
    people.

    Details: "right" and "control" per attacker; "counts"; "people a count" (their mean); "unknowns"; "alone" (share
    of people without anybody of the same cells); "explained" (1 if whole people were found that give every count).
    Decide on `residual_upper`, or without a control on `advantage_upper`.

    >>> people = pd.DataFrame({"house": range(60), "ill": [house % 2 for house in range(60)]})
    >>> counts = people.groupby("house", as_index=False)["ill"].sum().rename(columns={"ill": "count"})
    >>> Reconstruction(["house"], "ill", 1).run(people, counts).value
    1.0
    """

    quasi: Sequence[str]
    secret: str
    positive: object = field(repr=False)
    count: str = "count"

    def __post_init__(self) -> None:
        """Check the settings."""
        if not self.quasi or self.secret in self.quasi or self.count in {*self.quasi, self.secret}:
            raise ConfigurationError("reconstruction needs quasi-identifiers, a secret and a count that are different")
        if not form(self.positive):
            raise ConfigurationError("the value of the secret that is counted must not be missing or empty")

    def run(
        self,
        original: pd.DataFrame,
        released: pd.DataFrame | Sequence[Aggregate],
        control: pd.DataFrame | None = None,
    ) -> Risk:
        """Rebuild the secrets; INVALID under 30 people, without a usable count, or when planted sums are not solved."""
        start = time.perf_counter()
        self._check(original, control)
        sides = [_Side.of(frame, self.secret, form(self.positive)) for frame in _given(original, control)]
        tables = self._tables(released)
        people = People.of(_given(original, control), [n for n in self.quasi if any(n in t.columns for t in tables)])
        system = self._equations(people, tables, sides[0])
        solved = decode(system)
        groups = np.split(people.groups(), [len(original)])
        right = [side.right(solved, group) for side, group in zip(sides, groups, strict=False)]
        return judge(
            "reconstruction",
            _rate(right[0]),
            baseline=sides[0].majority,
            attempts=int(sides[0].known.sum()),
            planted=_planted(sides[0]),
            held_out=None if control is None else _rate(right[1]),
            faults=[] if system.counts.size else ["no released count is about people of the original"],
            details={**_details(right), **_facts(system, solved)},
            seconds=time.perf_counter() - start,
        )

    def _check(self, original: pd.DataFrame, control: pd.DataFrame | None) -> None:
        require_rows(original, "original")
        require_columns(original, [*self.quasi, self.secret], "original")
        if control is not None:
            require_disjoint(original, control)
            require_columns(control, [*self.quasi, self.secret], "control")

    def _tables(self, released: pd.DataFrame | Sequence[Aggregate]) -> list[Aggregate]:
        """Read the release; a table of counts may lack any of the columns but the count."""
        if isinstance(released, pd.DataFrame):
            require_columns(released, [self.count], "released")
            there = [name for name in (*self.quasi, self.secret) if name in released.columns]
            require_columns(released, there, "released")
            released = aggregates(released, there, self.count)
            if self.secret in there:  # a count of people with any secret is no count of those with one
                released = [table for table in released if self.secret in table.columns]
        if not any(table.counts for table in released):
            raise EmptyInputError("no count was released: there is nothing to attack")
        return list(released)

    def _equations(self, people: People, tables: Sequence[Aggregate], side: _Side) -> Equations:
        plain = [table for table in tables if self.secret not in table.columns]
        others = about(tables, self.secret, side.other) if side.other else []
        return equations(people, [*plain, *about(tables, self.secret, form(self.positive))], others, side.rate)


def _given(original: pd.DataFrame, control: pd.DataFrame | None) -> list[pd.DataFrame]:
    return [original] if control is None else [original, control]


@dataclass(frozen=True, slots=True, repr=False)
class _Side:
    """Who has the secret, of whom it is known, and its other value, empty unless there is just one."""

    has: Booleans
    known: Booleans
    other: str = ""

    @classmethod
    def of(cls, frame: pd.DataFrame, secret: str, positive: str) -> _Side:
        cells = forms(frame[secret])
        others = set(cells) - {"", positive}
        return cls(cells == positive, cells != "", str(others.pop()) if len(others) == 1 else "")

    @property
    def rate(self) -> float:
        return float(self.has[self.known].mean()) if self.known.any() else 0.0

    @property
    def majority(self) -> float:
        return max(self.rate, 1 - self.rate)

    def right(self, solved: Mapping[str, Floats], group: Integers) -> dict[str, Booleans]:
        return {name: ((share > 0.5)[group] == self.has)[self.known] for name, share in solved.items()}


def _rate(right: Mapping[str, Booleans]) -> Estimate:
    """Let the attacker that is stronger on the odd people stand for the even ones, and the other way round."""
    odd, even = (max(DECODERS, key=lambda name: int(right[name][half::2].sum())) for half in (1, 0))
    found = np.where(np.arange(right[odd].size) % 2 == 0, right[odd], right[even])
    return wilson(int(found.sum()), found.size)


def _planted(side: _Side) -> Control:
    """Give the exact sums over random subsets of some people."""
    generator = np.random.default_rng(_SEED)
    some = generator.permutation(np.flatnonzero(side.known))[:_PLANTED]
    if not some.size:
        return Control.failed()
    subsets = sparse.csr_matrix(generator.integers(0, 2, (2 * some.size, some.size)).astype(np.float64))
    has = side.has[some]
    solved = decode(Equations(subsets, np.ones(some.size), np.asarray(subsets @ has, dtype=np.float64), has.mean()))
    everyone = _Side(has, np.ones(some.size, dtype=np.bool_))
    return Control.above(_rate(everyone.right(solved, np.arange(some.size))).value, everyone.majority)


def _details(right: Sequence[Mapping[str, Booleans]]) -> dict[str, float]:
    return {
        f"{side} {name}": float(hits.mean()) if hits.size else math.nan
        for side, found in zip(("right", "control"), right, strict=False)
        for name, hits in found.items()
    }


def _facts(system: Equations, solved: Mapping[str, Floats]) -> dict[str, float]:
    return {
        "counts": system.counts.size,
        "people a count": float(system.people.mean()) if system.counts.size else math.nan,
        "unknowns": float((system.size > 0).sum()),
        "alone": float((system.size == 1).sum() / system.size.sum()),
        "explained": float(any(explains(system, share) for share in solved.values())),
    }
