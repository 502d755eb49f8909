"""Model files that are released as they are, and the rows that the models were trained on. None is ever opened."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from pipelines.check import Check, State
from pipelines.errors import RecipeError, SourceError
from pipelines.recipe import ModelSource, Recipe
from pipelines.tablefile import Table, read_table

_SIGNED = "the attestation, which has the hash of the release, is signed"
_UNSIGNED = "nothing tells who opens this file that it is the one that was judged: sign the attestation"


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A model file, and its training rows: its inputs in its order."""

    source: ModelSource
    path: Path
    rows: pd.DataFrame = field(repr=False)


def read_models(recipe: Recipe, tables: Mapping[str, Table], folder: Path) -> dict[str, TrainedModel]:
    """Find the model files of a recipe, and read what they were trained on, by name.

    Raises `RecipeError` for inputs that the rows lack, `SourceError` where there is no such file, and the reader's own.
    """
    found = {}
    for source in recipe.model:
        path, named = folder / source.path, tables.get(source.table)
        if not path.is_file():
            raise SourceError(f"there is no model file {path.name!r}")
        rows = (named or read_table(folder / source.table, recipe.reading)).frame
        missing = [name for name in source.features if name not in rows.columns]
        if missing:
            raise RecipeError(f"model: {source.table!r} has no column {missing[0]!r}")
        found[path.stem] = TrainedModel(source, path, rows[list(source.features)])
    return found


def judge_models(models: Mapping[str, TrainedModel], signed: bool) -> Iterator[Check]:
    """Return for each model whether who gets it can tell that it is this one; that it is not is a warning."""
    state: State = "PASS" if signed else "WARN"
    reason = _SIGNED if signed else _UNSIGNED
    for name in models:
        yield Check(f"{name}: signature", state, "conditions met", None, None, reason, "models", "M4")
