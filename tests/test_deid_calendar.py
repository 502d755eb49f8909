"""Dates are read as people write them, and written again in the same form; what tells a day otherwise is noticed."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.calendar import Passage

FORMS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y", "%d %B %Y", "%B %d, %Y", "%d-%b-%Y", "%A, %d %B %Y", "%a, %d %b %Y",
    "%Y-%m-%dT10:22:33Z", "on %d %B %Y at 14:30", "%m/%d/%Y", "%m-%d-%Y 5 pm",
)  # fmt: skip
days = st.dates(date(1905, 1, 1), date(2094, 12, 31))
offsets = st.integers(-1500, 1500)


@given(days, offsets, st.sampled_from(FORMS))
def test_a_date_moves_by_days_and_keeps_its_form(day: date, offset: int, form: str) -> None:
    moved = Passage.of(day.strftime(form)).moved(offset)
    expected = (day + timedelta(days=offset)).strftime(form)
    if day.day > 9 and "%B" in form.replace("%b", "%B"):  # "10 May" does not tell whether the ninth is 9 or 09
        moved, expected = (re.sub(r"\b0(?=\d\b)", "", text or "") for text in (moved, expected))
    assert moved == expected


@given(days, days, offsets)
def test_what_lies_between_two_dates_stays(first: date, second: date, offset: int) -> None:
    moved = Passage.of(f"from {first:%d/%m/%Y} to {second:%d/%m/%Y}", day_first=True).moved(offset)
    one, two = first + timedelta(days=offset), second + timedelta(days=offset)
    assert moved == f"from {one:%d/%m/%Y} to {two:%d/%m/%Y}"


@pytest.mark.parametrize(
    ("text", "language", "moved"),
    [
        ("3/1/24", "en", "4/10/24"),
        ("03/01/24", "en", "04/10/24"),
        ("13/1/24", "en", "22/2/24"),  # no thirteenth month
        ("15th of July", "en", "24th of August"),
        ("October 3rd, 2023", "en", "November 12th, 2023"),
        ("MARCH 2020", "en", "APRIL 2020"),
        ("Sept 1", "en", "Oct 11"),
        ("1er mars 2020", "fr", "10 avril 2020"),
        ("2 février 2019", "fr", "14 mars 2019"),
        ("31. Dezember 1999", "de", "9. Februar 2000"),
        ("3 de marzo de 2021", "es", "12 de abril de 2021"),
        ("12/Mar/2020:10:00:00", "en", "21/Apr/2020:10:00:00"),
        ("2019", "en", "2019"),
    ],
)
def test_forms_by_example(text: str, language: str, moved: str) -> None:
    assert Passage.of(text, language, day_first=language != "en").moved(40) == moved


@pytest.mark.parametrize(
    "text",
    [
        "Christmas 2019",
        "Monday",
        "six weeks",
        "3-5 March 2019",
        "room 12, 3 May 2020",
        "31/02/2020",
        "",
        "31 June 2020",
    ],
)
def test_what_tells_a_day_otherwise_is_not_known(text: str) -> None:
    assert Passage.of(text).moved(1) is None


def test_the_calendar_ends() -> None:
    assert Passage.of("2020-01-01").moved(4_000_000) is None


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    passage = Passage.of(text)
    assert (passage.moved(1) is None) or passage.known


def test_nothing_shows_the_date() -> None:
    assert "2021" not in repr(Passage.of("3 May 2021"))
    assert "2021" not in repr(Passage.of("3 May 2021").dates)
