"""Residual quasi-identifiers: what a text still says of its person is found, and k counts whom it fits."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakage import ConfigurationError, Document, EmptyInputError, UnknownColumnError
from leakage.texts.dates import written
from leakage.texts.fold import tokens
from leakage.texts.quasi import ResidualQuasiIdentifiers
from leakage.texts.register import Register

TOWNS = ("Leeds", "York", "Łódź", "Bad Ems")
KNOWN = ("town", "born", "job")


def people(count: int, seed: int = 0) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "id": [f"p{n}" for n in range(count)],
            "town": generator.choice(TOWNS, count),
            "born": [f"19{n % 80 + 10}-03-{n % 28 + 1:02}" for n in range(count)],
            "job": generator.choice(["nurse", "cook"], count),
        }
    )


def texts(frame: pd.DataFrame, form: str) -> list[Document]:
    rows = frame.to_dict("records")
    return [Document(f"d{n}", form.format(**row), person=row["id"]) for n, row in enumerate(rows)]


def attack(frame: pd.DataFrame) -> ResidualQuasiIdentifiers:
    return ResidualQuasiIdentifiers(frame, "id", KNOWN)


def test_a_text_that_says_nothing_fits_everybody() -> None:
    frame = people(200)
    found = attack(frame).run(texts(frame, "{town}, {born}"), texts(frame, "[TOWN], [DATE]"))
    assert (found.state, found.value) == ("OK", pytest.approx(1 / 200))
    assert found.value == pytest.approx(found.baseline)
    assert (found.details["least k"], found.details["below 11"]) == (200, 0)
    assert found.details["raw"] > 0.4


def test_k_is_the_number_of_people_who_have_all_that_is_shown() -> None:
    frame = people(200)
    before = texts(frame, "{town} {job} {born}")
    found = attack(frame).run(before, texts(frame, "a {job} in {town}"))
    sizes = frame.groupby(["town", "job"])["id"].transform("count")
    assert found.value == pytest.approx(float((1 / sizes).mean()))
    assert found.details["least k"] == sizes.min()
    assert (found.details["shows born"], found.details["shows town"]) == (0, 1)
    assert found.details["below 11"] == pytest.approx(float((sizes < 11).mean()))
    assert found.details["below 11 upper"] > found.details["below 11"]


@given(st.integers(0, 3), st.integers(20, 60))
def test_who_shows_more_is_never_safer(seed: int, count: int) -> None:
    frame = people(count, seed)
    register = Register.of(frame, "id", KNOWN)
    for owner, own in register.traits.items():
        sizes = [register.alike(own[:number]) for number in range(len(own) + 1)]
        assert sizes == sorted(sizes, reverse=True)
        assert sizes[0] == count
        assert sizes[-1] >= 1
        assert owner in register.holders[own[0]]


@pytest.mark.parametrize(
    ("town", "form"),
    [
        ("Łódź", "LÓDZ"),
        ("Łódź", "in łódź."),
        ("Łódź", "Lo\u0301dz\u200b"),
        ("Bad Ems", "bad-ems"),
        ("Bad Ems", "(Bad  Ems)"),
    ],
)
def test_values_are_found_however_they_are_written(town: str, form: str) -> None:
    register = Register.of(pd.DataFrame({"id": ["p"], "town": [town]}), "id", ["town"])
    assert [column for column, _ in register.shown("person:p", form)] == ["town"]
    assert not register.shown("person:p", f"{town}er")


@pytest.mark.parametrize(
    "form", ["1974-03-05", "5 March 1974", "March 5th, 1974", "05.03.1974", "3/5/1974", "5 Mar 1974"]
)
def test_dates_are_found_in_other_writings(form: str) -> None:
    shown = [tokens(one) for one in written("1974-03-05")]
    wanted = tokens(form.replace("5th", "5"))
    assert wanted in shown
    assert tokens("6 March 1974") not in shown


@pytest.mark.parametrize("value", ["1974-02-30", "1974", "1974-03-05 10:30", ""])
def test_what_is_no_date_is_left_as_it_is(value: str) -> None:
    assert written(value) == (value,)


def test_several_rows_of_a_person_are_all_true_of_them() -> None:
    frame = pd.DataFrame({"id": ["a", "a", "b", None], "town": ["Leeds", "York", "York", "York"]})
    register = Register.of(frame, "id", ["town"])
    assert len(register) == 2
    assert register.alike(register.shown("person:a", "from Leeds to York")) == 1
    assert register.alike(register.shown("person:b", "from Leeds to York")) == 2


def test_the_control_are_people_who_are_not_in_the_release() -> None:
    frame = people(120)
    inside, outside = frame[:80], frame[80:]
    control = [Document(f"c{n}", d.text, person=d.person) for n, d in enumerate(texts(outside, "{born}"))]
    found = attack(frame).run(texts(inside, "{born}"), texts(inside, "[DATE]"), control)
    assert found.control is not None
    assert found.control > found.value


def test_strangers_are_counted_not_attacked_and_too_few_are_invalid() -> None:
    frame = people(60)
    before = [*texts(frame, "{town}"), *(Document(f"s{n}", "Leeds") for n in range(7))]
    found = attack(frame).run(before, before)
    assert (found.attempts, found.details["without person"]) == (60, 7)
    few = before[:20]
    assert attack(frame).run(few, few).state == "INVALID"
    nobody = [Document(f"s{n}", "Leeds") for n in range(40)]
    assert attack(frame).run(nobody, nobody).state == "INVALID"
    alone = people(1)
    assert attack(alone).run(texts(alone, "x"), texts(alone, "x")).state == "INVALID"


def test_the_result_repeats_and_shows_no_value() -> None:
    frame = people(50)
    before = texts(frame, "{town} {born}")
    tried = attack(frame)
    first, second = (tried.run(before, before).to_dict() for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    shown = str(first) + repr(tried) + repr(Register.of(frame, "id", KNOWN))
    assert not any(value in shown for value in (*TOWNS, *frame["born"], "nurse"))


def test_wrong_input() -> None:
    frame = people(40)
    before = texts(frame, "{town}")
    with pytest.raises(ConfigurationError):
        ResidualQuasiIdentifiers(frame, "id", [])
    with pytest.raises(ConfigurationError):
        ResidualQuasiIdentifiers(frame, "id", ["id", "town"])
    with pytest.raises(UnknownColumnError):
        ResidualQuasiIdentifiers(frame, "id", ["street"]).run(before, before)
    with pytest.raises(EmptyInputError):
        ResidualQuasiIdentifiers(frame.assign(town="?"), "id", ["town"]).run(before, before)
