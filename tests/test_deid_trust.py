"""How far a model is believed: not on ordinary words, wholly on names, and where it may be either, with others."""

import pytest

from deid.detectors.models.trust import DOUBT, trust
from deid.dial import Dial
from deid.dictionary import dictionary, in_dictionary
from deid.gazetteer import given_names, places, surnames
from deid.labels import LABELS
from deid.policy import Policy
from deid.scanner import Scanner


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(Policy())


def hidden(scanner: Scanner, text: str) -> set[str]:
    return {text[f.start : f.end] for f in scanner.scan([text])[0]}


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("PERSON", "Anna Kowalski"),
        ("PERSON", "Mark Young"),
        ("ORGANIZATION", "Zyborgia"),
        ("LOCATION", "Leeds"),
        ("LOCATION", "the United States"),
        ("LOCATION", "L.A."),
        ("NRP", "Norwegian"),
        ("DATE_TIME", "today"),
    ],
)
def test_what_can_be_a_name_is_believed(label: str, value: str) -> None:
    assert trust(label, value) == 1


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("PERSON", "None"),
        ("PERSON", "Parser"),
        ("PERSON", "RT @someone"),
        ("PERSON", "hahaha"),
        ("PERSON", "Soooo"),
        ("PERSON", "lmfaooo"),
        ("LOCATION", "Aaaaah"),
        ("ORGANIZATION", "LogRecord"),
        ("ORGANIZATION", "ValueError"),
        ("ORGANIZATION", "General Public License"),
        ("LOCATION", "the Fourth Section"),
    ],
)
def test_what_can_be_none_is_not(label: str, value: str) -> None:
    assert trust(label, value) == 0


@pytest.mark.parametrize("value", ["Hannah", "Lolita", "Henry VIII", "Emma", "Aaron"])
def test_a_name_is_not_drawn_out(value: str) -> None:
    assert trust("PERSON", value) == 1


@pytest.mark.parametrize("label", sorted(LABELS))
def test_a_doubted_model_never_hides_alone(label: str) -> None:
    if label not in {"NRP", "ETHNICITY"}:  # which go on little evidence, and are not doubted
        assert Dial("balanced").threshold(label) > DOUBT


@pytest.mark.parametrize("text", ["Hahaha! Bill is so right!", "I am proud of Bill. He went there and came back."])
def test_two_models_that_agree_make_a_name_of_an_ordinary_word(scanner: Scanner, text: str) -> None:
    assert "Bill" in hidden(scanner, text)


@pytest.mark.parametrize("text", ["The Bill was read twice.", "The bill was passed in May 2010 and became law."])
def test_the_ordinary_word_stays(scanner: Scanner, text: str) -> None:
    assert not any("bill" in value.lower() for value in hidden(scanner, text))


def test_the_dictionary_names_nobody() -> None:
    assert len(dictionary()) > 50_000
    assert dictionary().isdisjoint(given_names() | surnames() | places())


@pytest.mark.parametrize(("word", "known"), [("pillow", True), ("Gremlins", True), ("Novak", False), ("Leeds", False)])
def test_words_are_known_in_their_plain_forms(word: str, known: bool) -> None:
    assert in_dictionary(word) is known
