"""Synthesizers: one `fit` that spends exactly the stated (epsilon, delta), whatever it has to do for it.

`Independent` measures every column alone. `MST` (McKenna, Miklau and Sheldon 2021, "Winning the NIST
contest", arXiv 2108.04978) also chooses and measures the pairs of a spanning tree.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar, Protocol

import pandas as pd

from synth import accountant as seam
from synth.accountant import Accountant
from synth.budget import Budget, Number, rho_of
from synth.encode import Codes, encode
from synth.entropy import Entropy, SystemEntropy
from synth.inference import fit, onto_simplex
from synth.ledger import Entry, Ledger
from synth.marginal import Marginal, measure, total
from synth.model import Model
from synth.noise import cost, variance
from synth.purchase import buy_schema
from synth.reading import check_table, is_text
from synth.schema import Schema
from synth.select import candidates, round_epsilon, rounds, spanning_forest
from synth.tree import Tree

# Of rho, for a table without a schema: what its schema may cost; of delta, what its partition selection may.
PURCHASE_RHO = Fraction(1, 4)
PURCHASE_DELTA = Fraction(1, 2)
# A pair must show more than this share of sigma a cell before it is worth measuring. The noise's mean size is 0.8
# sigma, about half of which the fit to a non-negative table takes away again (measured on four tables).
PENALTY = 0.4


class Synthesizer(Protocol):
    """Whatever can be fitted to a table and gives something to sample from."""

    def fit(self, frame: pd.DataFrame, schema: Schema | None = None) -> Any:
        """Fit to a table, which is left as it is."""
        ...


@dataclass(frozen=True, slots=True)
class _Till:
    """Books a measurement, then makes it."""

    codes: Codes
    ledger: Ledger
    entropy: Entropy

    def measure(self, cliques: Sequence[tuple[int, ...]], rho: Fraction, step: str) -> list[Marginal]:
        """Measure these marginals for at most `rho` together, shared equally."""
        sigma2, entries = variance(rho / len(cliques)), []
        for axes in cliques:
            columns = tuple(self.codes.names[axis] for axis in axes)
            entries.append(
                Entry(step, "discrete Gaussian", cost(sigma2), columns=columns, private=self.entropy.private)
            )
        self.ledger.charge(*entries)
        return measure(self.codes, cliques, sigma2, self.entropy)

    def one_ways(self, rho: Fraction) -> list[Marginal]:
        """Measure every column; of a table without modelled columns, just the number of rows."""
        cliques: list[tuple[int, ...]] = [(place,) for place in range(len(self.codes.sizes))]
        return self.measure(cliques or [()], rho, "1-way marginal")

    def forest(self, ways: Sequence[Marginal], rho: Fraction, sigma: float) -> list[tuple[int, int]]:
        """Select the pairs of a forest for at most `rho`, given the noise they will be measured with."""
        pairs = candidates(self.codes.sizes)
        times = rounds(pairs, len(self.codes.sizes))
        epsilon = round_epsilon(rho, times)
        spend = Entry("pair selection", "exponential", epsilon**2 / 8, private=self.entropy.private)
        self.ledger.charge(*[spend] * times)
        rows = max(total(ways), 1.0)
        singles = [onto_simplex(way.counts, rows) for way in ways]
        return spanning_forest(self.codes, singles, epsilon, sigma * PENALTY, self.entropy)


@dataclass(frozen=True, slots=True)
class _Base(ABC):
    """Parameters that every synthesizer takes, and the run around what each of them does differently.

    `epsilon`, `delta`: the guarantee of the whole fit, schema purchase and row count included. `ledger`:
    where spends are booked (default: a new one in memory). `accountant`: for instance a diffprivlib
    `BudgetAccountant`, charged with (epsilon, delta). `entropy`: where random bits come from; only tests pass
    anything.
    """

    epsilon: Number
    delta: Number = "1e-9"
    ledger: Ledger | None = None
    accountant: Accountant | None = field(default=None, kw_only=True)
    entropy: Entropy = field(default_factory=SystemEntropy, kw_only=True)

    method: ClassVar[str]

    def __post_init__(self) -> None:
        rho_of(self.epsilon, self.delta)

    def fit(self, frame: pd.DataFrame, schema: Schema | None = None) -> Model:
        """Fit to a table, which is left as it is; without a schema, one is bought with a quarter of rho.

        Every spend is in the ledger before the noise it pays for is drawn. A refused spend changes nothing.
        Raises BudgetInvalidError, BudgetExceededError, AccountantRefusedError, LedgerBusyError,
        TableInvalidError, SchemaMismatchError.
        """
        check_table(frame)
        if schema is not None:
            schema.check(tuple(frame.columns))
        stated = Budget(self.epsilon, self.delta)
        bought_delta = stated.delta * PURCHASE_DELTA if schema is None else Fraction(0)
        rho = rho_of(stated.epsilon, stated.delta - bought_delta)
        ledger = Ledger() if self.ledger is None else self.ledger
        with ledger.held():
            ledger.check(rho, bought_delta)
            seam.charge(self.accountant, stated)
            before, start = len(ledger.entries), ledger.rho
            if schema is None:
                schema = buy_schema(frame, rho * PURCHASE_RHO, bought_delta, ledger, self.entropy)
            codes = encode(frame, schema)
            tree, rows = self._estimate(_Till(codes, ledger, self.entropy), rho - (ledger.rho - start))
            spent = Budget(stated.epsilon, stated.delta, ledger.rho - start)
            entries = ledger.entries[before:]
        return Model(self.method, schema, tree, rows, spent, entries, is_text(frame), self.entropy)

    @abstractmethod
    def _estimate(self, till: _Till, rho: Fraction) -> tuple[Tree, int]:
        """Measure for at most `rho`; give the distribution and the estimated number of rows."""


@dataclass(frozen=True, slots=True)
class Independent(_Base):
    """Every column by itself: the baseline that any model of relations has to beat.

    >>> from synth.column import Column
    >>> table = pd.DataFrame({"answer": ["yes", "no", "yes"]})
    >>> schema = Schema((Column("answer", "category", categories=("no", "yes"), nullable=False),))
    >>> Independent(epsilon=1).fit(table, schema).sample(4).shape
    (4, 1)
    """

    method: ClassVar[str] = "independent"

    def _estimate(self, till: _Till, rho: Fraction) -> tuple[Tree, int]:
        ways = till.one_ways(rho)
        return fit(till.codes.sizes, ways, [], total(ways)), round(total(ways))


@dataclass(frozen=True, slots=True)
class MST(_Base):
    """Every column, and the pairs of a privately chosen maximum spanning tree.

    The budget goes 3 : 1 : 6 to the columns, to choosing the tree, and to its pairs and the columns in none
    of them. A pair is left out if it would carry more noise than it tells, so a small table may get a forest
    of few edges.
    """

    method: ClassVar[str] = "mst"

    def _estimate(self, till: _Till, rho: Fraction) -> tuple[Tree, int]:
        if not candidates(till.codes.sizes):
            ways = till.one_ways(rho)
            return fit(till.codes.sizes, ways, [], total(ways)), round(total(ways))
        ways = till.one_ways(rho * 3 / 10)
        sizes, left = till.codes.sizes, rho * 3 / 5
        sigma = math.sqrt(variance(left / max(1, rounds(candidates(sizes), len(sizes)))))
        chosen = till.forest(ways, rho / 10, sigma)
        alone = [(place,) for place in range(len(sizes)) if not any(place in pair for pair in chosen)]
        measured = till.measure([*chosen, *alone], left, "marginal of the forest")
        pairs, again = measured[: len(chosen)], {marginal.axes: marginal for marginal in measured[len(chosen) :]}
        ways = [way.pooled(again[way.axes]) if way.axes in again else way for way in ways]
        rows = total([*ways, *pairs])
        return fit(sizes, ways, pairs, rows), round(rows)
