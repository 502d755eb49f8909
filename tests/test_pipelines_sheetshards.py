"""Workbooks are redacted in shards, alone and in a folder: as a run that reads all does it, one in memory at a time."""

import gc
import json
import weakref
import zipfile
from datetime import UTC, date, datetime, time, timedelta

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.comments import Comment

from deid.operators import Replace, Token
from pipelines import job, scanning
from pipelines.books import shelf, workbook
from pipelines.engines.local import Local
from pipelines.errors import FormatError, SourceError
from pipelines.job import Job, run_job
from pipelines.keeping import restore
from pipelines.scanning import Request, scan_paths
from pipelines.shards import pieces
from pipelines.shards.sheetcells import cells_of, cut_frame, frame_of_cells
from pipelines.tablefile import Reading
from tests.sharded import KEY, check_kill, light, record

PEOPLE = 30
FIRST = "Åsa Bodil Cyrus Dina Egon Fay Gus Hana Ivo Jun".split()
LAST = "Lindqvist Okafor Marsh".split()


def book(path, sheets):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made["visits"]["B2"].number_format = "dd/mm/yyyy"
    made["visits"]["A2"].comment = Comment("Lindqvist", "Lindqvist")
    made.save(path)


@pytest.fixture
def clinic(tmp_path):
    """People, who visits them in another sheet, a sheet without headings, one called after somebody, one empty."""
    people = [(f"P-{n:05}", f"{FIRST[n % 10]} {LAST[n % 3]}", f"a{n}@example.com", n % 7) for n in range(PEOPLE)]
    note = "{last} came with a sister, and {first} paid at once.\nCall +1 202-555-0{n:03}."
    visits = []
    for n in range(2 * PEOPLE):
        pid, name, *_ = people[n * 7 % PEOPLE]
        first, last = name.split()
        seen = datetime(2020, 3, n % 28 + 1, 9, n % 60)
        visits.append((pid if n % 11 else None, seen, time(n % 24, 5), n / 4, note.format(first=first, last=last, n=n)))
    visits[3] = (visits[3][0], "=TODAY()", *visits[3][2:])
    path = tmp_path / "clinic.xlsx"
    sheets = {
        "people": [("pid", "full name", "email", "ward"), *people],
        "visits": [("pid", "seen", "hour", "kilos", "note"), *visits],
        "loose": [(n, f"mail a{n}@example.com", None if n % 3 else True) for n in range(9)],
        "Ann Lee": [("code", "size")],
        "nothing": [],
    }
    book(path, sheets)
    return path


@pytest.fixture
def folder(tmp_path, clinic):
    """The workbook beside another with a sheet of the same title, and files of other kinds that refer to it."""
    place = tmp_path / "in"
    (place / "Ann_Lee").mkdir(parents=True)
    book(
        place / "Ann_Lee" / "old.xlsx",
        {"visits": [("pid", "seen"), *((f"P-{n:05}", date(2019, 1, n + 1)) for n in range(20))]},
    )
    clinic.rename(place / "clinic.xlsx")
    calls = [{"pid": f"P-{n:05}", "said": [{"note": f"{LAST[n % 3]} called"}] * 2} for n in range(20)]
    (place / "calls.ndjson").write_text("".join(f"{json.dumps(one)}\n" for one in calls))
    (place / "wards.csv").write_text("ward,name\n" + "".join(f"{n},W{n}\n" for n in range(7)))
    (place / "letter.txt").write_text("Dear Ann Lee, a1@example.com")
    return place


def run(source, target, *, policy=None, jobs=1, **options):
    task = Job(source, target, policy or light(), Reading(), KEY, jobs)
    assert job.large_of(task, "") or job.large_of.__name__ == "<lambda>"
    run_job(task, **options)
    if target.is_file():
        return target.read_bytes()
    return {path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()}


def in_memory(source, target, monkeypatch, **options):
    with monkeypatch.context() as patch:
        patch.setattr(job, "large_of", lambda *_: None)
        return run(source, target, **options)


def cells(path, sheet):
    return [list(row) for row in openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)]


POLICIES = {
    "tokens": light(),
    "research-share": light("research-share"),
    "surrogates": light("surrogates"),
    "dropped": light(columns={"people.pid": "drop"}),
    "lost": light(columns={"people.pid": Token(), "clinic.xlsx#visits.pid": Replace()}),
    "subject": light(subject="pid"),
}


@pytest.mark.parametrize("name", POLICIES)
def test_shards_are_what_a_run_that_reads_all_gives(tmp_path, folder, monkeypatch, name, capsys):
    for limit in ("ROWS", "TEXTS"):
        monkeypatch.setattr(pieces, limit, 7)
    shards = run(folder, tmp_path / "1", policy=POLICIES[name])
    said = capsys.readouterr().err
    assert in_memory(folder, tmp_path / "2", monkeypatch, policy=POLICIES[name]) == shards
    assert sorted(capsys.readouterr().err.splitlines()) == sorted(said.splitlines())
    assert record(tmp_path / "1") == record(tmp_path / "2")
    assert "clinic.xlsx: 1 comments, 1 formulas left out" in said
    assert {"clinic.xlsx#people", "clinic.xlsx#visits", "calls.ndjson"} < set(record(tmp_path / "1")["tables"])


def test_one_workbook_is_what_a_run_that_reads_all_gives(tmp_path, clinic, monkeypatch, capsys):
    monkeypatch.setattr(pieces, "ROWS", 7)
    shards = run(clinic, tmp_path / "1" / "o.xlsx", jobs=2)
    said = capsys.readouterr().err
    assert in_memory(clinic, tmp_path / "2" / "o.xlsx", monkeypatch) == shards
    assert capsys.readouterr().err == said
    assert record(tmp_path / "1" / "o.xlsx") == record(tmp_path / "2" / "o.xlsx")
    titles = list(record(tmp_path / "1" / "o.xlsx")["tables"])
    assert titles[:3] == ["people", "visits", "loose"]
    assert titles[3].startswith("PERSON_")


def test_types_and_looks_stay_joins_hold_and_notes_lose_whom_the_other_sheet_names(tmp_path, clinic, monkeypatch):
    monkeypatch.setattr(pieces, "ROWS", 7)
    run(clinic, tmp_path / "o.xlsx")
    before, after = cells(clinic, "visits"), cells(tmp_path / "o.xlsx", "visits")
    assert [(type(row[3]), row[3]) for row in after] == [(type(row[3]), row[3]) for row in before]
    assert after[4][1] == "[WITHHELD]"
    assert openpyxl.load_workbook(tmp_path / "o.xlsx")["visits"]["B2"].number_format == "dd/mm/yyyy"
    known = [row[4] for row in after[1:] if row[0]]
    assert not [note for note in known for name in (*FIRST, *LAST) if name in note]
    assert {row[0] for row in after[1:] if row[0]} <= {row[0] for row in cells(tmp_path / "o.xlsx", "people")}
    assert not [row for row in cells(tmp_path / "o.xlsx", "loose") if "@" in str(row[1])]


def test_a_vault_brings_a_workbook_in_a_folder_back(tmp_path, folder):
    vault, target = tmp_path / "names.vault", tmp_path / "o"
    run_job(Job(folder, target, light(), Reading(), KEY, vault=vault))
    restore(target, vault, tmp_path / "back", KEY)
    before, after = folder / "clinic.xlsx", tmp_path / "back" / "clinic.xlsx"
    assert after.read_bytes() == before.read_bytes()


@pytest.mark.parametrize("step", [40, 100])
def test_a_killed_run_leaves_nothing_and_goes_on_to_the_same_bytes(tmp_path, folder, monkeypatch, step):
    monkeypatch.setattr(pieces, "ROWS", 20)
    check_kill(tmp_path, "o", step, lambda target, **options: run(folder, target, **options))


@pytest.mark.parametrize("sheets", [{"visits": [("a", "b"), (1, 2)]}, {"visits": [("a", "b")] * 2, "x": [("c",)]}])
def test_a_workbook_that_changes_while_shards_are_redacted_is_refused(tmp_path, clinic, monkeypatch, sheets):
    through = Local.map_shards

    def touched(self, work, shards):
        book(clinic, sheets)
        return through(self, work, shards)

    monkeypatch.setattr(Local, "map_shards", touched)
    with pytest.raises(SourceError, match="changed while it was read"):
        run(clinic, tmp_path / "out" / "o.xlsx")
    assert not (tmp_path / "out").exists()


def test_a_broken_workbook_stops_the_run_and_leaves_nothing(tmp_path, folder):
    (folder / "zoo.xlsx").write_bytes(b"PK\x03\x04")
    with pytest.raises(FormatError, match=r"zoo\.xlsx"):
        run(folder, tmp_path / "out" / "o")
    assert not (tmp_path / "out").exists()


def test_a_scan_in_pieces_is_one_that_reads_all(clinic, folder, monkeypatch):
    def scanned():
        found = list(scan_paths([folder], Request(light("fast"), Reading())))
        return [(one.name, one.path, one.columns) for one in found if one.columns]

    monkeypatch.setattr(pieces, "ROWS", 7)
    streamed = scanned()
    monkeypatch.setattr(scanning, "form_of", lambda *_: "other")
    assert scanned() == streamed
    assert [name for name, *_ in streamed] == ["visits", "calls", "people", "visits", "loose", "Ann Lee", "wards"]


@pytest.mark.parametrize("verb", ["scan", "redact"])
def test_one_workbook_is_in_memory_at_a_time(tmp_path, folder, monkeypatch, verb):
    held, most = list[weakref.ref](), list[int]()

    def counted(path):
        gc.collect()
        most.append(sum(one() is not None for one in held))
        read = workbook.read_workbook(path)
        held.extend(weakref.ref(base_of(table.frame)) for table in read.tables)
        return read

    monkeypatch.setattr(shelf, "read_workbook", counted)
    monkeypatch.setattr(shelf, "_CELLS", 0)
    (folder / "0.xlsx").write_bytes((folder / "clinic.xlsx").read_bytes())
    if verb == "redact":
        run_job(Job(folder, tmp_path / "o", light(), Reading(), KEY))
        assert len(most) == 9  # what sheets there are, to lay them down, to write them again
    else:
        list(scan_paths([folder, folder / "0.xlsx"], Request(light("fast"), Reading())))
    assert max(most) == 0  # of those read before, none is held any more


def base_of(frame):
    """The array in which the cells of a frame lie."""
    array = frame.iloc[:, 0].to_numpy()
    while array.base is not None:
        array = array.base
    return array


def test_small_workbooks_are_read_once(tmp_path, folder, monkeypatch):
    read = []
    monkeypatch.setattr(shelf, "read_workbook", lambda path: (read.append(path.name), workbook.read_workbook(path))[1])
    run_job(Job(folder, tmp_path / "o", light(), Reading(), KEY))
    assert read == ["old.xlsx", "clinic.xlsx"]


def rewrite(path, name, old, new):
    """Replace something in a part of a workbook that no program would write so."""
    with zipfile.ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    assert old in parts[name]
    with zipfile.ZipFile(path, "w") as archive:
        for one, data in parts.items():
            archive.writestr(one, data.replace(old, new) if one == name else data)


def merged(path):
    """Hide all cells of the last sheet with anything under another one."""
    made = openpyxl.load_workbook(path)
    made["Ann Lee"].delete_rows(1)
    made["Ann Lee"]["B2"] = "under"
    made.save(path)
    told = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>'
    rewrite(path, "xl/worksheets/sheet4.xml", b"</sheetData>", told)


def linked(path):
    made = openpyxl.load_workbook(path)
    made["nothing"]["A1"].hyperlink = "mailto:a1@example.com"
    made["nothing"]["A1"].value = None
    made.save(path)


def blank(path):
    """Give the empty sheet the look of a table, as people do, and the title of another's."""
    made = openpyxl.load_workbook(path)
    for row in range(1, 12):
        made["nothing"].cell(row, 1).number_format = "0.00"
    made["nothing"].title = "wards"
    made.save(path)


SHEET = "xl/worksheets/sheet3.xml"
ODD = {
    "cells under others": merged,
    "a link in an empty cell": linked,
    "a look without cells": blank,
    "a late row first": lambda path: rewrite(path, SHEET, b"<sheetData>", b'<sheetData><row r="90"/>'),
    "a first cell last": lambda path: rewrite(path, SHEET, b"</row>", b'<c r="A1"/></row>'),
    "titles alike": lambda path: rewrite(path, "xl/workbook.xml", b'name="loose"', b'name="PEOPLE"'),
    "titles alike, one empty": lambda path: rewrite(path, "xl/workbook.xml", b'name="nothing"', b'name="LOOSE"'),
    "a size that is none": lambda path: rewrite(path, SHEET, b'<dimension ref="A1:C9"/>', b'<dimension ref="x"/>'),
}


@pytest.mark.parametrize("oddity", ODD)
def test_odd_workbooks_are_what_a_run_that_reads_all_makes_of_them(tmp_path, folder, monkeypatch, oddity):
    ODD[oddity](folder / "clinic.xlsx")
    policy = light(columns={"wards.ward": "drop", "people.pid": "drop"})
    shards = run(folder, tmp_path / "1", policy=policy)
    assert in_memory(folder, tmp_path / "2", monkeypatch, policy=policy) == shards
    assert record(tmp_path / "1") == record(tmp_path / "2")
    request = Request(light("fast"), Reading())
    found = {place: list(scan_paths([place], request)) for place in (folder, folder / "clinic.xlsx")}
    monkeypatch.setattr(scanning, "form_of", lambda *_: "other")
    for place, told in found.items():
        whole = {(one.name, one.path): one.columns for one in scan_paths([place], request) if one.columns}
        assert {(one.name, one.path): one.columns for one in told if one.columns} == whole
        assert len(whole) >= 3


moments = st.datetimes(timezones=st.sampled_from([None, UTC]))
any_cell = st.one_of(
    st.none(),
    st.text(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    moments,
    st.dates(),
    st.times(),
    st.timedeltas(),
)


@given(st.lists(st.tuples(any_cell, any_cell), max_size=12), st.integers(1, 5))
def test_cells_come_back_as_they_were(rows, most):
    frame = pd.DataFrame(rows, columns=pd.Index(["a", "b"]), dtype=object)
    assert told(frame_of_cells(cells_of(frame))) == told(frame)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "ROWS", most)
        cut = [frame_of_cells(table) for table in cut_frame(frame)]
    assert [one for piece in cut for one in told(piece)] == told(frame)
    assert all(len(piece) <= most for piece in cut)


def told(frame):
    return [[(type(cell), cell) for cell in row] for row in frame.itertuples(index=False, name=None)]


def test_a_cell_of_another_type_is_refused_without_its_value():
    with pytest.raises(TypeError, match="a cell of type complex"):
        cells_of(pd.DataFrame({"a": [1j, timedelta(1)]}, dtype=object))
