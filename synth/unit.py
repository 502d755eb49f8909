"""Whom a guarantee protects: one row, or one person with all the rows that are theirs."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synth.entropy import Entropy, generator
from synth.errors import SchemaInvalidError
from synth.reading import texts

Ints = NDArray[np.int64]

_MOST_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Unit:
    """The privacy unit: a row, or the person that `column` names, of whom at most `rows` rows are used.

    Two tables are neighbours if one has all rows of one more person. Whoever has more rows than that loses some, drawn
    at random, so that a person changes no count by more than `rows`: noise grows by that factor.

    >>> Unit("patient", 3).neighbours
    "add or remove one person (column 'patient', at most 3 rows each)"

    Raises SchemaInvalidError.
    """

    column: str | None = None
    rows: int = 1

    def __post_init__(self) -> None:
        if self.column is not None and not isinstance(self.column, str):
            raise SchemaInvalidError("unit: column must be the name of a column")
        if type(self.rows) is not int or not 1 <= self.rows <= _MOST_ROWS:
            raise SchemaInvalidError("unit: rows must be a whole number, 1 or more: the most rows used of one person")
        if self.column is None and self.rows != 1:
            raise SchemaInvalidError("unit: rows belongs to a column that names the person")

    @property
    def neighbours(self) -> str:
        """Say which tables the guarantee makes hard to tell apart."""
        if self.column is None:
            return "add or remove one row"
        most = "1 row" if self.rows == 1 else f"{self.rows} rows"
        return f"add or remove one person (column {self.column!r}, at most {most} each)"

    def bounded(self, frame: pd.DataFrame, entropy: Entropy) -> pd.DataFrame:
        """Give the rows that are used, in their order: of each person `rows` at most, and none that name nobody.

        Which rows of a person stay depends on no other person. People are told apart by what stands in the cell.
        """
        if self.column is None:
            return frame
        people = pd.factorize(texts(frame[self.column]).replace("", None))[0]
        return frame.iloc[self.kept(people, entropy)].reset_index(drop=True)

    def kept(self, people: Ints, entropy: Entropy) -> Ints:
        """Give the places of the rows that are used, where `people` has a number for whose each is, -1 for nobody's."""
        order = generator(entropy).permutation(len(people))
        order = order[people[order] >= 0]
        rank = pd.Series(people[order]).groupby(people[order]).cumcount().to_numpy()
        return np.sort(order[rank < self.rows])
