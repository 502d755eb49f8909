"""JSON lines of texts are redacted in shards: as a run that reads all does it, whatever the cut, killed or not."""

import json
from functools import partial

import pytest

from pipelines import job
from pipelines.books.records import is_records
from pipelines.errors import EmptyError, FormatError
from pipelines.job import Job, run_job
from pipelines.shards import pieces
from pipelines.tablefile import Reading
from tests.sharded import KEY, check_kill, light, record


def write(path, records):
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    return path


@pytest.fixture
def source(tmp_path):
    """Texts with ids of numbers, of words, of names that must go, and of the same name twice."""
    ids = [1, 2, "a-3", "Ann Lee", "ann.lee@example.com", "Ann Lee", "note", *range(8, 40)]
    texts = [f"Dear Ann Lee,\ncall +1 202-555-{n:04} or write to a{n}@example.com." for n in range(len(ids))]
    return write(tmp_path / "letters.jsonl", [{"id": i, "text": t, "more": 1} for i, t in zip(ids, texts, strict=True)])


def run(source, target, *, policy=None, jobs=1, **options):
    run_job(Job(source, target, policy or light(), Reading(), KEY, jobs), **options)
    return target.read_bytes()


@pytest.mark.parametrize("name", ["tokens", "fast", "hipaa-safe-harbor"])
def test_shards_are_what_a_run_that_reads_all_gives(tmp_path, source, monkeypatch, name):
    monkeypatch.setattr(pieces, "TEXTS", 7)
    shards = run(source, tmp_path / "1.jsonl", policy=light(name))
    with monkeypatch.context() as patch:
        patch.setattr(job, "large_of", lambda *_: None)
        assert run(source, tmp_path / "2.jsonl", policy=light(name)) == shards
    assert record(tmp_path / "1.jsonl") == record(tmp_path / "2.jsonl")
    lines = [json.loads(line) for line in shards.splitlines()]
    assert [line["id"] for line in lines[:3]] == [1, 2, "a-3"]
    assert len({line["id"] for line in lines}) == len(lines)
    assert b"example.com" not in shards
    assert all(set(line) == {"id", "text"} for line in lines)


def test_the_bytes_do_not_depend_on_the_cut_nor_on_the_number_of_workers(tmp_path, source, monkeypatch):
    whole = run(source, tmp_path / "1.jsonl")
    monkeypatch.setattr(pieces, "CHARACTERS", 500)
    assert run(source, tmp_path / "2.jsonl", jobs=2) == whole
    assert run(source, tmp_path / "3.jsonl.gz")[:2] == b"\x1f\x8b"


@pytest.mark.parametrize("step", [9, 17, 23])
def test_a_killed_run_leaves_nothing_and_goes_on_to_the_same_bytes(tmp_path, source, monkeypatch, step):
    monkeypatch.setattr(pieces, "TEXTS", 7)
    check_kill(tmp_path, "o.jsonl", step, partial(run, source, policy=light("fast")))


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "line 3: no JSON"),
        ('{"id": 1}', "line 3: no JSON object with a string"),
        ('{"text": "a"}', "line 3: no `id`"),
    ],
)
def test_a_line_that_is_no_text_is_an_error_that_tells_its_number_and_leaves_nothing(tmp_path, line, fault):
    source = tmp_path / "o.jsonl"
    source.write_text(f'{{"id": 1, "text": "a"}}\n\n{line}\n')
    with pytest.raises(FormatError, match=fault):
        run(source, tmp_path / "out" / "o.jsonl", policy=light("fast"))
    assert not (tmp_path / "out").exists()


def test_a_file_without_a_line_is_empty(tmp_path):
    (tmp_path / "o.jsonl").write_text("\n\n")
    with pytest.raises(EmptyError, match="has no line"):
        run(tmp_path / "o.jsonl", tmp_path / "out" / "o.jsonl")


def test_what_a_file_of_lines_is_shows_at_the_first_line_with_a_text(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": {"b": 1}}\n' * 3)
    assert is_records(path)
    path.write_text('{"a": {"b": 1}}\n{"id": 1, "text": "x"}\n{')
    assert not is_records(path)
    path.write_text('{"a": {"b": 1}}\n{')
    assert not is_records(path)
