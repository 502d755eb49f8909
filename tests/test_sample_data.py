from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "sample_data"
WRITTEN = ("patients.csv", "visits.csv", "notes.index.csv", "notes.gold.jsonl")

Table = list[dict[str, str]]
Gold = dict[str, list[tuple[int, int, str]]]


def read_table(name: str) -> Table:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="module")
def patients() -> Table:
    return read_table("patients.csv")


@pytest.fixture(scope="module")
def visits() -> Table:
    return read_table("visits.csv")


@pytest.fixture(scope="module")
def index() -> Table:
    return read_table("notes.index.csv")


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return {path.name: path.read_bytes().decode("utf-8") for path in (FOLDER / "notes").iterdir()}


@pytest.fixture(scope="module")
def gold() -> Gold:
    lines = (FOLDER / "notes.gold.jsonl").read_text(encoding="utf-8").splitlines()
    documents = [json.loads(line) for line in lines]
    return {one["id"]: [(start, end, label) for start, end, label in one["spans"]] for one in documents}


@pytest.fixture(scope="module")
def mentions(texts: dict[str, str], gold: Gold) -> list[tuple[str, str]]:
    return [(texts[name][start:end], label) for name, spans in gold.items() for start, end, label in spans]


def test_the_script_writes_the_committed_files_to_the_byte(tmp_path: Path) -> None:
    subprocess.run([sys.executable, FOLDER / "make.py", "--out", tmp_path], check=True)
    paths = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    assert len(paths) == 400 + len(WRITTEN)
    assert [path for path in paths if (tmp_path / path).read_bytes() != (FOLDER / path).read_bytes()] == []


def test_the_folder_stays_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 3_000_000


def test_row_and_document_counts(patients: Table, visits: Table, index: Table, texts: dict[str, str]) -> None:
    assert len(patients) == 2_400
    assert 4_500 <= len(visits) <= 5_500
    assert len(index) == len(texts) == 400


def test_patient_columns_are_those_promised(patients: Table) -> None:
    assert list(patients[0]) == [
        *("patient_id", "given_name", "family_name", "email", "phone", "ssn", "birth_date", "street", "city"),
        *("state", "zip", "gender", "age", "ethnicity", "insurance", "smoker", "diagnosis", "cost", "note"),
    ]


def test_visit_columns_are_those_promised(visits: Table) -> None:
    assert list(visits[0]) == [
        *(
            "visit_id",
            "patient_id",
            "patient_name",
            "visit_date",
            "department",
            "clinician",
            "reason",
            "charge",
        ),
    ]


def test_ids_are_unique_and_references_hold(patients: Table, visits: Table, index: Table) -> None:
    known = {row["patient_id"] for row in patients}
    assert len(known) == len(patients)
    assert len({row["visit_id"] for row in visits}) == len(visits)
    assert {row["patient_id"] for row in visits} <= known
    assert {row["patient_id"] for row in index} <= known
    numbers = [row["ssn"] for row in patients if row["ssn"]]
    assert len(set(numbers)) == len(numbers)


def test_each_of_two_hundred_patients_has_two_notes(index: Table) -> None:
    assert Counter(Counter(row["patient_id"] for row in index).values()) == {2: 200}


def test_visits_repeat_the_patient_name_in_two_forms(patients: Table, visits: Table) -> None:
    names = {row["patient_id"]: (row["given_name"], row["family_name"]) for row in patients}
    inverted = 0
    for row in visits:
        given, family = names[row["patient_id"]]
        assert row["patient_name"] in {f"{given} {family}", f"{family}, {given}"}
        inverted += "," in row["patient_name"]
    assert 0.4 < inverted / len(visits) < 0.6


def test_patients_csv_is_rfc_4180() -> None:
    raw = (FOLDER / "patients.csv").read_bytes()
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8"), newline=""), strict=True))
    assert {len(row) for row in rows} == {19}
    assert raw.endswith(b"\r\n")
    assert raw.count(b"\r") == raw.count(b"\r\n") == len(rows)


def test_the_table_has_what_makes_real_tables_hard(patients: Table) -> None:
    notes = [row["note"] for row in patients]
    assert sum("\n" in note for note in notes) > 200
    assert sum('"' in note for note in notes) > 100
    assert sum("," in note for note in notes) > 500
    assert sum(not note for note in notes) > 100
    assert sum(row["zip"].startswith("0") for row in patients) > 200
    names = [f"{row['given_name']} {row['family_name']}" for row in patients]
    assert sum(not name.isascii() for name in names) > 500
    assert sum("'" in name for name in names) > 10
    assert sum("-" in name for name in names) > 20
    assert all(any(letter in name for name in names) for letter in "éñøłşıçØŁŞ")


def test_missing_cells_are_where_they_may_be(patients: Table) -> None:
    shares = {column: sum(not row[column] for row in patients) / len(patients) for column in patients[0]}
    assert [column for column, share in shares.items() if share == 0] == [*("patient_id", "given_name", "family_name")]
    assert all(share < 0.12 for share in shares.values())


def test_age_agrees_with_the_birth_date(patients: Table) -> None:
    for row in patients:
        if row["birth_date"] and row["age"]:
            born = date.fromisoformat(row["birth_date"])
            assert int(row["age"]) == 2025 - born.year - ((born.month, born.day) > (6, 30))


def test_the_columns_depend_on_each_other(patients: Table) -> None:
    full = [row for row in patients if all(row[column] for column in ("age", "smoker", "diagnosis", "cost"))]

    def share(rows: Table, column: str, value: str) -> float:
        return sum(row[column] == value for row in rows) / len(rows)

    old = [row for row in full if int(row["age"]) >= 65]
    young = [row for row in full if int(row["age"]) < 40]
    assert share(old, "insurance", "Medicare") > 0.7
    assert share(young, "insurance", "Medicare") < 0.05
    smokers = [row for row in old if row["smoker"] == "current"]
    others = [row for row in old if row["smoker"] == "never"]
    assert share(smokers, "diagnosis", "COPD") > 2 * share(others, "diagnosis", "COPD")
    costs = {name: [float(row["cost"]) for row in full if row["diagnosis"] == name] for name in ("eczema", "fracture")}
    assert min(map(len, costs.values())) > 50
    assert sum(costs["fracture"]) / len(costs["fracture"]) > 3 * sum(costs["eczema"]) / len(costs["eczema"])


def test_most_notes_name_their_patient(patients: Table) -> None:
    noted = [row for row in patients if row["note"]]
    named = [row for row in noted if row["family_name"] in row["note"] or row["given_name"] in row["note"]]
    assert 0.5 < len(named) / len(noted) < 0.95


def test_identifiers_belong_to_nobody(patients: Table, texts: dict[str, str]) -> None:
    everything = "\n".join([*texts.values(), *(" | ".join(row.values()) for row in patients)])
    domains = set(re.findall(r"@([\w.-]+\w)", everything))
    assert domains == {"example.com", "example.org", "example.net"}
    for host in re.findall(r"(?:https?://|www\.)([\w.-]+)", everything):
        assert host.endswith(("example.com", "example.org", "example.net"))
    for ssn in re.findall(r"\b\d{3}-\d{2}-\d{4}\b", everything):
        assert ssn[0] == "9"
        assert 10 <= int(ssn[4:6]) <= 49
    for row in patients:
        digits = re.sub(r"\D", "", row["phone"])
        assert re.fullmatch(r"(1?\d{3}55501\d\d|(44|0)7700900\d{3})?", digits)


def test_names_come_from_wide_lists(patients: Table) -> None:
    assert len({row["given_name"] for row in patients}) >= 220
    assert len({row["family_name"] for row in patients}) >= 300


def test_gold_spans_are_sorted_apart_and_inside(texts: dict[str, str], gold: Gold) -> None:
    assert list(gold) == sorted(texts)
    for name, spans in gold.items():
        edges = [edge for start, end, _ in spans for edge in (start, end)]
        assert edges == sorted(edges)
        assert all(start < end for start, end, _ in spans)
        assert not edges or edges[-1] <= len(texts[name])


def test_gold_spans_hold_what_they_say(mentions: list[tuple[str, str]]) -> None:
    shapes = {
        "PERSON": r"[^\d@]*[^\W\d_][^\d@]*",
        "LOCATION": r"[A-Z][^\d]+",
        "ORGANIZATION": r"[A-Z][^\d]+",
        "DATE_TIME": r".*\d.*",
        "AGE": r"\d{2}(.years?.old)?",
        "PHONE_NUMBER": r"(\D*\d){7,}",
        "EMAIL_ADDRESS": r"[a-z0-9._]+@example\.(com|org|net)",
        "US_SSN": r"9\d\d-\d\d-\d{4}",
        "URL": r"(https://|www\.)\S+",
        "STREET_ADDRESS": r"\d+ [A-Z].+",
        "ZIP_CODE": r"\d{5}",
        "MEDICAL_RECORD_NUMBER": r"P-1\d{4}",
        "ACCOUNT_NUMBER": r"AC-\d{4}-\d{3}|[BCDH]\d\dYJ\d{3}",
        "NRP": r"[A-Z][A-Za-z ]+",
        "OCCUPATION": r"[a-z' ]+",
    }
    assert {label for _, label in mentions} == set(shapes)
    for text, label in mentions:
        assert text == text.strip()
        assert re.fullmatch(shapes[label], text), label


def test_a_name_marked_once_is_marked_wherever_it_stands(texts: dict[str, str], gold: Gold) -> None:
    for name, spans in gold.items():
        marked = bytearray(len(texts[name]))
        for start, end, _ in spans:
            marked[start:end] = b"\x01" * (end - start)
        for text in {texts[name][start:end] for start, end, label in spans if label == "PERSON"}:
            for found in re.finditer(rf"(?<!\w){re.escape(text)}(?!\w)", texts[name]):
                assert marked[found.start() : found.end()].count(1) == len(text), name


def test_numbers_that_identify_are_all_marked(texts: dict[str, str], gold: Gold) -> None:
    pattern = re.compile(r"@example\.|555[ .\-\u00a0]01\d\d|7700 ?900|P-1\d{4}|\b9\d\d-\d\d-\d{4}\b")
    for name, text in texts.items():
        for found in pattern.finditer(text):
            assert any(start <= found.start() and found.end() <= end for start, end, _ in gold[name]), name


def test_no_template_slot_is_left_open(patients: Table, visits: Table, texts: dict[str, str]) -> None:
    written = [*texts.values(), *(row["note"] for row in patients), *(row["reason"] for row in visits)]
    assert [text for text in written if re.search(r"[{}]|\\n", text)] == []


def test_the_corpus_has_many_genres_and_few_paragraphs(index: Table, texts: dict[str, str]) -> None:
    genres = Counter(row["genre"] for row in index)
    assert len(genres) == 8
    assert min(count for genre, count in genres.items() if genre != "leaflet") >= 30
    assert all(text.count("\n\n") <= 2 for text in texts.values())
    assert len(set(texts.values())) == len(texts)


def test_leaflets_and_only_they_are_free_of_personal_data(index: Table, gold: Gold) -> None:
    empty = {name for name, spans in gold.items() if not spans}
    assert empty == {row["document"] for row in index if row["genre"] == "leaflet"}
    assert 5 <= len(empty) <= 25


def test_clinicians_recur_some_often_some_rarely(texts: dict[str, str], visits: Table) -> None:
    families = {row["clinician"].split(" ", 2)[2] for row in visits}
    counts = [sum(family in text for text in texts.values()) for family in families]
    assert 24 <= len(families) <= 28
    assert max(counts) > 60
    assert min(counts) < 8
    assert sum(count >= 10 for count in counts) >= 12


def test_the_texts_leave_the_basic_plane_and_use_combining_marks(texts: dict[str, str]) -> None:
    assert sum(any(ord(letter) > 0xFFFF for letter in text) for text in texts.values()) >= 10
    assert sum(any(map(unicodedata.combining, text)) for text in texts.values()) >= 5
    assert any("\u00a0" in text for text in texts.values())
