"""A table of any size is redacted in shards: the same bytes however it is cut and whoever works, killed or not."""

import csv
import importlib
import json
import os
import resource
import signal
import sys
from collections import Counter
from dataclasses import replace
from itertools import count
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.faults import die_at, in_a_child
from deid.errors import PlanError
from deid.keys import Key
from deid.operators import Custom, Token
from deid.policy import Policy
from pipelines import job, premises
from pipelines.engine import Engine
from pipelines.errors import InternalError, ShapeError, SourceError, UsageError, WriteError
from pipelines.job import Job, run_job
from pipelines.marks import marks_of
from pipelines.scanning import Request, scan_paths
from pipelines.shards import pieces
from pipelines.shards.folder import place_of, working_folder
from pipelines.shards.manifest import Counts, Manifest, Part, Shard, Staging
from pipelines.tablefile import Reading
from tests.sharded import KEY, light

ROWS = 60


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "people.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(["pid", "name", "email", "born", "city", "note", "size"])
        for n in range(ROWS):
            note = f'Ann{n} Lee called\r\nfrom +1 202-555-{n:04}, "twice"' if n % 3 else ""
            writer.writerow(
                [
                    f"{n:06}",
                    f"Ann{n} Lee",
                    f"a{n}@example.com",
                    f"19{n % 80 + 10}-03-07",
                    "Paris",
                    note,
                    "SML"[n % 3],
                ]
            )
    return path


@pytest.fixture
def small_shards(monkeypatch):
    monkeypatch.setattr(pieces, "ROWS", 7)


def run(source, target, *, policy=None, jobs=1, **options):
    task = Job(source, target, policy or light(), Reading(quarantine_limit=0.2), KEY, jobs)
    assert job.large_of(task, "")
    run_job(task, **options)
    return target.read_bytes()


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def record(target):
    told = json.loads(target.with_name(f"{target.name}.report.json").read_text())
    return {key: told[key] for key in told if key != "facts"}


def test_the_bytes_do_not_depend_on_the_cut_nor_on_the_number_of_workers(tmp_path, source, monkeypatch):
    whole = run(source, tmp_path / "a" / "whole.csv")
    monkeypatch.setattr(pieces, "ROWS", 7)
    assert run(source, tmp_path / "b" / "whole.csv") == whole
    assert run(source, tmp_path / "c" / "whole.csv", jobs=2) == whole
    monkeypatch.setattr(pieces, "CHARACTERS", 1)
    assert run(source, tmp_path / "d" / "whole.csv") == whole
    records = [record(tmp_path / place / "whole.csv") for place in "abcd"]
    assert all(one == records[0] for one in records)
    assert b"@example.com" not in whole
    assert whole.count(b"\r\n") > ROWS
    assert names_in(tmp_path / "c") == ["whole.csv", "whole.csv.report.json"]


def test_shards_are_what_a_run_that_reads_all_gives(tmp_path, source, small_shards, monkeypatch):
    for name in ("tokens", "fast", "mask-all", "hipaa-safe-harbor"):
        shards = run(source, tmp_path / f"{name}-1.csv", policy=light(name))
        with monkeypatch.context() as patch:
            patch.setattr(job, "large_of", lambda *_: None)
            run_job(Job(source, tmp_path / f"{name}-2.csv", light(name), Reading(), KEY))
        assert (tmp_path / f"{name}-2.csv").read_bytes() == shards
        one, two = (record(tmp_path / f"{name}-{n}.csv") for n in (1, 2))
        assert list(one.pop("tables").values()) == list(two.pop("tables").values())
        for told in (one, two):
            del told["fingerprint"]
        assert one == two


def test_a_row_without_a_subject_is_shifted_alike_in_the_whole_and_in_a_piece(tmp_path, source, monkeypatch):
    policy = light("research-share")
    assert policy.by_subject
    whole = run(source, tmp_path / "whole.csv", policy=policy)
    monkeypatch.setattr(pieces, "ROWS", 11)
    assert run(source, tmp_path / "pieces.csv", policy=policy) == whole
    dates = [row[3] for row in csv.reader(whole.decode().splitlines())][1:40]
    assert len({date[-5:] for date in dates}) > 1  # they do move, and not all by the same


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("rows", [0, 1, 30])
def test_encodings_byte_order_marks_and_tables_without_rows(tmp_path, small_shards, encoding, rows):
    source = tmp_path / "t.tsv"
    text = "e-mail\tplace\n" + "".join(f"a{n}@example.com\tÜbersee {n}\n" for n in range(rows))
    source.write_bytes(text.encode(encoding))
    reading = Reading("utf-8" if "8" in encoding else encoding)
    run_job(Job(source, tmp_path / "o.tsv", light("fast"), reading))
    done = (tmp_path / "o.tsv").read_bytes().decode(encoding)
    assert done.encode(encoding) == (tmp_path / "o.tsv").read_bytes()
    assert done.splitlines() == ["e-mail\tplace", *(f"[EMAIL_ADDRESS]\tÜbersee {n}" for n in range(rows))]


def test_a_typed_table_has_one_type_a_column_also_where_one_shard_alone_changed(tmp_path, small_shards):
    source, rows = tmp_path / "t.parquet", 40
    codes = [f"plain {n % 9}" for n in range(rows)]
    codes[33] = "ann@example.com"
    table = pa.table(
        {
            "pid": pa.array(range(rows)),
            "when": pa.array(pd.date_range("2020-01-01", periods=rows)),
            "code": pa.array(codes).dictionary_encode(),
            "x": pa.array([None, 1.5] * (rows // 2)),
        }
    )
    pq.write_table(table, source)
    policy = light("fast")
    run_job(Job(source, tmp_path / "a.parquet", policy, Reading()))
    done = pq.read_table(tmp_path / "a.parquet")
    assert done.num_rows == rows
    assert done.column("x").to_pylist() == table.column("x").to_pylist()
    assert done.schema.field("x").type == pa.float64()
    assert done.column("code").to_pylist() == [*codes[:33], "[EMAIL_ADDRESS]", *codes[34:]]
    run_job(Job(source, tmp_path / "c.csv", policy, Reading()))
    assert len((tmp_path / "c.csv").read_text().splitlines()) == rows + 1
    run_job(Job(tmp_path / "c.csv", tmp_path / "d.parquet", policy, Reading()))
    assert pq.read_table(tmp_path / "d.parquet").num_rows == rows


def test_rows_of_the_wrong_width_go_aside_and_shift_nothing(tmp_path, source, small_shards):
    good = run(source, tmp_path / "good.csv")
    lines = source.read_bytes().split(b"\r\n")
    source.write_bytes(b"\r\n".join([lines[0], b"too,short", *lines[1:-1], b"a,b,c,d,e,f,g,too long", b""]))
    assert run(source, tmp_path / "good.csv", overwrite=True) == good
    aside = tmp_path / "good.csv.quarantine" / "people.csv"
    assert aside.read_bytes() == b"too,short\r\na,b,c,d,e,f,g,too long\r\n"
    assert aside.stat().st_mode & 0o777 == 0o600
    assert record(tmp_path / "good.csv")["tables"]["people"]["quarantined"] == "<5"


@pytest.mark.parametrize(
    ("tail", "error"),
    [(b"a,b\r\n" * 40, ShapeError), (b'x,"open\r\n', ShapeError)],
)
def test_a_fault_at_the_end_of_the_file_leaves_nothing(tmp_path, source, small_shards, tail, error):
    source.write_bytes(source.read_bytes() + tail)
    with pytest.raises(error):
        run(source, tmp_path / "out" / "o.csv")
    assert names_in(tmp_path) == ["people.csv"]


def test_a_column_that_the_policy_names_and_the_table_lacks_is_an_error(tmp_path, source):
    with pytest.raises(PlanError, match="nobody"):
        run(source, tmp_path / "o.csv", policy=light(columns={"people.nobody": "drop"}))


def test_killed_at_a_third_of_its_steps_a_run_goes_on_to_the_same_bytes(tmp_path, source, monkeypatch):
    monkeypatch.setattr(pieces, "ROWS", 25)
    policy = light("fast")
    engine = Engine(policy)
    monkeypatch.setattr(job, "Engine", lambda _: engine)  # which takes most of the time, and writes nothing
    wanted = run(source, tmp_path / "clean" / "o.csv", policy=policy)
    names = {"o.csv", "o.csv.report.json"}
    ends = Counter()
    for step in count(1, 3):  # `python -m benchmarks kills` takes every one
        target = tmp_path / f"{step}" / "o.csv"

        def killed(target=target, step=step):
            die_at(step)
            run(source, target, policy=policy)

        ended = in_a_child(killed)
        ends[ended] += 1
        if ended == 0:
            break
        assert ended == -signal.SIGKILL, step
        if target.exists():  # a table that is there is whole, and so is its report
            assert target.read_bytes() == wanted
            assert json.loads(target.with_name("o.csv.report.json").read_text())["command"] == "redact"
        assert in_a_child(lambda target=target: run(source, target, policy=policy, resume=True)) == 0, step
        assert target.read_bytes() == wanted, step
        left = {path.name for path in target.parent.iterdir() if not path.name.startswith(".tamis-new-")}
        assert left == names, step
    assert ends[-signal.SIGKILL] > 25
    assert source.read_bytes().startswith(b"pid,name")


KILLERS = """
import os, pathlib, signal

def once(value):
    marker = pathlib.Path(__file__).with_name("died")
    if value.startswith("Ann40 ") and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return value.upper()

def always(value):
    if value.startswith("Ann40 "):
        os.kill(os.getpid(), signal.SIGKILL)
    return value
"""


@pytest.fixture
def killers(tmp_path_factory, monkeypatch):
    """Operators whose process dies at the name in row 41, in a module that other processes can load."""
    folder = tmp_path_factory.mktemp("killers")
    (folder / "tamis_test_killers.py").write_text(KILLERS)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "tamis_test_killers", raising=False)
    return importlib.import_module("tamis_test_killers")


def test_a_worker_that_is_killed_is_replaced_and_the_bytes_are_the_same(tmp_path, source, small_shards, killers):
    policy = light("fast", columns={"name": Custom(killers.once)})
    killed = run(source, tmp_path / "killed.csv", policy=policy, jobs=2)
    assert Path(killers.__file__).with_name("died").exists()
    assert run(source, tmp_path / "clean.csv", policy=policy) == killed


def test_rows_that_kill_every_worker_end_in_one_error_and_what_was_done_is_kept(tmp_path, source, monkeypatch, killers):
    monkeypatch.setattr(pieces, "ROWS", 20)
    policy = light("fast", columns={"name": Custom(killers.always)})
    with pytest.raises(InternalError, match="rows 41 to 60"):
        run(source, tmp_path / "o.csv", policy=policy, jobs=2, resume=True)
    assert names_in(tmp_path) == [".o.csv.tamis", "people.csv"]
    assert {"part-000000", "part-000001"} <= set(names_in(place_of(tmp_path / "o.csv")))


def test_a_full_disk_is_one_error_and_leaves_nothing(tmp_path, source, monkeypatch):
    monkeypatch.setattr(pieces, "ROWS", 20)

    def on_a_small_disk(limit):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        try:
            run(source, tmp_path / "out" / "o.csv", policy=light("fast"))
        except WriteError as error:
            os._exit(3 if "could not be written" in str(error) else 4)

    ends = Counter(in_a_child(lambda limit=limit: on_a_small_disk(limit)) for limit in (1, 500, 1_500, 3_000, 4_000))
    assert set(ends) <= {3, 0}
    assert ends[3] >= 3
    if not ends[0]:
        assert names_in(tmp_path) == ["people.csv"]


def interrupted(source, target, monkeypatch, *, after, resume=True, policy=None):
    """Stop a run with Ctrl-C after so many shards."""
    done = count(1)
    finish = Manifest.finish

    def stop(self, part):
        finish(self, part)
        if next(done) == after:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Manifest, "finish", stop)
        with pytest.raises(KeyboardInterrupt):
            run(source, target, resume=resume, policy=policy)


def worked(monkeypatch):
    """Note which shards are worked on."""
    from pipelines.shards import work

    numbers, call = [], work.Worker.__call__

    def noted(self, shard):
        numbers.append(shard.number)
        return call(self, shard)

    monkeypatch.setattr(work.Worker, "__call__", noted)
    return numbers


def test_resume_redoes_only_what_does_not_match(tmp_path, source, small_shards, monkeypatch):
    wanted, target = run(source, tmp_path / "clean.csv"), tmp_path / "o.csv"
    folder = place_of(target)
    interrupted(source, target, monkeypatch, after=4)
    assert not target.exists()
    (folder / "part-000001").write_bytes(b"tampered with")  # its shard is staged no more: all is staged anew
    numbers = worked(monkeypatch)
    assert run(source, target, resume=True) == wanted
    assert numbers == list(range(9))
    target.unlink()
    interrupted(source, target, monkeypatch, after=4)
    numbers.clear()
    assert run(source, target, resume=True) == wanted
    assert numbers == [4, 5, 6, 7, 8]
    assert not folder.exists()
    numbers.clear()
    assert run(source, target, resume=True) == wanted
    assert numbers == []


def test_resume_begins_anew_where_source_or_policy_changed(tmp_path, source, small_shards, monkeypatch):
    target = tmp_path / "o.csv"
    interrupted(source, target, monkeypatch, after=3)
    source.write_bytes(source.read_bytes().replace(b"Paris", b"Milan"))
    numbers = worked(monkeypatch)
    changed = run(source, target, resume=True)
    assert numbers == list(range(9))
    assert changed == run(source, tmp_path / "clean.csv")
    target.unlink()
    interrupted(source, target, monkeypatch, after=3)
    numbers.clear()
    run(source, target, resume=True, policy=light("fast"))
    assert numbers == list(range(9))


def test_an_interrupted_run_leaves_nothing_unless_it_is_to_be_resumed(tmp_path, source, small_shards, monkeypatch):
    interrupted(source, tmp_path / "o.csv", monkeypatch, after=2, resume=False)
    assert names_in(tmp_path) == ["people.csv"]
    interrupted(source, tmp_path / "o.csv", monkeypatch, after=2)
    assert names_in(tmp_path) == [".o.csv.tamis", "people.csv"]
    folder = place_of(tmp_path / "o.csv")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o077 for path in folder.iterdir() if path.name != "lock"} == {0}
    run(source, tmp_path / "o.csv")
    assert not folder.exists()


def test_two_runs_do_not_work_on_one_output_and_a_link_is_no_working_folder(tmp_path, source):
    with working_folder(tmp_path / "o.csv", resume=True), pytest.raises(UsageError, match="another run"):
        run(source, tmp_path / "o.csv")
    (tmp_path / "elsewhere").mkdir()
    place_of(tmp_path / "p.csv").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="is a link"):
        run(source, tmp_path / "p.csv")


def test_a_source_that_changes_while_it_is_read_is_refused(tmp_path, source, small_shards, monkeypatch):
    from pipelines.shards import largetable

    laid = largetable.stage

    def touched(*arguments):
        staging = laid(*arguments)
        with source.open("ab") as file:
            file.write(b"7,x,x,x,x,x,x\r\n")
        return staging

    monkeypatch.setattr(largetable, "stage", touched)
    with pytest.raises(SourceError, match="changed while it was read"):
        run(source, tmp_path / "o.csv")


def test_neither_manifest_nor_report_holds_a_value(tmp_path, source, small_shards, monkeypatch):
    interrupted(source, tmp_path / "o.csv", monkeypatch, after=8)
    told = (place_of(tmp_path / "o.csv") / "manifest.jsonl").read_text()
    lines = source.read_text(encoding="utf-8").splitlines()[1:]
    cells = {cell for row in csv.reader(lines) for cell in row if len(cell) > 5}
    assert len(cells) > 200
    assert not [cell for cell in cells if cell in told]
    run(source, tmp_path / "o.csv", resume=True)
    report = (tmp_path / "o.csv.report.json").read_text()
    assert not [cell for cell in cells if cell in report]
    assert str(KEY.secret) not in told + report


def test_a_manifest_is_read_as_it_was_written_and_a_torn_line_does_not_count(tmp_path):
    path, shard = tmp_path / "manifest.jsonl", Shard(0, 0, 5, "a" * 64)
    staging = Staging((shard,), (), 3, (2, 9))
    part = Part(0, shard.sha256, "b" * 64, Counts(5, {"PERSON": 2}, 0, {}, {"x": 1}, ("when",)))
    manifest = Manifest.of(tmp_path, "run")
    manifest.stage(staging)
    manifest.finish(part)
    assert (Manifest.of(tmp_path, "run").staging, Manifest.of(tmp_path, "run").parts) == (staging, {0: part})
    whole = path.read_bytes()
    for length in range(0, len(whole), 9):
        path.write_bytes(whole[:length])
        again = Manifest.of(tmp_path, "run")
        assert again.parts == {}
        again.stage(staging)
        again.finish(part)
        assert Manifest.of(tmp_path, "run").parts == {0: part}
    assert Manifest.of(tmp_path, "another").staging is None


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".ndjson"])
def test_columns_of_one_file_that_refer_to_each_other_are_redacted_alike(tmp_path, small_shards, monkeypatch, ending):
    frame = pd.DataFrame({"staff": [f"E-{n:03}" for n in range(ROWS)], "name": [f"Ann{n} Lee" for n in range(ROWS)]})
    frame["boss"] = [f"E-{n * 7 % ROWS:03}" if n % 5 else None for n in range(ROWS)]
    note = "asked by Ann{} twice, and Lee left in the end"
    frame["note"] = [note.format(n * 7 % ROWS) if n % 5 else "left in the end" for n in range(ROWS)]
    source = tmp_path / f"staff{ending}"
    if ending == ".parquet":
        frame.to_parquet(source)
    elif ending == ".csv":
        frame.to_csv(source, index=False)
    else:
        source.write_text("".join(f"{json.dumps(row)}\n" for row in frame.astype(object).to_dict("records")))
    policy = light(references={"staff.boss": "staff.staff"}, columns={"staff": Token()})
    shards = run(source, tmp_path / "1" / source.name, policy=policy)
    with monkeypatch.context() as patch:
        patch.setattr(job, "large_of", lambda *_: None)
        run_job(Job(source, tmp_path / "2" / source.name, policy, Reading(quarantine_limit=0.2), KEY))
    assert record(tmp_path / "1" / source.name)["relations"] == [
        {"column": "staff.boss", "key": "staff.staff", "held": True}
    ]
    if ending == ".parquet":
        assert pq.read_table(tmp_path / "1" / source.name) == pq.read_table(tmp_path / "2" / source.name)
        return
    assert (tmp_path / "2" / source.name).read_bytes() == shards
    assert record(tmp_path / "1" / source.name) == record(tmp_path / "2" / source.name)
    assert b"Ann" not in shards


def test_columns_of_one_file_that_refer_to_each_other_are_scanned_as_they_are_redacted(tmp_path, source):
    policy = light(references={"people.city": "people.name"})
    run(source, tmp_path / "o.csv", policy=policy)
    (result,) = scan_paths([source], Request(policy, Reading()))
    redacted = record(tmp_path / "o.csv")["tables"]["people"]["columns"]
    assert [step.label for step in result.columns] == [step["label"] for step in redacted]
    assert result.columns[4].label == "PERSON"


def test_what_decides_the_output_decides_whether_a_run_is_gone_on_with(tmp_path, source, monkeypatch):
    """Input, policy, its files, key, reading, packages, and the weights of the language model."""
    rules = tmp_path / "rules.yaml"
    rules.write_text("recognizers: []\n")
    policy = Policy(recognisers=(rules,))

    def fingerprint(**changes):
        told = {"policy": policy, "key": KEY, "reading": Reading(), **changes}
        return marks_of(Job(source, tmp_path / "o.csv", told["policy"], told["reading"], told["key"])).fingerprint

    before = [fingerprint()]
    assert fingerprint() == before[0]
    before.append(fingerprint(policy=replace(policy, name="other")))
    before.append(fingerprint(key=Key(bytes(32))))
    before.append(fingerprint(reading=Reading(delimiter=";")))
    with monkeypatch.context() as patch:
        patch.setattr(premises, "package_version", lambda name: f"{name} 9")
        before.append(fingerprint())
    with monkeypatch.context() as patch:
        found = premises.find_model("en_core_web_sm")
        patch.setattr(premises, "find_model", lambda _: replace(found, sha256="0" * 64))
        before.append(fingerprint())
    rules.write_text("recognizers: []\n\n")
    before.append(fingerprint())
    source.write_text(source.read_text() + "x")
    before.append(fingerprint())
    assert len(set(before)) == len(before)
