"""What sampling loses: how far a synthetic table is from its model, beside what rounding alone would cost."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.coded import NAMES, Coded
from benchmarks.outcome import Grid, Outcome
from synth.aim import AIM
from synth.column import Column
from synth.encode import Codes
from synth.joint import Joint
from synth.marginal import count
from synth.schema import Schema
from synth.synthesizer import MST, PrivateSynthesizer

EPSILON, DELTA = 1, "1e-9"
_METHODS: Mapping[str, Callable[..., PrivateSynthesizer]] = {"MST": MST, "AIM": AIM}
_NOTE = (
    "Mean total variation over all pairs of columns, measured or not, ε = 1. Rounding one pair: of the nearest table "
    "of whole rows to the model's pair, each pair by itself; one table cannot round all of its pairs so at once. "
    "Independent rows: what rows drawn from the model one by one come to. The last figure is the test in "
    "`tests/test_synth_joint.py`: the table may be at most 1.1 times as far from the real one as the model is."
)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Distances:
    """Mean total variation over pairs of columns."""

    table_to_model: float
    rounding: float
    independent: float
    model_to_real: float
    table_to_real: float

    @classmethod
    def of(cls, joint: Joint, real: Codes) -> "Distances":
        """Sample a table as long as the real one and compare."""
        rng, rows = np.random.default_rng(), len(real.array)
        table = Codes(joint.sample(rows, rng), real.names, real.sizes)
        found = []
        for pair in itertools.combinations(range(len(real.sizes)), 2):
            model = np.maximum(joint.project(pair), 0)
            model, drawn, true = model / model.sum(), count(table, pair) / rows, count(real, pair) / rows
            alone = rng.multinomial(rows, model.ravel()).reshape(model.shape) / rows
            ends = [(drawn, model), (_rounded(model, rows), model), (alone, model), (model, true), (drawn, true)]
            found.append([float(np.abs(one - other).sum() / 2) for one, other in ends])
        return cls(*map(float, np.mean(found, axis=0)))


def run() -> Outcome:
    """Fit, sample and compare, table by table. Raises MissingDataError."""
    rows, figures, paths = [], {}, []
    for name in NAMES:
        table = Coded.of(name)
        paths.append(table.path)
        frame, schema = as_frame(table.real)
        for method, make in _METHODS.items():
            found = Distances.of(make(EPSILON, DELTA).fit(frame, schema).joint, table.real)
            figures[f"{name}, {method}"] = asdict(found)
            ratio = found.table_to_real / found.model_to_real
            rows.append([name, method, *(f"{value:.5f}" for value in asdict(found).values()), f"{ratio:.3f}"])
    head = ["table", "method", "table to model", "rounding one pair", "independent rows", "model to real"]
    head += ["table to real", "over model to real"]
    return Outcome("synth-rounding", [Grid("Sampling", head, rows, _NOTE)], figures, paths)


def as_frame(real: Codes) -> tuple[pd.DataFrame, Schema]:
    """Give a table's codes as categories, and the schema that declares them."""
    labels = [tuple(map(str, range(size))) for size in real.sizes]
    named = list(zip(real.names, labels, strict=True))
    schema = Schema(tuple(Column(name, "category", categories=own, nullable=False) for name, own in named))
    cells = [np.array(own, dtype=object)[real.array[:, place]] for place, own in enumerate(labels)]
    return pd.DataFrame(dict(zip(real.names, cells, strict=True))), schema


def _rounded(shares: Floats, rows: int) -> Floats:
    """Give the shares of a table of whole rows that are nearest: the largest remainders are rounded up."""
    counts = np.floor(shares * rows)
    rest = (shares * rows - counts).ravel()
    up = np.argsort(-rest)[: round(rows - counts.sum())]
    counts.reshape(-1)[up] += 1
    return counts / rows
