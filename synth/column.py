"""One column's public description: what may stand in it, decided without looking at the private rows."""

import datetime as dt
import itertools
import math
import re
from dataclasses import dataclass
from typing import Literal, get_args

from synth.errors import SchemaInvalidError

ColumnType = Literal["category", "integer", "real", "date", "datetime", "boolean", "identifier", "text", "any"]
TYPES: tuple[str, ...] = get_args(ColumnType)
FORMATS = {"date": "%Y-%m-%d", "datetime": "%Y-%m-%d %H:%M:%S"}
"""How a date or time is written if nothing else is declared, by type."""
NUMERIC = ("integer", "real", *FORMATS)
DEFAULT_BINS = 32

Bound = int | float | dt.date

_EXACT = 2**53
_DECIMALS = 2
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column as declared in public.

    `categories`: the values of a category, as they stand in the table; of a boolean the two spellings, false
    first. `min`, `max`: the bounds of an integer, real, date or datetime (both inclusive; a datetime counts in whole
    seconds, without a time zone). `bins`: inner edges, rising; a bin holds its lower edge and not its upper one;
    without them the range is cut into at most 32 equal bins. `decimals`: digits after the point of a real. `format`:
    how a date or datetime is written (strptime). `fallback`: the category that stands for values outside the
    declaration where the column is not nullable (otherwise they become missing). `buy`: what of categories, bounds and
    bins is left out is bought with a share of the budget when a synthesizer is fitted; of type "any", the type too.

    >>> Column("age", "integer", min=0, max=120, bins=(18, 65)).size
    4

    Raises SchemaInvalidError, naming column and key.
    """

    name: str
    type: ColumnType
    categories: tuple[str, ...] = ()
    min: Bound | None = None
    max: Bound | None = None
    nullable: bool = True
    bins: tuple[Bound, ...] = ()
    decimals: int | None = None
    format: str = ""
    fallback: str | None = None
    buy: bool = False

    def __post_init__(self) -> None:
        if self.type not in TYPES:
            raise SchemaInvalidError(f"column {self.name!r}: type must be one of {', '.join(TYPES)}")
        if not isinstance(self.nullable, bool):
            raise self._wrong("nullable must be true or false")
        if not isinstance(self.buy, bool):
            raise self._wrong("buy must be true or false")
        if self.type in FORMATS and not self.format:
            object.__setattr__(self, "format", FORMATS[self.type])
        if self.type == "boolean" and not self.categories:
            object.__setattr__(self, "categories", ("false", "true"))
        self._check_categories()
        self._check_range()
        self._check_notation()

    @property
    def modelled(self) -> bool:
        """Tell whether the model knows the column; identifiers and texts are only filled in."""
        return self.type not in ("identifier", "text", "any")

    @property
    def numeric(self) -> bool:
        """Tell whether the column has bounds and bins."""
        return self.type in NUMERIC

    @property
    def digits(self) -> int:
        """Count the digits after the point of a real; 2 if nothing is declared."""
        return _DECIMALS if self.decimals is None else self.decimals

    @property
    def edges(self) -> tuple[float, ...]:
        """Give all bin edges as numbers (dates as days, times as seconds since 1970-01-01), lowest first."""
        low, high = number(self.min), number(self.max)
        end = high + 1 if self.type != "real" else math.nextafter(high, math.inf)
        inner = [number(edge) for edge in self.bins] or _equal_bins(low, end, self.type != "real")
        return (low, *(edge for edge in inner if low < edge < end), end)

    @property
    def size(self) -> int:
        """Count the codes: one a bin or category, and one for missing where the column is nullable."""
        if not self.modelled:
            return 0
        return (len(self.edges) - 1 if self.numeric else len(self.categories)) + self.nullable

    @property
    def labels(self) -> tuple[str, ...]:
        """Say what each code stands for: a category, a bin such as "[18, 40)", "" for missing.

        >>> Column("age", "integer", min=0, max=119, bins=(18, 40)).labels
        ('[0, 18)', '[18, 40)', '[40, 119]', '')
        """
        own = self.categories
        if self.numeric:
            inner = [str(bound(edge, self.type)) for edge in self.edges[:-1]]
            ends = [*(f"{edge})" for edge in inner[1:]), f"{self.max}]"]
            own = tuple(f"[{low}, {high}" for low, high in zip(inner, ends, strict=True))
        return (*own, "") if self.nullable and self.modelled else own

    @property
    def fallback_code(self) -> int:
        """Give the code of what is missing or outside: missing if nullable, else the fallback, else 0."""
        if self.nullable:
            return self.size - 1
        return self.categories.index(self.fallback) if self.fallback is not None else 0

    def _check_categories(self) -> None:
        values: tuple[object, ...] = self.categories
        if not all(isinstance(value, str) and value != "" for value in values):
            raise self._wrong("categories must be texts that are not empty (an empty cell means missing)")
        if len(set(self.categories)) < len(self.categories):
            raise self._wrong("categories lists a value twice")
        if self.categories and self.type not in ("category", "boolean"):
            raise self._wrong(f"a column of type {self.type} has no categories")
        if self.type == "boolean" and len(self.categories) != 2:
            raise self._wrong("a boolean has two categories, the one for false first")
        if self.buy and self.categories:
            raise self._wrong("buy is for what is not declared, and the categories are")
        if self.type == "any" and not self.buy:
            raise self._wrong("type any is for what is to be bought: say buy = true")
        if self.buy and not (self.type in ("category", "any") or self.numeric):
            raise self._wrong(f"a column of type {self.type} has nothing to buy")
        if self.type == "category" and not self.categories and not self.nullable and not self.buy:
            raise self._wrong("a category that is not nullable needs categories")
        if self.fallback is not None and self.fallback not in self.categories:
            raise self._wrong("fallback is none of the categories")

    def _check_range(self) -> None:
        if not self.numeric:
            if self.min is not None or self.max is not None or self.bins:
                raise self._wrong(f"a column of type {self.type} has no min, max or bins")
            return
        if self.buy and self.bins:
            raise self._wrong("buy is for what is not declared, and the bins are")
        if self.buy and self.min is None and self.max is None:
            return
        if self.min is None or self.max is None:
            raise self._wrong("min and max are missing")
        for key, values in (("min", (self.min,)), ("max", (self.max,)), ("bins", self.bins)):
            for value in values:
                self._check_bound(key, value)
        if number(self.min) > number(self.max):
            raise self._wrong("min is above max")
        inner = [number(edge) for edge in self.bins]
        if any(after <= before for before, after in itertools.pairwise(inner)):
            raise self._wrong("bins must rise")
        if inner and not number(self.min) <= inner[0] <= inner[-1] <= number(self.max):
            raise self._wrong("bins must lie between min and max")

    def _check_bound(self, key: str, value: Bound) -> None:
        if self.type == "date":
            fits = isinstance(value, dt.date) and not isinstance(value, dt.datetime)
        elif self.type == "datetime":
            fits = isinstance(value, dt.datetime) and value.tzinfo is None and value.microsecond == 0
        elif self.type == "integer":
            fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _EXACT
        else:
            fits = (
                isinstance(value, int | float)
                and not isinstance(value, bool)
                and math.isfinite(value)
                and abs(value) <= _EXACT
            )
        if not fits:
            raise self._wrong(f"{key} must be of type {self.type}, numbers at most 2**53 in size")

    def _check_notation(self) -> None:
        if self.decimals is not None and (self.type != "real" or not 0 <= self.decimals <= 15):
            raise self._wrong("decimals belongs to a real, and lies between 0 and 15")
        if self.type in FORMATS and ("%" not in self.format or _CONTROL.search(self.format)):
            raise self._wrong(f"format must be a strptime format such as {FORMATS[self.type]}")

    def _wrong(self, what: str) -> SchemaInvalidError:
        return SchemaInvalidError(f"column {self.name!r}: {what}")


def number(bound: Bound | None) -> float:
    """Give a bound as a number; a date as days, a time as seconds since 1970-01-01."""
    if isinstance(bound, dt.datetime):
        return (bound - dt.datetime(1970, 1, 1)).total_seconds()
    if isinstance(bound, dt.date):
        return float(bound.toordinal() - dt.date(1970, 1, 1).toordinal())
    return math.nan if bound is None else float(bound)


def bound(value: float, kind: ColumnType) -> Bound:
    """Give a number as a bound of a column of this type: the other way round."""
    if kind == "datetime":
        return dt.datetime(1970, 1, 1) + dt.timedelta(seconds=round(value))
    if kind == "date":
        return dt.date(1970, 1, 1) + dt.timedelta(days=round(value))
    return round(value) if kind == "integer" else value


def _equal_bins(low: float, end: float, whole: bool) -> list[float]:
    count = int(min(DEFAULT_BINS, end - low)) if whole else DEFAULT_BINS
    cuts = [low + (end - low) * i / count for i in range(1, count)]
    return [float(math.ceil(cut)) for cut in cuts] if whole else cuts
