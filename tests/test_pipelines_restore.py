"""What `tamis redact --vault` took out of any table or text, `tamis restore` brings back to the byte."""

import csv
import io
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deid import Key, Policy
from deid.operators import Token
from pipelines.job import Job, run_job
from pipelines.keeping import restore
from pipelines.tablefile import Reading

ROOT = Path(__file__).parents[1]
KEY = Key(bytes(range(32)))
POLICY = Policy(name="quick", detectors=("network", "records", "identifiers"), default=Token())
WORDS = st.sampled_from(
    ["ann@example.com", "bo@example.org", "red", "", "007", 'say "x"', "a,b", "two\nlines", " é😀 "]
)
CHARACTERS = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=40)


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def keep(source: Path, target: Path, reading: Reading | None = None) -> Path:
    vault = target.with_name("v.tamis")
    run_job(Job(source, target, POLICY, reading or Reading(), KEY, 1, vault))
    return vault


def test_the_sample_data_come_back_to_the_byte(tmp_path: Path) -> None:
    source = tmp_path / "in"
    shutil.copytree(ROOT / "sample_data" / "notes", source / "notes")
    for name in ("patients.csv", "visits.csv"):
        rows = list(csv.reader(io.StringIO((ROOT / "sample_data" / name).read_text(encoding="utf-8"), newline="")))
        with (source / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows[:300])  # all of them in benchmarks/vault.py
    vault = keep(source, tmp_path / "out")
    restore(tmp_path / "out", vault, tmp_path / "back", KEY)
    assert contents(tmp_path / "back") == contents(source) != contents(tmp_path / "out")


@st.composite
def sources(draw: st.DrawFn) -> tuple[str, bytes]:
    kind = draw(st.sampled_from([".csv", ".tsv", ".txt", ".md", ".jsonl", ".parquet"]))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    rows = draw(st.lists(st.tuples(WORDS, WORDS | CHARACTERS), min_size=1, max_size=6))
    if kind in {".csv", ".tsv"}:
        stream = io.StringIO(newline="")
        quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
        writer = csv.writer(stream, delimiter="\t" if kind == ".tsv" else ",", lineterminator=end, quoting=quoting)
        writer.writerows([["e-mail", "note"], *((a, b.replace("\r", "")) for a, b in rows)])
        return kind, stream.getvalue().encode(draw(st.sampled_from(["utf-8", "utf-8-sig"])))
    if kind == ".parquet":
        stored = io.BytesIO()
        pd.DataFrame(rows, columns=["e-mail", "note"]).to_parquet(stored)
        return kind, stored.getvalue()
    if kind == ".jsonl":
        extra = draw(st.sampled_from(["", " ", end]))
        lines = [json.dumps({"id": n, "text": f"{a} {b}", "more": a}) + end + extra for n, (a, b) in enumerate(rows)]
        return kind, "".join(lines).encode()
    return kind, "".join(f"{a} {b}{end}" for a, b in rows).encode()


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(made=sources())
def test_any_table_or_text_comes_back_to_the_byte(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[str, bytes]
) -> None:
    kind, data = made
    folder = tmp_path_factory.mktemp("any")
    source, out = folder / f"in{kind}", folder / f"out{kind}"
    source.write_bytes(data)
    restore(out, keep(source, out), folder / "back", KEY)
    assert (folder / "back").read_bytes() == data


def test_an_encoding_and_another_kind_of_table_do_not_matter(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes("e-mail;größe\r\nann@example.com;1\r\n".encode("utf-16"))
    reading = Reading("utf-16", ";")
    for target in ("out.csv", "out.parquet"):
        restore(tmp_path / target, keep(source, tmp_path / target, reading), tmp_path / f"{target}.back", KEY)
        assert (tmp_path / f"{target}.back").read_bytes() == source.read_bytes()
