"""A column is taken for what its header and its values both say."""

import json
import random
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid import Scanner
from deid.columns import SAMPLE, guess_column
from deid.headers import header_label, header_words

BENCHMARK = Path(__file__).resolve().parents[2] / "shared" / "data" / "tables" / "columns_dev.jsonl"


@pytest.mark.parametrize(
    ("header", "label"),
    [
        ("email", "EMAIL_ADDRESS"),
        ("E-Mail", "EMAIL_ADDRESS"),
        ("contact_email_2", "EMAIL_ADDRESS"),
        ("EMAIL ADDRESS", "EMAIL_ADDRESS"),
        ("phoneNumber", "PHONE_NUMBER"),
        ("Tel.", "PHONE_NUMBER"),
        ("DOB", "DATE_OF_BIRTH"),
        ("DateOfBirth", "DATE_OF_BIRTH"),
        ("birth_date", "DATE_OF_BIRTH"),
        ("FirstName", "PERSON"),
        ("last name", "PERSON"),
        ("surname", "PERSON"),
        ("PATIENT", "PERSON"),
        ("patient_id", "MEDICAL_RECORD_NUMBER"),
        ("SSN", "US_SSN"),
        ("zip_code", "ZIP_CODE"),
        ("Street Address", "STREET_ADDRESS"),
        ("ip_address", "IP_ADDRESS"),
        ("city", "LOCATION"),
        ("Sex", "GENDER"),
        ("age", "AGE"),
        ("user name", "USERNAME"),
        ("id", "ID_NUMBER"),
        ("product name", None),
        ("file_name", None),
        ("City Name", "LOCATION"),
        ("customer type", None),
        ("first", None),
        ("percentage", None),
        ("ship", None),
        ("colour", None),
        ("cost", None),
        ("", None),
        ("日本", None),
    ],
)
def test_headers_say_what_they_say(header: str, label: str | None) -> None:
    assert header_label(header) == label


@given(st.text())
def test_any_header_can_be_read(header: str) -> None:
    header_label(header)
    assert all(word == word.lower() and word for word in header_words(header))


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


cells = st.sampled_from(["ann@example.com", "Ann Lee", "12", "", "2019-03-01", "red", "(212) 555-0143", "62704"])


@settings(max_examples=80, deadline=None)
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


def test_each_column_is_judged_by_itself(patterns: Scanner) -> None:
    from deid.table import plan_table

    frame = pd.DataFrame(
        {c: CASES[k][1][:1] for c, k in (("contact", "email"), ("colour", "colours"), ("dob", "dates"))}
    )
    whole = {p.column: p for p in plan_table(frame, patterns)}
    for column in frame:
        assert plan_table(frame[[column]], patterns) == (whole[str(column)],)


@pytest.mark.skipif(not BENCHMARK.exists(), reason="the benchmark data are not here")
def test_most_columns_of_real_tables_that_hold_personal_data_are_seen(patterns: Scanner) -> None:
    pairs = []
    for line in BENCHMARK.read_text(encoding="utf-8").splitlines():
        for column in json.loads(line)["columns"]:
            values = [str(v) for v in column["values"] if v is not None]
            pairs.append((column["pii"] != "None", guess_column(column["name"], values, patterns).label is not None))
    seen = sum(truth and guess for truth, guess in pairs)
    assert seen / sum(truth for truth, _ in pairs) >= 0.85
    assert seen / sum(guess for _, guess in pairs) >= 0.5
