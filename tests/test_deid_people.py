"""People: found by what stands around their names, and not where words are no names."""

from random import Random

import pytest

from deid.detectors.names.people import PeopleDetector, examples
from deid.dial import Dial
from deid.example import Example
from deid.finding import Finding

THRESHOLD = Dial().threshold("PERSON")


@pytest.fixture(scope="module")
def detectors() -> dict[str, PeopleDetector]:
    return {language: PeopleDetector(language, 30.0) for language in ("en", "es", "fr", "de")}


def seen(detector: PeopleDetector, text: str) -> list[Finding]:
    return [f for f in detector.detect([text])[0] if f.score >= THRESHOLD]


def hidden(detector: PeopleDetector, text: str, value: str) -> bool:
    start = text.index(value)
    covered = {place for f in seen(detector, text) for place in range(f.start, f.end)}
    return all(p in covered for p in range(start, start + len(value)) if text[p].isalnum())


def test_the_familys_own_examples_hold(detectors: dict[str, PeopleDetector]) -> None:
    random = Random(7)
    for example in (examples(random) for _ in range(300)):
        assert isinstance(example, Example)
        found = seen(detectors["en"], example.text)
        if example.label is None:
            assert not found, example.text
        else:
            assert hidden(detectors["en"], example.text, example.value), example.text
            assert any(f.label == "PERSON" for f in found)


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "He spoke to Mr Zyborg of the bank.", "Mr Zyborg"),
        ("en", "Prof. Dr. Q. Zyborg-Velm will call.", "Prof. Dr. Q. Zyborg-Velm"),
        ("en", "Represented by Mr F. Zimmermann, their Agent.", "Mr F. Zimmermann"),
        ("en", "Hi Mark, are you there?", "Mark"),
        ("en", "Thanks,\nWill", "Will"),
        ("en", "Kind regards,\n\nZora Velmstra\n", "Zora Velmstra"),
        ("en", "brought in by her cousin Anahit today", "Anahit"),
        ("en", "The applicant, Husenatu Velm, was born there.", "Husenatu Velm"),
        ("en", "My name is Zora Velmstra.", "Zora Velmstra"),
        ("en", "President Velmstra spoke.", "President Velmstra"),
        ("en", "seen by Ludwig van der Velm in May", "Ludwig van der Velm"),
        ("en", "The book by J. Smith is lost.", "J. Smith"),
        ("en", "We met Ella H. Snider there.", "Ella H. Snider"),
        ("en", "Smith, John came late.", "Smith, John"),
        ("en", "In Kowalski v. Poland it was held.", "Kowalski"),
        ("en", "ask emily rodriguez about it", "emily rodriguez"),
        ("en", "what did conor say about it", "conor"),
        ("en", "GEORGE CLOONEY ARRIVED LATE", "GEORGE CLOONEY"),
        ("en", "I saw Kylie velmont there.", "Kylie velmont"),
        ("en", "so jake velmstra was late again", "jake velmstra"),
        ("en", "stevie said so, it was late", "stevie"),
        ("en", '"No," says Velmstra.', "Velmstra"),
        ("es", "Estimada Lucía: gracias.", "Lucía"),
        ("es", "Médico: Pedro Serrano Frago", "Pedro Serrano Frago"),
        ("es", "Me llamo Iñaki Goikoetxea.", "Iñaki Goikoetxea"),
        ("es", "La Sra. Goikoetxea llamó.", "Sra. Goikoetxea"),
        ("fr", "Je m'appelle Zoé Velmont.", "Zoé Velmont"),
        ("fr", "M. Velmont et Mme Durand", "M. Velmont"),
        ("fr", "Cordialement,\nZoé Velmont", "Zoé Velmont"),
        ("de", "Sehr geehrter Herr Velmstein,", "Herr Velmstein"),
        ("de", "Ich heiße Jörg Velmstein.", "Jörg Velmstein"),
        ("de", "Mit freundlichen Grüßen\nJörg Velmstein", "Jörg Velmstein"),
    ],
)
def test_a_name_is_hidden(detectors: dict[str, PeopleDetector], language: str, text: str, value: str) -> None:
    assert hidden(detectors[language], text, value)


@pytest.mark.parametrize(
    "text",
    [
        "Dear Customer, thank you for your order.",
        "Best regards,\nCustomer Support",
        "Return None if the Parser object is closed; Python raises ValueError.",
        "The Licensed Work is provided as is, without warranty of any kind.",
        "B. Proceedings before the Administrative Court",
        "I. THE CIRCUMSTANCES OF THE CASE",
        "It will mark the page in May or June.",
        "The meeting is at 2:44 PM Central Time.",
    ],
)
def test_words_in_the_places_of_names_are_left(detectors: dict[str, PeopleDetector], text: str) -> None:
    assert not seen(detectors["en"], text)


def test_a_title_belongs_to_the_name_and_a_possessive_does_not(detectors: dict[str, PeopleDetector]) -> None:
    text = "We read Anna Kowalski's letter to Dr. Hoffmann."
    spans = {text[f.start : f.end] for f in seen(detectors["en"], text)}
    assert "Dr. Hoffmann" in spans
    assert "Anna Kowalski" in spans


def test_the_verb_behind_a_given_name_is_no_surname(detectors: dict[str, PeopleDetector]) -> None:
    for verb in ("tweeted", "kayaked", "laughs", "slowly"):
        text = f"Then Kylie {verb} and left."
        assert [text[f.start : f.end] for f in seen(detectors["en"], text)] == ["Kylie"]
