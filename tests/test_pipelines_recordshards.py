"""Nested JSON lines are redacted in shards: as a run that reads all does it, whatever the cut, killed or not."""

import json
from functools import partial

import pytest

from deid.operators import Shift
from pipelines import job
from pipelines.cli import run_app
from pipelines.errors import EmptyError, FormatError, SourceError
from pipelines.job import Job, run_job
from pipelines.shards import largerecords, outline, pieces
from pipelines.tablefile import Reading
from tests.sharded import KEY, check_kill, light, record

PEOPLE = ("Ann Lee", "Bo Chan", "Cy Marsh", "Di Okafor")


def record_of(number):
    """A record; some have paths that others lack, some have lists of different lengths."""
    name = PEOPLE[number % len(PEOPLE)]
    told = {"pid": f"{number % 7:06}", "patient": {"name": name, "born": f"19{50 + number % 40}-03-0{1 + number % 9}"}}
    told["visits"] = [
        {"note": f"{name.split()[1]} called from a{k}@example.com", "cost": 1.50} for k in range(number % 4)
    ]
    if number % 5 == 3:
        told["kin"] = {"email": f"kin{number}@example.com", "ok": None}
    return told


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "visits.ndjson"
    lines = [json.dumps(record_of(n), separators=(",", ": ")) for n in range(40)]
    path.write_bytes("\n\n".join(lines[:20]).encode() + b"\r\n" + "\r\n".join(lines[20:]).encode())
    return path


def run(source, target, *, policy=None, jobs=1, **options):
    run_job(Job(source, target, policy or light(), Reading(), KEY, jobs), **options)
    return target.read_bytes()


POLICIES = [
    light(),
    light("fast"),
    light(labels={"DATE_OF_BIRTH": Shift()}, subject="pid"),
    light(labels={"DATE_OF_BIRTH": Shift()}, columns={"patient.name": "drop", "visits[].cost": "token"}),
]


@pytest.mark.parametrize("policy", POLICIES, ids=["tokens", "fast", "by subject", "by record"])
def test_shards_are_what_a_run_that_reads_all_gives(tmp_path, source, monkeypatch, policy):
    monkeypatch.setattr(pieces, "TEXTS", 7)
    shards = run(source, tmp_path / "1.ndjson", policy=policy)
    with monkeypatch.context() as patch:
        patch.setattr(job, "large_of", lambda *_: None)
        assert run(source, tmp_path / "2.ndjson", policy=policy) == shards
    assert record(tmp_path / "1.ndjson") == record(tmp_path / "2.ndjson")
    assert b"example.com" not in shards
    assert b"Chan" not in shards
    assert len(shards.splitlines()) == 40


def test_the_bytes_do_not_depend_on_the_cut(tmp_path, source, monkeypatch):
    whole = run(source, tmp_path / "1.ndjson")
    monkeypatch.setattr(outline, "CHARACTERS", 300)
    assert run(source, tmp_path / "2.ndjson") == whole
    assert whole.count(b"\r\n") == 40


@pytest.mark.parametrize("step", [9, 17, 25, 33])
def test_a_killed_run_leaves_nothing_and_goes_on_to_the_same_bytes(tmp_path, source, monkeypatch, step):
    monkeypatch.setattr(pieces, "TEXTS", 9)
    check_kill(tmp_path, "o.ndjson", step, partial(run, source, policy=light("fast")))


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, source, monkeypatch):
    laid = largerecords.lay_down_all

    def touched(*arguments):
        shards = laid(*arguments)
        with source.open("ab") as file:
            file.write(b"\n{}")
        return shards

    monkeypatch.setattr(largerecords, "lay_down_all", touched)
    with pytest.raises(SourceError, match="changed while it was read"):
        run(source, tmp_path / "o.ndjson")
    assert not (tmp_path / "o.ndjson").exists()


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "line 80: no JSON"),
        ('{"of": {"ann@example.com": 1}}', "line 80: an object under 'of' has keys that identify"),
        (json.dumps({f"k{n}": n for n in range(2001)}), "line 80: more than 2000 paths"),
    ],
)
def test_what_cannot_be_redacted_is_an_error_that_tells_its_line_and_leaves_nothing(
    tmp_path, source, monkeypatch, line, fault
):
    monkeypatch.setattr(pieces, "TEXTS", 7)
    text = source.read_text() + "\n" * 21 + line
    source.write_text(text)
    assert len(text.split("\n")) == 80
    for command in (run, lambda *_: scanned(source)):
        with pytest.raises(FormatError, match=fault):
            command(source, tmp_path / "out" / "o.ndjson")
    assert not (tmp_path / "out").exists()


def scanned(source):
    from pipelines.scanning import Request, scan_paths

    return list(scan_paths([source], Request(light("fast"), Reading())))


def test_a_file_without_a_line_is_empty(tmp_path):
    (tmp_path / "o.ndjson").write_text("\n\n")
    with pytest.raises(EmptyError, match="has no line"):
        run(tmp_path / "o.ndjson", tmp_path / "out" / "o.ndjson")


def test_a_scan_sees_what_one_that_reads_all_does(source, monkeypatch, capsys):
    command = ["scan", str(source), "--policy", "fast", "--format", "json"]
    with monkeypatch.context() as patch:
        patch.setattr("pipelines.scanning.form_of", lambda *_: "other")
        assert run_app(command) == 0
    whole = capsys.readouterr().out
    monkeypatch.setattr(pieces, "TEXTS", 7)
    assert run_app(command) == 0
    assert capsys.readouterr().out == whole
    assert [step["column"] for step in json.loads(whole)][:3] == ["pid", "patient.name", "patient.born"]


@pytest.mark.parametrize(
    "content",
    [
        b'{"p":\r{"m":"bo@example.com"}}\n{"p":{"m":"c@example.com"}}\n',
        b'{"p":{"m":"bo@example.com"}}\n\r\n{"p":{"m":"c@example.com"}}\n',
        b'{"p":{"m":"a@example.com"}}\n{"p":{"m":"b@example.com"}}\r',
        b'{"p":{"m":"a@example.com"}}\r\r\n{"p":{"m":"b@example.com"}}\n',
        b'\xef\xbb\xbf{"p":{"m":"a@example.com"}}\r\n',
    ],
    ids=["CR inside", "CRLF on a blank line", "CR at the end", "two CR", "byte-order mark"],
)
def test_whatever_ends_the_lines_the_bytes_are_the_same(tmp_path, monkeypatch, content):
    source = tmp_path / "a.ndjson"
    source.write_bytes(content)
    shards = run(source, tmp_path / "1.ndjson", policy=light("fast"))
    monkeypatch.setattr(job, "large_of", lambda *_: None)
    assert run(source, tmp_path / "2.ndjson", policy=light("fast")) == shards
    assert b"example" not in shards


def test_a_path_that_identifies_is_redacted_with_the_key(tmp_path, monkeypatch):
    source = tmp_path / "a.ndjson"
    source.write_text('{"ann.lee@example":{"com":"x"},"p":{"m":"ann@example.com"}}\n')
    shards = run(source, tmp_path / "1.ndjson")
    told = (tmp_path / "1.ndjson.report.json").read_text()
    assert "EMAIL_ADDRESS_k" in told
    assert "ann.lee" not in told
    monkeypatch.setattr(job, "large_of", lambda *_: None)
    assert run(source, tmp_path / "2.ndjson") == shards
    assert record(tmp_path / "1.ndjson") == record(tmp_path / "2.ndjson")


def test_what_the_encoding_does_not_have_is_written_in_ascii(tmp_path, monkeypatch):
    source = tmp_path / "a.ndjson"
    source.write_bytes(b'{"a":{"b":"Zo\xeb mailed ann@example.com \\u4e2d"}}\n')

    def latin(target):
        run_job(Job(source, target, light("fast"), Reading("latin-1")))
        return target.read_bytes()

    shards = latin(tmp_path / "1.ndjson")
    assert json.loads(shards.decode("latin-1"))["a"]["b"] == "[PERSON] mailed [EMAIL_ADDRESS] 中"
    monkeypatch.setattr(job, "large_of", lambda *_: None)
    assert latin(tmp_path / "2.ndjson") == shards


def test_keys_that_seem_to_be_values_are_refused_also_where_nothing_stands_under_them(tmp_path, monkeypatch):
    source = tmp_path / "a.ndjson"
    source.write_text("".join(f'{{"a": {{"k{n}x": null, "b": "c"}}}}\n' for n in range(10_001)))
    for whole in (False, True):
        if whole:
            monkeypatch.setattr(job, "large_of", lambda *_: None)
        with pytest.raises(FormatError, match="more than 10000 keys"):
            run(source, tmp_path / "o.ndjson", policy=light("fast"))
