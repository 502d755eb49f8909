"""What a benchmark writes, and what it does where its data is not there."""

import json
from pathlib import Path

import pytest

from benchmarks.__main__ import BENCHMARKS, main
from benchmarks.data import digest
from benchmarks.outcome import Grid, Outcome


def test_a_result_says_where_it_comes_from_and_names_no_path(tmp_path: Path) -> None:
    data = tmp_path / "people.csv"
    data.write_text("name\n")
    grid = Grid("Speed", ["system", "seconds"], [["tamis", "1"]], "one run")
    text = Outcome("speed", [grid], {"tamis": 1}, [data]).write(tmp_path / "results")
    stated = json.loads((tmp_path / "results" / "speed.json").read_text())
    assert stated["figures"] == {"tamis": 1}
    assert stated["provenance"]["data"] == {"people.csv": digest(data)}
    assert {"command", "date", "revision", "machine", "versions", "data"} == set(stated["provenance"])
    assert (tmp_path / "results" / "speed.md").read_text() == text
    assert "| tamis | 1 |" in text
    assert str(tmp_path) not in text + json.dumps(stated)
    assert str(Path.home()) not in text + json.dumps(stated)


def test_a_row_of_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="as wide as the head"):
        Grid("Speed", ["system", "seconds"], [["tamis"]])


def test_an_unknown_name_is_named_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["speed"]) == 2
    said = capsys.readouterr().err
    assert all(word in said for word in ("'speed'", *BENCHMARKS))


def test_missing_data_is_said_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("benchmarks.data.DATA", tmp_path)
    assert main(["detect", "tables", "adult", "news", "blogs"]) == 0
    assert capsys.readouterr().err.count("left out") == 5
