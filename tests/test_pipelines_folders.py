"""A folder of texts is redacted in shards: as a run that reads all does it, killed or not, and in flat memory."""

import json
from functools import partial

import pytest

from deid.naming import numbered
from pipelines import job
from pipelines.errors import EmptyError, EncodingError, SourceError
from pipelines.job import Job, run_job
from pipelines.shards import emptied, largefolder, pieces
from pipelines.tablefile import Reading
from tests.documents import pdf, runs, word
from tests.sharded import KEY, check_kill, light, record

NOTE = "Dear Ann Lee,\ncall +1 202-555-0{n:03} or write to a{n}@example.com.\n"


@pytest.fixture
def source(tmp_path):
    """Letters and documents in folders, some called after people, and two files of lines with the same ids."""
    place = tmp_path / "letters"
    for n in range(24):
        path = place / ("Ann_Lee" if n % 3 else "note") / (f"ann.lee@example.com {n % 2}.txt" if n % 5 else f"{n}.md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(NOTE.format(n=n))
    (place / "empty.txt").write_text("")
    word(place / "Ann_Lee" / "letter.DOCX", runs("Dear ", "Ann", " Lee, a1@example.com"), {"header1": runs("Ann Lee")})
    word(place / "Lee.docx", f"{runs('Mail bo@example.com')}<w:p><w:r><w:drawing/></w:r></w:p>")
    pdf(place / "paper.pdf", ["Dear Ann Lee, ask cy@example.com", ""])
    pdf(place / "scan.pdf", [""])
    (place / "data.bin").write_bytes(b"1")
    for name in ("a.jsonl", "Ann_Lee/b.jsonl"):
        records = [{"id": i, "text": NOTE.format(n=7)} for i in (1, "x", "Ann Lee", "ann lee", 5)]
        (place / name).write_text("".join(f"{json.dumps(one)}\n" for one in records))
    return place


def run(source, target, *, policy=None, jobs=1, **options):
    run_job(Job(source, target, policy or light(), Reading(), KEY, jobs), **options)
    return {path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["tokens", "fast"])
def test_shards_are_what_a_run_that_reads_all_gives(tmp_path, source, monkeypatch, name, capsys):
    monkeypatch.setattr(pieces, "TEXTS", 5)
    shards = run(source, tmp_path / "1", policy=light(name))
    said = capsys.readouterr().err
    with monkeypatch.context() as patch:
        patch.setattr(job, "large_of", lambda *_: None)
        assert run(source, tmp_path / "2", policy=light(name)) == shards
    assert sorted(capsys.readouterr().err.splitlines()) == sorted(said.splitlines())
    assert record(tmp_path / "1") == record(tmp_path / "2")
    assert record(tmp_path / "1")["files_withheld"] == "<5"
    assert not [path for path, data in shards.items() if "ann" in path.casefold() or b"example.com" in data]
    assert len(shards) == len([path for path in source.rglob("*") if path.is_file()]) - 2


def test_the_bytes_do_not_depend_on_the_cut(tmp_path, source, monkeypatch):
    whole = run(source, tmp_path / "1")
    monkeypatch.setattr(pieces, "CHARACTERS", 200)
    assert run(source, tmp_path / "2") == whole


@pytest.mark.parametrize("step", [11, 31, 60, 80])
def test_a_killed_run_leaves_nothing_and_goes_on_to_the_same_bytes(tmp_path, source, monkeypatch, step):
    monkeypatch.setattr(pieces, "TEXTS", 9)
    check_kill(tmp_path, "o", step, partial(run, source, policy=light("fast")))


@pytest.mark.parametrize("changed", ["Ann_Lee/letter.DOCX", "note/0.md"])
def test_a_folder_that_changes_while_it_is_read_is_refused(tmp_path, source, monkeypatch, changed):
    laid = largefolder.lay_down_all

    def touched(*arguments):
        shards = laid(*arguments)
        with (source / changed).open("ab") as file:
            file.write(b"x")
        return shards

    monkeypatch.setattr(largefolder, "lay_down_all", touched)
    with pytest.raises(SourceError, match="changed while it was read"):
        run(source, tmp_path / "o")
    assert not (tmp_path / "o").exists()


def test_a_document_that_changes_before_it_is_written_is_refused(tmp_path, source, monkeypatch):
    gathered = emptied.Gathered.of

    def touched(*arguments):
        word(source / "Lee.docx", runs("Mail di@example.com and others"))
        return gathered(*arguments)

    monkeypatch.setattr(emptied.Gathered, "of", touched)
    with pytest.raises(SourceError, match="changed while it was read"):
        run(source, tmp_path / "o")
    assert not (tmp_path / "o").exists()


def test_a_text_that_goes_after_it_was_read_changes_no_figure(tmp_path, source, monkeypatch):
    gathered = emptied.Gathered.of

    def touched(*arguments):
        (source / "note" / "0.md").unlink()
        return gathered(*arguments)

    for path in [*source.rglob("*.docx"), *source.rglob("*.DOCX"), *source.rglob("*.pdf")]:
        path.unlink()
    wanted = run(source, tmp_path / "2")
    monkeypatch.setattr(emptied.Gathered, "of", touched)
    assert run(source, tmp_path / "3") == wanted
    assert record(tmp_path / "3") == record(tmp_path / "2")


def test_a_file_that_is_no_text_stops_the_run_and_leaves_nothing(tmp_path, source):
    (source / "zoo.txt").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(EncodingError, match=r"zoo\.txt"):
        run(source, tmp_path / "out" / "o")
    assert not (tmp_path / "out").exists()


def test_a_folder_in_which_no_text_shows_is_empty(tmp_path):
    (tmp_path / "in").mkdir()
    pdf(tmp_path / "in" / "scan.pdf", [""])
    with pytest.raises(EmptyError, match="no file whose text can be seen"):
        run(tmp_path / "in", tmp_path / "o")


def test_as_many_equal_names_as_there_are_files_are_told_apart_in_a_moment():
    names = ["[PERSON].txt"] * 100_000  # the square of it would take hours
    told = numbered(names, range(len(names)))
    assert told[:3] == ["[PERSON].txt", "[PERSON]_2.txt", "[PERSON]_3.txt"]
    assert len(set(told)) == len(names)
