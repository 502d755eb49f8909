"""Mutants are counted as they ended, and a judgement is found again by what changed."""

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import survivors
from benchmarks.mutation import GROUPS, ROOT, counts, report
from benchmarks.survivors import VERDICTS, Mutant, changed, judged, mutants_of

CODE = """import x

def x_add__mutmut_orig(a, b):
    total = a + b
    return total

def x_add__mutmut_1(a, b):
    total = None
    return total

def x_add__mutmut_2(a, b):
    total = a - b
    return total
"""
SPANS = {"x_add__mutmut_orig": [3, 5], "x_add__mutmut_1": [7, 9], "x_add__mutmut_2": [11, 13]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "synth").mkdir()
    (tmp_path / "synth/noise.py").write_text(CODE)
    (tmp_path / "synth/noise.py.spans").write_text(json.dumps({"version": 1, "spans": SPANS}))
    return tmp_path


@pytest.mark.parametrize(
    ("code", "state"),
    [(1, "killed"), (3, "killed"), (0, "survived"), (33, "not reached"), (-24, "out of time"), (36, "out of time")],
)
def test_each_mutant_has_its_change_and_how_it_ended(folder: Path, code: int, state: str) -> None:
    ended = {"synth.noise.x_add__mutmut_1": 1, "synth.noise.x_add__mutmut_2": code}
    (folder / "synth/noise.py.meta").write_text(json.dumps({"exit_code_by_key": ended}))
    assert mutants_of(folder, ["synth/noise.py"]) == [
        Mutant("synth/noise.py", "add", "total = a + b", "total = None", "killed"),
        Mutant("synth/noise.py", "add", "total = a + b", "total = a - b", state),
    ]


def test_a_mutant_that_was_not_tried_is_no_result(folder: Path) -> None:
    (folder / "synth/noise.py.meta").write_text(json.dumps({"exit_code_by_key": {"synth.noise.x_add__mutmut_1": None}}))
    with pytest.raises(ValueError, match="not tried"):
        mutants_of(folder, ["synth/noise.py"])


def test_what_changed_is_from_the_first_line_that_differs_to_the_last() -> None:
    assert changed(["a", " b", "c", "d"], ["a", " x", "d"]) == ("b\nc", "x")
    assert changed(["a", "b"], ["a", "b", "c"]) == ("", "c")
    assert changed(["a", "a"], ["a"]) == ("a", "")


def test_judgements_are_known_verdicts_with_a_reason_each_once() -> None:
    said = tomllib.loads(survivors.JUDGEMENTS.read_text(encoding="utf-8"))["survivor"]
    keys = [(one["file"], one["function"], one["was"], one["becomes"]) for one in said]
    assert len(set(keys)) == len(keys)
    assert {one["verdict"] for one in said} <= set(VERDICTS[:-1])
    assert all(one["why"] for one in said)
    for key in keys:
        assert judged(Mutant(*key, "survived"))[0] in VERDICTS[:-1]


def test_every_mutated_file_is_there_and_of_one_group() -> None:
    files = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]["only_mutate"]
    assert len(set(files)) == len(files)
    for file in files:
        assert (ROOT / file).is_file()
        assert sum(file.startswith(places) for places in GROUPS.values()) == 1


def test_shares_count_what_was_not_reached_as_not_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    killed = Mutant("synth/noise.py", "f", "a", "b", "killed")
    some = [replace(killed, was=str(n), state=state) for n, state in enumerate(STATES)]
    known = {("synth/noise.py", "f", "2", "b"): ("equivalent", "the same")}
    monkeypatch.setattr(survivors, "_judgements", lambda: known)
    assert counts(some) == {
        "mutants": 5,
        "killed": 1,
        "out of time": 1,
        "survived": 2,
        "not reached": 1,
        "share": 0.4,
        "share but equivalent": 0.5,
    }
    made = report(some)
    assert made.grids[0].rows == [["noise", "5", "1", "1", "2", "1", "40.0%", "50.0%"]]
    assert [row[-2:] for row in made.grids[3].rows] == [
        ["equivalent", "the same"],
        ["not judged", ""],
        ["not judged", ""],
    ]


STATES = ("killed", "out of time", "survived", "survived", "not reached")
