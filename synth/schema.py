"""The public description of a table: read from TOML, written to it, or drafted from the data for review."""

import datetime as dt
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synth.column import Bound, Column
from synth.constraint import Constraint, Determines, Never, Order, Sum, check, derived, ruled_out
from synth.draft import draft_columns
from synth.errors import SchemaInvalidError, SchemaKeyUnknownError, SchemaMismatchError, SchemaUnreadableError
from synth.unit import Unit

Origin = Literal["declared", "draft", "bought"]

_TOP = ("schema_version", "reviewed", "origin", "unit", "column", "constraint")
_CONSTRAINTS = {
    "never": ("values",),
    "order": ("columns",),
    "determines": ("column", "by", "values"),
    "sum": ("column", "parts"),
}
_KEYS = ("name", "type", "categories", "min", "max", "nullable", "bins", "decimals", "format", "fallback", "buy")
_DRAFT_WARNING = """\
# DRAFT, READ FROM THE PRIVATE DATA. Categories, bounds and bins below are copied from the rows that they are
# to protect: as they stand they are a leak that no noise covers. Replace them by what is publicly known about
# each column (a code book, a form, common sense), then set reviewed = true and origin = "declared".
"""


@dataclass(frozen=True, slots=True)
class Schema:
    """The columns of a table in order, the privacy unit, and where the description came from.

    `origin` is "declared" (public knowledge), "draft" (read from the private data, so no guarantee covers it)
    or "bought" (estimated under the run's own budget). `reviewed` is what a person says about it. `constraints` hold in
    every synthetic row, whatever the real ones are.

    >>> Schema((Column("age", "integer", min=0, max=120),)).names
    ('age',)

    Raises SchemaInvalidError for a column named twice or no column at all.
    """

    columns: tuple[Column, ...]
    unit: Unit = field(default_factory=Unit)
    origin: Origin = "declared"
    reviewed: bool = True
    constraints: tuple[Constraint, ...] = ()

    def __post_init__(self) -> None:
        if not self.columns:
            raise SchemaInvalidError("the schema declares no column")
        if len(set(self.names)) < len(self.columns):
            raise SchemaInvalidError("the schema declares a column twice")
        if not isinstance(self.unit, Unit):
            raise SchemaInvalidError("unit must be a Unit: a row, or a column that names the person")
        if self.unit.column is not None and not any(
            column.name == self.unit.column and column.type == "identifier" for column in self.columns
        ):
            raise SchemaInvalidError(f"unit: {self.unit.column!r} must be a column of type identifier")
        if self.origin not in get_args(Origin):
            raise SchemaInvalidError(f"origin must be one of {', '.join(get_args(Origin))}")
        if not isinstance(self.reviewed, bool):
            raise SchemaInvalidError("reviewed must be true or false")
        check(self.constraints, self.columns)

    @property
    def names(self) -> tuple[str, ...]:
        """Give the column names in order."""
        return tuple(column.name for column in self.columns)

    @property
    def open(self) -> tuple[Column, ...]:
        """Give the columns of which something is left to be bought."""
        made = derived(self.constraints)
        return tuple(column for column in self.columns if column.buy and column.name not in made)

    @property
    def modelled(self) -> tuple[Column, ...]:
        """Give the columns the model knows: all but identifiers, texts and what follows from others."""
        made = derived(self.constraints)
        return tuple(column for column in self.columns if column.modelled and column.name not in made)

    @property
    def ruled_out(self) -> dict[tuple[int, ...], NDArray[np.bool_]]:
        """Mark the combinations of codes that cannot occur, by the places of the columns among the modelled ones."""
        return ruled_out(self.constraints, self.modelled)

    @classmethod
    def from_toml(cls, path: str | Path) -> "Schema":
        """Read a schema file; unknown keys are errors.

        Raises SchemaUnreadableError, SchemaKeyUnknownError, SchemaInvalidError.
        """
        try:
            table = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise SchemaUnreadableError(f"{path}: cannot be read as a TOML file ({type(error).__name__})") from None
        return cls.from_table(table)

    @classmethod
    def from_text(cls, text: str) -> "Schema":
        """Read a schema from the text of such a file. Raises as `from_toml`."""
        try:
            table = tomllib.loads(text)
        except (ValueError, RecursionError):
            raise SchemaUnreadableError("the schema is not TOML") from None
        return cls.from_table(table)

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> "Schema":
        """Build a schema from a parsed TOML document. Raises as `from_toml`."""
        _known(table, _TOP, "the schema")
        if table.get("schema_version") != 1:
            raise SchemaUnreadableError("schema_version must be 1")
        if "reviewed" not in table:
            raise SchemaInvalidError("reviewed is missing: write reviewed = true once a person has checked the columns")
        rows = table.get("column", [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise SchemaInvalidError("columns are declared as [[column]] tables")
        constraints = table.get("constraint", [])
        if not isinstance(constraints, list) or not all(isinstance(row, dict) for row in constraints):
            raise SchemaInvalidError("constraints are declared as [[constraint]] tables")
        return cls(
            tuple(_column(row, place) for place, row in enumerate(rows, 1)),
            unit=_unit(table.get("unit", "row")),
            origin=table.get("origin", "declared"),
            reviewed=table["reviewed"],
            constraints=tuple(map(_constraint, constraints)),
        )

    @classmethod
    def draft(cls, frame: pd.DataFrame) -> "Schema":
        """Draft a schema FROM THE PRIVATE DATA; `origin` is "draft", `reviewed` false."""
        return cls(draft_columns(frame), origin="draft", reviewed=False)

    def to_toml(self) -> str:
        """Write the schema as TOML, a draft under a loud warning; `from_toml` reads it back unchanged."""
        head = (_DRAFT_WARNING if self.origin == "draft" else "") + (
            f"schema_version = 1\nreviewed = {_toml(self.reviewed)}\n"
            f"origin = {_toml(self.origin)}\nunit = {_whom(self.unit)}\n"
        )
        columns = "".join(f"\n[[column]]\n{_body(column)}" for column in self.columns)
        return head + columns + "".join(f"\n[[constraint]]\n{_rule(one)}" for one in self.constraints)

    def check(self, names: tuple[str, ...]) -> None:
        """Make sure that a table with these column names is the one described. Raises SchemaMismatchError."""
        missing = [name for name in self.names if name not in names]
        undeclared = [name for name in names if name not in self.names]
        if missing:
            raise SchemaMismatchError(f"declared but not in the table: {', '.join(map(repr, missing))}")
        if undeclared:
            raise SchemaMismatchError(f"in the table but not declared: {', '.join(map(repr, undeclared))}")


def _unit(stated: object) -> Unit:
    if stated == "row":
        return Unit()
    if not isinstance(stated, dict) or "column" not in stated:
        raise SchemaInvalidError('unit is "row", or { column = "the person", rows = the most rows used of each }')
    _known(stated, ("column", "rows"), "unit")
    return Unit(stated["column"], stated.get("rows", 1))


def _whom(unit: Unit) -> str:
    return '"row"' if unit.column is None else f"{{ column = {_toml(unit.column)}, rows = {unit.rows} }}"


def _column(row: Mapping[str, Any], place: int) -> Column:
    _known(row, _KEYS, f"column {row.get('name', place)!r}")
    for key in ("name", "type"):
        if not isinstance(row.get(key), str):
            raise SchemaInvalidError(f"column number {place}: {key} is missing or no text")
    for key in ("categories", "bins"):
        if not isinstance(row.get(key, []), list):
            raise SchemaInvalidError(f"column {row['name']!r}: {key} must be a list")
    for key, kind in (("decimals", int), ("format", str), ("fallback", str)):
        if not isinstance(row.get(key, kind()), kind):
            raise SchemaInvalidError(f"column {row['name']!r}: {key} is of the wrong type")
    lists = {key: tuple(row.get(key, ())) for key in ("categories", "bins")}
    return Column(**{**row, **lists})


def _constraint(row: Mapping[str, Any]) -> Constraint:
    kind = row.get("kind")
    if kind not in _CONSTRAINTS:
        raise SchemaInvalidError(f"a constraint's kind is one of {', '.join(_CONSTRAINTS)}")
    _known(row, ("kind", *_CONSTRAINTS[kind]), f"a constraint of kind {kind}")
    try:
        if kind == "never":
            return Never({name: tuple(map(_text, values)) for name, values in row["values"].items()})
        if kind == "order":
            low, high = map(_text, row["columns"])
            return Order((low, high))
        if kind == "determines":
            values = {_text(key): _text(value) for key, value in row["values"].items()}
            return Determines(_text(row["column"]), _text(row["by"]), values)
        return Sum(_text(row["column"]), tuple(map(_text, row["parts"])))
    except (KeyError, TypeError, ValueError, AttributeError):
        keys = ", ".join(_CONSTRAINTS[kind])
        raise SchemaInvalidError(f"a constraint of kind {kind} needs {keys}, in texts (see docs/schema.md)") from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _rule(constraint: Constraint) -> str:
    match constraint:
        case Never(values):
            lists = ", ".join(f"{_toml(name)} = {_toml(own)}" for name, own in values.items())
            return f'kind = "never"\nvalues = {{ {lists} }}\n'
        case Order(columns):
            return f'kind = "order"\ncolumns = {_toml(columns)}\n'
        case Determines(column, by, values):
            pairs = ", ".join(f"{_toml(key)} = {_toml(value)}" for key, value in values.items())
            return f'kind = "determines"\ncolumn = {_toml(column)}\nby = {_toml(by)}\nvalues = {{ {pairs} }}\n'
        case Sum(column, parts):
            return f'kind = "sum"\ncolumn = {_toml(column)}\nparts = {_toml(parts)}\n'


def _known(table: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in keys:
            raise SchemaKeyUnknownError(f"{where}: unknown key {key!r}; known are {', '.join(keys)}")


def _body(column: Column) -> str:
    default = Column.__dataclass_fields__
    lines = []
    for key in _KEYS:
        value = getattr(column, key)
        if key in ("name", "type") or value != default[key].default:
            lines.append(f"{key} = {_toml(value)}\n")
    return "".join(lines)


def _toml(value: str | bool | Bound | tuple[str | Bound, ...]) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, dt.date) else repr(value)
