"""Estimation from noisy marginals beside mbi's: the same measurements, how well each fits, how far apart they are."""

import itertools
import math
import statistics
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.coded import NAMES, Coded
from benchmarks.environments import OWN, Environment, EnvironmentFailedError, ScriptFailedError
from benchmarks.outcome import Grid, Outcome
from benchmarks.peers import inference
from benchmarks.peers.inference import Axes, Floats, Measured
from benchmarks.synth_rounding import as_frame
from synth.aim import AIM
from synth.encode import Codes
from synth.inference import pooled
from synth.marginal import count, total

EPSILON, DELTA = 1, "1e-9"
_STEPS = (1000,)
_NOTE = (
    "What one run of tamis's AIM measured at ε = 1, given to both: tamis's `fit`, which stops by itself, and mbi's "
    "`mirror_descent` (1.1.0, in smartnoise-synth's environment) of 1,000 iterations, each on one core with "
    "one thread. Loss: the mean over the measured cells of the squared difference in standard deviations of the noise "
    "(1 is what the truth itself has). TV2 over all pairs: of the model from tamis's, and from the real table."
)


def run() -> Outcome:
    """Measure, estimate twice and compare, table by table. Raises MissingDataError."""
    rows, figures, paths = [], {}, []
    for name in NAMES:
        table = Coded.of(name)
        paths.append(table.path)
        measured, rows_in_all = _measure(table.real)
        cases = [("tamis", OWN, 0), *(("mbi", Environment("smartnoise"), steps) for steps in _STEPS)]
        first: dict[Axes, Floats] = {}
        for library, environment, steps in cases:
            label = library if not steps else f"{library}, {steps:,} iterations"
            try:
                seconds, model = _fit(environment, (library, steps), table.real, measured, rows_in_all)
            except (EnvironmentFailedError, ScriptFailedError) as error:
                rows.append([name, label, getattr(error, "reason", type(error).__name__), "", "", ""])
                continue
            first = first or model
            loss, apart, off = _loss(model, measured, rows_in_all), _apart(model, first), _off(model, table.real)
            figures[f"{name}, {label}"] = {"seconds": seconds, "loss": loss, "from tamis": apart, "from real": off}
            rows.append([name, label, f"{seconds:.1f}", f"{loss:.4f}", f"{apart:.4f}", f"{off:.4f}"])
    head = ["table", "estimator", "seconds", "loss", "TV2 from tamis's", "TV2 from the real table"]
    return Outcome("synth-inference", [Grid("Estimation", head, rows, _NOTE)], figures, paths)


def _measure(real: Codes) -> tuple[Measured, float]:
    """Give what AIM measures of a table, each marginal once, and the number of rows that it tells."""
    frame, schema = as_frame(real)
    marginals = AIM(EPSILON, DELTA).fit(frame, schema).marginals
    together = pooled(marginals)
    return [(axes, m.counts, math.sqrt(m.sigma2)) for axes, m in together.items()], total(marginals)


def _fit(
    environment: Environment, how: tuple[str, int], real: Codes, measured: Measured, rows: float
) -> tuple[float, dict[Axes, Floats]]:
    with tempfile.TemporaryDirectory() as folder:
        inference.write(Path(folder), real.sizes, measured, rows)
        library, steps = how
        told = environment.run("inference", library, folder, steps)
        with np.load(Path(folder) / inference.PAIRS) as found:
            return told["seconds"], {tuple(map(int, name.split("_"))): found[name] for name in found.files}


def _loss(model: dict[Axes, Floats], measured: Measured, rows: float) -> float:
    gaps = [((model[axes] * rows - counts) / sigma).ravel() for axes, counts, sigma in measured]
    return float(np.mean(np.concatenate(gaps) ** 2))


def _apart(model: dict[Axes, Floats], other: dict[Axes, Floats]) -> float:
    return statistics.mean(float(np.abs(model[axes] - other[axes]).sum() / 2) for axes in model if len(axes) == 2)


def _off(model: dict[Axes, Floats], real: Codes) -> float:
    pairs = itertools.combinations(range(len(real.sizes)), 2)
    return statistics.mean(float(np.abs(model[p] - count(real, p) / len(real.array)).sum() / 2) for p in pairs)
