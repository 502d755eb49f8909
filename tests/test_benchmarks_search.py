"""The benchmarks' search for known identifiers: what it must find, and what is not a find."""

import pytest

from benchmarks.search import digits, fold, has_digits, has_words, parts


@pytest.mark.parametrize(
    "text", ["so ZOË O'BRIEN said", "zoe-o’brien", "Zoe\u0308 O'Brien's", "zoe.o.brien@example.com"]
)
def test_a_name_is_found_however_it_is_written(text: str) -> None:
    assert has_words("Zoë O'Brien", fold(text))


@pytest.mark.parametrize("text", ["Zoël O'Brien", "Zoe Jane O'Brien", "O'Brien Zoe", ""])
def test_other_words_are_no_find(text: str) -> None:
    assert not has_words("Zoë O'Brien", fold(text))


@pytest.mark.parametrize(
    "text", ["212 555 0143", "+1 (212) 555-0143.", "2125550143", "212\u00a0555\u00a00143", "212.555–0143"]
)
def test_a_number_is_found_however_it_is_parted(text: str) -> None:
    assert has_digits("(212) 555-0143", digits(f"call {text} now"))


def test_a_short_or_another_number_is_no_find() -> None:
    assert not has_digits("555-01", digits("555-01"))
    assert not has_digits("(212) 555-0143", digits("212 555 0144"))


def test_nothing_is_found_nowhere() -> None:
    assert not has_words("", fold("Ann"))
    assert not has_words("…", fold("Ann …"))


def test_parts_are_words_of_two_letters_or_more() -> None:
    assert parts("van den Berg, J. P.") == ["van", "den", "berg"]
