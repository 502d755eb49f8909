"""Every kind of file that tamis knows: scanned, redacted, and written as what it was."""

import csv
import json
import shutil
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from pypdf import PdfReader

from pipelines.documents.pdf import read_pdf
from pipelines.documents.word import read_word
from pipelines.errors import FormatError, ScanError
from tests.documents import pdf, runs, unpacked, word

NOTE = "Ann Lee came in with her sister today, write to ann@example.com."
DONE = "[PERSON] came in with her sister today, write to [EMAIL_ADDRESS]."
ROWS = [["pid", "full name", "colour"], ["P-1", "Ann Lee", "red"], ["P-2", "Bo Chan", "blue"]]


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "people"
    for row in ROWS:
        book.active.append(row)
    visits = book.create_sheet("Ann Lee")
    for row in (["pid", "note", "n"], ["P-2", NOTE, 1], ["P-1", "x", "=1+1"]):
        visits.append(row)
    book.save(path)
    return path


@pytest.fixture
def folder(tmp_path):
    """A folder with a file of every kind, some of them called after somebody."""
    place = tmp_path / "in"
    (place / "Ann_Lee").mkdir(parents=True)
    (place / "a.txt").write_text(NOTE)
    (place / "Ann_Lee" / "b.md").write_text(f"# {NOTE}\n")
    word(place / "Ann_Lee" / "Ann_Lee_2021.docx", runs("Ann ", "Lee", NOTE[7:]))
    pdf(place / "letter.pdf", [NOTE, ""])
    pdf(place / "scan.pdf", ["", ""])
    workbook(place / "book.xlsx")
    (place / "texts.jsonl").write_text(json.dumps({"id": "ann@example.com", "text": NOTE}) + "\n")
    (place / "nested.jsonl").write_text(json.dumps({"patient": {"name": "Ann Lee"}, "n": 1.50}) + "\n")
    (place / "flat.ndjson").write_text(json.dumps({"full name": "Ann Lee"}) + "\n")
    for name, delimiter in (("c.csv", ","), ("d.tsv", "\t")):
        with (place / name).open("w", newline="") as file:
            csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows(ROWS)
    (place / "image.png").write_bytes(b"\x89PNG")
    return place


@pytest.fixture
def light(tmp_path):
    """A policy without language models: what is asked here is not how well names are found."""
    path = tmp_path / "light.toml"
    path.write_text('schema_version = 1\ndetectors = ["people", "network", "records", "dates"]\n')
    return "--policy", path


def everything(place: Path) -> str:
    """Return all names and contents of a folder, unpacked."""
    parts = []
    for path in sorted(place.rglob("*")):
        parts.append(path.relative_to(place).as_posix())
        if path.suffix in {".docx", ".xlsx"}:
            parts += unpacked(path).values()
        elif path.is_file():
            parts.append(path.read_text())
    return "\n".join(parts)


def test_a_folder_of_all_kinds_comes_back_without_its_people(tamis, folder, tmp_path):
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    out = tmp_path / "out"
    ended = tamis("redact", folder, "-o", out)
    assert ended.status == 0, ended.err
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before
    names = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    same = {"a.txt", "letter.txt", "book.xlsx", "texts.jsonl", "nested.jsonl", "flat.ndjson", "c.csv", "d.tsv"}
    assert names == {*same, "PERSON/b.md", "PERSON/PERSON_2021.docx"}
    told = everything(out)
    assert not [word for word in ("Ann", "Lee", "Bo Chan", "example.com") if word in told]
    assert (out / "a.txt").read_text() == DONE
    assert (out / "PERSON" / "b.md").read_text() == f"# {DONE}\n"
    assert read_word(out / "PERSON" / "PERSON_2021.docx").text == DONE + "\n"
    assert (out / "letter.txt").read_text() == f"{DONE}\n[WITHHELD]"
    assert json.loads((out / "texts.jsonl").read_text()) == {"id": "EMAIL_ADDRESS", "text": DONE}
    assert (out / "nested.jsonl").read_text() == '{"patient": {"name": "[PERSON]"}, "n": 1.5}\n'
    assert (out / "flat.ndjson").read_text() == '{"full name": "[PERSON]"}\n'
    assert (out / "d.tsv").read_text().startswith("pid\tfull name\tcolour\n")
    assert (out / "d.tsv").read_text().replace("\t", ",") == (out / "c.csv").read_text()
    book = openpyxl.load_workbook(out / "book.xlsx")
    assert book.sheetnames == ["people", "PERSON"]
    assert book["people"]["B2"].value == "[PERSON]"
    assert book["people"]["C3"].value == "blue"
    assert book["PERSON"]["B2"].value == DONE
    assert (book["PERSON"]["C2"].value, book["PERSON"]["C3"].value) == (1, "[WITHHELD]")
    lines = ended.err.splitlines()
    assert lines[:2] == [
        "1 files of other kinds were left out",
        "1 files without any text that can be seen were withheld",
    ]
    assert "book.xlsx: 1 formulas left out" in lines
    assert "letter.txt: 1 pages without text left out" in lines
    report = (tmp_path / "out.report.json").read_text()
    assert "Ann" not in report + ended.err
    record = json.loads(report)
    assert record["not_looked_into"]["book.xlsx"] == {"formulas": "<5"}
    assert (record["files_withheld"], record["files_of_other_kinds"]) == ("<5", "<5")
    assert {"book.xlsx#people", "book.xlsx#PERSON", "c.csv", "nested.jsonl"} <= set(record["tables"])
    assert set(record["lines"]) == {"texts.jsonl"}


def test_a_second_redaction_of_a_folder_changes_nothing(tamis, folder, tmp_path, light):
    one, two = tmp_path / "one", tmp_path / "two"
    assert tamis("redact", folder, "-o", one, *light).status == 0
    ended = tamis("redact", one, "-o", two, *light)
    assert ended.status == 0
    assert everything(two) == everything(one)


def test_scan_knows_every_kind(tamis, folder, light):
    ended = tamis("scan", folder, "--format", "jsonl", *light)
    assert ended.status == 0
    lines = [json.loads(line) for line in ended.out.splitlines()]
    texts = {line["id"]: {s["label"] for s in line["spans"]} for line in lines if "id" in line}
    assert set(texts) == {"a.txt", "Ann_Lee/b.md", "Ann_Lee/Ann_Lee_2021.docx", "letter.pdf", "ann@example.com"}
    assert all({"PERSON", "EMAIL_ADDRESS"} <= labels for labels in texts.values())
    columns = {line["column"]: line["label"] for line in lines if "column" in line}
    assert {"patient.name": "PERSON", "full name": "PERSON", "note": "FREE_TEXT"}.items() <= columns.items()


@pytest.mark.parametrize(
    "name", ["Ann_Lee/Ann_Lee_2021.docx", "letter.pdf", "book.xlsx", "nested.jsonl", "flat.ndjson", "d.tsv"]
)
def test_one_file_comes_back_as_what_it_was(tamis, folder, light, name):
    tmp_path = folder.parent
    source = folder / name
    target = tmp_path / f"clean{'.txt' if source.suffix == '.pdf' else source.suffix}"
    ended = tamis("redact", source, "-o", target, *light)
    assert ended.status == 0, ended.err
    told = "".join(unpacked(target).values()) if target.suffix in {".docx", ".xlsx"} else target.read_text()
    assert "Ann" not in told + target.with_name(f"{target.name}.report.json").read_text() + ended.err
    assert tamis("scan", source, *light).status == 0
    other = tmp_path / "x.parquet" if name != "d.tsv" else tmp_path / "x.txt"
    assert tamis("redact", source, "-o", other).code == "P101"


def test_joins_of_a_folder_hold_or_are_told(tamis, tmp_path):
    place = tmp_path / "in"
    place.mkdir()
    (place / "people.csv").write_text("".join(",".join(row) + "\n" for row in ROWS))
    (place / "visits.tsv").write_text("pid\tn\nP-2\t1\nP-2\t2\nP-1\t3\n")
    policy = tmp_path / "p.toml"
    for operator, held in (("token", True), ("replace", False)):
        policy.write_text(f'schema_version = 1\ndetectors = ["people"]\n[columns.people]\npid = "{operator}"\n')
        key = tmp_path / "key"
        key.write_bytes(bytes(range(32)))
        key.chmod(0o600)
        out = tmp_path / operator
        ended = tamis("redact", place, "-o", out, "--policy", policy, "--key-file", key)
        assert ended.status == 0, ended.err
        people = [line.split(",")[0] for line in (out / "people.csv").read_text().splitlines()[1:]]
        visits = [line.split("\t")[0] for line in (out / "visits.tsv").read_text().splitlines()[1:]]
        assert visits == [people[1], people[1], people[0]]
        assert "P-1" not in people
        record = json.loads((tmp_path / f"{operator}.report.json").read_text())
        assert record["relations"] == [{"column": "visits.tsv.pid", "key": "people.csv.pid", "held": held}]
        assert (
            "1 joins between tables do not hold any more (visits.tsv.pid with people.csv.pid)" in ended.err
        ) is not held


def test_a_sheet_without_header_is_looked_at_cell_by_cell(tamis, tmp_path, light):
    book = openpyxl.Workbook()
    for row in (["Patients of the ward"], [], ["Ann Lee", 2021], ["red", 41], [NOTE, 3]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert tamis("redact", tmp_path / "a.xlsx", "-o", tmp_path / "b.xlsx", *light).status == 0
    rows = [list(row) for row in openpyxl.load_workbook(tmp_path / "b.xlsx").active.iter_rows(values_only=True)]
    assert rows[0] == ["Patients of the ward", None]
    assert rows[2:] == [["[PERSON]", 2021], ["red", 41], [DONE, 3]]


def test_the_index_of_a_frame_in_a_parquet_file_is_a_column_of_it(tamis, tmp_path, light):
    frame = pd.DataFrame({"n": [1, 2]}, index=pd.Index(["Ann Lee", "Bo Chan"], name="full name"))
    frame.to_parquet(tmp_path / "a.parquet")
    assert tamis("redact", tmp_path / "a.parquet", "-o", tmp_path / "b.parquet", *light).status == 0
    assert pq.read_table(tmp_path / "b.parquet").to_pydict() == {"n": [1, 2], "full name": ["[PERSON]"] * 2}


def test_a_parquet_file_of_dictionaries_keeps_no_value_that_no_row_has(tamis, tmp_path, light):
    import pyarrow as pa

    names = (
        pa.array(["red", "ann@example.com", "blue"] * 4).dictionary_encode().filter(pa.array([True, False, True] * 4))
    )
    pq.write_table(pa.table({"colour": names}), tmp_path / "a.parquet")
    assert tamis("redact", tmp_path / "a.parquet", "-o", tmp_path / "b.parquet", *light).status == 0
    assert b"ann@example.com" not in (tmp_path / "b.parquet").read_bytes()
    assert pq.read_table(tmp_path / "b.parquet").schema.types == [names.type]


def test_a_scan_alone_is_refused_and_so_is_a_folder_of_them(refused, tmp_path):
    (tmp_path / "in").mkdir()
    scan = pdf(tmp_path / "in" / "scan.pdf", [""])
    for command in (("scan", scan), ("redact", scan, "-o", tmp_path / "out.txt")):
        assert "text recognition" in refused(tmp_path, "P208", *command).err
    for command in (("scan", tmp_path / "in"), ("redact", tmp_path / "in", "-o", tmp_path / "out")):
        refused(tmp_path, "P205", *command)


def test_text_of_a_pdf_is_read_page_by_page(tmp_path):
    body = read_pdf(pdf(tmp_path / "a.pdf", ["one", "", "three"]))
    assert body.text == "one\n[WITHHELD]\nthree"
    assert {what: count for what, count in body.left_out.items() if count} == {"pages without text": 1}
    with pytest.raises(ScanError):
        read_pdf(pdf(tmp_path / "a.pdf", []))
    for data in (b"", b"%PDF-1.4 broken", b"Ann Lee"):
        (tmp_path / "a.pdf").write_bytes(data)
        with pytest.raises(FormatError) as caught:
            read_pdf(tmp_path / "a.pdf")
        assert "Ann" not in str(caught.value)


def test_a_locked_pdf_is_refused(tmp_path):
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=PdfReader(pdf(tmp_path / "a.pdf", ["one"])))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "b.pdf")
    with pytest.raises(FormatError, match="password"):
        read_pdf(tmp_path / "b.pdf")


@pytest.mark.parametrize("missing", ["xlsx openpyxl excel", "docx lxml docs", "pdf pypdf docs"])
def test_without_the_extra_an_error_says_which(refused, tmp_path, monkeypatch, missing):
    suffix, module, extra = missing.split()
    source, target = tmp_path / f"a.{suffix}", tmp_path / f"b.{'txt' if suffix == 'pdf' else suffix}"
    source.write_bytes(b"x")
    monkeypatch.setitem(sys.modules, module, None)
    for command in (("scan", source), ("redact", source, "-o", target)):
        assert f"tamis[{extra}]" in refused(tmp_path, "P105", *command).err


def test_an_audit_finds_documents_again_and_says_which_texts_it_did_not_see(tmp_path, capfd):
    from pipelines.corpus import Corpus, Text
    from pipelines.targets import paired

    body = read_pdf(pdf(tmp_path / "a.pdf", ["one"]))
    before = Corpus((Text("a.pdf", "one", body), Text("b.txt", "two"), Text("Ann.txt", "three")))
    after = Corpus((Text("a.txt", "1"), Text("b.txt", "2"), Text("PERSON.txt", "3")))
    assert paired(before, after) == {"a.pdf": "1", "b.txt": "2"}
    assert capfd.readouterr().err == "1 released texts have no original of their name and were not attacked\n"


def test_a_release_of_documents_leaves_under_new_names(tamis, folder, tmp_path):
    notes = tmp_path / "notes"
    shutil.copytree(folder / "Ann_Lee", notes / "Ann_Lee")
    recipe = tmp_path / "r.toml"
    recipe.write_text(
        'schema_version = 1\nname = "r"\n[policy]\ndetectors = ["people", "network"]\n[[corpus]]\npath = "notes"\n'
    )
    from pipelines.recipe import read_recipe
    from pipelines.release import _prepare, _write_release
    from pipelines.staging import read_stage

    plan = read_recipe(recipe)
    inputs = read_stage(plan, tmp_path)
    material, _ = _prepare(plan, inputs, tmp_path, tmp_path / "ledger.jsonl", 1)
    _write_release(plan, inputs, material, tmp_path / "release")
    written = {p.relative_to(tmp_path / "release").as_posix() for p in (tmp_path / "release").rglob("*") if p.is_file()}
    assert written == {"notes/PERSON/b.md", "notes/PERSON/PERSON_2021.docx"}
    assert "Ann" not in everything(tmp_path / "release")
