"""A few of the broken pipelines of `python -m benchmarks mutants`, and a sound one: the gate tells which is which."""

import pytest

from benchmarks.mutants.case import run_case
from benchmarks.mutants.suite import BROKEN, REPEATED, SOUND, outcome

FEW = ("names in capitals are left", "a hash without a key", "k = 2", "names in a file's metadata")


def test_there_are_enough_of_them_and_none_twice():
    assert len(BROKEN) >= 24
    assert len(SOUND) >= 10
    assert REPEATED == 20
    names = [case.name for case in (*BROKEN, *SOUND)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", FEW)
def test_a_broken_pipeline_is_caught_by_the_check_meant_for_it(name):
    (case,) = (case for case in BROKEN if case.name == name)
    ended = run_case(case, seed=1)
    assert ended.caught, ended
    assert not ended.passed


def test_a_sound_pipeline_passes_and_the_table_says_so():
    ended = run_case(SOUND[0], seed=1)
    assert ended.passed, ended
    text = outcome([ended]).grids[1].to_markdown()
    assert "| 1 of 1 |" in text
    assert "False alarms: 0 of 1" in text
