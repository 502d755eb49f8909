"""`tamis redact --dry-run` shows what would become of everything, and what the policy forgets; it writes nothing."""

import io
import json
import sys
from pathlib import Path

import pandas as pd
import pytest

from pipelines import dryrun
from pipelines.shards import pieces, recordwork

TEXT = "Write to ann@example.com or bo@example.com. The IBAN is DE89 3704 0044 0532 0130 00.\n"
POLICY = """
schema_version = 1
detectors = ["network", "identifiers"]
[labels]
EMAIL_ADDRESS = { operator = "mask", keep_last = 4 }
[columns]
secret = "drop"
colour = "keep"
"""
IBANS = ("DE89370400440532013000", "GB82WEST12345698765432", "FR1420041010050500013M02606")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COLUMNS", "150")
    monkeypatch.delenv("TAMIS_KEY", raising=False)
    source = tmp_path / "in"
    source.mkdir()
    rows = [f"p{n}@example.com,{iban},red,x{n},{TEXT.strip()}" for n, iban in enumerate(IBANS)]
    (source / "t.csv").write_text("\n".join(["e-mail,iban,colour,secret,note", *rows, ",,blue,x,"]) + "\n")
    (source / "one.txt").write_text(TEXT)
    (source / "two.txt").write_text(TEXT * 2)
    (tmp_path / "p.toml").write_text(POLICY)
    return tmp_path


def rows_of(out: str) -> dict[str, list[str]]:
    """Give the rows of every table on the terminal by their first cell."""
    cells = [[cell.strip() for cell in line.split("│")[1:-1]] for line in out.splitlines() if line.startswith("│")]
    return {row[0]: row[1:] for row in cells}


def test_columns_are_shown_with_operator_and_rows(tamis, desk: Path) -> None:
    before = sorted(p.name for p in desk.rglob("*"))
    ended = tamis("redact", desk / "in", "-o", desk / "out", "--policy", desk / "p.toml", "--dry-run")
    assert ended.status == 0
    shown = rows_of(ended.out)
    assert "t: 4 rows" in ended.out
    assert shown["e-mail"][0] == "EMAIL_ADDRESS"
    assert shown["e-mail"][2:] == ["mask (keep_last = 4)", "3"]
    assert shown["iban"][2:] == ["replace", "3"]
    assert shown["secret"][2:] == ["drop", "4"]
    assert shown["colour"][2:] == ["keep", "0"]
    assert shown["note"][2:] == ["scan", "3"]
    assert "@example" not in ended.out
    assert sorted(p.name for p in desk.rglob("*")) == before


def test_labels_of_texts_are_shown_with_operator_and_findings(tamis, desk: Path) -> None:
    shown = rows_of(tamis("redact", desk / "in", "--policy", desk / "p.toml", "--dry-run").out)
    assert shown["EMAIL_ADDRESS"] == ["mask (keep_last = 4)", "6", "2"]
    assert shown["IBAN_CODE"] == ["replace", "3", "2"]


def test_a_dry_run_tells_what_a_run_then_does(tamis, desk: Path) -> None:
    arguments = ("redact", desk / "in", "-o", desk / "out", "--policy", desk / "p.toml")
    told = "the policy does not name IBAN_CODE (9): replaced by the label"
    dry = tamis(*arguments, "--dry-run")
    assert f"warning: {told}" in dry.out
    wet = tamis(*arguments)
    assert wet.status == 0
    assert told in wet.err
    assert "[IBAN_CODE]" in (desk / "out" / "one.txt").read_text()
    record = json.loads((desk / "out.report.json").read_text())
    assert record["unnamed_labels"] == {"IBAN_CODE": 9}
    assert record["texts"]["unnamed_labels"] == {"IBAN_CODE": "<5"}
    assert set(record["tables"]["t.csv"]["labels"]) == {"EMAIL_ADDRESS", "IBAN_CODE"}


def test_a_policy_that_names_all_is_not_warned_about(tamis, desk: Path) -> None:
    (desk / "p.toml").write_text(POLICY.replace("[labels]", 'default = "redact"\n[labels]'))
    arguments = ("redact", desk / "in", "-o", desk / "out", "--policy", desk / "p.toml")
    assert "warning" not in tamis(*arguments, "--dry-run").out
    assert tamis(*arguments).err == ""
    assert json.loads((desk / "out.report.json").read_text())["unnamed_labels"] == {}


def test_a_key_that_is_needed_and_absent_is_told_and_not_needed_yet(tamis, refused, desk: Path, monkeypatch) -> None:
    (desk / "p.toml").write_text(POLICY.replace('{ operator = "mask", keep_last = 4 }', '"token"'))
    arguments = ("redact", desk / "in", "-o", desk / "out", "--policy", desk / "p.toml")
    ended = tamis(*arguments, "--dry-run")
    assert ended.status == 0
    assert "warning: the policy works with a key, and none was given" in ended.out
    refused(desk, "D102", *arguments)
    monkeypatch.setenv("TAMIS_KEY", bytes(32).hex())
    assert "a key" not in tamis(*arguments, "--dry-run").out


def test_standard_input_can_be_rehearsed_too(tamis, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    shown = rows_of(tamis("redact", "-", "--policy", desk / "p.toml", "--dry-run").out)
    assert shown["EMAIL_ADDRESS"] == ["mask (keep_last = 4)", "2", "1"]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    ended = tamis("redact", "-", "-o", "-", "--policy", desk / "p.toml")
    assert "[IBAN_CODE]" in ended.out
    assert "the policy does not name IBAN_CODE (1)" in ended.err


def test_a_recipe_says_what_its_policy_forgets(tamis, desk: Path) -> None:
    (desk / "r.toml").write_text('schema_version = 1\nname = "r"\npolicy = "p.toml"\n[[corpus]]\npath = "in/one.txt"\n')
    ended = tamis("run", desk / "r.toml", "--out", desk / "out")
    assert ended.status in {0, 1}, ended.err
    assert "the policy does not name IBAN_CODE (1)" in ended.err
    assert json.loads((desk / "out" / "report.json").read_text())["corpora"]["one"]["unnamed_labels"] == {
        "IBAN_CODE": "<5"
    }


def test_a_heading_that_identifies_is_shown_as_it_leaves(tamis, desk: Path) -> None:
    (desk / "h.csv").write_text("ann@example.com,colour\nx,red\n")
    for source in (desk / "h.csv", desk):
        ended = tamis("redact", source, "--policy", desk / "p.toml", "--dry-run")
        assert ended.status == 0
        assert "ann@" not in ended.out


def test_every_line_is_read_a_few_times_however_many_columns_there_are(
    tamis, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = json.dumps({f"p{n}": f"word{n}" for n in range(80)})
    (desk / "wide.ndjson").write_text(f"{record}\n" * 50)
    calls, parse = [], recordwork.parse_line
    monkeypatch.setattr(recordwork, "parse_line", lambda *told: (calls.append(1), parse(*told))[1])
    assert tamis("redact", desk / "wide.ndjson", "--policy", desk / "p.toml", "--dry-run").status == 0
    assert len(calls) <= 4 * 50


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".ndjson", ".jsonl", ""])
def test_what_is_gone_through_in_pieces_is_told_as_what_is_read_whole(
    tamis, desk: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    frame = pd.read_csv(desk / "in" / "t.csv", dtype=str)
    source = desk / f"t{ending}"
    if ending == ".csv":
        frame.to_csv(source, index=False)
    elif ending == ".parquet":
        frame.to_parquet(source)
    elif ending:
        told = [{"id": n, "text": TEXT * n} for n in range(1, 6)] if ending == ".jsonl" else frame.to_dict("records")
        source.write_text("".join(f"{json.dumps(row)}\n" for row in told).replace("NaN", "null"))
    else:
        (desk / "in" / "t.csv").unlink()
        (desk / "in" / "x.bin").write_bytes(b"x")
        source = desk / "in"
    monkeypatch.setattr(pieces, "ROWS", 2)
    monkeypatch.setattr(pieces, "TEXTS", 1)
    arguments = ("redact", source, "--policy", desk / "p.toml", "--dry-run")
    in_pieces = tamis(*arguments)
    with monkeypatch.context() as patch:
        patch.setattr(dryrun, "form_of", lambda *_: "other")
        whole = tamis(*arguments)
    assert (in_pieces.status, in_pieces.out) == (0, whole.out)
    assert "EMAIL_ADDRESS" in whole.out
