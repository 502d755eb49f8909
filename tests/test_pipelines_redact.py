"""`tamis redact`: the same kind of file or folder comes out, without what identifies, together with its report."""

import csv
import io
import json
import stat
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deid import TAXONOMY
from pipelines.cli import run_app

KEY = bytes(range(32))
PEOPLE = ("Ann Lee", "Bo Chan", "Cyrus Okafor", "Dilara Yılmaz", "Émile Roux", "Fatima Haddad")
NOTES = "Spoke to {name} at length today, who can be reached at {mail} or by post."


@pytest.fixture
def tamis(capfd):
    def call(*arguments):
        status = run_app([str(argument) for argument in arguments])
        return status, *capfd.readouterr()

    return call


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "tamis.key"
    path.write_bytes(KEY)
    path.chmod(0o600)
    return path


def mail(name):
    return name.lower().replace(" ", ".").encode("ascii", "ignore").decode() + "@example.com"


def folder_of_all(place):
    (place / "tables").mkdir(parents=True)
    (place / "letters" / "old").mkdir(parents=True)
    with (place / "tables" / "people.csv").open("w", newline="", encoding="utf-8") as file:
        rows = [[f"{n:03}", p, mail(p), str(n * 1.5), NOTES.format(name=p, mail=mail(p))] for n, p in enumerate(PEOPLE)]
        csv.writer(file).writerows([["code", "full name", "contact", "size", "remark"], *rows])
    with (place / "tables" / "orders.tsv").open("w", newline="", encoding="utf-8") as file:
        rows = [[str(n), PEOPLE[n % len(PEOPLE)], "x"] for n in range(12)]
        csv.writer(file, delimiter="\t", lineterminator="\n").writerows([["n", "customer name", "kind"], *rows])
    for n, person in enumerate(PEOPLE):
        where = place / "letters" / ("old" if n % 2 else "") / f"{n}.txt"
        where.write_text(f"Dear {person},\r\n\r\nwe wrote to {mail(person)} \U0001f600.\r\n", newline="")
    (place / "image.png").write_bytes(b"\x89PNG")
    return place


def contents(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_folder_keeps_its_structure_and_loses_its_people(tamis, tmp_path, key):
    source = folder_of_all(tmp_path / "in")
    before = contents(source)
    out = tmp_path / "out"
    status, printed, err = tamis("redact", source, "-o", out, "--policy", "tokens", "--key-file", key)
    assert (status, printed, err) == (0, "", "1 files of other kinds were left out\n")
    assert contents(source) == before
    after = contents(out)
    assert set(after) == set(before) - {"image.png"}
    everything = b"\n".join(after.values()).decode().lower()
    for person in PEOPLE:
        assert person.lower() not in everything
        assert mail(person) not in everything
    people = list(csv.DictReader(io.StringIO(after["tables/people.csv"].decode())))
    orders = list(csv.DictReader(io.StringIO(after["tables/orders.tsv"].decode()), delimiter="\t"))
    tokens = [row["full name"] for row in people]
    assert len(set(tokens)) == len(PEOPLE)
    assert [row["customer name"] for row in orders] == tokens * 2
    assert all(people[n]["contact"] in after[f"letters/{'old/' if n % 2 else ''}{n}.txt"].decode() for n in range(6))
    assert [row["size"] for row in people] == [str(n * 1.5) for n in range(6)]
    assert b"\r\n\r\nwe wrote to" in after["letters/0.txt"]
    assert "\U0001f600" in after["letters/0.txt"].decode()
    report = tmp_path / "out.report.json"
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    record = json.loads(report.read_text())
    assert (record["command"], set(record["tables"])) == ("redact", {"tables/people.csv", "tables/orders.tsv"})
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in", "out", "out.report.json", "tamis.key"]


def test_several_processes_write_the_same_bytes(tamis, tmp_path, key):
    source = folder_of_all(tmp_path / "in")
    for jobs in (1, 2):
        arguments = ("--policy", "tokens", "--key-file", key, "--jobs", jobs)
        assert tamis("redact", source, "-o", tmp_path / f"out{jobs}", *arguments)[0] == 0
    assert contents(tmp_path / "out1") == contents(tmp_path / "out2")


def test_another_key_makes_other_tokens(tamis, tmp_path, monkeypatch):
    source = tmp_path / "t.csv"
    source.write_text("full name\nAnn Lee\nBo Chan\n")
    outs = []
    for n, secret in enumerate((KEY, KEY, KEY[::-1])):
        monkeypatch.setenv("TAMIS_KEY", secret.hex())
        out = tmp_path / f"out{n}.csv"
        assert tamis("redact", source, "-o", out, "--policy", "tokens")[0] == 0
        outs.append(out.read_text())
        assert secret.hex() not in out.with_name(f"{out.name}.report.json").read_text()
    assert outs[0] == outs[1] != outs[2]


def test_json_lines_in_order_and_nothing_that_was_not_scanned(tamis, tmp_path):
    source = tmp_path / "in.jsonl"
    records = [{"id": n if n % 2 else f"x{n}", "text": f"Dear {p},", "author": p} for n, p in enumerate(PEOPLE)]
    source.write_text("".join(json.dumps(r) + "\r\n" for r in records))
    assert tamis("redact", source, "-o", tmp_path / "out.jsonl")[0] == 0
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [line["id"] for line in lines] == [r["id"] for r in records]
    assert {tuple(line) for line in lines} == {("id", "text")}
    assert lines[0]["text"] == "Dear [PERSON],"


def test_keeping_everything_changes_no_byte(tamis, tmp_path):
    kept = "".join(f'{label} = "keep"\n' for label in sorted(TAXONOMY))
    (tmp_path / "keep.toml").write_text(f'schema_version = 1\nname = "keep"\n[labels]\n{kept}')
    source = tmp_path / "t.csv"
    rows = [["007", "NA", " x "], ["1e5", '"q"', "a,b"], ["", "two\nlines", "two\r\nlines"], ["Ann Lee", "\r", "ß"]]
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([["a", "na,me", '"c"'], *rows])
    for head in (b"", b"\xef\xbb\xbf"):
        source.write_bytes(head + stream.getvalue().encode())
        arguments = ("-o", tmp_path / "out.csv", "--policy", tmp_path / "keep.toml", "--overwrite")
        assert tamis("redact", source, *arguments)[0] == 0
        assert (tmp_path / "out.csv").read_bytes() == source.read_bytes()
    text = tmp_path / "t.txt"
    text.write_bytes(b"Ann Lee\r\nlives \ron\n")
    assert tamis("redact", text, "-o", tmp_path / "out.txt", "--policy", tmp_path / "keep.toml")[0] == 0
    assert (tmp_path / "out.txt").read_bytes() == text.read_bytes()


def test_wrong_rows_are_put_aside_and_leave_with_nobody(tamis, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "t.csv").write_text("size,colour\n" + "1,red\n" * 150 + "Ann Lee\n" + "2,blue\n" * 49)
    (folder / "inner").mkdir()
    (folder / "inner" / "t.csv").write_text("size,colour\n" + "1,red\n" * 199 + "Bo Chan\n")
    out = tmp_path / "out"
    status, _, err = tamis("redact", folder, "-o", out)
    assert status == 0
    notes = [f"t.csv: 1 rows of the wrong width put aside, from line {line}\n" for line in (201, 152)]
    assert err == "".join(notes)
    assert (out / "t.csv").read_text() == "size,colour\n" + "1,red\n" * 150 + "2,blue\n" * 49
    quarantine = tmp_path / "out.quarantine"
    assert contents(quarantine) == {"t.csv": b"Ann Lee\n", "inner/t.csv": b"Bo Chan\n"}
    assert {stat.S_IMODE(p.stat().st_mode) for p in quarantine.rglob("*.csv")} == {0o600}
    assert stat.S_IMODE(quarantine.stat().st_mode) == 0o700
    report = tmp_path / "out.report.json"
    tables = json.loads(report.read_text())["tables"]
    assert {name: table["quarantined"] for name, table in tables.items()} == {"t.csv": "<5", "inner/t.csv": "<5"}
    assert "Ann" not in report.read_text()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in", "out", "out.quarantine", "out.report.json"]


def test_resume_does_what_is_left_to_do(tamis, tmp_path):
    source, out = tmp_path / "t.csv", tmp_path / "out.csv"
    source.write_text("full name\nAnn Lee\n")
    arguments = ("redact", source, "-o", out, "--resume")
    assert tamis(*arguments)[0] == 0
    made = out.stat().st_ino
    assert tamis(*arguments) == (0, "", "already done: the output is that of this job\n")
    assert out.stat().st_ino == made
    source.write_text("full name\nAnn Lee\nBo Chan\n")
    assert tamis(*arguments) == (0, "", "")
    assert out.read_text() == "full name\n[PERSON]\n[PERSON]\n"
    out.write_text("touched by somebody")
    assert tamis(*arguments) == (0, "", "")
    assert out.read_text() == "full name\n[PERSON]\n[PERSON]\n"
    assert tamis("redact", source, "-o", out)[0] == 2
    assert tamis("redact", source, "-o", out, "--overwrite")[0] == 0


def test_resume_knows_another_list_and_another_recogniser_file(tamis, tmp_path):
    source, out, policy, own = (tmp_path / name for name in ("t.csv", "out.csv", "policy.toml", "own.yaml"))
    source.write_text("colour\nbluebird at noon\nticket AB-77\n")
    recogniser = "{name: Ticket, supported_entity: TICKET, patterns: [{name: t, regex: '%s', score: 1}]}"
    arguments = ("redact", source, "-o", out, "--resume", "--policy", policy)

    def redact(denied: str, regex: str) -> str:
        policy.write_text(
            f'schema_version = 1\ndetectors = ["records"]\nrecognisers = ["own.yaml"]\n[deny]\nPROJECT = ["{denied}"]\n'
        )
        own.write_text(f"recognizers: [{recogniser % regex}]")
        status, _, problem = tamis(*arguments)
        assert status == 0, problem
        return out.read_text()

    assert redact("starling", "CD-[0-9]+") == source.read_text()
    assert redact("bluebird", "CD-[0-9]+") == "colour\n[PROJECT] at noon\nticket AB-77\n"
    assert redact("bluebird", "AB-[0-9]+") == "colour\n[PROJECT] at noon\nticket [TICKET]\n"
    record = json.loads((tmp_path / "out.csv.report.json").read_text())
    assert [one["file"] for one in record["facts"]["recognisers"]] == ["own.yaml"]


def test_a_dry_run_writes_nothing(tamis, tmp_path):
    source = folder_of_all(tmp_path / "in")
    status, out, _ = tamis("redact", source, "-o", tmp_path / "out", "--dry-run")
    assert status == 0
    assert "full name" in out
    assert "replace" in out
    assert not any(person in out for person in PEOPLE)
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


def test_standard_input_goes_to_standard_output(tamis, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("\U0001f600 Ann Lee lives in Leeds.\r\n".encode())))
    assert tamis("redact", "-", "-o", "-") == (0, "\U0001f600 [PERSON] lives in [LOCATION].\r\n", "")


def test_a_named_encoding_and_delimiter(tamis, tmp_path):
    source = tmp_path / "t.csv"
    source.write_bytes("full name;größe\r\nAnn Lee;1,5\r\n".encode("utf-16"))
    out = tmp_path / "out.csv"
    assert tamis("redact", source, "-o", out, "--encoding", "utf-16", "--delimiter", ";")[0] == 0
    assert out.read_bytes() == "full name;größe\r\n[PERSON];1,5\r\n".encode("utf-16")


def test_parquet_keeps_types_and_nulls(tamis, tmp_path):
    columns = {
        "full name": pa.array(["Ann Lee", None, "Bo Chan"]),
        "size": pa.array([1, None, 3], pa.int32()),
        "weight": pa.array([0.5, 1.5, None]),
        "remark": pa.array([NOTES.format(name="Ann Lee", mail="ann@example.com"), None, ""]),
    }
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    assert tamis("redact", tmp_path / "t.parquet", "-o", tmp_path / "out.parquet")[0] == 0
    back = pq.read_table(tmp_path / "out.parquet")
    assert back.schema.types == pa.table(columns).schema.types
    assert back["full name"].to_pylist() == ["[PERSON]", None, "[PERSON]"]
    assert back["size"].to_pylist() == [1, None, 3]
    remark = back["remark"].to_pylist()
    assert "Ann" not in remark[0]
    assert remark[1:] == [None, ""]
