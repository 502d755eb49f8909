"""What tamis writes into CSV is no formula; what stood there stays to the byte, or is marked where one asks for it."""

import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.formula import MARK, Formulas, is_formula

FORMULAS = ["=1+1", "=cmd|'/C calc'!A0", "+1+cmd", "-1+cmd", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "=", "@"]
PLAIN = ["", "-3.5", "+0", "-1.5e-7", "+44 (0)20 7946 0958", "-", "--", "1+1", "a=b", "x@y", "(=1)", "'=1"]
CELLS = [*FORMULAS, *PLAIN]
MASKED = 'schema_version = 1\ndetectors = ["network"]\n[default]\noperator = "mask"\nchar = "="\n'
LABELS = 'schema_version = 1\ndetectors = ["network"]\ndefault = "replace"\n'


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas(text: str) -> None:
    assert is_formula(text)
    assert not is_formula(MARK + text)


@pytest.mark.parametrize("text", PLAIN)
def test_numbers_and_words_are_none(text: str) -> None:
    assert not is_formula(text)


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_no_number_is_one(number: float) -> None:
    assert not is_formula(str(number))


@given(st.lists(st.sampled_from(CELLS) | st.text(max_size=4), min_size=1), st.booleans())
def test_what_is_made_is_safe_and_what_stood_there_is_as_one_asks(cells: list[str], everywhere: bool) -> None:
    before = pd.DataFrame({"=a": cells, "b": cells}, dtype=object)
    after = pd.DataFrame({"=a": cells, "b": cells[::-1]}, dtype=object)
    formulas = Formulas(everywhere)
    done = formulas.mark(after, before, (0, 1))
    made = [new != old for new, old in zip(after["b"], before["b"], strict=True)]
    for new, cell, was_made in zip(done.iloc[:, 1], after["b"], made, strict=True):
        assert new == (MARK + cell if is_formula(cell) and (was_made or everywhere) else cell)
    assert list(done.iloc[:, 0]) == [MARK + c if everywhere and is_formula(c) else c for c in cells]
    assert list(done.columns) == ([f"{MARK}=a", "b"] if everywhere else ["=a", "b"])
    assert formulas.marked + formulas.left == 1 + sum(map(is_formula, [*after["=a"], *after["b"]]))
    assert list(after.columns) == ["=a", "b"]
    assert list(after["=a"]) == cells


def table(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return path


def rows(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_redact(tamis: Callable[..., object], tmp_path: Path) -> None:
    source = table(tmp_path / "in.csv", [["=total", "note"], *([cell, "red"] for cell in CELLS * 2)])
    (tmp_path / "p.toml").write_text(LABELS + '[columns]\n"=total" = "keep"\n')
    plain = tamis("redact", source, "-o", tmp_path / "a.csv", "--policy", tmp_path / "p.toml")
    assert plain.status == 0
    assert rows(tmp_path / "a.csv") == rows(source)
    count = 1 + 2 * len(FORMULAS)
    assert plain.err == f"{count} cells that stay as they are begin as formulas do; --excel-safe marks them\n"
    assert json.loads((tmp_path / "a.csv.report.json").read_text())["formulas"] == {"marked": 0, "left": count}
    safe = tamis("redact", source, "-o", tmp_path / "b.csv", "--policy", tmp_path / "p.toml", "--excel-safe")
    assert (safe.status, safe.err) == (0, "")
    wanted = [[MARK + cell if is_formula(cell) else cell for cell in row] for row in rows(source)]
    assert rows(tmp_path / "b.csv") == wanted
    assert json.loads((tmp_path / "b.csv.report.json").read_text())["formulas"] == {"marked": count, "left": 0}
    again = tamis(
        "redact", source, "-o", tmp_path / "a.csv", "--policy", tmp_path / "p.toml", "--excel-safe", "--resume"
    )
    assert again.status == 0
    assert rows(tmp_path / "a.csv") == wanted


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".csv.gz"])
def test_what_an_operator_makes_is_marked_always(tamis: Callable[..., object], tmp_path: Path, suffix: str) -> None:
    source = tmp_path / f"in{suffix}"
    text = "mail,note\nann@example.com,red\nbo@example.org,Write =to cy@example.net\n"
    text = text.replace(",", "\t") if suffix == ".tsv" else text
    source.write_bytes(gzip.compress(text.encode()) if suffix.endswith("gz") else text.encode())
    (tmp_path / "p.toml").write_text(MASKED + '[columns]\nnote = "scan"\n')
    out = tmp_path / f"o{suffix}"
    assert tamis("redact", source, "-o", out, "--policy", tmp_path / "p.toml").status == 0
    told = (gzip.decompress(out.read_bytes()) if suffix.endswith("gz") else out.read_bytes()).decode()
    cells = [line.split("\t" if suffix == ".tsv" else ",") for line in told.splitlines()[1:]]
    assert [row[0] for row in cells] == [MARK + "=" * 15, MARK + "=" * 14]
    assert cells[1][1] == "Write =to " + "=" * 14


def test_synthetic_categories_are_made_by_tamis(tamis: Callable[..., object], tmp_path: Path) -> None:
    names = ["=1+1", "@SUM(A1)", "-", "red"]
    source = table(tmp_path / "in.csv", [["=kind", "n"], *([names[n % 4], str(n % 7 - 3)] for n in range(400))])
    ended = tamis("synth", source, "-o", tmp_path / "s.csv", "--epsilon", 50, "--method", "independent")
    assert ended.status == 0, ended.err
    head, *made = rows(tmp_path / "s.csv")
    assert head == ["=kind", "n"]  # the header is that of the input
    assert {row[0] for row in made} == {"'=1+1", "'@SUM(A1)", "-", "red"}
    assert "-3" in {row[1] for row in made}
    assert not [cell for row in made for cell in row if is_formula(cell)]
