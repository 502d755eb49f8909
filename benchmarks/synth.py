"""tamis's synthesizers beside its peers' on four tables at four epsilons; takes hours, stops and continues at will."""

import os
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.adult import usefulness
from benchmarks.coded import NAMES, Coded
from benchmarks.environments import EnvironmentFailedError, ScriptFailedError
from benchmarks.jobs import EPSILONS, Job, asked, following
from benchmarks.outcome import RESULTS, Grid, Outcome
from benchmarks.provenance import revision
from benchmarks.runs import Run, Runs, of
from benchmarks.synthesizers import SYSTEMS
from synth.distance import mean_variation
from synth.encode import Codes

_LIMIT = 600
_FIGURES = {"tv1": 4, "tv2": 4, "tv3": 4, "auc": 4, "f1": 3, "cpu_seconds": 1, "seconds": 1, "peak_mib": 0}
_NOT_RUN = "not run"

_NOTE = (
    "δ = 10⁻⁹, neighbours by adding or removing a row. Every system is a process of its own on one core with one "
    "thread, in an environment of its own (`peers/`), is told the same domain, gets the same codes and gives back as "
    "many rows. TV: mean total variation distance over all 1-way, all 2-way and at most 120 3-way marginals, mean ± "
    "standard deviation over the runs. Seconds are of fit and sample, without imports; others used the machine, so "
    "processor seconds say more than wall seconds, and `synth-pace` measures both on a quiet one. A run is stopped "
    "after 600 processor seconds. In brackets the runs made: the command makes five a cell (one where a run takes more "
    "than 60 s, but on Adult at ε = 1, or ended with an error, which is named by its class), and goes on where it was "
    "stopped.\n\n"
    "adult: train rows and public schema of `protocol_adult.py`; AUC and F1 on its test rows, as in `adult`. The other "
    "tables: domain drafted from their rows by `Schema.draft`, told to every system, covered by no guarantee of any; "
    "free texts are left out, as is titanic's row number. Floor: a resample of the real rows. dpmm's AIM is capped at "
    "48 rounds, 200 iterations and a model of 1 MB: with its defaults no run ended in five minutes. OpenDP's MST stops "
    "with a budget error as shipped; each share is made smaller by one part in 10⁹. `round`, the default of OpenDP and "
    "of smartnoise-synth, is that of mbi 1.1.0, and `sample` the other method of the same. smartnoise-synth's "
    "transformer is fitted to the public domain; it is installed without torch and opacus, which its MST does not "
    "use. SDV is given categories. google/dpsynth is not on the package index and could not be run; mbi's package has "
    "no synthesizer (its MST and AIM are scripts of its repository), and OpenDP's and smartnoise-synth's MST are mbi's."
)


def run(path: Path = RESULTS / "synth_runs.jsonl") -> Outcome:
    """Make the runs that are missing, and write the tables after each. Raises MissingDataError."""
    runs = Runs(path, Run)
    tables = {name: Coded.of(name) for name in NAMES}
    floors = [_floor(table) for table in tables.values()]
    broken: dict[str, str] = {}
    while (job := following(runs.read(), broken)) is not None:
        try:
            runs.add(_measure(job, tables[job.table]))
        except EnvironmentFailedError as error:
            broken[job.system.environment.name] = type(error).__name__
        outcome(runs.read(), floors, tables, broken).write()
    return outcome(runs.read(), floors, tables, broken)


def _measure(job: Job, table: Coded) -> Run:
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
    blank = Run(job.system.name, job.table, job.epsilon, job.number, now, revision(), round(os.getloadavg()[0], 2))
    try:
        made = job.system.make(table.real, job.epsilon, _LIMIT)
    except ScriptFailedError as error:
        print(f"{job.system.name}, {job.table}, {job.epsilon}: {error}", flush=True)
        return replace(blank, error=error.reason.replace("out of time", f"> {_LIMIT} s"))
    scored = _scored(blank, table, made.codes)
    scored = replace(scored, seconds=made.seconds, cpu_seconds=made.cpu_seconds, peak_mib=made.peak_mib)
    print(scored, flush=True)
    return scored


def _scored(blank: Run, table: Coded, made: Codes) -> Run:
    tv1, tv2, tv3 = (mean_variation(table.real, made, ways) for ways in (1, 2, 3))
    auc, f1 = (None, None) if table.test is None else usefulness(made, table.test)
    return replace(blank, tv1=tv1, tv2=tv2, tv3=tv3, auc=auc, f1=f1)


def _floor(table: Coded) -> Run:
    rows = np.random.default_rng(0).integers(0, len(table.real.array), len(table.real.array))
    resample = replace(table.real, array=table.real.array[rows])
    return _scored(Run("floor: real rows, resampled", table.name, None, 1, "", "", 0.0), table, resample)


def outcome(
    done: Sequence[Run], floors: Sequence[Run], tables: Mapping[str, Coded], broken: Mapping[str, str]
) -> Outcome:
    """Tell what the runs found so far."""
    failed = "".join(f" The environment `{name}` could not be built ({error})." for name, error in broken.items())
    overview = [_overview(floor.table, done, floor) for floor in floors]
    overview[-1] = replace(overview[-1], note=_NOTE + failed)
    grids = [*overview, *(_details(table, done) for table in tables.values())]
    return Outcome("synth", grids, {"runs": [asdict(one) for one in done]}, [table.path for table in tables.values()])


def _overview(name: str, done: Sequence[Run], floor: Run) -> Grid:
    """Show TV2 of every system at every epsilon."""
    epsilons = sorted(EPSILONS, key=float)
    rows = []
    for system in SYSTEMS:
        known = asked(system, name)
        cells = [of(done, system.name, name, one if system.private else None) for one in epsilons]
        shown = [
            f"{_figure(made, 'tv2')} ({len(made)})" if made else _NOT_RUN if one in known or None in known else ""
            for one, made in zip(epsilons, cells, strict=True)
        ]
        rows.append([system.name, *shown])
    rows.append([floor.system, *[f"{floor.tv2:.4f}"] * len(epsilons)])
    return Grid(f"{name}: TV2 (number of runs)", ["system", *(f"ε = {one}" for one in epsilons)], rows)


def _details(table: Coded, done: Sequence[Run]) -> Grid:
    """Show every figure of every cell."""
    figures = [name for name in _FIGURES if table.test is not None or name not in ("auc", "f1")]
    rows = []
    for epsilon in [*sorted(EPSILONS, key=float), None]:
        for system in SYSTEMS:
            if epsilon in asked(system, table.name):
                made = of(done, system.name, table.name, epsilon)
                cells = [_figure(made, name) for name in figures] if made else [_NOT_RUN] * len(figures)
                rows.append([epsilon or "none", system.name, str(len(made)), *cells])
    size = f"{len(table.real.array)} rows, {len(table.real.sizes)} columns"
    return Grid(f"{table.name}: {size}", ["ε", "system", "runs", *figures], rows)


def _figure(made: Sequence[Run], name: str) -> str:
    values = [value for one in made if (value := getattr(one, name)) is not None]
    if not values:
        return next((one.error for one in made if one.error), "")
    digits = _FIGURES[name]
    spread = f" ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.{digits}f}{spread}"
