"""Whatever kind of file and wherever a run fails: no cell, text or name of the input shows beside the output.

Every cell and every text of an input of each kind holds a token that stands nowhere else. Runs are made to fail at one
stage after the other, by errors that quote what they stumbled over, and all that is printed, logged or left on the disk
is searched for every token.
"""

import csv
import gzip
import io
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import pipelines.books.book
import pipelines.books.records
import pipelines.books.workbook
import pipelines.corpus
import pipelines.documents.word
import pipelines.intake
import pipelines.job
import pipelines.outcome
import pipelines.output
import pipelines.redaction
import pipelines.shards.binding
import pipelines.shards.emptied
import pipelines.shards.gathering
import pipelines.shards.joined
import pipelines.shards.manifest
import pipelines.shards.outline
import pipelines.shards.pieces
import pipelines.shards.recordwork
import pipelines.shards.related
import pipelines.shards.rowwork
import pipelines.shards.sheetcells
import pipelines.shards.sheetwork
import pipelines.shards.sketched
import pipelines.shards.spots
import pipelines.shards.stage
import pipelines.shards.tables
import pipelines.shards.texts
import pipelines.shards.work
from deid import Policy
from deid.operators import Custom
from deid.scanner import Scanner
from pipelines import shards
from pipelines.cli import run_app
from pipelines.job import Job, run_job
from pipelines.tablefile import Reading
from tests.documents import pdf, runs, word

TAMIS = Path(sys.executable).with_name("tamis")
PER_FILE = 40
QUICK = 'schema_version = 1\ndefault = "replace"\ndetectors = ["network"]\n'
KINDS = "csv tsv csv.gz parquet xlsx txt md txt.gz docx pdf jsonl ndjson jsonl.gz".split()
TOKENS: list[str] = []


def token(kind: str, number: int) -> str:
    letters = "".join("bcdfghjklm"[int(digit)] for digit in f"{KINDS.index(kind):02}{number:03}")
    TOKENS.append(f"zaqx{letters}xu")
    return TOKENS[-1]


def table(kind: str, delimiter: str = ",") -> str:
    stream = io.StringIO()
    rows = ([f"{token(kind, 2 * n)}@example.com", f"see {token(kind, 2 * n + 1)}"] for n in range(PER_FILE // 2))
    csv.writer(stream, delimiter=delimiter).writerows([["mail", "note"], *rows])
    return stream.getvalue()


def sentence(kind: str) -> str:
    return " ".join(f"{token(kind, n)} wrote to {token(kind, n + 1)}@example.com." for n in range(0, PER_FILE, 2))


def lines(kind: str) -> str:
    texts = [f"{token(kind, n)} and {token(kind, n + 1)}@example.com" for n in range(0, PER_FILE, 2)]
    records = [{"id": n, "text": t} if kind != "ndjson" else {"of": {"mail": t}} for n, t in enumerate(texts)]
    return "".join(json.dumps(record) + "\n" for record in records)


def frame(kind: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(table(kind)))


WRITERS: dict[str, Callable[[Path], object]] = {
    "csv": lambda path: path.write_text(table("csv")),
    "tsv": lambda path: path.write_text(table("tsv", "\t")),
    "csv.gz": lambda path: path.write_bytes(gzip.compress(table("csv.gz").encode())),
    "parquet": lambda path: pq.write_table(pa.Table.from_pandas(frame("parquet")), path),
    "xlsx": lambda path: frame("xlsx").to_excel(path, index=False),
    "txt": lambda path: path.write_text(sentence("txt")),
    "md": lambda path: path.write_text(sentence("md")),
    "txt.gz": lambda path: path.write_bytes(gzip.compress(sentence("txt.gz").encode())),
    "docx": lambda path: word(path, runs(sentence("docx"))),
    "pdf": lambda path: pdf(path, [sentence("pdf")]),
    "jsonl": lambda path: path.write_text(lines("jsonl")),
    "ndjson": lambda path: path.write_text(lines("ndjson")),
    "jsonl.gz": lambda path: path.write_bytes(gzip.compress(lines("jsonl.gz").encode())),
}


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file of each kind; the names of some of them hold a token too."""
    folder = tmp_path_factory.mktemp("sideways") / "in"
    folder.mkdir()
    for kind, write in WRITERS.items():
        write(folder / f"letter.{kind}")
    for kind in ("csv", "txt"):
        WRITERS[kind](folder / f"{token(kind, 999)}@example.com.{kind}")
    (folder.parent / "quick.toml").write_text(QUICK)
    return folder


@pytest.fixture
def searched(
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stock: Path,
) -> Callable[..., tuple[int, str]]:
    """Call the command, and search all that it left behind but the release itself for every token."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.chdir(scratch)

    def call(*arguments: object, data: tuple[Path, ...] = ()) -> tuple[int, str]:
        with caplog.at_level(logging.DEBUG):
            status = run_app([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        found = [(out + err + caplog.text, "what it printed or logged")]
        for path in tmp_path.rglob("*"):
            if path.is_file() and not any(path.is_relative_to(one) for one in data):
                found.append((path.read_bytes().decode("utf-8", "replace"), path.name))
            found.append((path.name, "a name"))
        for text, where in found:
            assert [one for one in TOKENS if one in text.casefold()] == [], where
        assert list(scratch.iterdir()) == []
        assert not list(tmp_path.rglob(".tamis-*"))
        return status, err

    return call


def test_a_run_that_ends_well(searched: Callable[..., tuple[int, str]], stock: Path, tmp_path: Path) -> None:
    policy = ("--policy", stock.parent / "quick.toml")
    status, _ = searched("redact", stock, "-o", tmp_path / "out", *policy, data=(tmp_path / "out",))
    assert status == 0
    names = [path.name for path in (tmp_path / "out").iterdir()]
    assert len(names) == len(KINDS) + 2
    assert not [name for name in names if any(one in name for one in TOKENS)]
    for form in ("table", "jsonl", "json", "github", "sarif"):  # a scan names the files that it was given
        status, _ = searched("scan", stock / "letter.csv", "--format", form, *policy, data=(tmp_path / "out",))
        assert status == 0
    assert len(set(TOKENS)) >= 500


class LoudError(Exception):
    """An error of a library, which quotes what it stumbled over."""


def loud(*_: object, **__: object) -> None:
    logging.getLogger("pandas").error("stumbled over %s", TOKENS[0])
    warnings.warn(TOKENS[1], stacklevel=1)
    try:
        int(TOKENS[2])
    except ValueError as error:
        error.add_note(TOKENS[3])
        raise LoudError(f"{' '.join(TOKENS)}: bad") from error


WHOLE = [
    (pipelines.intake, "read_table"),
    (pipelines.intake, "read_records"),
    (pipelines.intake, "read_texts"),
    (pipelines.redaction, "plan_table"),
    (pipelines.redaction, "plan_tables"),
    (pipelines.redaction, "draft_table"),
    (pipelines.outcome, "released_paths"),
    (pipelines.outcome, "check_relation"),
    (pipelines.books.book, "write_table"),
    (pipelines.books.records, "writing"),
    (pipelines.corpus, "writing"),
]
"""Steps of a run that reads all."""

STAGES = [
    (Scanner, "scan"),
    (shards.spots, "names_apart"),
    (shards.pieces, "frame_of"),
    (shards.outline, "parse_line"),
    (shards.sketched, "plan_columns"),
    (shards.related, "find_relations"),
    (shards.stage, "write_durably"),
    (shards.manifest, "append_durably"),
    (shards.sheetcells, "cells_of"),
    (shards.rowwork, "draft_table"),
    (shards.tables.TableWork, "redact"),
    (shards.recordwork.RecordWork, "redact"),
    (shards.sheetwork.SheetWork, "redact"),
    (shards.texts, "known_of"),
    (shards.work, "write_durably"),
    (shards.tables, "writing"),
    (shards.recordwork, "writing"),
    (shards.binding, "released_ids"),
    (shards.gathering, "writing"),
    (shards.joined, "opened_register"),
    (shards.emptied, "redaction_record"),
    (pipelines.books.workbook, "write_archive"),
    (pipelines.documents.word, "write_archive"),
    (pipelines.output, "_place"),
    (pipelines.job, "digest"),
    (pipelines.job, "to_json"),
    (pipelines.job, "write_private"),
    (pd, "DataFrame"),
    (pq, "write_table"),
    (csv, "writer"),
    (json, "dumps"),
    (os, "fsync"),
]


@pytest.mark.parametrize(
    ("stage", "whole"),
    [*((stage, False) for stage in STAGES), *((stage, True) for stage in WHOLE)],
    ids=lambda one: f"{one[0].__name__}.{one[1]}" if isinstance(one, tuple) else "whole" if one else "shards",
)
def test_a_run_that_fails(
    searched: Callable[..., tuple[int, str]],
    stock: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stage: tuple[object, str],
    *,
    whole: bool,
) -> None:
    with monkeypatch.context() as patch:
        if whole:
            patch.setattr(pipelines.job, "large_of", lambda *_: None)
        patch.setattr(*stage, loud)
        arguments = ("redact", stock, "-o", tmp_path / "out", "--policy", stock.parent / "quick.toml")
        plain = searched(*arguments)
        status, err = searched("--debug", *arguments)
    assert (plain[0], status) == (4, 4)
    head, *places = [line for line in err.splitlines() if "left out" not in line and "joins" not in line]
    assert head.startswith("tamis: P900: LoudError at ")
    assert "ValueError:" in places
    assert any(line.endswith(" loud") and "test_pipelines_sideways.py:" in line for line in places)
    assert any("job.py:" in line for line in places)
    assert plain[1].count("\n") == len(err.splitlines()) - len(places)
    assert list(tmp_path.iterdir()) == [tmp_path / "scratch"]


@contextmanager
def small_files(most: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("kind", KINDS)
def test_a_disk_that_is_full(searched: Callable[..., tuple[int, str]], stock: Path, tmp_path: Path, kind: str) -> None:
    out = tmp_path / f"out.{'txt' if kind == 'pdf' else kind}"
    with small_files(150):
        policy = stock.parent / "quick.toml"
        status, err = searched("redact", stock / f"letter.{kind}", "-o", out, "--policy", policy)
    assert status == 4
    assert err.startswith("tamis: P301: ")
    assert list(tmp_path.iterdir()) == [tmp_path / "scratch"]


def test_an_operator_of_the_user_that_quotes_the_value(
    stock: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def quoting(value: str) -> str:
        raise ValueError(value)

    policy = Policy(name="quoting", detectors=("network",), default=Custom(quoting))
    run_job(Job(stock, tmp_path / "out", policy, Reading()))
    told = "".join(capfd.readouterr()) + (tmp_path / "out.report.json").read_text()
    assert [one for one in TOKENS if one in told] == []
    assert "D105" in told
    assert json.loads((tmp_path / "out.report.json").read_text())["pseudonymous"] is None


def test_debug_says_nothing_of_a_wrong_option_and_little_of_bad_input(
    tamis: Callable[..., object], tmp_path: Path
) -> None:
    assert tamis("--debug", "redact", tmp_path, "-o").code == "P101"
    (tmp_path / "a.csv").write_text('a,b\n1,"secret\n')
    told = tamis("--debug", "scan", tmp_path / "a.csv").err.splitlines()
    assert told[0].startswith("tamis: P203: ")
    assert "  pipelines/rows.py" in "".join(line.partition(":")[0] for line in told[1:])
    assert "secret" not in "".join(told)
    assert tamis("scan", tmp_path / "a.csv", "--debug").code == "P101"


@pytest.mark.skipif(not TAMIS.exists(), reason="the command is not installed beside this Python")
@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="no /proc to look at")
def test_no_crash_leaves_a_core() -> None:
    with subprocess.Popen([TAMIS, "redact", "-", "-o", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            while process.poll() is None:
                limits = Path(f"/proc/{process.pid}/limits").read_text()
                (line,) = [one for one in limits.splitlines() if one.startswith("Max core file size")]
                if line.split()[4:6] == ["0", "0"]:
                    break
        finally:
            process.kill()
    assert line.split()[4:6] == ["0", "0"]
