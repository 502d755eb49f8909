"""Exact discrete Gaussian noise: draws a second of tamis, OpenDP and diffprivlib, taking turns."""

import itertools
import statistics
from collections import defaultdict

from benchmarks.environments import OWN, Environment, EnvironmentFailedError, ScriptFailedError
from benchmarks.outcome import Grid, Outcome
from benchmarks.paces import ratios, spread, verdict

ROUNDS = 3
_VARIANCES = (16, 1402, 1_000_000)
_TARGET = 8
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
    figures = {f"{library}, {variance}": found for (library, variance), found in rates.items()}
    return Outcome("synth-noise", grids, {"draws a second": figures})


def _targets(rates: dict[tuple[str, int], list[float]]) -> Grid:
    rows = []
    for variance in _VARIANCES:
        times = ratios(rates["tamis", variance], rates["opendp", variance])
        met = statistics.median(times) >= _TARGET
        rows.append([f"σ² = {variance:,}", spread(times, 1), f"at least {_TARGET}", verdict(met)])
    return Grid("Target: tamis over OpenDP", ["", "median (lowest to highest)", "target", ""], rows)
