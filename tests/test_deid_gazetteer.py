"""The gazetteer: names and places, folded, from packages that are installed anyway."""

import pytest

from deid.gazetteer import (
    countries,
    fold,
    frequent_given_names,
    given_names,
    is_ordinary,
    known_places,
    ordinary_words,
    places,
    surnames,
)


def test_everything_is_folded_and_the_same_object_each_time() -> None:
    for words in (given_names, surnames, places, countries, known_places):
        assert words() is words()
        assert all(fold(word) == word for word in words())


@pytest.mark.parametrize(
    ("word", "folded"), [("Łódź", "lodz"), ("MÜNCHEN", "munchen"), ("Øst", "ost"), ("O'Neill", "o'neill")]
)
def test_case_and_accents_do_not_count(word: str, folded: str) -> None:
    assert fold(word) == folded


def test_names_of_many_countries_are_known() -> None:
    assert {"anna", "john", "priya", "kwame", "jurgen", "maria"} <= given_names()
    assert {"smith", "novak", "garcia", "hoffmann", "okafor"} <= surnames()
    assert frequent_given_names() < given_names()


def test_places_hold_towns_and_countries() -> None:
    assert {"leeds", "tulsa", "new york", "munchen", "zaragoza"} <= places()
    assert {"france", "alemania", "deutschland", "etats-unis"} <= countries()
    assert known_places() <= places()


@pytest.mark.parametrize("word", ["will", "mark", "Parameters", "stopped", "libraries", "Content-Type", "went"])
def test_ordinary_words_are_known_in_their_plain_forms(word: str) -> None:
    assert is_ordinary(word)


@pytest.mark.parametrize("word", ["Kowalski", "Leeds", "Priya"])
def test_names_are_not_ordinary(word: str) -> None:
    assert not is_ordinary(word)


def test_each_language_has_its_own_ordinary_words() -> None:
    assert is_ordinary("gracias", "es")
    assert not is_ordinary("gracias", "en")
    assert is_ordinary("Strasse", "de")
    assert all(len(ordinary_words(language)) > 300 for language in ("en", "es", "fr", "de"))
