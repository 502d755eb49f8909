"""Missed names: one that stands where names stand is seen, a release without names passes, lower case is no pass."""

import numpy as np
import pytest

from leakage import ConfigurationError, Document, EmptyInputError, Mention, SpanError
from leakage.texts.names import MissedNames

FIRST = "Anna Boris Carla Dimitri Elena Fatima Georg Hanna Ivan Julia Karim Laura Maria Nadia Otto Paula".split()
LAST = [
    f"{a}{b}" for a in ("Old", "New", "Wood", "Stan", "Hart", "Win") for b in ("field", "ton", "ley", "bury", "man")
]
FORMS = ["Mr {} was seen today.", "Seen with {} on Monday.", "Letter to Dr {} about the Clinic.", "Then {} rang again."]


def notes(count: int, seed: int, left: int = 0) -> tuple[list[Document], list[Document], list[Mention]]:
    """Originals, a release that masks every name but the first document's of the first `left`, and the marked names."""
    generator = np.random.default_rng(seed)
    original, released, mentions = [], [], []
    for number in range(count):
        before, after = "", ""
        for line in range(3):
            name = f"{generator.choice(FIRST)} {generator.choice(LAST)}"
            form = str(generator.choice(FORMS))
            start = len(before) + form.index("{}")
            missed = line == 0 and number < left
            if not missed:
                mentions.append(Mention(str(number), start, start + len(name), "PERSON"))
            before += form.format(name) + "\n"
            after += form.format(name if missed else "[PERSON]") + "\n"
        original.append(Document(str(number), before))
        released.append(Document(str(number), after))
    return original, released, mentions


def test_a_release_without_names_has_none() -> None:
    original, released, mentions = notes(200, 1)
    found = MissedNames(mentions).run(original, released)
    assert (found.state, found.value) == ("OK", 0.0)
    assert found.details["recall"] > 0.9


def test_missed_names_are_seen() -> None:
    original, released, mentions = notes(300, 2, left=25)
    found = MissedNames(mentions).run(original, released)
    assert found.state == "OK"
    assert 0.8 * 25 / 300 < found.value <= 25 / 300


def test_surrogates_are_made_not_missed() -> None:
    original, _, mentions = notes(150, 3)
    others, _, _ = notes(150, 4)
    released = [Document(o.id, other.text.replace("field", "dale")) for o, other in zip(original, others, strict=True)]
    found = MissedNames(mentions).run(original, released)
    assert found.details["made"] > 300
    assert found.details["names"] < found.details["made"]  # given names and surnames recur by chance


def test_texts_without_capitals_and_too_few_are_invalid() -> None:
    original, released, mentions = notes(80, 5)
    small = [[Document(d.id, d.text.lower()) for d in side] for side in (original, released)]
    assert MissedNames(mentions).run(*small).state == "INVALID"
    assert MissedNames(mentions).run(original[:20], released[:20]).state == "INVALID"


def test_the_result_repeats_and_shows_no_name() -> None:
    original, released, mentions = notes(60, 6, left=5)
    attack = MissedNames(mentions)
    first, second = (attack.run(original, released).to_dict() for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    assert not any(name in str(first) + repr(attack) for name in FIRST + LAST)


def test_wrong_input() -> None:
    original, released, mentions = notes(40, 7)
    with pytest.raises(EmptyInputError):
        MissedNames(mentions, kinds=["EMAIL_ADDRESS"])
    with pytest.raises(ConfigurationError):
        MissedNames(mentions, cut=1.0)
    with pytest.raises(ConfigurationError):
        MissedNames(mentions).run(original, released, [])
    with pytest.raises(SpanError):
        MissedNames([Mention("0", 5, 10**6, "PERSON")]).run(original, released)
