"""Synthesizers: one `fit` that spends exactly the stated (epsilon, delta), whatever it has to do for it.

`Independent` measures every column alone. `MST` (McKenna, Miklau and Sheldon 2021, "Winning the NIST
contest", arXiv 2108.04978) also chooses and measures the pairs of a spanning tree.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar, Protocol

import pandas as pd

from synth import accountant as seam
from synth.accountant import Accountant
from synth.budget import Budget, Number
from synth.coded import Coded
from synth.currency import currency
from synth.encode import Codes, encode
from synth.entropy import Entropy, SystemEntropy
from synth.inference import fit
from synth.joint import Joint
from synth.ledger import Ledger
from synth.marginal import Marginal, Tabulator, tabulate, total
from synth.model import Model
from synth.purchase import buy_schema
from synth.reading import check_table
from synth.schema import Schema
from synth.select import candidates, rounds
from synth.terms import Terms
from synth.till import Till


class Synthesizer(Protocol):
    """Whatever can be fitted to a table and gives something to sample from."""

    def fit(self, frame: pd.DataFrame, schema: Schema | None = None) -> Any:
        """Fit to a table, which is left as it is."""
        ...


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a synthesizer makes of its measurements: a distribution, and the number of rows."""

    joint: Joint
    rows: float
    marginals: tuple[Marginal, ...]

    @classmethod
    def of(cls, till: Till, marginals: Sequence[Marginal]) -> "Estimate":
        """Fit a distribution to what was measured."""
        rows = total(marginals)
        return cls(fit(till.codes.sizes, marginals, rows, zeros=till.zeros).joint, rows, tuple(marginals))


@dataclass(frozen=True, slots=True)
class Work:
    """What a fit comes to at most: rounds, counts of all rows, cells of the model, fits of it, candidates scored."""

    rounds: int
    counts: int
    cells: int
    fits: int
    scored: int


@dataclass(frozen=True, slots=True)
class PrivateSynthesizer(ABC):
    """Parameters that every synthesizer takes, and the run around what each of them does differently.

    `epsilon`, `delta`: the guarantee of the whole fit, schema purchase and row count included. `ledger`:
    where spends are booked (default: a new one in memory). `accountant`: for instance a diffprivlib
    `BudgetAccountant`, charged with (epsilon, delta). `entropy`: where random bits come from; only tests pass
    anything. `tabulate`: who counts the rows, by default this process; counts are exact, so any engine gives the same.
    """

    epsilon: Number
    delta: Number = "1e-9"
    ledger: Ledger | None = None
    accountant: Accountant | None = field(default=None, kw_only=True)
    entropy: Entropy = field(default_factory=SystemEntropy, kw_only=True)
    tabulate: Tabulator = field(default=tabulate, kw_only=True, repr=False)

    method: ClassVar[str]
    split: ClassVar[Mapping[str, Fraction]]
    """How what is left after the schema is shared out, by step."""

    def __post_init__(self) -> None:
        stated = Budget(self.epsilon, self.delta)
        currency(stated).whole(stated)

    def fit(self, frame: pd.DataFrame, schema: Schema | None = None) -> Model:
        """Fit to a table, which is left as it is; what no schema says is bought with up to a quarter of the budget.

        The guarantee holds for the schema's privacy unit; without a schema, for a row. Every spend is in the ledger
        before the noise it pays for is drawn. A refused spend changes nothing.
        Raises BudgetInvalidError, BudgetExceededError, AccountantRefusedError, LedgerBusyError, UnitMismatchError,
        TableInvalidError, SchemaMismatchError.
        """
        check_table(frame)
        if schema is not None:
            schema.check(tuple(frame.columns))
        self._check(tuple(frame.columns) if schema is None else tuple(column.name for column in schema.modelled))

        def described(terms: Terms, ledger: Ledger) -> tuple[Schema, Codes]:
            rows = terms.unit.bounded(frame, self.entropy)
            if schema is not None and not schema.open:
                return schema, encode(rows, schema)
            bought = buy_schema(rows, terms.purse(ledger, self.entropy), schema)
            return bought, encode(rows, bought)

        return self._fit(schema, described)

    def fit_coded(self, coded: Coded) -> Model:
        """Fit to a table that was encoded piece by piece: the model that `fit` makes of the whole.

        Raises what `fit` does, but for a table that does not fit its schema.
        """
        self._check(coded.codes.names)
        return self._fit(coded.schema, lambda *_: (coded.schema, coded.bounded(self.entropy)))

    def _fit(self, schema: Schema | None, described: Callable[[Terms, Ledger], tuple[Schema, Codes]]) -> Model:
        terms = Terms.of(Budget(self.epsilon, self.delta), schema)
        ledger = Ledger(unit=terms.unit) if self.ledger is None else self.ledger
        with ledger.held():
            terms.admit(ledger)
            seam.charge(self.accountant, terms.stated)
            before, start = len(ledger.entries), ledger.rho
            found, codes = described(terms, ledger)
            left, ruled_out = terms.left(ledger.entries[before:]), found.ruled_out
            counter = self.tabulate(codes)
            till = Till(codes, ledger, self.entropy, terms.currency, left, terms.unit.rows, ruled_out, counter)
            estimate = self._estimate(till)
            spent = Budget(terms.stated.epsilon, terms.stated.delta, ledger.rho - start)
            entries = ledger.entries[before:]
        return Model(
            self.method,
            found,
            estimate.joint,
            round(estimate.rows),
            spent,
            entries,
            estimate.marginals,
            self.entropy,
        )

    def _check(self, names: tuple[str, ...]) -> None:  # noqa: B027 most have nothing to refuse
        """Refuse parameters that do not fit the columns to be modelled, before anything is spent."""

    @abstractmethod
    def work(self, till: Till, rows: int) -> Work:
        """Foretell the work of a fit to so many rows, from a till that has counted nothing."""

    @abstractmethod
    def _estimate(self, till: Till) -> Estimate:
        """Measure for at most the budget of the till, and estimate."""


@dataclass(frozen=True, slots=True)
class Independent(PrivateSynthesizer):
    """Every column by itself: the baseline that any model of relations has to beat.

    >>> from synth.column import Column
    >>> table = pd.DataFrame({"answer": ["yes", "no", "yes"]})
    >>> schema = Schema((Column("answer", "category", categories=("no", "yes"), nullable=False),))
    >>> Independent(epsilon=1).fit(table, schema).sample(4).shape
    (4, 1)
    """

    method: ClassVar[str] = "independent"
    split: ClassVar[Mapping[str, Fraction]] = {"1-way marginal": Fraction(1)}

    def work(self, till: Till, rows: int) -> Work:  # noqa: ARG002 the same for any number
        """Foretell one count a column."""
        return Work(0, len(till.codes.sizes), sum(till.codes.sizes), 1, 0)

    def _estimate(self, till: Till) -> Estimate:
        return Estimate.of(till, till.one_ways(till.budget))


@dataclass(frozen=True, slots=True)
class MST(PrivateSynthesizer):
    """Every column, and the pairs of a privately chosen maximum spanning tree.

    The budget goes 3 : 1 : 6 to the columns, to choosing the tree, and to its pairs and the columns in none
    of them. A pair is left out if it would carry more noise than it tells, so a small table may get a forest
    of few edges.
    """

    method: ClassVar[str] = "mst"
    split: ClassVar[Mapping[str, Fraction]] = {
        "1-way marginal": Fraction(3, 10),
        "pair selection": Fraction(1, 10),
        "marginal of the forest": Fraction(6, 10),
    }

    def work(self, till: Till, rows: int) -> Work:  # noqa: ARG002 the same for any number
        """Foretell a count of every pair, and a tree of the largest ones."""
        sizes = till.codes.sizes
        pairs = candidates(sizes)
        largest = sorted((sizes[i] * sizes[j] for i, j in pairs), reverse=True)
        edges = rounds(pairs, len(sizes))
        return Work(edges, len(pairs) + len(sizes), sum(largest[:edges]) or sum(sizes), 4, len(pairs))

    def _estimate(self, till: Till) -> Estimate:
        sizes, budget = till.codes.sizes, till.budget
        if not candidates(sizes):
            return Estimate.of(till, till.one_ways(budget))
        first, choice, left = (budget * share for share in self.split.values())
        ways = till.one_ways(first)
        sigma = till.sigma(left / max(1, rounds(candidates(sizes), len(sizes))))
        chosen = till.forest(ways, choice, sigma)
        alone = [(place,) for place in range(len(sizes)) if not any(place in pair for pair in chosen)]
        measured = till.measure([*chosen, *alone], left, "marginal of the forest")
        return Estimate.of(till, [*ways, *measured])
