"""Organisations: firms and institutions with a name are found; what every case shares is left."""

from random import Random

import pytest

from deid.detectors.models.trust import trust
from deid.detectors.names.generic import is_generic
from deid.detectors.names.organisations import OrganisationDetector, examples
from deid.detectors.names.towns import TownDetector
from deid.detectors.names.towns import examples as town_examples
from deid.dial import Dial
from deid.finding import Finding

THRESHOLD = Dial().threshold("PERSON")
Detector = OrganisationDetector | TownDetector


@pytest.fixture(scope="module")
def firms() -> dict[str, OrganisationDetector]:
    return {language: OrganisationDetector(language, 30.0) for language in ("en", "es", "fr", "de")}


@pytest.fixture(scope="module")
def towns() -> TownDetector:
    return TownDetector("en", 30.0)


def seen(detector: Detector, text: str) -> list[Finding]:
    return [f for f in detector.detect([text])[0] if f.score >= THRESHOLD]


def hidden(detector: Detector, text: str, value: str) -> bool:
    start = text.index(value)
    covered = {place for f in seen(detector, text) for place in range(f.start, f.end)}
    return all(p in covered for p in range(start, start + len(value)) if text[p].isalnum())


def test_the_familys_own_examples_hold(firms: dict[str, OrganisationDetector]) -> None:
    random = Random(7)
    for example in (examples(random) for _ in range(200)):
        if example.label is None:
            assert not seen(firms["en"], example.text), example.text
        else:
            assert hidden(firms["en"], example.text, example.value), example.text


def test_the_examples_of_places_hold(towns: TownDetector) -> None:
    random = Random(7)
    for example in (town_examples(random) for _ in range(200)):
        if example.label is None:
            assert not seen(towns, example.text), example.text
        else:
            assert hidden(towns, example.text, example.value), example.text


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "An invoice of Zyborg Widgets, Inc. is due.", "Zyborg Widgets, Inc."),
        ("en", "Zyborg Widgets GmbH & Co. KG sued.", "Zyborg Widgets GmbH & Co. KG"),
        ("en", "Firms such as Zyborg S.p.A. and Velm Sp. z o.o.", "Zyborg S.p.A."),
        ("en", "advised by Miller, Smith and Jones on it", "Miller, Smith and Jones"),
        ("en", "I used to work for Zyborgia as a clerk.", "Zyborgia"),
        ("en", "On 6 May the Zyborg District Court ruled.", "Zyborg District Court"),
        ("en", "the Zyborg Civil Court of First-instance", "Zyborg Civil Court of First-instance"),
        ("en", "detained in Zyborg prison since May", "Zyborg prison"),
        ("en", "the District Court in Zyborg held", "District Court in Zyborg"),
        ("en", "the Zyborg Court (Sąd Zyborski) held", "Sąd Zyborski"),
        ("es", "Remitida al Hospital Universitario de Zyborga ayer.", "Hospital Universitario de Zyborga"),
        ("es", "Estudia en la Universidad de Zyborga.", "Universidad de Zyborga"),
        ("fr", "Il est suivi à l'Hôpital Zyborg depuis mai.", "Hôpital Zyborg"),
        ("de", "Urteil des Amtsgericht Zyborgen vom Mai.", "Amtsgericht Zyborgen"),
        ("de", "Er liegt im Klinikum Zyborgen.", "Klinikum Zyborgen"),
    ],
)
def test_an_organisation_is_hidden(
    firms: dict[str, OrganisationDetector], language: str, text: str, value: str
) -> None:
    assert hidden(firms[language], text, value)


def test_a_short_form_is_found_wherever_the_text_uses_it(firms: dict[str, OrganisationDetector]) -> None:
    text = "He joined the Zyborg Labour Party (“ZLP”). In May the ZLP split."
    assert sum(text[f.start : f.end] == "ZLP" for f in seen(firms["en"], text)) == 2


@pytest.mark.parametrize(
    "phrase",
    [
        "the Court",
        "Supreme Administrative Court",
        "the Turkish Government",
        "Ministry of Justice",
        "the Grand Chamber",
        "Court of Appeal",
        "Government of the United Kingdom",
        "European Court of Human Rights",
        "the Fourth Section",
    ],
)
def test_a_public_body_as_such_is_generic(phrase: str) -> None:
    assert is_generic(phrase)
    assert trust("ORGANIZATION", phrase) == 0


@pytest.mark.parametrize(
    "phrase", ["Warsaw Regional Court", "Zyborg Ltd", "University of Leeds", "Hamburg Appeals Board for Physicians"]
)
def test_a_body_with_a_name_is_not_generic(phrase: str) -> None:
    assert not is_generic(phrase)
    assert trust("ORGANIZATION", phrase) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("He moved to Zyborgville last May.", "Zyborgville"),
        ("Near Tulsa, OK it rained.", "Tulsa, OK"),
        ("A walk in Hyde Park again.", "Hyde Park"),
        ("A London-based firm sued.", "London"),
        ("is it raining in manchester again", "manchester"),
        ("Flooding in St. Louis again.", "St. Louis"),
    ],
)
def test_a_place_is_hidden(towns: TownDetector, text: str, value: str) -> None:
    assert hidden(towns, text, value)


@pytest.mark.parametrize(
    "text", ["The Republic of Austria lodged it.", "The United Kingdom Government agreed.", "in Python and in Unicode"]
)
def test_a_state_as_a_party_and_plain_words_are_no_places(towns: TownDetector, text: str) -> None:
    assert not seen(towns, text)
