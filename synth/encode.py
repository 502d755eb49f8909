"""A table as integer codes under a public schema, and back."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synth.column import Column
from synth.constraint import Determines, Order, Sum
from synth.reading import check_table, numbers, texts
from synth.schema import Schema
from synth.writing import fill, write_labels, write_numbers

Ints = NDArray[np.int64]
Whole = NDArray[np.signedinteger]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Codes:
    """Rows as codes: `array` of shape (rows, modelled columns), column j holding 0 … sizes[j] - 1.

    They are kept in the smallest type of whole number that holds them, each column in one piece.

    `outside` counts cells that were not empty and not in the declared domain. It is an exact count of private
    rows: for the eyes of whoever runs this, never for a report that leaves, and so it is not in the repr.
    """

    array: Whole
    names: tuple[str, ...]
    sizes: tuple[int, ...]
    outside: int = field(default=0, repr=False)

    def cells(self, axes: Sequence[int]) -> int:
        """Count the combinations of codes that some columns can have."""
        return math.prod(self.sizes[axis] for axis in axes)


def encode(frame: pd.DataFrame, schema: Schema) -> Codes:
    """Encode the modelled columns of `frame`, which is left as it is.

    A number outside the bounds is clamped to them. A value that is no number, no date or no declared category
    becomes missing where the column is nullable, otherwise the declared fallback (or the first code): never
    an error, since an error would tell something of the private rows. Raises TableInvalidError and
    SchemaMismatchError, which look at the column names only.
    """
    check_table(frame)
    schema.check(tuple(frame.columns))
    columns = schema.modelled
    array = blank(len(frame), tuple(column.size for column in columns))
    outside = 0
    for place, column in enumerate(columns):
        array[:, place], strays = encode_column(frame[column.name], column)
        outside += strays
    return Codes(array, tuple(c.name for c in columns), tuple(c.size for c in columns), outside)


def blank(rows: int, sizes: Sequence[int]) -> Whole:
    """Give a table of so many rows in which every code is 0."""
    return np.zeros((rows, len(sizes)), dtype=np.min_scalar_type(-max(1, *sizes, 1)), order="F")


def decode(
    codes: Whole, schema: Schema, text: bool, rng: np.random.Generator, exact: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Decode rows of codes (rows, modelled columns) to a table with all columns of the schema, in its order.

    `exact` has for columns of numbers the one that stands in every row.

    A number or date is drawn uniformly within its public bin, in the order that a constraint asks for. Identifiers are
    numbered from 1, free text is missing, what follows from other columns is made of them. With `text` every cell is a
    text and "" is missing; otherwise columns get the type the schema states (Int64, float64, datetime64, boolean,
    object).
    """
    modelled = {column.name: (place, column) for place, column in enumerate(schema.modelled)}
    values = {
        name: _numbers(codes[:, place], column, rng) for name, (place, column) in modelled.items() if column.numeric
    }
    values |= {name: np.full(len(codes), number) for name, number in (exact or {}).items()}
    for order in schema.constraints:
        if isinstance(order, Order):
            places, columns = zip(*(modelled[name] for name in order.columns), strict=True)
            drawn, bins = [values[name] for name in order.columns], [codes[:, place] for place in places]
            values.update(zip(order.columns, order.settled(columns, drawn, bins, rng), strict=True))
    data: dict[str, pd.Series] = {}
    for column in schema.columns:
        if column.name in values:
            data[column.name] = _written(values[column.name], column, text)
        elif column.name in modelled:
            data[column.name] = _labels(codes[:, modelled[column.name][0]], column, text)
        else:
            data[column.name] = fill(column, len(codes), text)
    frame = pd.DataFrame(data, index=pd.RangeIndex(len(codes)), copy=False)
    derived = _derived(codes, schema, values, text)
    return frame.assign(**derived) if derived else frame


def _derived(codes: Whole, schema: Schema, values: Mapping[str, Floats], text: bool) -> Mapping[str, pd.Series]:
    """Make the columns that follow from others."""
    places = {column.name: place for place, column in enumerate(schema.modelled)}
    named = {column.name: column for column in schema.columns}
    made: dict[str, pd.Series] = {}
    for one in schema.constraints:
        if isinstance(one, Sum):
            column = named[one.column]
            total = np.round(np.sum([values[part] for part in one.parts], axis=0), column.digits)
            made[one.column] = _written(total, column, text)
        elif isinstance(one, Determines):
            column = named[one.column]
            by = named[one.by]
            of = {value: code for code, value in enumerate(column.categories)}
            if one.by in values:  # whatever type the cells are written in
                keys = numbers(pd.Series(list(one.values), dtype=object), by)
                given = pd.Series(np.round(values[one.by], by.digits)).map(
                    {key: of[value] for key, value in zip(np.round(keys, by.digits), one.values.values(), strict=True)}
                )
            else:
                given = _labels(codes[:, places[one.by]], by, text=True).map(
                    {key: of[value] for key, value in one.values.items()}
                )
            known = np.asarray(given.fillna(0), dtype=np.int64)
            made[one.column] = write_labels(known, given.isna().to_numpy(dtype=bool), column, text)
    return made


def numbered(array: Whole, axes: Sequence[int], sizes: Sequence[int]) -> Ints:
    """Give each row of codes the number of its combination in the columns `axes`, the last one fastest."""
    flat = np.zeros(len(array), dtype=np.int64)
    for axis in axes:
        flat = flat * sizes[axis] + array[:, axis]
    return flat


def encode_column(series: pd.Series, column: Column) -> tuple[Ints, int]:
    """Give the codes of cells, and how many of them were neither empty nor in the declared domain."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        places, distinct = series.cat.codes.to_numpy(), pd.Index([*series.cat.categories, None], dtype=object)
    elif series.dtype == object or isinstance(series.dtype, pd.StringDtype) or not column.numeric:
        places, distinct = pd.factorize(texts(series))
    else:
        codes, strays = _encode_cells(series, column)
        return codes, int(strays.sum())
    codes, strays = _encode_cells(texts(pd.Series(distinct, dtype=object)), column)  # each value is read once
    return codes[places], int(strays[places].sum())


def _encode_cells(cells: pd.Series, column: Column) -> tuple[Ints, NDArray[np.bool_]]:
    empty = (cells.isna() if cells.dtype != object else cells == "").to_numpy(dtype=bool)
    if column.numeric:
        values = numbers(cells, column)
        known = ~np.isnan(values)
        low, end = column.edges[0], column.edges[-1]
        strays = (known & ((values < low) | (values >= end))) | (~known & ~empty)
        codes = np.searchsorted(np.array(column.edges[1:-1]), np.where(known, values, low), side="right")
    else:
        codes = _category_codes(cells, column)
        known = codes >= 0
        strays = ~known & ~empty
    return np.where(known, codes, column.fallback_code).astype(np.int64), strays


def _category_codes(cells: pd.Series, column: Column) -> Ints:
    codes = pd.Index(column.categories, dtype=object).get_indexer(pd.Index(cells, dtype=object))
    if column.type == "boolean":
        folded = pd.Index([value.casefold() for value in column.categories], dtype=object)
        spellings = folded if folded.is_unique else pd.Index(column.categories, dtype=object)
        again = spellings.get_indexer(pd.Index(cells.str.casefold(), dtype=object))
        codes = np.where(codes >= 0, codes, again)
        if set(folded).isdisjoint({"true", "false"}):  # a typed frame says True where the schema says, say, "yes"
            typed = pd.Index(["False", "True"], dtype=object).get_indexer(pd.Index(cells, dtype=object))
            codes = np.where(codes >= 0, codes, typed)
    return np.asarray(codes, dtype=np.int64)


def _missing(codes: Whole, column: Column) -> NDArray[np.bool_]:
    missing: NDArray[np.bool_] = np.full(len(codes), column.nullable) & (codes == column.size - 1)
    return missing


def _numbers(codes: Whole, column: Column, rng: np.random.Generator) -> Floats:
    """Draw a number in the bin of each code; NaN for missing."""
    missing = _missing(codes, column)
    drawn: Floats = np.where(missing, np.nan, _inside_bins(np.where(missing, 0, codes), column, rng))
    return drawn


def _written(values: Floats, column: Column, text: bool) -> pd.Series:
    missing = np.isnan(values)
    return write_numbers(np.where(missing, 0.0, values), missing, column, text)


def _labels(codes: Whole, column: Column, text: bool) -> pd.Series:
    return write_labels(codes, _missing(codes, column), column, text)


def _inside_bins(codes: Whole, column: Column, rng: np.random.Generator) -> Floats:
    """Draw a value in each bin: a whole number or day, or a point on the grid of the column's decimals."""
    edges = np.array(column.edges)
    if column.type != "real":
        whole: Floats = np.floor(edges[codes] + rng.random(len(codes)) * (edges[codes + 1] - edges[codes]))
        return whole
    unit = 10.0**column.digits
    first = np.ceil(edges[:-1] * unit)
    last = np.maximum(np.ceil(edges[1:] * unit) - 1, first)
    last[-1] = max(np.floor(edges[-1] * unit), first[-1])
    drawn = first[codes] + np.floor(rng.random(len(codes)) * (last[codes] - first[codes] + 1))
    points: Floats = np.clip(np.round(drawn / unit, column.digits), edges[0], edges[-1])
    return points
