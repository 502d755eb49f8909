"""1−X on texts: blind where there is nothing to see, sharp where there is, and never trained on its own people."""

import numpy as np
import pytest
from scipy import stats

from leakage import (
    AttributeInference,
    ConfigurationError,
    Document,
    EmptyInputError,
    IdentityError,
    OverlapError,
    UnknownColumnError,
    attribute_inference,
)
from leakage.texts.split import split, validation

ALPHA = 1e-6
WORDS = np.array([f"w{i}" for i in range(400)])


def noise(generator: np.random.Generator, words: int = 30) -> str:
    return " ".join(generator.choice(WORDS, words))


def people(count: int, seed: int, *, signal: float = 0.0, each: int = 1, own: bool = False) -> list[Document]:
    """Documents of people with a random attribute; `signal` is the chance that a text shows it."""
    generator = np.random.default_rng(seed)
    made = []
    for person in range(count):
        label = ("a", "b")[int(generator.random() < 0.5)]
        for number in range(each):
            shown = f" sign{label}" if generator.random() < signal else ""
            mine = f" own{person} mine{person}" * 5 if own else ""
            made.append(Document(f"{person}-{number}", noise(generator) + shown + mine, f"p{person}", {"side": label}))
    return made


def test_noise_stays_at_the_baseline() -> None:
    found = attribute_inference(people(400, 1), people(400, 1))
    assert found.state == "OK"
    assert stats.binom.sf(round(found.value * 400) - 1, 400, found.baseline) > ALPHA
    assert found.advantage_upper < 0.35


def test_signal_is_found_in_its_measure() -> None:
    documents = people(500, 2, signal=0.6)
    found = attribute_inference(documents, documents)
    expected = 0.6 + 0.4 * 0.5
    assert stats.binom.cdf(round(found.value * 500), 500, expected - 0.05) > ALPHA
    assert found.interval[0] > found.baseline
    assert found.details["auc side"] > 0.75


def test_no_person_is_on_both_sides() -> None:
    """Identity is the only signal, and the attribute is a coin's: who splits by document thinks it can be inferred."""
    documents = people(60, 3, each=8, own=True)
    found = attribute_inference(documents, documents)
    # 60 independent people: X stays where a coin may fall (each person's eight documents mostly go one way)
    assert stats.binom.sf(round(found.value * 60) - 1, 60, found.baseline) > ALPHA
    separate = [Document(d.id, d.text, "", d.attributes) for d in documents]
    assert attribute_inference(separate, separate).value > 0.95


@pytest.mark.parametrize("folds", [2, 5])
def test_folds_hold_whole_people(folds: int) -> None:
    owners = [f"p{i % 37}" for i in range(300)] + ["c1"] * 5
    plan = split(owners, folds, held_out=5)
    for train, test in plan.rounds():
        trained = {o for o, used in zip(owners, train, strict=True) if used}
        tested = {o for o, used in zip(owners, test, strict=True) if used}
        assert not trained & tested
        assert "c1" not in trained
        for fit, check in validation(owners, train):
            assert not (fit & test).any()
            assert not (check & test).any()
            assert not {o for o, u in zip(owners, fit, strict=True) if u} & {
                o for o, u in zip(owners, check, strict=True) if u
            }
    assert plan.scored.sum() == 300
    assert plan.held_out.sum() == 5


def test_redaction_shows_beside_the_raw_text() -> None:
    original = people(200, 4, signal=1.0)
    released = [Document(d.id, d.text.rsplit(" ", 1)[0]) for d in original]
    found = attribute_inference(original, released)
    assert found.details["X raw"] > 0.97
    assert found.value < 0.7


def test_a_useful_label_explains_what_it_tells_already() -> None:
    generator = np.random.default_rng(5)
    documents = [
        Document(str(i), noise(generator), attributes={"side": "ab"[i % 2], "topic": "xy"[i % 2]}) for i in range(80)
    ]
    found = attribute_inference(documents, documents, useful="topic")
    assert found.details["majority side given topic"] == 1.0
    assert found.baseline == 0.5


def test_several_classes_and_missing_labels() -> None:
    generator = np.random.default_rng(6)
    labels = [("a", "b", "c", None)[i % 4] for i in range(200)]
    documents = [
        Document(str(i), f"{noise(generator)} {label}{label}", attributes={"x": label} if label else {})
        for i, label in enumerate(labels)
    ]
    found = attribute_inference(documents, documents)
    assert found.value > 0.95
    assert found.details["majority x"] == pytest.approx(1 / 3)


def test_only_targets_are_scored() -> None:
    documents = people(200, 7, signal=1.0)
    found = AttributeInference(targets={f"p{i}" for i in range(40)}).run(documents, documents)
    assert found.attempts == 40
    assert found.value > 0.9


def test_people_who_were_not_released_are_the_control() -> None:
    documents = people(200, 8, signal=1.0)
    others = [Document(f"c{d.id}", d.text, f"c{d.person}", d.attributes) for d in people(100, 9, signal=1.0)]
    found = attribute_inference(documents, documents, others)
    assert found.control is not None
    assert found.control > 0.95
    assert found.residual_upper is not None
    with pytest.raises(OverlapError):
        attribute_inference(documents, documents, documents[:1])


def test_too_few_people_prove_nothing() -> None:
    documents = people(20, 10, signal=1.0, each=5)
    found = attribute_inference(documents, documents)
    assert found.state == "INVALID"
    assert "20 people" in found.reason


def test_one_person_one_class_and_empty_texts_do_not_break_it() -> None:
    one = [Document(str(i), "", "p", {"x": "a"}) for i in range(40)]
    assert attribute_inference(one, one).state == "INVALID"
    blank = [Document(str(i), "", attributes={"x": "ab"[i % 2]}) for i in range(40)]
    assert attribute_inference(blank, blank).value <= 0.7


def test_the_same_input_gives_the_same_result() -> None:
    documents = people(80, 11, signal=0.5)
    first, second = (attribute_inference(documents, documents).to_dict() for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}


def test_wrong_input_is_named_without_its_values() -> None:
    documents = people(40, 12)
    with pytest.raises(IdentityError, match="1 of 1 released"):
        attribute_inference(documents, [Document("secret-id", "x")])
    with pytest.raises(IdentityError, match="repeat an id"):
        attribute_inference(documents, [documents[0], documents[0]])
    with pytest.raises(UnknownColumnError, match="height"):
        attribute_inference(documents, documents, attributes=["height"])
    with pytest.raises(EmptyInputError):
        attribute_inference(documents, [])
    with pytest.raises(EmptyInputError):
        attribute_inference([Document("1", "x")], [Document("1", "x")])
    with pytest.raises(ConfigurationError):
        AttributeInference(folds=1)
