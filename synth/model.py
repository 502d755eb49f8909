"""A fitted model: public, because all it holds was made from noisy measurements."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synth.budget import Budget
from synth.encode import decode
from synth.entropy import Entropy, generator
from synth.errors import QueryInvalidError
from synth.ledger import NEIGHBOURS, Entry
from synth.schema import Schema
from synth.tree import Tree


@dataclass(frozen=True, slots=True)
class Model:
    """What `fit` gives: sample from it as often as you like, no sample costs anything.

    `rows` is the noisy number of rows, `spent` the whole budget the fit stands for, `ledger` the spends it
    consists of, `text` whether the table was read as texts (samples then are texts too, with "" for missing).
    """

    method: str
    schema: Schema
    tree: Tree
    rows: int
    spent: Budget
    ledger: tuple[Entry, ...]
    text: bool
    entropy: Entropy = field(repr=False)

    @property
    def private(self) -> bool:
        """Tell whether all noise came from the operating system; false after a fit with a test seed."""
        return all(entry.private for entry in self.ledger)

    def sample(self, n: int | None = None) -> pd.DataFrame:
        """Draw a synthetic table of `n` rows (default: the noisy row count), columns as in the fitted one.

        Raises QueryInvalidError for a negative `n`.
        """
        rows = self.rows if n is None else n
        if rows < 0:
            raise QueryInvalidError("the number of rows must not be negative")
        rng = generator(self.entropy)
        return decode(self.tree.sample(rows, rng), self.schema, self.text, rng)

    def marginal(self, columns: Sequence[str]) -> NDArray[np.float64]:
        """Give the expected counts over modelled columns: one axis a column, one place a code, sum = `rows`.

        Raises QueryInvalidError for a column that is not modelled or named twice, or for more than ten
        million cells.
        """
        names = [column.name for column in self.schema.modelled]
        unknown = [name for name in columns if name not in names]
        if unknown:
            raise QueryInvalidError(f"not modelled: {', '.join(map(repr, unknown))}")
        if len(set(columns)) < len(columns):
            raise QueryInvalidError("a marginal names each column once")
        return self.tree.project([names.index(name) for name in columns]) * self.rows

    def _repr_html_(self) -> str:
        rows = {
            "method": self.method,
            "columns modelled": f"{len(self.schema.modelled)} of {len(self.schema.columns)}",
            "rows (noisy)": f"{self.rows:,}",
            "epsilon, delta": f"{float(self.spent.epsilon):g}, {float(self.spent.delta):g}",
            "neighbours": NEIGHBOURS,
            "schema": self.schema.origin + ("" if self.schema.reviewed else ", not reviewed"),
            "noise": "private" if self.private else "NOT PRIVATE (test seed)",
        }
        cells = "".join(f"<tr><th>{escape(key)}</th><td>{escape(value)}</td></tr>" for key, value in rows.items())
        return f"<table>{cells}</table>"
