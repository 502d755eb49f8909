"""Every mutant has to be caught by the check that is meant for it; sound pipelines have to pass, 20 times each."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path

from benchmarks.mutants import elsewhere, synthetic, tables, texts
from benchmarks.mutants.case import Case, Ended, run_case
from benchmarks.outcome import RESULTS, Grid, Outcome
from benchmarks.paces import verdict
from benchmarks.runs import Runs
from leakage import clopper_pearson

SOUND: Sequence[Case] = (*tables.SOUND, *texts.SOUND, *synthetic.SOUND, *elsewhere.SOUND)
BROKEN: Sequence[Case] = (*tables.BROKEN, *texts.BROKEN, *synthetic.BROKEN, *elsewhere.BROKEN)
REPEATED = 20
_PROCESSES = 2


def run(path: Path = RESULTS / "mutant_runs.jsonl") -> Outcome:
    """Run each mutant once, and each sound pipeline on 20 draws of its data; what is in the file already stays."""
    runs = Runs(path, Ended)
    jobs = [(case.name, 0) for case in BROKEN] + [(case.name, seed) for seed in range(REPEATED) for case in SOUND]
    done = {(one.case, one.seed) for one in runs.read()}
    with ProcessPoolExecutor(_PROCESSES, get_context("spawn")) as pool:
        for ended in pool.map(_run, [job for job in jobs if job not in done]):
            runs.add(ended)
            outcome(runs.read()).write()
    return outcome(runs.read())


def _run(job: tuple[str, int]) -> Ended:
    name, seed = job
    return run_case(next(case for case in (*SOUND, *BROKEN) if case.name == name), seed)


def outcome(ended: Sequence[Ended]) -> Outcome:
    """Tell what came of all runs."""
    broken = [_mutant(case, [one for one in ended if one.case == case.name]) for case in BROKEN]
    sound = [_sound(case, [one for one in ended if one.case == case.name]) for case in SOUND]
    names = {case.name for case in SOUND}
    alarms = [not one.passed for one in ended if one.case in names]
    rate = clopper_pearson(sum(alarms), len(alarms))
    caught = sum(row[-1] == verdict(True) for row in broken)
    note = f"{caught} of {len(broken)} caught by the check that is meant for them."
    interval = f"95 % interval {rate.low:.1%} to {rate.high:.1%}"
    false = f"False alarms: {sum(alarms)} of {len(alarms)}, {rate.value:.1%} ({interval})."
    grids = [
        Grid("Broken pipelines", ["what is broken", "the check meant for it", "stopped by", "caught"], broken, note),
        Grid("Sound pipelines", ["pipeline", "passed", "stopped by"], sound, false),
    ]
    return Outcome("mutants", grids, {"runs": [asdict(one) for one in ended]})


def _mutant(case: Case, ended: Sequence[Ended]) -> list[str]:
    caught = bool(ended) and all(one.caught and not one.passed for one in ended)
    stoppers = ", ".join(sorted({name for one in ended for name in one.stopped_by}))
    return [case.name, f"{case.state} {case.caught_by}", stoppers, verdict(caught)]


def _sound(case: Case, ended: Sequence[Ended]) -> list[str]:
    stoppers = sorted(name for one in ended for name in one.stopped_by)
    return [case.name, f"{sum(one.passed for one in ended)} of {len(ended)}", ", ".join(stoppers)]
