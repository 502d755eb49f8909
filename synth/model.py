"""A fitted model: public, because all it holds was made from noisy measurements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

import pandas as pd

from synth.answer import Answer, error_of
from synth.budget import Budget
from synth.encode import decode
from synth.entropy import Entropy, generator
from synth.errors import QueryInvalidError
from synth.given import Given
from synth.joint import Joint
from synth.ledger import Entry
from synth.marginal import Marginal
from synth.schema import Schema


@dataclass(frozen=True, slots=True)
class Model:
    """What `fit` gives: sample from it as often as you like, no sample costs anything.

    `rows` is the noisy number of rows, `spent` the whole budget the fit stands for, `ledger` the spends it
    consists of.
    """

    method: str
    schema: Schema
    joint: Joint
    rows: int
    spent: Budget
    ledger: tuple[Entry, ...]
    marginals: tuple[Marginal, ...] = field(repr=False)
    entropy: Entropy = field(repr=False)

    @property
    def private(self) -> bool:
        """Tell whether all noise came from the operating system; false after a fit with a test seed."""
        return all(entry.private for entry in self.ledger)

    def sample(
        self, n: int | None = None, conditions: Mapping[str, object] | None = None, *, text: bool = False
    ) -> pd.DataFrame:
        """Draw a synthetic table of `n` rows (default: the noisy row count), columns as in the fitted one.

        Columns have the type that the schema states, not that of the fitted table, which depends on its rows; with
        `text` every cell is a text as a CSV file would hold it, and "" is missing.

        `conditions`: for each column that it names a value, or a list of values, that every row has there; the other
        columns are drawn given that. A number or date given as one value comes out as it is, not drawn in its bin, but
        for a column that a constraint of kind order names, which is drawn in it.

        Raises QueryInvalidError for a negative `n`, a column that is not modelled, a value outside its declaration, or
        conditions to which the model gives no probability.
        """
        rows = self.rows if n is None else n
        if rows < 0:
            raise QueryInvalidError("the number of rows must not be negative")
        rng = generator(self.entropy)
        if not conditions:
            return decode(self.joint.sample(rows, rng), self.schema, text, rng)
        given = Given.of(conditions, self.schema)
        joint = self.joint.given(given.weights)
        if joint is None:
            raise QueryInvalidError("the model gives these conditions no probability together")
        return decode(joint.sample(rows, rng), self.schema, text, rng, given.numbers(self.schema))

    def marginal(self, columns: Sequence[str]) -> Answer:
        """Give the expected counts over modelled columns, which sum to `rows`, and how far off each may be.

        Raises QueryInvalidError for a column that is not modelled or named twice, or for more than ten
        million cells.
        """
        names = [column.name for column in self.schema.modelled]
        unknown = [name for name in columns if name not in names]
        if unknown:
            raise QueryInvalidError(f"not modelled: {', '.join(map(repr, unknown))}")
        if len(set(columns)) < len(columns):
            raise QueryInvalidError("a marginal names each column once")
        axes = [names.index(name) for name in columns]
        counts = self.joint.project(axes) * self.rows
        return Answer(tuple(columns), counts, error_of(counts, axes, self.marginals))

    def _repr_html_(self) -> str:
        rows = {
            "method": self.method,
            "columns modelled": f"{len(self.schema.modelled)} of {len(self.schema.columns)}",
            "rows (noisy)": f"{self.rows:,}",
            "epsilon, delta": f"{float(self.spent.epsilon):g}, {float(self.spent.delta):g}",
            "neighbours": self.schema.unit.neighbours,
            "schema": self.schema.origin + ("" if self.schema.reviewed else ", not reviewed"),
            "noise": "private" if self.private else "NOT PRIVATE (test seed)",
        }
        cells = "".join(f"<tr><th>{escape(key)}</th><td>{escape(value)}</td></tr>" for key, value in rows.items())
        return f"<table>{cells}</table>"
