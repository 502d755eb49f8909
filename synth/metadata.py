"""SDV's Metadata read as a schema. It needs no SDV: what it says is a dictionary."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from synth.column import FORMATS, Bound, Column, ColumnType
from synth.errors import MetadataUnusableError, SchemaInvalidError
from synth.schema import Schema

_TYPES: Mapping[str, ColumnType] = {"boolean": "boolean", "categorical": "category", "id": "identifier"}


def schema_of(metadata: Any, *, reviewed: bool = False, known: Sequence[Column] = ()) -> Schema:
    """Read the Metadata of one table, SDV's object or its dictionary, as a schema.

    What it leaves out (bounds, categories; the type of a number without decimal places) is bought when a synthesizer is
    fitted. Ranges, values and whether cells are missing, where they stand in it, count as read from the private rows,
    as `Metadata.detect_from_dataframes` does: the schema is then a draft, unless `reviewed` says that a person has made
    them public knowledge. `known` columns replace those of their name. Keys go to `identifier`, personal data and
    unknown types to `text`: neither is modelled. Raises MetadataUnusableError, SchemaInvalidError.

    >>> columns = {"age": {"sdtype": "numerical", "decimal_places": 0}, "name": {"sdtype": "name", "pii": True}}
    >>> [column.type for column in schema_of({"tables": {"people": {"columns": columns}}}).columns]
    ['integer', 'text']
    """
    columns = table_of(metadata)[1]
    declared = {column.name: column for column in known}
    unknown = declared.keys() - columns.keys()
    if unknown:
        raise SchemaInvalidError(f"known columns that the metadata does not have: {', '.join(sorted(unknown))}")
    read = tuple(declared.get(name) or _column(name, stated) for name, stated in columns.items())
    own = [column for column in read if column not in known]
    copied = any(not column.buy and (column.numeric or column.categories) for column in own)
    copied = copied or any("range_is_nullable" in columns[column.name] for column in own)
    return Schema(read, origin="draft" if copied and not reviewed else "declared", reviewed=reviewed or not copied)


def table_of(metadata: Any) -> tuple[str, Mapping[str, Mapping[str, Any]]]:
    """Give the name of the metadata's one table and its columns. Raises MetadataUnusableError."""
    stated = metadata.to_dict() if hasattr(metadata, "to_dict") else metadata
    try:
        tables = stated["tables"]
        ((name, table),) = tables.items()
        columns = {str(column): dict(told) for column, told in table["columns"].items()}
    except (KeyError, TypeError, AttributeError, ValueError):
        raise MetadataUnusableError("the metadata must describe one table, in SDV's form") from None
    return str(name), columns


def _column(name: str, stated: Mapping[str, Any]) -> Column:
    sdtype = stated.get("sdtype")
    nullable = bool(stated.get("range_is_nullable", True))
    if sdtype == "numerical":
        return _number(name, stated, nullable)
    if sdtype == "datetime":
        return _time(name, stated, nullable)
    if sdtype in ("categorical", "ordinal"):
        values = tuple(str(value) for value in stated.get("range_values") or () if value is not None)
        return Column(name, "category", categories=values, nullable=nullable, buy=not values)
    return Column(name, _TYPES.get(str(sdtype), "text"), nullable=nullable)


def _number(name: str, stated: Mapping[str, Any], nullable: bool) -> Column:
    places, kept = stated.get("decimal_places"), str(stated.get("computer_representation", ""))
    whole = places == 0 or kept.startswith(("Int", "UInt"))
    low, high = stated.get("range_min"), stated.get("range_max")
    if low is None or high is None:
        kind: ColumnType = "integer" if whole else "real" if places is not None else "any"
        decimals = places if kind == "real" else None
        return Column(name, kind, nullable=nullable, decimals=decimals, buy=True)
    if whole:
        return Column(name, "integer", min=int(low), max=int(high), nullable=nullable)
    return Column(name, "real", min=float(low), max=float(high), nullable=nullable, decimals=places)


def _time(name: str, stated: Mapping[str, Any], nullable: bool) -> Column:
    form = str(stated.get("datetime_format") or "")
    try:
        bounds = [pd.Timestamp(stated[key]).to_pydatetime().replace(tzinfo=None) for key in ("range_min", "range_max")]
    except (KeyError, TypeError, ValueError):
        bounds = []
    clock = any(mark in form for mark in ("%H", "%I", "%T", "%X", "%c"))
    if not form:
        clock = not bounds or any(at.time() != dt.time() for at in bounds)
    kind: ColumnType = "datetime" if clock else "date"
    if not bounds:
        return Column(name, kind, nullable=nullable, format=form, buy=True)
    low, high = (_bound(at, kind) for at in bounds)
    return Column(name, kind, min=low, max=high, nullable=nullable, format=form or FORMATS[kind])


def _bound(at: dt.datetime, kind: ColumnType) -> Bound:
    return at.replace(microsecond=0) if kind == "datetime" else at.date()
