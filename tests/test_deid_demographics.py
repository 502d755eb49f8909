"""What people are: nationality, faith, family, sex, work; and the same words where they describe things."""

import pytest

from deid.detectors.demographics import DemographicsDetector

MASKED = 0.4


def seen(text: str, language: str = "en", floor: float = MASKED) -> set[tuple[str, str]]:
    found = DemographicsDetector(language).detect([text])[0]
    return {(f.label, text[f.start : f.end]) for f in found if f.score >= floor}


PEOPLE = [
    ("en", "She is a Turkish national.", "NRP", "Turkish national"),
    ("en", "a man of Polish origin", "NRP", "Polish origin"),
    ("en", "He is Swedish.", "NRP", "Swedish"),
    ("en", "the Kurdish question", "ETHNICITY", "Kurdish"),
    ("en", "They are Jehovah's Witnesses.", "NRP", "Jehovah's Witnesses"),
    ("en", "a trade union member", "NRP", "trade union member"),
    ("en", "The applicant, a lawyer, left.", "OCCUPATION", "lawyer"),
    ("en", "she worked as a ballet dancer for them", "OCCUPATION", "ballet dancer"),
    ("en", "He is a retired miner.", "OCCUPATION", "retired miner"),
    ("en", "an accountant by profession", "OCCUPATION", "accountant by profession"),
    ("en", "Ann Lee\nNetwork systems administrator\nAcme", "OCCUPATION", "Network systems administrator"),
    ("en", "Ann Lee, the Technical writer, said", "OCCUPATION", "Technical writer"),
    ("es", "varón de 45 años", "GENDER", "varón"),
    ("es", "de origen boliviano", "NRP", "boliviano"),
    ("es", "con madre sana", "FAMILY_RELATION", "madre"),
    ("es", "trabaja como soldador desde", "OCCUPATION", "soldador"),
    ("es", "de 70 años, minero jubilado", "OCCUPATION", "minero jubilado"),
    ("fr", "de nationalité tunisienne", "NRP", "tunisienne"),
    ("fr", "une femme de 45 ans", "GENDER", "femme"),
    ("de", "polnischer Staatsangehöriger", "NRP", "polnischer Staatsangehöriger"),
    ("de", "arbeitet als Krankenpfleger in", "OCCUPATION", "Krankenpfleger"),
]


@pytest.mark.parametrize(("language", "text", "label", "value"), PEOPLE)
def test_what_somebody_is_is_found(language: str, text: str, label: str, value: str) -> None:
    assert (label, value) in seen(text, language)


@pytest.mark.parametrize("text", ["his mother came", "a 45-year-old woman", "He has epilepsy.", "She speaks French."])
def test_what_describes_many_is_left_to_the_dial_recall(text: str) -> None:
    assert seen(text) == set()
    assert seen(text, floor=0.3)


@pytest.mark.parametrize(
    "text",
    [
        "The package manager drives it.",
        "It works as follows: nothing happens.",
        "a function decorator",
        "It works as intended.",
        "The driver is a parser.",
        "the inner loop",
        "This became possible in release 3.",
    ],
)
def test_things_are_no_people(text: str) -> None:
    assert seen(text) == set()
