"""Runs that can be stopped and continued: what is kept, and what comes next."""

from dataclasses import replace
from pathlib import Path

from benchmarks.jobs import MAIN, RUNS, RUNS_IF_SLOW, SLOW, Job, following, jobs
from benchmarks.runs import Run, Runs
from benchmarks.synthesizers import COPULA, DPMM_MST, SYSTEMS

BLANK = Run("", "", None, 0, "2026-11-26 12:00", "abc1234", 0.5)


def ran(job: Job, seconds: float = 1.0) -> Run:
    return replace(
        BLANK, system=job.system.name, table=job.table, epsilon=job.epsilon, number=job.number, cpu_seconds=seconds
    )


def test_what_was_finished_is_read_again(tmp_path: Path) -> None:
    runs = Runs(tmp_path / "runs.jsonl", Run)
    assert runs.read() == []
    first, second = (ran(job) for job in list(jobs())[:2])
    runs.add(first)
    runs.add(second)
    assert runs.read() == [first, second]


def test_a_line_cut_off_by_an_interruption_is_made_again(tmp_path: Path) -> None:
    runs = Runs(tmp_path / "runs.jsonl", Run)
    first, second, third = (ran(job) for job in list(jobs())[:3])
    runs.add(first)
    runs.add(second)
    text = runs.path.read_text()
    runs.path.write_text(text[: len(text) - 20])
    assert runs.read() == [first]
    job = following(runs.read())
    assert job is not None
    assert ran(job) == second
    runs.add(third)
    assert runs.read() == [first, third]


def test_the_first_run_of_every_system_on_adult_comes_first_and_nothing_comes_twice() -> None:
    listed = list(jobs())
    assert [job.system for job in listed[: len(SYSTEMS)]] == list(SYSTEMS)
    assert {(job.table, job.number) for job in listed[: len(SYSTEMS)]} == {(MAIN[0], 1)}
    assert len({ran(job) for job in listed}) == len(listed)
    assert sum(job.system is COPULA for job in listed) == len({job.table for job in listed})
    assert following([ran(job) for job in listed]) is None


def test_a_slow_system_is_run_less_often_but_in_the_main_cell() -> None:
    done: list[Run] = []
    while (job := following(done)) is not None:
        done.append(ran(job, SLOW + 1 if job.system is DPMM_MST else 1.0))
    slow = [run for run in done if run.system == DPMM_MST.name]
    cells = {(run.table, run.epsilon) for run in slow}
    counts = {cell: sum((run.table, run.epsilon) == cell for run in slow) for cell in cells}
    assert counts == {cell: RUNS if cell == MAIN else RUNS_IF_SLOW for cell in cells}


def test_after_an_error_a_cell_is_done_and_a_system_without_environment_is_passed_over() -> None:
    first, second = list(jobs())[:2]
    failed = replace(ran(first), error="ValueError")
    job = following([failed])
    assert job == second
    again = following([failed, *(ran(one) for one in jobs() if one.number == 1 and one != first)])
    assert again == replace(second, number=2)
    left = following([], {first.system.environment.name})
    assert left is not None
    assert left.system.environment.name
