"""Exact discrete Gaussian noise: draws a second of tamis, OpenDP and diffprivlib, taking turns."""

import itertools
import statistics
from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from scipy import stats

from benchmarks.environments import OWN, Environment, EnvironmentFailedError, ScriptFailedError
from benchmarks.outcome import Grid, Outcome
from benchmarks.paces import ratios, spread, verdict

ROUNDS = 3
_VARIANCES = (16, 1402, 1_000_000)
_TARGET = 8
_COMPARED = 400_000
_LIBRARIES = {
    "tamis": (OWN, "tamis `discrete_gaussian`", 1_000_000),
    "opendp": (Environment("opendp"), "OpenDP 0.16.0 `make_gaussian`, a vector of int64", 1_000_000),
    "diffprivlib": (OWN, "diffprivlib 0.6.6 `GaussianDiscrete`, one by one", 20_000),
}
_NOTE = (
    "Draws of one call (diffprivlib: of as many calls), by a process of its own on one core; the three take turns, and "
    "figures are medians of the rounds (lowest to highest). tamis and OpenDP draw exactly; diffprivlib compares floats."
)


def run() -> Outcome:
    """Let the libraries take turns."""
    rates: dict[tuple[str, int], list[float]] = defaultdict(list)
    failed: dict[str, str] = {}
    for _, variance, library in itertools.product(range(ROUNDS), _VARIANCES, _LIBRARIES):
        environment, _, count = _LIBRARIES[library]
        if library not in failed:
            try:
                rates[library, variance].append(count / environment.run("noise", library, variance, count)["seconds"])
            except (EnvironmentFailedError, ScriptFailedError) as error:
                failed[library] = getattr(error, "reason", type(error).__name__)
    rows = []
    for library, (_, name, count) in _LIBRARIES.items():
        cells = [failed.get(library) or spread(rates[library, variance], 0) for variance in _VARIANCES]
        rows.append([name, f"{count:,}", *cells])
    head = ["draws a second", "draws", *(f"σ² = {variance:,}" for variance in _VARIANCES)]
    grids = [Grid("Exact discrete Gaussian", head, rows, _NOTE)]
    if "opendp" not in failed:
        grids.insert(0, _targets(rates))
    agreeing = {} if "opendp" in failed else {variance: _agreement(variance) for variance in _VARIANCES}
    grids += [_agreements(agreeing)] if agreeing else []
    figures: dict[str, object] = {f"{library}, {variance}": found for (library, variance), found in rates.items()}
    return Outcome("synth-noise", grids, {"draws a second": figures, "agreement": agreeing})


def _agreement(variance: int) -> float:
    """Compare the draws of tamis with OpenDP's, the oracle, by the chi-squared test for two samples."""
    shapes = [
        _LIBRARIES[library][0].run("noise", library, variance, _COMPARED, "--shape") for library in ("tamis", "opendp")
    ]
    counts = np.array([list(shape.values()) for shape in shapes])
    return float(stats.chi2_contingency(counts[:, counts.sum(axis=0) > 0]).pvalue)


def _agreements(found: Mapping[int, float]) -> Grid:
    rows = [[f"σ² = {variance:,}", f"{p:.3f}"] for variance, p in found.items()]
    note = (
        f"{_COMPARED:,} draws of each in 24 cells, chi-squared for two samples. Draws of one distribution give a p "
        "below 0.001 once in a thousand times; the tests compare tamis with the exact mass function at 10⁻⁶."
    )
    return Grid("The same draws as OpenDP", ["", "p"], rows, note)


def _targets(rates: dict[tuple[str, int], list[float]]) -> Grid:
    rows = []
    for variance in _VARIANCES:
        times = ratios(rates["tamis", variance], rates["opendp", variance])
        met = statistics.median(times) >= _TARGET
        rows.append([f"σ² = {variance:,}", spread(times, 1), f"at least {_TARGET}", verdict(met)])
    return Grid("Target: tamis over OpenDP", ["", "median (lowest to highest)", "target", ""], rows)
