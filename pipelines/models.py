"""Model files that are released as they are, the rows that the models were trained on, and what is needed to ask them.

None is ever opened but ONNX, which is data.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deid.tables.table import as_texts
from pipelines.check import Check, State
from pipelines.classifier import SUFFIX, OnnxClassifier
from pipelines.errors import RecipeError, SourceError
from pipelines.recipe import ModelSource
from pipelines.tablefile import Reading, Table, read_table

Read = Callable[[str], pd.DataFrame]
"""Give a table of the recipe by its name, or a file."""

_SIGNED = "the attestation, which has the hash of the release, is signed"
_UNSIGNED = "nothing tells who opens this file that it is the one that was judged: sign the attestation"
_UNASKED = "only an ONNX file can be asked without running code of somebody else's"
_UNTOLD = "the recipe names no `label` and no `holdout`, without which nobody can tell members from others"
_PLANTED = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class Asked:
    """A classifier that can be asked, the rows that it was trained on, and others like them; each with its label."""

    classifier: OnnxClassifier
    members: pd.DataFrame = field(repr=False)
    others: pd.DataFrame = field(repr=False)


@dataclass(frozen=True, slots=True)
class Canaries:
    """Scores that a model gives to texts that were planted in its training data, and to others that might have been.

    Low for what it finds likely. `bits` is log2 of how many there might have been.
    """

    planted: NDArray[np.float64] = field(repr=False)
    others: NDArray[np.float64] = field(repr=False)
    bits: float


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A model file, its training rows (its inputs in its order), and, where they are known, how it can be attacked."""

    source: ModelSource
    path: Path
    rows: pd.DataFrame = field(repr=False)
    asked: Asked | None = None
    canaries: Canaries | None = None


def read_models(
    sources: Sequence[ModelSource], tables: Mapping[str, Table], folder: Path, reading: Reading
) -> dict[str, TrainedModel]:
    """Find model files, and read what they were trained on (one of `tables`, or a file), by name.

    Raises `RecipeError` for columns that the rows lack, `SourceError` where there is no such file or no classifier in
    it that could be asked, and the reader's own.
    """

    def read(name: str) -> pd.DataFrame:
        return (tables.get(name) or read_table(folder / name, reading)).frame

    found = {}
    for source in sources:
        path = folder / source.path
        if not path.is_file():
            raise SourceError(f"there is no model file {path.name!r}")
        rows = _rows(source.table, source, read)
        asked = _asked(source, path, rows, read)
        canaries = _canaries(source, read(source.canaries)) if source.canaries is not None else None
        found[path.stem] = TrainedModel(source, path, rows[list(source.features)], asked, canaries)
    return found


def judge_models(models: Mapping[str, TrainedModel], signed: bool) -> Iterator[Check]:
    """Return for each model whether who gets it can tell that it is this one, and what of it was not asked.

    That it is not signed, or could not be asked, is a warning.
    """
    state: State = "PASS" if signed else "WARN"
    reason = _SIGNED if signed else _UNSIGNED
    for name, model in models.items():
        yield Check(f"{name}: signature", state, "conditions met", None, None, reason, "models", "M4")
        if model.asked is None:
            why = _UNTOLD if model.path.suffix == SUFFIX else _UNASKED
            yield Check(f"{name}: membership", "WARN", "not tried", None, None, why, "models", "D3")
            yield Check(f"{name}: inversion", "WARN", "not tried", None, None, why, "models", "M3")


def _asked(source: ModelSource, path: Path, rows: pd.DataFrame, read: Read) -> Asked | None:
    if source.label is None or source.holdout is None or path.suffix != SUFFIX:
        return None
    classifier = OnnxClassifier.read(path, source.features)
    told = [
        _typed(frame).assign(**{source.label: classifier.labels(frame[source.label])})
        for frame in (rows, _rows(source.holdout, source, read))
    ]
    return Asked(classifier, *told)


def _rows(name: str, source: ModelSource, read: Read) -> pd.DataFrame:
    """Return the columns that a model takes, and the one it tells, of a table."""
    frame = read(name)
    wanted = [*source.features, *([source.label] if source.label is not None else [])]
    missing = [column for column in wanted if column not in frame.columns]
    if missing:
        raise RecipeError(f"model: {name!r} has no column {missing[0]!r}")
    return frame[wanted]


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with numbers in the columns that hold nothing else."""
    columns = {}
    for name in frame.columns:
        found = pd.to_numeric(frame[name], errors="coerce")
        blank = np.array([not text.strip() for text in as_texts(frame[name])])
        columns[name] = found if (found.notna() | blank).all() else frame[name]
    return pd.DataFrame(columns)


def _canaries(source: ModelSource, frame: pd.DataFrame) -> Canaries:
    """Read scores: columns `score` and `planted`."""
    missing = [column for column in ("score", "planted") if column not in frame.columns]
    if missing:
        raise RecipeError(f"model: {source.canaries!r} has no column {missing[0]!r}")
    planted = [_PLANTED.get(text.strip().lower()) for text in as_texts(frame["planted"])]
    if None in planted:
        raise RecipeError(f"model: {source.canaries!r}, row {planted.index(None) + 1}: `planted` is neither yes nor no")
    scores, told = pd.to_numeric(frame["score"], errors="coerce").to_numpy(np.float64), np.array(planted, dtype=bool)
    if told.all() or not told.any():
        raise RecipeError(f"model: {source.canaries!r} needs scores of what was planted and of what was not")
    bits = source.canary_bits if source.canary_bits is not None else math.log2((~told).sum())
    return Canaries(scores[told], scores[~told], bits)
