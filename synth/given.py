"""What is asked of every row of a sample: columns with the values that they may have."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synth.column import Column
from synth.constraint import Order
from synth.encode import encode_column
from synth.errors import QueryInvalidError
from synth.reading import numbers
from synth.schema import Schema

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Given:
    """For columns by their places among the modelled ones a weight for each code, and the numbers that are given.

    `weights` is 1 for a code that holds a value asked for, else 0; `exact` has the one value asked for of a number or a
    date, which a draw inside its bin would lose (but where a constraint orders it, for then the draw decides).
    """

    weights: Mapping[int, Floats]
    exact: Mapping[str, object]

    @classmethod
    def of(cls, conditions: Mapping[str, object], schema: Schema) -> "Given":
        """Read conditions. Raises QueryInvalidError."""
        modelled = {column.name: place for place, column in enumerate(schema.modelled)}
        ordered = {part for one in schema.constraints if isinstance(one, Order) for part in one.columns}
        weights: dict[int, Floats] = {}
        exact: dict[str, object] = {}
        for name, asked in conditions.items():
            if name not in modelled:
                raise QueryInvalidError(f"condition on {name!r}: no modelled column has this name")
            column = schema.modelled[modelled[name]]
            several = list(asked) if isinstance(asked, list | tuple | set | frozenset) else None
            values = [_spelled(value, column) for value in ([asked] if several is None else several)]
            weights[modelled[name]] = _codes(column, values)
            if column.numeric and name not in ordered and several is None and not pd.isna(values[0]):  # type: ignore[call-overload]
                exact[name] = values[0]
        return cls(weights, exact)

    def numbers(self, schema: Schema) -> dict[str, float]:
        """Give the numbers and dates that were asked for exactly, by column, as numbers."""
        return {
            column.name: float(numbers(pd.Series([self.exact[column.name]], dtype=object), column)[0])
            for column in schema.modelled
            if column.name in self.exact
        }


def _spelled(value: object, column: Column) -> object:
    """Write a date as the column's dates are written."""
    return value.strftime(column.format) if isinstance(value, dt.date) and not pd.isna(value) else value


def _codes(column: Column, values: list[object]) -> Floats:
    cells = pd.Series(values, dtype=object)
    codes, strays = encode_column(cells, column)
    empty = cells.isna() | (cells == "")
    if not values or strays or (bool(empty.any()) and not column.nullable):
        raise QueryInvalidError(f"condition on {column.name!r}: a value lies outside what the schema declares")
    weights = np.zeros(column.size)
    weights[codes] = 1.0
    return weights
