"""Dates move: all of a subject alike, never by nothing, everywhere the same, and evenly."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import deid
from deid import Key, Policy
from deid.errors import KeyFileError
from deid.operators import Context, Replace, Shift

KEY = Key(bytes(range(32)))
POLICY = Policy(
    "shifted",
    detectors=("dates",),
    subject="patient",
    labels={"DATE_TIME": Shift(), "DATE_OF_BIRTH": Shift()},
    columns={"patient": deid.operators.Keep()},
)


def someone(subject: str, key: Key | None = KEY, label: str = "DATE_TIME") -> Context:
    return Context(label, key, subject)


@given(st.text(), st.integers(1, 1000), st.booleans())
def test_an_offset_is_never_zero_and_within_its_range(subject: str, days: int, keep: bool) -> None:
    days = max(days, 7) if keep else days
    offset = Shift(days, keep_weekday=keep).offset(someone(subject))
    assert 0 < abs(offset) <= days
    assert not keep or offset % 7 == 0


@given(st.text(), st.dates(date(1950, 1, 1), date(2050, 1, 1)), st.dates(date(1950, 1, 1), date(2050, 1, 1)))
def test_what_lies_between_two_dates_of_a_subject_stays(subject: str, first: date, second: date) -> None:
    moved = [Shift().apply(f"{day:%d %B %Y}", someone(subject)) for day in (first, second)]
    parsed = [pd.Timestamp(text) for text in moved]
    assert (parsed[1] - parsed[0]).days == (second - first).days
    assert parsed[0].date() != first


def test_the_weekday_stays_if_asked() -> None:
    assert pd.Timestamp(Shift(keep_weekday=True).apply("2024-05-06", someone("p"))).weekday() == 0


def test_offsets_of_subjects_are_uniform() -> None:
    """χ² over the 2 · 30 offsets of 30,000 subjects; errs with probability 10⁻⁶."""
    offsets = np.array([Shift(30).offset(someone(f"p{number}")) for number in range(30_000)])
    values, counts = np.unique(offsets, return_counts=True)
    assert values.tolist() == [*range(-30, 0), *range(1, 31)]
    assert stats.chisquare(counts).pvalue > 1e-6


def test_another_key_is_another_offset_and_none_is_an_error() -> None:
    others = {Shift().offset(someone("p", Key(bytes([number]) * 32))) for number in range(20)}
    assert len(others) > 15
    with pytest.raises(KeyFileError):
        Shift().apply("2024-05-06", someone("p", None))


def test_what_cannot_be_moved_is_hidden() -> None:
    for value in ("Christmas 2019", "Monday", "last week"):
        assert Shift().apply(value, someone("p")) == "[DATE_TIME]"


def test_a_table_moves_each_subject_alike_in_every_column_and_note() -> None:
    frame = pd.DataFrame(
        {
            "patient": ["a", "b", "a", None],
            "admitted": ["2024-01-10", "2024-01-10", "2024-02-01", "2024-01-10"],
            "discharged": ["2024-01-15", "2024-01-15", None, "2024-01-11"],
            "note": ["Seen on 12 January 2024.", "Seen on 12 January 2024.", "", "No date."],
        },
        index=[3, 3, 7, 9],
    )
    policy = Policy(
        POLICY.name,
        detectors=POLICY.detectors,
        subject="patient",
        labels=POLICY.labels,
        columns={**POLICY.columns, "admitted": Shift(), "discharged": Shift(), "note": "scan"},
    )
    done = deid.redact(frame, policy, KEY).data
    moved = pd.to_datetime(done["admitted"]) - pd.to_datetime(frame["admitted"]).to_numpy()
    assert moved.iloc[0] == moved.iloc[2] != moved.iloc[1]
    assert (
        pd.to_datetime(done["discharged"].iloc[:2]) - pd.to_datetime(done["admitted"].iloc[:2])
    ).dt.days.tolist() == [5, 5]
    seen = [pd.Timestamp(text.removeprefix("Seen on ").rstrip(".")) for text in done["note"].iloc[:2]]
    assert [(day - pd.Timestamp(start)).days for day, start in zip(seen, done["admitted"], strict=False)] == [2, 2]
    assert done["note"].iloc[3] == "No date."
    assert done.index.tolist() == frame.index.tolist()
    assert done["discharged"].isna().tolist() == [False, False, True, False]
    again = deid.redact(frame, policy, KEY).data
    pd.testing.assert_frame_equal(done, again)


def test_a_text_without_subject_moves_as_one() -> None:
    text = "Admitted 2024-01-10, discharged 2024-01-15."
    done = deid.redact(text, POLICY, KEY).data
    first, second = (pd.Timestamp(part.split()[-1].rstrip(".")) for part in done.split(","))
    assert (second - first).days == 5
    assert done != text


def test_other_policies_depend_on_no_subject() -> None:
    assert POLICY.by_subject
    assert not Policy(labels={"DATE_TIME": Replace()}).by_subject


@pytest.mark.parametrize(
    ("shift", "offsets"),
    [(Shift(1), {-1, 1}), (Shift(2), {-2, -1, 1, 2}), (Shift(20, keep_weekday=True), {-14, -7, 7, 14})],
)
def test_every_offset_but_none_comes_up(shift: Shift, offsets: set[int]) -> None:
    """Each of four is missed by 400 subjects once in 10**50."""
    assert {shift.offset(Context("DATE_TIME", KEY, f"p{n}")) for n in range(400)} == offsets


def test_a_key_moves_the_dates_of_a_subject_alike_for_ever() -> None:
    someone = Context("DATE_TIME", Key(bytes(32)), "p1")
    assert [Shift(days).offset(someone) for days in (364, 30, 1)] == [-348, -6, -1]
    assert Shift().apply("3 May 2021", someone) == "20 May 2020"
    assert Shift().offset(Context("DATE_TIME", Key(bytes(32)), "\ud83d")) != 0


def test_day_or_month_first_as_the_policy_says() -> None:
    someone = Context("DATE_TIME", KEY, "p1")
    april, march = (Shift(day_first=first).apply("03/04/2021", someone) for first in (True, False))
    assert april != march
