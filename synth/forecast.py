"""What a fit will do, spend and take, told before anything is spent: from the schema alone, and the number of rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from synth.budget import Budget
from synth.encode import Codes, blank
from synth.entropy import SystemEntropy
from synth.ledger import Ledger
from synth.schema import Schema
from synth.synthesizer import PrivateSynthesizer
from synth.terms import Terms
from synth.till import Till, shares

# Seconds of one core: a row of one count; a cell of a model, each time it is fitted; a candidate of a round. MiB of the
# command, with the table as texts. All are rough: from runs on tables of 8 to 60 columns and up to five million rows.
_ROW, _CELL, _CANDIDATE, _START = 1.5e-8, 1.6e-6, 4e-4, 0.5
_ROW_MADE, _ROW_MIB, _CELL_MIB, _START_MIB = 2.5e-7, 1e-4, 2e-4, 340


@dataclass(frozen=True, slots=True)
class Share:
    """One step's share of the budget, in the run's currency; `sigma` is the noise of the middle column's counts."""

    step: str
    share: Fraction
    amount: Fraction
    sigma: float | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """The shares of the budget, how much work there is at most, and roughly the seconds and MiB that it takes.

    `columns` are those modelled; `open` the columns of which something is bought, whose sizes are not known yet: work
    and cost are then None.
    """

    terms: Terms
    shares: tuple[Share, ...]
    columns: int
    open: int
    rounds: int | None
    cells: int | None
    seconds: float | None
    mebibytes: float | None

    @classmethod
    def of(cls, synthesizer: PrivateSynthesizer, schema: Schema | None, columns: int, rows: int) -> "Forecast":
        """Foretell a fit to a table of so many columns and rows. Raises what `fit` raises of budget and schema."""
        terms = Terms.of(Budget(synthesizer.epsilon, synthesizer.delta), schema)
        left = terms.amount - terms.purchase
        bought = [Share("schema", terms.purchase / terms.amount, terms.purchase, None)] if terms.purchase else []
        if schema is None or schema.open:
            told = tuple(bought + _shares(synthesizer.split, terms, left, None))
            return cls(terms, told, columns, columns if schema is None else len(schema.open), None, None, None, None)
        names, sizes = tuple(c.name for c in schema.modelled), tuple(c.size for c in schema.modelled)
        codes = Codes(blank(0, sizes), names, sizes)
        till = Till(codes, Ledger(unit=terms.unit), SystemEntropy(), terms.currency, left, terms.unit.rows)
        work = synthesizer.work(till, rows)
        seconds = (
            _START
            + rows * (work.counts * _ROW + len(sizes) * _ROW_MADE)
            + work.fits * work.cells * _CELL
            + work.scored * _CANDIDATE
        )
        memory = _START_MIB + rows * len(sizes) * _ROW_MIB + work.cells * _CELL_MIB
        told = tuple(bought + _shares(synthesizer.split, terms, left, till))
        return cls(terms, told, len(sizes), 0, work.rounds, work.cells, seconds, memory)


def _middle(till: Till) -> Fraction:
    told = sorted(shares(till.codes.sizes)) or [Fraction(1)]
    return told[len(told) // 2]


def _shares(split: Mapping[str, Fraction], terms: Terms, left: Fraction, till: Till | None) -> list[Share]:
    first = next(iter(split))
    told = []
    for step, share in split.items():
        amount = left * share
        sigma = till.sigma(amount * _middle(till)) if till is not None and step == first else None
        told.append(Share(step, amount / terms.amount, amount, sigma))
    return told
