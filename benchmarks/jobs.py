"""Which runs a comparison of synthesizers consists of, in which order, and which is next."""

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.coded import NAMES
from benchmarks.runs import Run
from benchmarks.synthesizers import OPENDP_ROUND, SYSTEMS, System

EPSILONS = ("1", "0.1", "3", "10")
RUNS, RUNS_IF_SLOW = 5, 1
SLOW = 60.0
MAIN = ("adult", "1")


@dataclass(frozen=True, slots=True)
class Job:
    """One run that is to be made."""

    system: System
    table: str
    epsilon: str | None
    number: int


def asked(system: System, table: str) -> tuple[str | None, ...]:
    """List the epsilons that a system is run at on a table; None for a system that has no epsilon."""
    if not system.private:
        return (None,)
    if system is OPENDP_ROUND:
        return (MAIN[1],) if table == MAIN[0] else ()
    return EPSILONS


def jobs() -> Iterator[Job]:
    """List all runs in the order in which an interrupted benchmark is of most use."""
    for number, epsilon, table, system in itertools.product(range(1, RUNS + 1), EPSILONS, NAMES, SYSTEMS):
        epsilons = asked(system, table)
        if epsilon in epsilons:
            yield Job(system, table, epsilon, number)
        elif None in epsilons and (number, epsilon) == (1, EPSILONS[0]):
            yield Job(system, table, None, number)


def following(done: Sequence[Run], broken: Collection[str] = ()) -> Job | None:
    """Give the first run that is wanted and missing, of systems whose environment is not broken; None if none is."""
    cells: dict[tuple[str, str, str | None], list[Run]] = defaultdict(list)
    for run in done:
        cells[run.system, run.table, run.epsilon].append(run)
    for job in jobs():
        made = cells[job.system.name, job.table, job.epsilon]
        fresh = job.system.environment.name not in broken and all(one.number != job.number for one in made)
        if fresh and job.number <= _wanted(made, (job.table, job.epsilon) == MAIN):
            return job
    return None


def _wanted(made: Sequence[Run], main: bool) -> int:
    if any(one.error for one in made):
        return 1
    slow = any((one.cpu_seconds or 0) > SLOW for one in made)
    return RUNS_IF_SLOW if slow and not main else RUNS
