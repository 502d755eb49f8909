"""`tamis synth`: a table like the input, under a budget that is written down."""

import csv
import hashlib
import json
import random
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.cli import run_app
from synth import Ledger

HEADER = ["person", "age", "colour", "code", "paid", "when"]
COLOURS = ("red", "deep blue", "007", "grün", 'so "called"')
SCHEMA = """
schema_version = 1
reviewed = true
[[column]]
name = "when"
type = "date"
min = 2020-01-01
max = 2020-12-31
nullable = false
[[column]]
name = "person"
type = "text"
[[column]]
name = "age"
type = "integer"
min = 0
max = 99
[[column]]
name = "colour"
type = "category"
categories = ["red", "deep blue", "007", "grün", 'so "called"']
nullable = false
[[column]]
name = "code"
type = "category"
categories = ["1", "01", "1.0"]
nullable = false
[[column]]
name = "paid"
type = "real"
min = 0.0
max = 100.0
decimals = 2
nullable = false
"""


@pytest.fixture
def tamis(capfd):
    def call(*arguments):
        status = run_app([str(argument) for argument in arguments])
        return status, *capfd.readouterr()

    return call


@pytest.fixture
def source(tmp_path, drawn):
    """A source of its own for each test: its ledger lies beside it."""
    return Path(shutil.copytree(drawn.parent, tmp_path / "source")) / drawn.name


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    place = tmp_path_factory.mktemp("drawn")
    dice = random.Random(7)
    with (place / "in.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for n in range(400):
            age = "" if n % 10 == 0 else str(dice.randrange(20, 70))
            row = [f"Person {n}", age, dice.choice(COLOURS), dice.choice(["1", "01", "1.0"])]
            writer.writerow([*row, f"{dice.random() * 100:.2f}", f"2020-0{dice.randrange(1, 10)}-15"])
    (place / "schema.toml").write_text(SCHEMA, encoding="utf-8")
    return place / "in.csv"


def table(path, delimiter=","):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def record_of(path):
    return json.loads(path.with_name(f"{path.name}.report.json").read_text())


@pytest.mark.parametrize("method", ["aim", "mst", "independent"])
def test_the_table_looks_like_the_input(tamis, source, tmp_path, method):
    before, out = hashlib.sha256(source.read_bytes()).digest(), tmp_path / "out.csv"
    schema = ("--schema", source.with_name("schema.toml"))
    status, printed, err = tamis("synth", source, "-o", out, "--epsilon", 20, "--method", method, *schema)
    assert (status, printed, err) == (0, "", "")
    assert out.read_bytes().splitlines()[0].decode() == ",".join(HEADER)
    rows = table(out)
    assert 300 <= len(rows) <= 500
    assert {row["person"] for row in rows} == {""}
    assert {row["age"] for row in rows} <= {"", *map(str, range(100))}
    assert {row["age"] == "" for row in rows} == {True, False}
    assert {row["colour"] for row in rows} <= set(COLOURS)
    assert {row["code"] for row in rows} == {"1", "01", "1.0"}
    assert all(0 <= float(row["paid"]) <= 100 and len(row["paid"].split(".")[1]) == 2 for row in rows)
    assert all(row["when"].startswith("2020-") and len(row["when"]) == 10 for row in rows)
    assert hashlib.sha256(source.read_bytes()).digest() == before
    record = record_of(out)
    assert (record["method"].lower(), record["rows"], record["private"]) == (method, len(rows), True)
    assert record["schema"] == {
        "origin": "declared",
        "reviewed": True,
        "modelled": ["when", "age", "colour", "code", "paid"],
    }
    assert 19.9 < record["epsilon"] <= 20
    assert sum(s["rho"] for s in record["spends"]) == pytest.approx(record["rho"])


def test_report_and_ledger_are_private_and_the_ledger_is_a_chain(tamis, source, tmp_path):
    out, schema = tmp_path / "new" / "out.csv", ("--schema", source.with_name("schema.toml"))
    assert tamis("synth", source, "-o", out, "--epsilon", 1, "--method", "independent", *schema)[0] == 0
    ledger = source.with_name("in.csv.ledger.jsonl")
    assert sorted(p.name for p in out.parent.iterdir()) == ["out.csv", "out.csv.report.json"]
    for private in (ledger, out.with_name("out.csv.report.json")):
        assert stat.S_IMODE(private.stat().st_mode) == 0o600
    record = record_of(out)
    assert Ledger(ledger).head == record["ledger"]["head"]
    assert len(Ledger(ledger).entries) == len(record["spends"])
    lines = ledger.read_text().splitlines(keepends=True)
    for damaged in (
        [lines[0], *lines[2:]],
        [*lines[:-1], lines[-1].replace("rho", "rHo")],
        [*lines[:-1], lines[-1][:-9]],
    ):
        ledger.write_text("".join(damaged))
        status, _, err = tamis("synth", source, "-o", tmp_path / "b.csv", "--epsilon", 1, *schema, "--ledger", ledger)
        assert (status, err[:12]) == (3, "tamis: S204:")
        assert not (tmp_path / "b.csv").exists()


def test_a_ledger_adds_up_over_runs(tamis, source, tmp_path):
    ledger = tmp_path / "book.jsonl"
    for n in range(2):
        schema = ("--schema", source.with_name("schema.toml"), "--method", "independent", "--ledger", ledger)
        assert tamis("synth", source, "-o", tmp_path / f"{n}.csv", "--epsilon", 1, *schema)[0] == 0
    first, second = (record_of(tmp_path / f"{n}.csv") for n in range(2))
    assert 0.99 < first["ledger"]["epsilon"] <= 1
    assert 0.99 < second["epsilon"] <= 1
    assert 1 < second["ledger"]["epsilon"] < 2
    ledger.chmod(0o644)
    status, _, err = tamis("synth", source, "-o", tmp_path / "3.csv", "--epsilon", 1, "--ledger", ledger)
    assert (status, err[:12]) == (2, "tamis: S206:")


def test_two_outputs_of_a_source_add_up_in_its_ledger_and_keep_its_limit(tamis, source, tmp_path):
    schema = ("--schema", source.with_name("schema.toml"), "--method", "independent", "--epsilon", 1)
    assert tamis("synth", source, "-o", tmp_path / "1.csv", "--epsilon-limit", 2, *schema)[0] == 0
    link = tmp_path / "link.csv"
    link.symlink_to(source)
    assert tamis("synth", link, "-o", tmp_path / "2.csv", *schema)[0] == 0
    assert 1 < record_of(tmp_path / "2.csv")["ledger"]["epsilon"] < 2
    for _ in range(3):
        status, _, err = tamis("synth", source, "-o", tmp_path / "3.csv", "--overwrite", *schema)
    assert (status, err[:12]) == (2, "tamis: S202:")
    status, _, err = tamis("synth", source, "-o", tmp_path / "4.csv", "--epsilon-limit", 9, *schema)
    assert (status, err[:12]) == (2, "tamis: S207:")
    assert not (tmp_path / "4.csv").exists()


def test_a_source_that_takes_no_ledger_has_it_beside_the_output(tamis, source, tmp_path):
    source.parent.chmod(0o555)  # which root could write to all the same
    schema = ("--schema", source.with_name("schema.toml"), "--method", "independent", "--epsilon", 1)
    status, _, err = tamis("synth", source, "-o", tmp_path / "1.csv", *schema)
    assert (status, len(Ledger(tmp_path / "1.csv.ledger.jsonl").entries)) == (0, 5)
    assert "its ledger is '1.csv.ledger.jsonl'" in err
    assert not source.with_name("in.csv.ledger.jsonl").exists()
    source.parent.chmod(0o755)


def test_two_runs_on_one_source_at_once_wait_for_each_other(source, tmp_path):
    call = [Path(sys.executable).with_name("tamis"), "synth", source, "--epsilon", "1", "--method", "independent"]
    call += ["--schema", source.with_name("schema.toml")]
    runs = [subprocess.Popen([*map(str, call), "-o", str(tmp_path / f"{n}.csv")]) for n in range(3)]
    assert [one.wait(timeout=300) for one in runs] == [0, 0, 0]
    assert len(Ledger(source.with_name("in.csv.ledger.jsonl")).entries) == 15


def test_a_number_of_rows_can_be_asked_for(tamis, source, tmp_path):
    out = tmp_path / "out.csv"
    schema = ("--schema", source.with_name("schema.toml"), "--method", "independent")
    assert tamis("synth", source, "-o", out, "--epsilon", 1, "--rows", 17, *schema)[0] == 0
    assert len(table(out)) == record_of(out)["rows"] == 17


def test_a_dry_run_shows_schema_split_and_cost_and_leaves_nothing(tamis, source, tmp_path):
    schema, out = ("--schema", source.with_name("schema.toml")), tmp_path / "out.csv"
    status, printed, err = tamis("synth", source, "-o", out, "--epsilon", 1, "--dry-run", *schema)
    assert (status, err) == (0, "")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["in.csv", "schema.toml", "source"]
    for told in ("declared", "5 columns modelled", "colour: category, 5 categories", "rho 0.0149731"):
        assert told in printed
    shares = [float(line.split("%")[0]) for line in printed.splitlines() if "%" in line]
    assert sum(shares) == pytest.approx(100)
    assert "not known before the schema is bought" in tamis("synth", source, "--epsilon", 1, "--dry-run")[1]
    assert tamis("synth", source, "--epsilon", 1, "--delta", 0, "--dry-run")[0] == 2


def test_without_a_delta_the_whole_is_pure(tamis, source, tmp_path):
    out, schema = tmp_path / "out.csv", ("--schema", source.with_name("schema.toml"))
    assert tamis("synth", source, "-o", out, "--epsilon", 20, "--delta", 0, "--method", "mst", *schema)[0] == 0
    record = record_of(out)
    assert (record["epsilon"], record["delta"], record["ledger"]["delta"]) == (20, 0, 0)
    assert 19 < record["ledger"]["epsilon"] <= 20
    assert {spend["mechanism"] for spend in record["spends"]} == {"discrete Laplace", "exponential"}
    assert tamis("synth", source, "-o", out, "--epsilon", 1, "--overwrite", *schema)[0] == 0  # the two add up
    assert record_of(out)["ledger"]["epsilon"] > 20


def test_the_noisy_counts_can_leave_beside_the_table(tamis, source, tmp_path):
    schema, counts = ("--schema", source.with_name("schema.toml")), tmp_path / "counts"
    call = ("synth", source, "-o", tmp_path / "out.csv", "--epsilon", 20, "--method", "mst", *schema)
    assert tamis(*call, "--marginals", counts)[0] == 0
    index = json.loads((counts / "index.json").read_text())
    assert (index["epsilon"], index["delta"]) == (20, 1e-9)
    assert {tuple(one["columns"]) for one in index["marginals"]} >= {("age",), ("colour",)}
    for one in index["marginals"]:
        rows = table(counts / one["file"])
        assert list(rows[0]) == [*one["columns"], "noisy_count"]
        assert one["sigma"] > 0
    status, _, err = tamis(*call, "--marginals", source.parent, "--overwrite")
    assert status == 2
    assert "must not" in err


def test_how_near_it_comes_is_told_to_the_house_alone(tamis, source, tmp_path):
    schema, page = ("--schema", source.with_name("schema.toml")), tmp_path / "quality.html"
    out, call = tmp_path / "out.csv", ("synth", source, "-o", tmp_path / "out.csv", "--epsilon", 20)
    assert tamis(*call, *schema, "--target", "colour", "--quality", page)[0] == 0
    assert [stat.S_IMODE(path.stat().st_mode) for path in (page, out.with_name("out.csv.report.json"))] == [0o600] * 2
    found = record_of(out)["quality_internal"]
    assert set(found["columns"]) == {"when", "age", "colour", "code", "paid"}
    assert 0 < found["tv"][0] < 0.2
    assert found["task"]["target"] == "colour"
    assert page.read_text().count("<svg") == 5
    assert "not for release" in page.read_text()
    status, _, err = tamis(*call, *schema, "--target", "absent", "--overwrite")
    assert (status, "absent" in err) == (2, True)
    spent = len(Ledger(source.with_name("in.csv.ledger.jsonl")).entries)
    assert tamis(*call, "--target", "person", "--overwrite", *schema)[0] == 2
    assert len(Ledger(source.with_name("in.csv.ledger.jsonl")).entries) == spent


def test_a_person_as_unit_stands_in_report_and_ledger(tamis, source, tmp_path):
    out, schema = tmp_path / "out.csv", tmp_path / "schema.toml"
    text = SCHEMA.replace('name = "person"\ntype = "text"', 'name = "person"\ntype = "identifier"')
    schema.write_text(text.replace("reviewed = true", 'reviewed = true\nunit = { column = "person", rows = 2 }'))
    assert tamis("synth", source, "-o", out, "--epsilon", 20, "--schema", schema)[0] == 0
    assert record_of(out)["neighbours"] == "add or remove one person (column 'person', at most 2 rows each)"
    head = json.loads(source.with_name("in.csv.ledger.jsonl").read_text().splitlines()[0])
    assert head["unit"] == {"column": "person", "rows": 2}
    status, _, err = tamis("synth", source, "-o", out, "--epsilon", 1, "--overwrite")
    assert status == 2
    assert "S208" in err


def test_a_draft_says_that_nobody_reviewed_it(tamis, source, tmp_path):
    draft, out = tmp_path / "draft.toml", tmp_path / "out.csv"
    status, printed, err = tamis("synth", source, "--draft-schema", draft)
    assert (status, printed) == (0, "")
    assert "review it" in err
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600
    assert "reviewed = false" in draft.read_text()
    arguments = ("synth", source, "--epsilon", 1, "--method", "independent", "--schema", draft)
    status, _, err = tamis(*arguments, "-o", out)
    assert status == 0
    assert "nobody has reviewed it" in err
    assert (record_of(out)["schema"]["origin"], record_of(out)["schema"]["reviewed"]) == ("draft", False)
    draft.write_text(draft.read_text().replace("reviewed = false", "reviewed = true"))
    status, _, err = tamis(*arguments, "-o", tmp_path / "reviewed.csv")
    assert (status, err) == (0, "")


def test_without_a_schema_one_is_bought(tamis, source, tmp_path):
    out = tmp_path / "out.csv"
    assert tamis("synth", source, "-o", out, "--epsilon", 1)[0] == 0
    record = record_of(out)
    assert record["schema"]["origin"] == "bought"
    assert record["epsilon"] <= 1
    assert any("schema" in spend["step"] or "bounds" in spend["step"] for spend in record["spends"])
    assert list(table(out)[0]) == HEADER


def test_delimiter_line_end_and_encoding_stay(tamis, source, tmp_path):
    semicolons, out = tmp_path / "in.csv", tmp_path / "out.csv"
    with semicolons.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, HEADER, delimiter=";", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(table(source))
    schema = ("--schema", source.with_name("schema.toml"), "--method", "independent")
    assert tamis("synth", semicolons, "-o", out, "--epsilon", 1, "--delimiter", ";", *schema)[0] == 0
    data = out.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfperson;age;")
    assert data.count(b"\n") == data.count(b"\r\n")


def test_parquet_in_and_out(tamis, tmp_path):
    ages = [None if n % 9 == 0 else 20 + n % 40 for n in range(300)]
    frame = pa.table({"age": pa.array(ages, pa.int16()), "colour": [COLOURS[n % 3] for n in range(300)]})
    pq.write_table(frame, tmp_path / "in.parquet")
    arguments = ("--epsilon", 5, "--method", "independent", "--rows", 50)
    assert tamis("synth", tmp_path / "in.parquet", "-o", tmp_path / "out.parquet", *arguments)[0] == 0
    back = pq.read_table(tmp_path / "out.parquet")
    assert back.schema.names == ["age", "colour"]
    assert back.schema.types == [pa.int16(), pa.string()]
    assert back.num_rows == 50
