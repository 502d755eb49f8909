"""Who was found once is found everywhere in the text; ordinary words are left alone."""

import pytest

from deid import Finding
from deid.propagation import propagate
from deid.voting import vote


def again(text: str, value: str, label: str = "PERSON", score: float = 0.85) -> list[str]:
    """What is found further, once `value` has been found where it first stands."""
    start = text.index(value)
    first = [Finding(start, start + len(value), label, score, "x")]
    return [text[f.start : f.end] for f in vote(text, propagate(text, first))]


@pytest.mark.parametrize(
    "form",
    [
        "Castle",
        "Castle’s",
        "Rosa",
        "ROSA CASTLE",
        "rosa castle",
        "R. Castle",
        "Castle, R.",
        "R.C.",
        "R. C.",
        "Rósa",
        "Castle R",
    ],
)
def test_a_person_is_found_again_in_every_form(form: str) -> None:
    (found,) = again(f"We met Rosa Castle. Later {form} wrote to us.", "Rosa Castle")
    assert found.startswith(form.removesuffix("’s").removesuffix("."))


def test_an_earlier_mention_is_found_too() -> None:
    assert again("Then Castle came. We know Rosa Castle.", "Rosa Castle") == ["Castle"]


@pytest.mark.parametrize(
    "text", ["They built a castle there.", "The rosa was red.", "R C was typed", "Castles are old."]
)
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert again(f"We met Rosa Castle. {text}", "Rosa Castle") == []


@pytest.mark.parametrize("form", ["Northwind Traders", "NORTHWIND TRADERS", "Northwind Traders’"])
def test_a_firm_is_found_without_its_legal_form(form: str) -> None:
    found = again(f"Northwind Traders Ltd paid. Then {form} left.", "Northwind Traders Ltd", "ORGANIZATION")
    assert found == [form.removesuffix("’")]


def test_a_number_is_found_in_any_grouping() -> None:
    text = "Card 4111 1111 1111 1111 and again 4111-1111-1111-1111 and 4111111111111111."
    assert again(text, "4111 1111 1111 1111", "CREDIT_CARD") == ["4111-1111-1111-1111", "4111111111111111"]


def test_a_place_is_found_again() -> None:
    assert again("Born in Castle Combe. CASTLE COMBE is small.", "Castle Combe", "LOCATION") == ["CASTLE COMBE"]


@pytest.mark.parametrize("label", ["AGE", "DATE_TIME", "GENDER", "QUANTITY"])
def test_what_names_nobody_is_not_followed(label: str) -> None:
    assert again("She is 45. Room 45 is free; 45 people came.", "45", label) == []


def test_what_is_not_sure_is_not_followed() -> None:
    assert again("We met Rosa Castle. Castle left.", "Rosa Castle", score=0.45) == []


def test_nothing_found_gives_nothing() -> None:
    assert propagate("Rosa Castle", []) == []
