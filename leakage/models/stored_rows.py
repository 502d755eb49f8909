"""Stored rows: training people whom a model carries in it as they are."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from leakage.arrays import Booleans, Floats
from leakage.cells import numbers, require_columns, require_disjoint, require_rows
from leakage.control import Control
from leakage.errors import ConfigurationError
from leakage.interval import clopper_pearson
from leakage.models.answers import inputs
from leakage.models.model_file import ModelFile
from leakage.models.reach import Held, Walk, tables
from leakage.models.rowkeys import Space, holds_numbers
from leakage.models.stores import RARE, STORING, Store, keepers, rare_found, rare_words, words_of
from leakage.models.structure import parameters, smallest_leaf
from leakage.risk import Risk, judge

_PLANTED = 500
_NUMBERS = 2  # columns that make a row in a file


@dataclass(frozen=True, slots=True)
class StoredRows:
    """The share of its training rows that a model, or a model file, carries in it.

    Sources: Al-Rubaie & Chang 2019 (arXiv:1804.11238) on reconstruction from models that store feature vectors,
    support vector machines and nearest neighbours among them; the structural rules are SACRO-ML's (Smith et al.
    2022, arXiv:2212.01233).

    Threat: someone is given the model. Knowledge: all of it, nothing else. Attacker: every array that can be reached
    from the model is compared with the training rows, as given and as each step of a pipeline sees them; values as
    near as 10⁻⁴ standard deviations are the same. A file is never unpickled: its bytes, unpacked where they are
    compressed, are searched for the rows as given, as numbers of 4 and 8 bytes, numbers of a pickle or decimals of
    a text, row by row or column by column, and for the names of estimators that keep rows. Rows that a step of the
    model has changed (scaled, encoded) are found in the object, not in the file: there only the names tell, and
    where they do and no row is found the result is INVALID.

    This attacks a model: `run(model, training, control)`, the model fitted or a path. The baseline is 0. The
    control are rows that were not trained on: in small domains they are found by chance, as equals of others.
    The positive control is the same search in a copy with rows planted.

    Details: "rows found", "rare rows found" (held by fewer than 10 people of the training table), "storing
    estimators", "rare values" (texts of training cells, held by fewer than 10 people, that the model carries as
    category, vocabulary or otherwise); of an object also "row-long arrays" (with one entry a training row),
    "smallest leaf" and "degrees of freedom" (training rows − parameters; NaN where there are none to count).

    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> rows = pd.DataFrame(np.random.default_rng(0).normal(size=(90, 3)), columns=["a", "b", "c"])
    >>> model = KNeighborsClassifier().fit(rows[:60], [0, 1] * 30)
    >>> found = StoredRows().run(model, rows[:60], rows[60:])
    >>> found.value, found.control, found.details["storing estimators"]
    (1.0, 0.0, 1.0)
    """

    label: str | None = None

    def run(self, model: Any, training: pd.DataFrame, control: pd.DataFrame | None = None) -> Risk:
        """Measure the share found; INVALID under 30 rows, or when a part of the model could not be compared."""
        start = time.perf_counter()
        inside, outside = self._rows(model, training, control)
        together = pd.concat([inside, outside], ignore_index=True)
        search = _file if isinstance(model, str | Path) else _object
        seen = search(model, together, len(inside))
        hits, missed = seen.found[: len(inside)], seen.found[len(inside) :]
        return judge(
            "stored rows",
            clopper_pearson(int(hits.sum()), hits.size),
            baseline=0.0,
            attempts=hits.size,
            planted=seen.planted,
            held_out=clopper_pearson(int(missed.sum()), missed.size) if control is not None else None,
            faults=seen.faults,
            details={"rows found": hits.sum(), "rare rows found": rare_found(inside, hits), **seen.details},
            seconds=time.perf_counter() - start,
        )

    def stores(self, model: Any, training: pd.DataFrame | None = None) -> tuple[Store, ...]:
        """Name the parts of a fitted model that hold training rows; without rows, those that do by their nature."""
        if training is None:
            walk = Walk.fresh()
            for _ in walk.over(model, ()):
                pass
            return tuple(Store(name, "", 0) for name in sorted(keepers(walk.owners)))
        rows = self._rows(model, training, None)[0]
        return _object(model, rows, len(rows)).stores

    def _rows(
        self, model: Any, training: pd.DataFrame, control: pd.DataFrame | None
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        require_rows(training, "training")
        names = [name for name in inputs(model, training, self.label or "") if name != self.label]
        require_columns(training, names, "training")
        if not names:
            raise ConfigurationError("the training table has no column but the label")
        if control is None:
            return training[names], training[names].head(0)
        require_disjoint(training, control)
        require_columns(control, names, "control")
        return training[names], control[names]


@dataclass(frozen=True, slots=True, repr=False)
class _Seen:
    """What a search found: which rows, in which parts, and what else it met."""

    found: Booleans
    planted: Control
    faults: Sequence[str]
    stores: tuple[Store, ...]
    details: Mapping[str, float]


def _object(model: Any, rows: pd.DataFrame, trained: int) -> _Seen:
    root = Space(rows if getattr(model, "feature_names_in_", None) is not None else rows.to_numpy())
    walk, long, words = Walk.fresh(), 0, set[str]()
    by_part: dict[tuple[str, str], Booleans] = {}
    for held in walk.over(model, (root,)):
        words |= words_of(held.content)
        long += _is_long(held.content, trained)
        hits = _hits(held, len(rows))
        if hits.any():
            by_part[held.owner, held.attribute] = by_part.get((held.owner, held.attribute), False) | hits
    lost = [f"{walk.lost} parts of the model see the rows in a form that could not be made"] if walk.lost else []
    fitted = parameters(walk.owners)
    stores = (Store(*part, int(hits[:trained].sum())) for part, hits in sorted(by_part.items()))
    return _Seen(
        np.any([np.zeros(len(rows), dtype=np.bool_), *by_part.values()], axis=0),
        _planted(rows, trained),
        lost + ([] if walk.complete else ["the model is too large to be read to its end"]),
        tuple(store for store in stores if store.rows),
        {
            "storing estimators": len(keepers(walk.owners)),
            "rare values": sum(word.casefold() in words for word in rare_words(rows.head(trained))),
            "row-long arrays": long,
            "smallest leaf": smallest_leaf(walk.owners),
            "degrees of freedom": trained - fitted if fitted else math.nan,
        },
    )


def _file(path: str | Path, rows: pd.DataFrame, trained: int) -> _Seen:
    file = ModelFile.read(Path(path))
    columns = _number_columns(rows)
    few = columns[: min(trained, _PLANTED)]
    planted = file.with_rows(few).rows_inside(few)
    found = np.concatenate([file.rows_inside(columns[:trained]), file.rows_inside(columns[trained:])])
    named = file.names() & STORING
    faults = file.faults()
    if columns.shape[1] < _NUMBERS:
        faults.append(f"a file is searched by columns of numbers: at least {_NUMBERS} are needed")
    if named and not found[:trained].any():
        faults.append("the file names estimators that keep rows, in a form not searched: give the fitted model")
    return _Seen(
        found,
        Control.above(float(planted.mean()), 0.0) if planted.size else Control.failed(),
        faults,
        (),
        {
            "storing estimators": len(named),
            "rare values": file.texts_inside(rare_words(rows.head(trained))),
        },
    )


def _hits(held: Held, rows: int) -> Booleans:
    found = np.zeros(rows, dtype=np.bool_)
    for table in tables(held.content):
        for space in held.spaces:
            if space.width == 1 and held.spaces[0].width > 1:
                continue  # one cell is not a row
            inside = space.inside(table)
            found |= False if inside is None else inside
    return found


def _planted(rows: pd.DataFrame, trained: int) -> Control:
    """Look for some of the training rows in an object that holds them in a list of an attribute."""
    few = rows.head(min(trained, _PLANTED))
    holder = SimpleNamespace(parts=[few.to_numpy(copy=True)])
    found = np.zeros(len(few), dtype=np.bool_)
    for held in Walk.fresh().over(holder, (Space(few),)):
        found |= _hits(held, len(few))
    return Control.above(float(found.mean()), 0.0)


def _is_long(content: Any, rows: int) -> bool:
    return isinstance(content, np.ndarray) and content.ndim > 0 and rows > RARE and len(content) == rows


def _number_columns(rows: pd.DataFrame) -> Floats:
    columns = [rows.iloc[:, place] for place in range(rows.shape[1])]
    kept = [numbers(column) for column in columns if holds_numbers(column)]
    return np.column_stack(kept) if kept else np.zeros((len(rows), 0))
