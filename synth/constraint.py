"""What holds in every row, known in public: combinations that cannot occur, columns that follow from others."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from synth.column import FORMATS, Column, number
from synth.errors import SchemaInvalidError

_MOST = 10_000_000  # combinations that a constraint is about

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Never:
    """No row has one of the listed categories in each of these two or three columns; "" stands for missing.

    >>> Never({"sex": ("male",), "pregnant": ("yes",)}).columns
    ('sex', 'pregnant')
    """

    values: Mapping[str, tuple[str, ...]]

    @property
    def columns(self) -> tuple[str, ...]:
        """Give the columns that it is about."""
        return tuple(self.values)

    def check(self, known: Mapping[str, Column]) -> None:
        """Make sure that it fits the columns. Raises SchemaInvalidError."""
        if not 2 <= len(self.values) <= 3:
            raise SchemaInvalidError("a constraint of kind never names two or three columns")
        for name, values in self.values.items():
            column = _known(known, name)
            if column.type not in ("category", "boolean"):
                raise SchemaInvalidError(f"column {name!r}: a constraint of kind never is about categories")
            if not values or not set(values) <= {*column.categories, ""}:
                raise SchemaInvalidError(f"column {name!r}: a constraint lists what is none of its categories")
        own = [known[name] for name in self.values]
        if math.prod(column.size for column in own) > _MOST:
            raise SchemaInvalidError(
                f"columns {', '.join(self.values)}: a constraint of kind never has too many combinations"
            )
        if self.ruled_out(own).all():
            raise SchemaInvalidError(
                f"columns {', '.join(self.values)}: a constraint of kind never rules out every row"
            )

    def ruled_out(self, columns: Sequence[Column]) -> Bools:
        """Mark the combinations of codes that cannot occur, one axis for each of its columns."""
        marks = np.ones((), dtype=bool)
        for column in columns:
            own = np.zeros(column.size, dtype=bool)
            for value in self.values[column.name]:
                if value:
                    own[column.categories.index(value)] = True
                elif column.nullable:
                    own[-1] = True
            marks = np.logical_and.outer(marks, own)
        return marks


@dataclass(frozen=True, slots=True)
class Order:
    """In every row the number or date of the first column is at most that of the second, where both are there."""

    columns: tuple[str, str]

    def check(self, known: Mapping[str, Column]) -> None:
        """Make sure that it fits the columns. Raises SchemaInvalidError."""
        if len(set(self.columns)) != 2:
            raise SchemaInvalidError("a constraint of kind order names two columns")
        low, high = (_known(known, name) for name in self.columns)
        kinds = {column.type if column.type in FORMATS else "number" for column in (low, high)}
        if not low.numeric or not high.numeric or len(kinds) > 1:
            raise SchemaInvalidError(
                f"columns {low.name!r} and {high.name!r}: only numbers, or dates, or times have an order"
            )
        if not (low.buy or high.buy) and number(low.min) > number(high.max):
            raise SchemaInvalidError(f"columns {low.name!r} and {high.name!r}: no two of their values are in order")

    def ruled_out(self, columns: Sequence[Column]) -> Bools:
        """Mark the pairs of bins in which no two values are in order."""
        low, high = columns
        marks = np.zeros((low.size, high.size), dtype=bool)
        first, last = np.array(low.edges[:-1]), _tops(high)
        marks[: len(first), : len(last)] = first[:, None] > last[None, :]
        return marks

    def settled(
        self,
        columns: Sequence[Column],
        values: Sequence[Floats],
        bins: Sequence[Ints],
        rng: np.random.Generator,
    ) -> tuple[Floats, Floats]:
        """Draw anew, within their bins, the values that are out of order; NaN is in order with anything."""
        (low, high), (below, above) = columns, (values[0].copy(), values[1].copy())
        wrong = np.flatnonzero(below > above)
        starts, ends = np.array(low.edges[:-1])[bins[0][wrong]], _tops(high)[bins[1][wrong]]
        tops, bottoms = np.minimum(_tops(low)[bins[0][wrong]], ends), np.array(high.edges[:-1])[bins[1][wrong]]
        below[wrong] = _drawn(starts, tops, low, rng)
        above[wrong] = _drawn(np.maximum(bottoms, below[wrong]), ends, high, rng)
        above[wrong] = np.maximum(above[wrong], below[wrong])
        return _in_writing(below, above, low, high)


@dataclass(frozen=True, slots=True)
class Determines:
    """The value of `by` says what stands in `column`: `values` has the one for each of the other; else it is missing.

    `column` is not modelled and costs no budget.
    """

    column: str
    by: str
    values: Mapping[str, str]

    @property
    def columns(self) -> tuple[str, ...]:
        """Give the columns that it is about."""
        return (self.column, self.by)

    def check(self, known: Mapping[str, Column]) -> None:
        """Make sure that it fits the columns. Raises SchemaInvalidError."""
        column, by = _known(known, self.column), _known(known, self.by)
        if column.type != "category" or not set(self.values.values()) <= set(column.categories):
            raise SchemaInvalidError(f"column {self.column!r}: what is determined is one of declared categories")
        if not column.nullable and not self._total(by):
            raise SchemaInvalidError(
                f"column {self.column!r}: it is missing wherever {self.by!r} holds what the constraint does not list; "
                "list all of it, or make the column nullable"
            )

    def _total(self, by: Column) -> bool:
        """Tell whether every value that the other column can have is listed."""
        if by.nullable:
            return False
        if not by.numeric:
            return set(by.categories) <= set(self.values)
        whole = by.type == "integer" and not by.buy
        return whole and set(map(str, range(int(number(by.min)), int(number(by.max)) + 1))) <= set(self.values)


@dataclass(frozen=True, slots=True)
class Sum:
    """`column` is the sum of the numbers in `parts`, missing where one of them is; not modelled, for nothing."""

    column: str
    parts: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Give the columns that it is about."""
        return (self.column, *self.parts)

    def check(self, known: Mapping[str, Column]) -> None:
        """Make sure that it fits the columns. Raises SchemaInvalidError."""
        kinds = {_known(known, name).type for name in self.columns}
        whole = _known(known, self.column).type == "integer"
        if len(set(self.columns)) < len(self.columns) or len(self.parts) < 2:
            raise SchemaInvalidError(f"column {self.column!r}: a sum has two or more parts, each another column")
        if not kinds <= {"integer", "real"} or (whole and kinds != {"integer"}):
            raise SchemaInvalidError(f"column {self.column!r}: only numbers have a sum, and whole ones a whole one")
        if not whole and known[self.column].digits < max(known[name].digits for name in self.parts):
            raise SchemaInvalidError(f"column {self.column!r}: a sum has at least as many decimals as its parts")
        self._check_reach(known[self.column], [known[name] for name in self.parts])

    def _check_reach(self, column: Column, parts: Sequence[Column]) -> None:
        if not column.nullable and any(part.nullable for part in parts):
            raise SchemaInvalidError(
                f"column {column.name!r}: a sum is missing where one of its parts is; make it nullable"
            )
        if column.buy:
            return
        if any(part.buy for part in parts):
            raise SchemaInvalidError(
                f"column {column.name!r}: nobody knows what its parts will be bought to; say buy = true of the sum too"
            )
        least, most = (
            math.fsum(number(end) for end in ends) for ends in zip(*((p.min, p.max) for p in parts), strict=True)
        )
        unit = 10.0**-column.digits / 2
        if least < number(column.min) - unit or most > number(column.max) + unit:
            raise SchemaInvalidError(
                f"column {column.name!r}: its parts add up to {least:g} … {most:g}, and its bounds leave some of it out"
            )


Constraint: TypeAlias = Never | Order | Determines | Sum


def derived(constraints: Sequence[Constraint]) -> frozenset[str]:
    """Give the columns that follow from others."""
    return frozenset(one.column for one in constraints if isinstance(one, Determines | Sum))


def check(constraints: Sequence[Constraint], columns: Sequence[Column]) -> None:
    """Make sure that constraints fit columns and one another. Raises SchemaInvalidError."""
    known = {column.name: column for column in columns if column.modelled}
    for constraint in constraints:
        constraint.check(known)
    made = [one.column for one in constraints if isinstance(one, Determines | Sum)]
    ordered = [name for one in constraints if isinstance(one, Order) for name in one.columns]
    for name in {name for name in (*made, *ordered) if (*made, *ordered).count(name) > 1}:
        raise SchemaInvalidError(f"column {name!r}: stands in two constraints that decide what it holds")
    for one in constraints:
        given = one.columns[1:] if isinstance(one, Determines | Sum) else one.columns
        for name in set(given) & set(made):
            raise SchemaInvalidError(f"column {name!r}: follows from others, so nothing else can rest on it")


def ruled_out(constraints: Sequence[Constraint], modelled: Sequence[Column]) -> dict[tuple[int, ...], Bools]:
    """Mark the combinations of codes that cannot occur, by the places of the columns."""
    places = {column.name: place for place, column in enumerate(modelled)}
    marks: dict[tuple[int, ...], Bools] = {}
    for one in constraints:
        if isinstance(one, Never | Order):
            axes = tuple(places[name] for name in one.columns)
            own = one.ruled_out([modelled[axis] for axis in axes])
            order = np.argsort(axes)
            key = tuple(sorted(axes))
            own = own.transpose(order)
            marks[key] = marks[key] | own if key in marks else own
    return {axes: own for axes, own in marks.items() if own.any()}


def _known(known: Mapping[str, Column], name: str) -> Column:
    if name not in known:
        raise SchemaInvalidError(f"a constraint names {name!r}, which is no column with categories, numbers or dates")
    return known[name]


def _tops(column: Column) -> Floats:
    """Give the highest value of each bin."""
    edges = np.array(column.edges[1:])
    if column.type != "real":
        whole: Floats = edges - 1
        return whole
    unit = 10.0**-column.digits
    tops = np.floor(np.nextafter(edges, -math.inf) / unit + 1e-9) * unit
    tops[-1] = float(column.max) if isinstance(column.max, int | float) else tops[-1]
    highest: Floats = np.maximum(np.round(tops, column.digits), np.array(column.edges[:-1]))
    return highest


def _in_writing(below: Floats, above: Floats, low: Column, high: Column) -> tuple[Floats, Floats]:
    """Round both as they will be written, and keep them in order: the lower one down, or the higher one up."""
    under, over = np.round(below, _places(low)), np.round(above, _places(high))
    wrong = np.flatnonzero(under > over)
    down = np.round(_stepped(over[wrong], low, np.floor), _places(low))
    up = np.round(_stepped(under[wrong], high, np.ceil), _places(high))
    fits = down >= number(low.min)
    under[wrong] = np.where(fits, down, under[wrong])
    over[wrong] = np.where(fits, over[wrong], up)
    return under, over


def _stepped(values: Floats, column: Column, whole: Callable[[Floats], Floats]) -> Floats:
    """Give the next value that the column can write, downwards or upwards."""
    unit = 10.0 ** _places(column)
    nearest = np.round(values * unit)
    there = np.abs(values * unit - nearest) < 1e-6
    stepped: Floats = np.where(there, nearest, whole(values * unit)) / unit
    return stepped


def _places(column: Column) -> int:
    return column.digits if column.type == "real" else 0


def _drawn(first: Floats, last: Floats, column: Column, rng: np.random.Generator) -> Floats:
    """Draw a value between two bounds, both of them possible."""
    unit = 10.0 ** -_places(column)
    steps = np.floor((last - first) / unit + 1e-9)
    drawn: Floats = first + np.floor(rng.random(len(first)) * (steps + 1)) * unit
    kept: Floats = np.minimum(np.round(drawn, _places(column)), last)
    return kept
