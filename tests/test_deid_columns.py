"""A column is taken for what its header and its values both say."""

import random
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.columns import measure, read_sheets, tamis_system
from deid import Scanner
from deid.tables.columns import SAMPLE, ColumnPlan, guess_column
from deid.tables.table import plan_table

BENCHMARK = Path(__file__).resolve().parents[2] / "shared" / "data" / "tables" / "columns_dev.jsonl"


CASES = {
    "email": ("contact", ["ann@example.com", "bo@example.org", "cy@example.net"], "EMAIL_ADDRESS"),
    "phone": ("x", ["(212) 555-0143", "(212) 555-0199"], "PHONE_NUMBER"),
    "ssn": ("x", ["078-05-1120", "219-09-9999"], "US_SSN"),
    "card": ("x", ["4111 1111 1111 1111", "5500 0000 0000 0004"], "CREDIT_CARD"),
    "ip": ("x", ["192.0.2.17", "198.51.100.4"], "IP_ADDRESS"),
    "a name of numbers": ("name", ["10023", "10024", "10025"], "ID_NUMBER"),
    "names": ("name", ["Ann Lee", "Zoë O’Hara", "Łukasz"], "PERSON"),
    "a name of codes": ("name", ["A-10023", "A-10024"], "ID_NUMBER"),
    "numbered names": ("name", ["Ann Lee 1", "user02"], "PERSON"),
    "a product": ("product name", ["Hammer", "Saw"], None),
    "dates": ("visited", ["2019-03-01", "2020-11-30"], "DATE_TIME"),
    "dates and times": ("visited", ["2019-03-01 10:00:00", "2020-11-30 00:00:00"], "DATE_TIME"),
    "dates in words": ("visited", ["1 March 2019", "March 3, 2020"], "DATE_TIME"),
    "dates of birth": ("dob", ["2019-03-01", "2020-11-30"], "DATE_OF_BIRTH"),
    "sentences": ("remark", ["She came in with her sister today.", "He went home on his own."], "FREE_TEXT"),
    "notes of few words": ("visit notes", ["Okafor called", "spoke to Lindqvist"], "FREE_TEXT"),
    "notes in German": ("Bemerkung", ["rief Frau Okafor an", "kommt wieder"], "FREE_TEXT"),
    "names under notes": ("remark", ["Ann Smith", "John Smith", "Grace Young"], "PERSON"),
    "notes that are marks": ("comment", ["ok", "late", "gone"], None),
    "when a note was taken": ("note date", ["2019-03-01", "2020-11-30"], "DATE_TIME"),
    "few words": ("finish", ["matt black", "sky blue"], None),
    "several lines": ("remark", ["one\ntwo", "three\nfour"], "FREE_TEXT"),
    "whole addresses": ("address", ["12 Old Mill Lane, Apt 4B, Springfield, IL 62704"], "STREET_ADDRESS"),
    "addresses in lines": ("home address", ["12 Old Mill Lane\nSpringfield\nIL 62704"], "STREET_ADDRESS"),
    "ages": ("age", ["12", "34", "56"], "AGE"),
    "age bands": ("age group of paint", ["old", "new"], None),
    "numbers": ("cost", ["12.50", "1,000.00", "-3", "1e5"], None),
    "counts": ("n", [str(n) for n in range(300)], None),
    "colours": ("colour", ["red", "green", "blue"], None),
    "empty": ("colour", [], None),
    "blank": ("colour", ["", " ", "\t"], None),
    "empty with a telling header": ("email", ["", ""], "EMAIL_ADDRESS"),
}


@pytest.mark.parametrize("case", CASES)
def test_columns_by_example(patterns: Scanner, case: str) -> None:
    header, values, label = CASES[case]
    guess = guess_column(header, values, patterns)
    assert guess.label == label
    assert 0.0 <= guess.score <= 1.0
    assert guess.sampled == len({v for v in values if v.strip()})


def test_short_notes_are_scanned_and_not_said_to_be_personal_where_nothing_is(patterns: Scanner) -> None:
    frame = pd.DataFrame(
        {"notes": ["late again", "left early"], "comment": ["please do ask a@example.com", "was told by b@example.com"]}
    )
    plan = plan_table(frame, patterns)
    assert [(step.action, step.pii) for step in plan] == [("scan", False), ("scan", True)]


cells = st.sampled_from(["ann@example.com", "Ann Lee", "12", "", "2019-03-01", "red", "(212) 555-0143", "62704"])


@settings(max_examples=80)
@given(
    values=st.lists(cells, max_size=12),
    header=st.sampled_from(["name", "x", "zip", "email"]),
    random=st.randoms(use_true_random=False),
    times=st.integers(1, 3),
)
def test_the_order_of_rows_and_duplicates_do_not_matter(
    patterns: Scanner, values: list[str], header: str, random: random.Random, times: int
) -> None:
    shuffled = values * times
    random.shuffle(shuffled)
    assert guess_column(header, shuffled, patterns) == guess_column(header, values, patterns)


def test_a_plan_looks_at_a_sample_of_many_values(patterns: Scanner) -> None:
    guess = guess_column("x", [f"user{n}@example.com" for n in range(10 * SAMPLE)], patterns)
    assert guess.label == "EMAIL_ADDRESS"
    assert 0 < guess.sampled <= SAMPLE


def plan(patterns: Scanner, **columns: list[str]) -> dict[str, ColumnPlan]:
    return {step.column: step for step in plan_table(pd.DataFrame(columns), patterns)}


def test_the_order_of_rows_and_columns_does_not_change_a_plan(patterns: Scanner) -> None:
    names = [f"{a} {b}" for a in ("Ann", "Bo", "Cy", "Dee") for b in ("Lee", "Marsh", "Oduya")]
    frame = pd.DataFrame({"id": range(len(names)), "name": names, "city": ["Leeds", "Lyon", "Graz"] * 4})
    whole = {step.column: step for step in plan_table(frame, patterns)}
    other = frame.sample(frac=1, random_state=3)[["city", "name", "id"]].reset_index(drop=True)
    assert {step.column: step for step in plan_table(other, patterns)} == whole


PRODUCTS = {"sku": ["A-1", "A-2"], "product name": ["Hammer", "Saw"], "price": ["3.20", "9.90"]}
ABOUT = {"id": ["10023", "10024"], "city": ["Leeds", "Lyon"], "date": ["2019-03-01", "2020-11-30"]}


def test_ids_and_towns_are_personal_beside_people_only(patterns: Scanner) -> None:
    people = plan(patterns, first_name=["Ann", "Bo"], last_name=["Lee", "Marsh"], **ABOUT)
    things = plan(patterns, **PRODUCTS, **ABOUT)
    assert (people["id"].pii, people["id"].label, people["id"].role) == (True, "ID_NUMBER", "id")
    assert (people["city"].pii, people["city"].role) == (True, "quasi-identifier")
    assert [(things[c].pii, things[c].action) for c in ABOUT] == [(False, "keep")] * 3


def test_dates_beside_people_go_and_those_of_their_lives_are_personal(patterns: Scanner) -> None:
    days = ["2019-03-01", "2020-11-30"]
    people = plan(patterns, last_name=["Lee", "Marsh"], admission_date=days, updated_at=days, dob=days)
    assert [people[c].pii for c in ("admission_date", "updated_at", "dob")] == [True, False, True]
    assert [people[c].role for c in ("admission_date", "updated_at", "dob")] == ["date"] * 3
    assert {people[c].action for c in ("admission_date", "updated_at", "dob")} == {"replace"}


def test_the_key_of_a_category_is_not_an_id_of_a_person(patterns: Scanner) -> None:
    rows = 400
    frame = pd.DataFrame(
        {
            "surname": [f"Lee{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(rows)],
            "emp_id": [str(5000 + n) for n in range(rows)],
            "region_id": [str(n % 7) for n in range(rows)],
        }
    )
    labels = [step.label for step in plan_table(frame, patterns)]
    assert labels == ["PERSON", "ID_NUMBER", None]


def test_yes_and_no_are_nobodys(patterns: Scanner) -> None:
    assert guess_column("telephone", ["0", "1"], patterns).label is None
    assert guess_column("email", ["Yes", "No"], patterns).label is None


@pytest.mark.parametrize("column", ["email", "CoBorrowerFirstName"])
def test_an_empty_column_holds_no_personal_data(patterns: Scanner, column: str) -> None:
    guess = guess_column(column, ["", "n/a", "-"], patterns)
    assert (guess.pii, guess.sampled, guess.label is None) == (False, 0, False)


CHECKED = {
    "spanish ids": (
        [f"{n:08d}{'TRWAGMYFPDXBNJZSQVHLCKE'[n % 23]}" for n in range(10_000_000, 10_000_020)],
        "NATIONAL_ID",
    ),
    "no ids": ([f"{n:08d}{'RWAGMYFPDXBNJZSQVHLCKET'[n % 23]}" for n in range(10_000_000, 10_000_020)], None),
}


@pytest.mark.parametrize("case", CHECKED)
def test_check_digits_speak_for_a_column_without_a_telling_header(patterns: Scanner, case: str) -> None:
    values, label = CHECKED[case]
    guess = guess_column("x", values, patterns)
    assert (guess.label == "NATIONAL_ID") == (label is not None)


def test_a_column_of_several_kinds_names_them_all(patterns: Scanner) -> None:
    mails, phones = [f"u{n}@example.com" for n in range(6)], [f"(212) 555-01{n}" for n in range(43, 47)]
    guess = guess_column("reach me", mails + phones, patterns)
    assert guess.label == "EMAIL_ADDRESS"
    assert "PHONE_NUMBER" in guess.labels


def test_cells_with_personal_data_inside_are_scanned(patterns: Scanner) -> None:
    cells = [f'[{{"to": "u{n}@example.com", "size": {n}}}]' for n in range(5)]
    step = plan(patterns, payload=cells)["payload"]
    assert (step.label, step.action, step.labels) == ("FREE_TEXT", "scan", ("EMAIL_ADDRESS",))


def test_a_plan_prints_its_kind_role_and_labels(patterns: Scanner) -> None:
    record = plan(patterns, zip=["62704", "10001"])["zip"].to_dict()
    assert {"column": "zip", "pii": True, "label": "ZIP_CODE", "kind": "quasi", "role": "quasi-identifier"}.items() <= (
        record.items()
    )
    assert record["labels"] == ["ZIP_CODE"]


@pytest.mark.skipif(not BENCHMARK.exists(), reason="the benchmark data are not here")
def test_most_columns_of_real_tables_that_hold_personal_data_are_seen(patterns: Scanner) -> None:
    sheets = read_sheets(BENCHMARK)
    shares = measure(sheets, [tamis_system(patterns)(sheet) for sheet in sheets])
    assert shares["recall"].value >= 0.95
    assert shares["precision"].value >= 0.75
    assert shares["typed recall"].value >= 0.8
