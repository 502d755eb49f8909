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
from synth.encode import Codes, Whole
from synth.joint import Joint
from synth.marginal import count
from synth.schema import Schema
from synth.surplus import settle
from synth.synthesizer import MST, PrivateSynthesizer

EPSILON, DELTA = 1, "1e-9"
_METHODS: Mapping[str, Callable[..., PrivateSynthesizer]] = {"MST": MST, "AIM": AIM}
_NOTE = (
    "Mean total variation over all pairs of columns, measured or not, ε = 1. Search to its end: the nearest table "
    "found where the search goes on until it finds nothing nearer; the table may be at most 1.1 times as far. "
    "Rounding one pair: of the nearest table of whole rows to the model's pair, each pair by itself; one table cannot "
    "round all of its pairs so at once. Independent rows: what rows drawn from the model one by one come to. Over "
    "model to real is the test in `tests/test_synth_joint.py`: the table may be at most 1.1 times as far from the "
    "real one as the model."
)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Distances:
    """Mean total variation over pairs of columns."""

    table_to_model: float
    to_its_end: float
    rounding: float
    independent: float
    model_to_real: float
    table_to_real: float

    @classmethod
    def of(cls, joint: Joint, real: Codes) -> "Distances":
        """Sample a table as long as the real one and compare."""
        rng, rows = np.random.default_rng(), len(real.array)
        pairs = list(itertools.combinations(range(len(real.sizes)), 2))
        models = [(pair, model / model.sum()) for pair in pairs for model in [np.maximum(joint.project(pair), 0)]]
        table = Codes(joint.sample(rows, rng), real.names, real.sizes)
        ended = Codes(searched(table.array, joint, rng), real.names, real.sizes)
        found = []
        for pair, model in models:
            drawn, nearest, true = (count(codes, pair) / rows for codes in (table, ended, real))
            alone = rng.multinomial(rows, model.ravel()).reshape(model.shape) / rows
            ends = [(drawn, model), (nearest, model), (_rounded(model, rows), model), (alone, model), (model, true)]
            found.append([float(np.abs(one - other).sum() / 2) for one, other in [*ends, (drawn, true)]])
        return cls(*map(float, np.mean(found, axis=0)))


def searched(codes: Whole, joint: Joint, rng: np.random.Generator) -> Whole:
    """Settle a table again and again until it no longer changes."""
    while True:
        further = settle(codes.copy(order="F"), joint, rng)
        if np.array_equal(further, codes):
            return codes
        codes = further


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
            ratios = found.table_to_real / found.model_to_real, found.table_to_model / found.to_its_end
            values = [f"{value:.5f}" for value in asdict(found).values()]
            rows.append([name, method, *values, *(f"{ratio:.3f}" for ratio in ratios)])
    head = ["table", "method", "table to model", "search to its end", "rounding one pair", "independent rows"]
    head += ["model to real", "table to real", "over model to real", "over search to its end"]
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
