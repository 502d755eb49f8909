"""Coarser values: as coarse as asked, and nothing that could not be read."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.coarse import number_band
from deid.errors import PolicyError
from deid.operators import Context, Generalise, build_operator


def coarse(value: str, label: str, operator: Generalise | None = None, language: str = "en") -> str:
    return (operator or Generalise()).apply(value, Context(label, language=language))


@pytest.mark.parametrize(
    ("value", "label", "expected"),
    [
        ("47", "AGE", "47"),
        ("89", "AGE", "89"),
        ("90", "AGE", "90+"),
        ("103-year-old", "AGE", "90+-year-old"),
        ("forty", "AGE", "[AGE]"),
        ("3-month-old", "AGE", "[AGE]"),
        ("999", "AGE", "[AGE]"),
        ("6 Oct 2023", "DATE_TIME", "2023"),
        ("from 4/6/24 to 10.04.2024", "DATE_TIME", "2024"),
        ("05/13/2025 13:33", "DATE_TIME", "2025"),
        ("May 11th", "DATE_TIME", "[DATE_TIME]"),
        ("Christmas 2019", "DATE_TIME", "[DATE_TIME]"),
        ("1/2/1985", "DATE_OF_BIRTH", "1985"),
        ("1/2/1905", "DATE_OF_BIRTH", "[DATE_OF_BIRTH]"),
        ("62704", "ZIP_CODE", "627"),
        ("62704-1234", "ZIP_CODE", "627"),
        ("03601", "ZIP_CODE", "000"),
        ("LS1 4AB", "ZIP_CODE", "[ZIP_CODE]"),
        ("Springfield, IL", "LOCATION", "IL"),
        ("Lyon, France", "LOCATION", "France"),
        ("Rome, New York", "LOCATION", "New York"),
        ("New York", "LOCATION", "[LOCATION]"),
        ("Quill Harbor", "LOCATION", "[LOCATION]"),
        ("47", "VISITS", "40-49"),
        ("many", "VISITS", "[VISITS]"),
    ],
)
def test_the_defaults_are_those_of_safe_harbor(value: str, label: str, expected: str) -> None:
    assert coarse(value, label) == expected


@given(st.integers(0, 130), st.integers(2, 30))
def test_an_age_is_in_its_band(age: int, width: int) -> None:
    band = coarse(str(age), "AGE", Generalise(age_band=width))
    if age >= 90:
        assert band == "90+"
    else:
        low, high = map(int, band.split("-"))
        assert low <= age <= high <= 89
        assert low % width == 0


@given(st.integers(-(10**9), 10**9), st.integers(2, 1000))
def test_a_number_is_in_its_band(number: int, width: int) -> None:
    band = number_band(str(number), float(width))
    assert band is not None
    low = number // width * width
    assert band == f"{low}-{low + width - 1}"


@given(st.integers(0, 200))
def test_a_year_of_birth_that_tells_a_great_age_goes(years: int) -> None:
    year = datetime.now(UTC).year - years
    shown = coarse(f"{year}-06-01", "DATE_OF_BIRTH")
    assert (shown == str(year)) == (years < 90)


@given(st.text(), st.sampled_from(["AGE", "DATE_TIME", "DATE_OF_BIRTH", "ZIP_CODE", "LOCATION", "VISITS"]))
def test_what_cannot_be_read_is_hidden(value: str, label: str) -> None:
    done = coarse(value, label)
    assert done == f"[{label}]" or any(char.isdigit() for char in value) or label == "LOCATION"


@pytest.mark.parametrize(
    "spec", [{"age_band": 0}, {"date": "day"}, {"zip_digits": 5}, {"width": 0}, {"width": "wide"}, {"oldest": 1.5}]
)
def test_settings_are_checked(spec: dict[str, object]) -> None:
    with pytest.raises(PolicyError, match=r"labels\.AGE"):
        build_operator({"operator": "generalise", **spec}, "labels.AGE")


def test_a_whole_number_will_do_for_a_width() -> None:
    assert build_operator({"operator": "generalise", "width": 5}, "x") == Generalise(width=5.0)


def test_a_policy_says_how_dates_are_read_and_how_much_of_them_stays() -> None:
    asked = {
        (Generalise(), "DATE_TIME"): "2021",
        (Generalise(date="month"), "DATE_TIME"): "2021-03",
        (Generalise(date="month", day_first=True), "DATE_TIME"): "2021-04",
        (Generalise(), "DATE_OF_BIRTH"): "2021",
    }
    for (operator, label), coarse in asked.items():
        assert operator.apply("03/04/2021", Context(label)) == coarse
    old = Generalise(oldest=40, day_first=True)
    assert old.apply("13/04/1950", Context("DATE_OF_BIRTH")) == Generalise(oldest=40).apply(
        "1950-04-13", Context("DATE_OF_BIRTH")
    )


def test_the_least_that_may_be_said_is_taken() -> None:
    assert Generalise(oldest=1).apply("1", Context("AGE")) == Generalise(oldest=1).apply("99", Context("AGE"))
    assert Generalise(zip_digits=1).apply("90210", Context("ZIP_CODE")) == "9"
    assert Generalise(width=0.5).apply("1.7", Context("QUANTITY")) == Generalise(width=0.5).apply(
        "1.6", Context("QUANTITY")
    )
