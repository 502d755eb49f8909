"""A folder of tables, records and texts is redacted in shards: as a run that reads all does it, killed or not."""

import csv
import gzip
import io
import json
import pickle
import resource
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.faults import in_a_child
from deid.errors import PlanError
from deid.operators import Replace, Token
from deid.tables.coded import Coded
from pipelines import job, scanning
from pipelines.engines.errand import Errand, Lock
from pipelines.engines.local import Local
from pipelines.errors import ShapeError, SourceError, WriteError
from pipelines.job import Job, run_job
from pipelines.scanning import Request, scan_paths
from pipelines.shards import joined, pieces
from pipelines.shards.folder import place_of
from pipelines.shards.marks import known_in, marked, read_shard
from pipelines.shards.register import opened_register
from pipelines.shards.stage import write_shard
from pipelines.tablefile import Reading
from tests.documents import pdf, runs, word
from tests.sharded import KEY, check_kill, light, record

PEOPLE, VISITS = 30, 90
FIRST = "Åsa Bodil Cyrus Dina Egon Fay Gus Hana Ivo Jun".split()
LAST = "Lindqvist Okafor Marsh".split()


def write(path, rows, delimiter=","):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)


@pytest.fixture
def source(tmp_path):
    """People, what refers to them in files of all kinds, texts and lines beside, and one name twice."""
    place = tmp_path / "clinic"
    people = [(f"P-{n:05}", f"{FIRST[n % 10]} {LAST[n % 3]}", f"a{n}@example.com", n % 7) for n in range(PEOPLE)]
    write(place / "people.csv", [("pid", "full name", "email", "ward"), *people])
    note = "{last} came with a sister, and {first} paid at once.\r\nCall +1 202-555-0{n:03}."
    visits = [
        (
            people[n * 7 % PEOPLE][0] if n % 11 else "",
            f"2020-03-{n % 28 + 1:02}",
            _note(note, people[n * 7 % PEOPLE], n),
        )
        for n in range(VISITS)
    ]
    write(place / "visits.tsv", [("pid", "seen", "note"), *visits, ("short",)], "\t")
    for name in ("Ann_Lee/sizes.csv", "sizes.csv"):
        write(place / name, [("code", "size"), *((n, "SML"[n % 3]) for n in range(5))])
    typed = pa.table({"pid": [one[0] for one in people[:20]], "kilos": [n / 4 for n in range(20)]})
    pq.write_table(typed, place / "weights.parquet")
    records = [{"pid": people[n][0], "said": [{"note": _note(note, people[n], n)}] * (n % 3)} for n in range(20)]
    (place / "calls.ndjson").write_text("".join(f"{json.dumps(one)}\n" for one in records))
    lines = [{"id": n, "text": f"Ask a{n}@example.com"} for n in range(8)]
    (place / "mails.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in lines))
    for n in range(6):
        (place / f"letter {n}.txt").write_text(f"Dear Ann Lee, a{n}@example.com")
    word(place / "Lee.docx", f"{runs('Mail bo@example.com')}<w:p><w:r><w:drawing/></w:r></w:p>")
    (place / "data.bin").write_bytes(b"1")
    return place


def _note(note, person, n):
    first, last = person[1].split()
    return note.format(first=first, last=last, n=n)


def run(source, target, *, policy=None, jobs=1, **options):
    task = Job(source, target, policy or light(), Reading(quarantine_limit=0.1), KEY, jobs)
    assert job.large_of(task, "") or job.large_of.__name__ == "<lambda>"
    run_job(task, **options)
    beside = target.with_name(f"{target.name}.quarantine")
    return {
        path.relative_to(target.parent).as_posix().removeprefix(target.name): _content(path)
        for place in (target, beside)
        for path in place.rglob("*")
        if path.is_file()
    }


def told_of(target):
    """What the report says, but for the hash of Parquet's bytes."""
    return {key: said for key, said in record(target).items() if key != "output_sha256"}


def _content(path):
    """The bytes of a file; of a Parquet file, which lies in as many groups of rows as there are shards, the rows."""
    return pq.read_table(path).to_pydict() if path.suffix == ".parquet" else path.read_bytes()


def in_memory(source, target, monkeypatch, **options):
    with monkeypatch.context() as patch:
        patch.setattr(job, "large_of", lambda *_: None)
        return run(source, target, **options)


def rows_of(done, name, delimiter=","):
    return list(csv.DictReader(io.StringIO(done[name].decode(), newline=""), delimiter=delimiter))


POLICIES = {
    "tokens": {},
    "fast": {},
    "research-share": {},
    "mask-all": {},
    "dropped": {"columns": {"people.pid": "drop"}},
    "lost": {"columns": {"people.pid": Token(), "visits.pid": Replace()}},
    "declared": {"references": {"weights.pid": "people.pid", "calls.pid": "people.pid", "x.y": "z.w"}},
    "subject": {"subject": "pid"},
}
LOST = {"dropped", "lost"}


@pytest.mark.parametrize("name", POLICIES)
def test_shards_are_what_a_run_that_reads_all_gives(tmp_path, source, monkeypatch, name, capsys):
    for limit in ("ROWS", "TEXTS"):
        monkeypatch.setattr(pieces, limit, 7)
    policy = light(name if not POLICIES[name] else "tokens", **POLICIES[name])
    shards = run(source, tmp_path / "1", policy=policy)
    said = capsys.readouterr().err
    assert in_memory(source, tmp_path / "2", monkeypatch, policy=policy) == shards
    assert sorted(capsys.readouterr().err.replace("2.", "1.").splitlines()) == sorted(said.splitlines())
    told = told_of(tmp_path / "1")
    assert told == told_of(tmp_path / "2")
    assert [one["held"] for one in told["relations"] if "visits" in one["column"]] == [name not in LOST]
    assert "1 rows of the wrong width put aside, from line" in said
    assert not [name for name, data in shards.items() if name != "/weights.parquet" and b"@example.com" in data]


def test_who_is_meant_in_a_note_is_known_from_the_table_it_refers_to(tmp_path, source, monkeypatch):
    monkeypatch.setattr(pieces, "ROWS", 4)
    done = run(source, tmp_path / "o")
    visits = rows_of(done, "/visits.tsv", "\t")
    assert len(visits) == VISITS
    told = [row["note"] for row in visits if row["pid"]]
    assert not [note for note in told for name in (*FIRST, *LAST) if name in note]
    assert all("came with a sister" in note for note in told)
    assert [row["note"] for row in visits if not row["pid"] and "Okafor came" in row["note"]]  # whose, nothing says
    assert b"Okafor" not in done["/calls.ndjson"]
    pids = {row["pid"] for row in rows_of(done, "/people.csv")}
    assert len(pids) == PEOPLE
    assert {row["pid"] for row in visits if row["pid"]} <= pids
    assert set(done["/weights.parquet"]["pid"]) < pids


def test_the_bytes_do_not_depend_on_the_cut_nor_on_the_number_of_workers(tmp_path, source, monkeypatch):
    whole = run(source, tmp_path / "1")
    monkeypatch.setattr(pieces, "ROWS", 50)
    assert run(source, tmp_path / "2", jobs=2) == whole
    assert told_of(tmp_path / "1") == told_of(tmp_path / "2")


@pytest.mark.parametrize("step", [20, 55, 90, 140])
def test_a_killed_run_leaves_nothing_and_goes_on_to_the_same_bytes(tmp_path, source, monkeypatch, step):
    monkeypatch.setattr(pieces, "ROWS", 20)
    (source / "visits.tsv").write_text(
        (source / "visits.tsv").read_text().replace("short\r\n", "").replace("short\n", "")
    )
    check_kill(tmp_path, "o", step, partial(run, source, policy=light("tokens")))


def test_what_was_staged_is_staged_again_where_it_is_gone(tmp_path, source, monkeypatch):
    monkeypatch.setattr(pieces, "ROWS", 20)
    wanted, target = run(source, tmp_path / "1" / "o"), tmp_path / "2" / "o"
    with monkeypatch.context() as patch:
        patch.setattr("pipelines.shards.largefolder.Emptied.of", lambda *_: pytest.fail("stop"))
        with pytest.raises(pytest.fail.Exception):
            run(source, target, resume=True)
    (place_of(target) / "shard-000001.parquet").unlink()  # done already, and to be compared at the end
    assert run(source, target, resume=True) == wanted


def test_a_broken_table_stops_the_run_and_leaves_nothing(tmp_path, source):
    write(source / "zoo.csv", [("a", "b"), (1,), (2,)])
    with pytest.raises(ShapeError, match=r"zoo\.csv"):
        run(source, tmp_path / "out" / "o")
    assert not (tmp_path / "out").exists()


def test_a_policy_that_names_a_column_that_is_not_there_is_refused(tmp_path, source):
    with pytest.raises(PlanError, match="'who'"):
        run(source, tmp_path / "o", policy=light(references={"visits.who": "people.pid"}))
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("read", ["shards", "whole"])
def test_what_a_policy_says_of_tables_of_one_name_holds_for_all_or_for_one(tmp_path, monkeypatch, read):
    for place in ("x", "y"):
        write(tmp_path / "in" / place / "people.csv", [("pid", "job"), *((f"P-{n:05}", "nurse") for n in range(20))])
    write(tmp_path / "in" / "visits.csv", [("pid", "seen"), *((f"P-{n:05}", "yes") for n in range(20))])

    def headings(columns):
        target, policy = tmp_path / f"o{len(list(tmp_path.iterdir()))}", light(columns=columns)
        source = tmp_path / "in"
        done = (
            run(source, target, policy=policy)
            if read == "shards"
            else in_memory(source, target, monkeypatch, policy=policy)
        )
        return {name: done[name].splitlines()[0] for name in done}

    both = {"/x/people.csv": b"job", "/y/people.csv": b"job", "/visits.csv": b"pid,seen"}
    assert headings({"people.pid": "drop", "visits.pid": Token()}) == both
    assert headings({"x/people.csv#people.pid": "drop"}) == {**both, "/y/people.csv": b"pid,job"}
    with pytest.raises(PlanError, match="'who'"):
        headings({"x/people.csv#people.who": "drop"})


def test_formulas_are_marked_and_counted_in_all_tables(tmp_path, source):
    write(source / "sums.csv", [("sum", "of"), *(("=1+1", "x") for _ in range(6))])
    run_job(Job(source, tmp_path / "o", light("fast"), Reading(quarantine_limit=0.1), excel_safe=True))
    assert (tmp_path / "o" / "sums.csv").read_text().count("'=1+1") == 6
    assert record(tmp_path / "o")["formulas"]["marked"] == 6


def test_a_scan_in_pieces_is_one_that_reads_all(source, monkeypatch):
    def scanned():
        found = list(scan_paths([source], Request(light("fast"), Reading(quarantine_limit=0.1))))
        tables = [(one.name, one.path, one.columns) for one in found if one.columns]
        texts = sorted((item.id, own) for one in found for item, own in zip(one.texts, one.findings, strict=True))
        return tables, texts

    monkeypatch.setattr(pieces, "ROWS", 7)
    streamed = scanned()
    monkeypatch.setattr(scanning, "form_of", lambda *_: "other")
    assert scanned() == streamed
    assert len(streamed[0]) == 6
    assert len(streamed[1]) == 15


def test_a_cell_as_long_as_any_may_be_is_compared_too(tmp_path, source):
    write(source / "visits.tsv", [("pid", "blob"), ("P-00001", "x" * 400_000), ("P-00002", "y")], "\t")
    run(source, tmp_path / "o")
    assert {one["held"] for one in record(tmp_path / "o")["relations"]} == {True}


def test_a_header_that_changes_while_shards_are_redacted_is_refused(tmp_path, source, monkeypatch):
    through = Local.map_shards

    def touched(self, work, shards):
        write(source / "sizes.csv", [("size", "code"), *((n, "SML"[n % 3]) for n in range(5))])
        return through(self, work, shards)

    monkeypatch.setattr(Local, "map_shards", touched)
    with pytest.raises(SourceError, match="changed while it was read"):
        run(source, tmp_path / "o")
    assert not (tmp_path / "o").exists()


def test_rows_put_aside_are_there_again_after_a_run_that_stopped_at_its_end(tmp_path, source, monkeypatch):
    packed = source / "late.csv.gz"
    packed.write_bytes(gzip.compress(b"a,b\r\n" + b"1,2\r\n" * 20 + b"short\r\n"))
    wanted, target = run(source, tmp_path / "1" / "o"), tmp_path / "2" / "o"
    assert gzip.decompress(wanted[".quarantine/late.csv.gz"]) == b"short\r\n"
    with monkeypatch.context() as patch:
        patch.setattr(job, "write_private", lambda *_: pytest.fail("stop"))
        with pytest.raises(pytest.fail.Exception):
            run(source, target, resume=True)
    assert run(source, target, resume=True) == wanted


def test_records_beside_a_picture_of_a_text_are_enough(tmp_path):
    place = tmp_path / "in"
    place.mkdir()
    (place / "a.ndjson").write_text('{"a": {"b": "x"}}\n')
    pdf(place / "scan.pdf", [""])
    assert list(run(place, tmp_path / "o")) == ["/a.ndjson"]
    assert record(tmp_path / "o")["files_withheld"] == "<5"


def test_tables_whose_names_spell_each_other_all_leave(tmp_path):
    for name in ("x.csv", "x.tsv", "x.csv#x.csv"):
        write(tmp_path / "in" / name, [("a",), ("b",)])
    assert len(run(tmp_path / "in", tmp_path / "o")) == 3


def test_many_exports_with_the_same_keys_are_compared_at_once(tmp_path, monkeypatch):
    for month in range(12):
        rows = [(n, f"{FIRST[n % 10]} {LAST[n % 3]}", f"{FIRST[n % 10]} called twice") for n in range(1, 40)]
        write(tmp_path / "in" / f"{month:02}.csv", [("id", "name", "note"), *rows])
    opened, through = [], joined.opened_register

    def watched(path, *beside):
        opened.append(path)
        return through(path, *beside)

    monkeypatch.setattr(joined, "opened_register", watched)
    run(tmp_path / "in", tmp_path / "o")
    relations = record(tmp_path / "o")["relations"]
    assert len(relations) >= 12 * 11
    assert {one["held"] for one in relations} == {True}
    assert len(opened) <= 12 + 2 * 2


def test_what_is_known_of_a_shards_rows_may_be_more_than_parquet_reads_by_itself(tmp_path):
    known = [("PERSON", Coded(("x" * 76_000_000, "\ud800"), np.array([1, 0])))]
    shard = write_shard(pa.table({"a": [1, 2]}).replace_schema_metadata(marked(0, known)), tmp_path, 0, 0)
    (read,) = known_in(read_shard((tmp_path / shard.staged).read_bytes()))
    assert read[1].texts == known[0][1].texts


def test_a_register_on_a_full_disk_ends_in_an_error_with_a_code(tmp_path):
    def full():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
        with pytest.raises(WriteError, match="could not be written: SQLITE"), opened_register(tmp_path / "r"):
            pass

    assert in_a_child(full) == 0
    assert not list(tmp_path.iterdir())


def test_what_travels_to_an_executor_holds_neither_key_nor_row_nor_folder(tmp_path, source, monkeypatch):
    works, through = [], Local.map_shards

    def watched(self, work, shards):
        works.append(work)
        return through(self, work, shards)

    monkeypatch.setattr(Local, "map_shards", watched)
    run(source, tmp_path / "out" / "o", policy=light("research-share"))
    travels = pickle.dumps(Errand.of(works[0], Lock.of(KEY, None)))
    for hidden in (KEY.secret, KEY.secret.hex(), "Lindqvist", "P-00001", "a1@example.com", str(tmp_path / "out")):
        assert (hidden if isinstance(hidden, bytes) else hidden.encode()) not in travels


def test_a_register_keeps_the_first_of_what_is_said_of_a_key_and_any_text(tmp_path):
    with opened_register(tmp_path / "r") as register:
        assert (tmp_path / "r").stat().st_mode & 0o777 == 0o600
        register.add({"\ud800": ["a"], "\0": [""]})
        register.add({"\ud800": ["b"], **{str(n): [str(n)] for n in range(2_000)}})
        wanted = ["\ud800", "\0", "x", *map(str, range(1_999, -1, -1))]
        found = register.look(wanted)
        assert found == {"\ud800": ("a",), "\0": ("",), **{str(n): (str(n),) for n in range(2_000)}}
        assert register.look([]) == {}
    assert not (tmp_path / "r").exists()
