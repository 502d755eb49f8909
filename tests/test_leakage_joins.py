"""Joins: the same key joins everybody, another key nobody, whatever the columns are called."""

import numpy as np
import pandas as pd
import pytest

from leakage import ConfigurationError, Document, EmptyInputError, IdentityError, UnknownColumnError
from leakage.texts.joins import TokenJoin


def people(count: int, seed: int = 1) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "id": [f"N{number:06d}" for number in generator.permutation(10**6)[:count]],
            "name": [f"Given{i} Family{i}" for i in range(count)],
            "sex": generator.choice(["f", "m"], count),
            "age": generator.integers(0, 90, count),
        },
        index=[f"p{i}" for i in range(count)],
    )


def released(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    tokens = {name: [f"{key}{hash_of(key, value):012x}" for value in frame[name]] for name in ("id", "name")}
    return frame.assign(**tokens, age=[f"{age // 10 * 10}-{age // 10 * 10 + 9}" for age in frame["age"]])


def hash_of(key: str, value: str) -> int:
    return int.from_bytes(f"{key}{value}".encode(), "big") * 2654435761 % 2**48


def test_the_same_key_joins_everybody() -> None:
    frame = people(200)
    found = TokenJoin(released(frame, "a")).run(frame, released(frame, "a"))
    assert found.state == "OK"
    assert found.value == 1.0
    assert found.baseline == pytest.approx(1 / 200)
    assert (found.details["columns"], found.details["joined"]) == (2, 200)


def test_a_key_for_each_release_joins_nobody() -> None:
    frame = people(200)
    found = TokenJoin(released(frame, "a")).run(frame, released(frame, "b"))
    assert (found.state, found.value, found.details["claims"]) == ("OK", 0.0, 0)
    assert found.upper < 0.02
    assert found.positive_control.value == 1.0


def test_a_token_is_found_in_a_column_of_another_name() -> None:
    frame = people(100)
    earlier = released(frame, "a")[["id"]].rename(columns={"id": "patient"})
    mixed = released(frame, "b").assign(id=released(frame, "a")["id"])
    assert TokenJoin(earlier).run(frame, mixed).value == 1.0


def test_part_of_the_people_and_several_rows_each() -> None:
    frame = people(120)
    rows = pd.concat([frame, frame.iloc[:60]])
    earlier = released(frame.iloc[40:], "a")
    found = TokenJoin(earlier).run(rows, released(rows, "a"))
    assert (found.attempts, found.details["candidates"], found.value) == (80, 80, 1.0)


def test_bands_masks_and_kept_columns_are_no_tokens() -> None:
    frame = people(100)
    masked = released(frame, "a").assign(id="*", name=None)
    found = TokenJoin(masked).run(frame, masked)
    assert (found.value, found.details["columns"], found.state) == (0.0, 0, "OK")
    # named on purpose, they join as far as they are shared
    assert 0 < TokenJoin(masked, columns=["age"]).run(frame, masked).value < 0.5


def test_surrogates_shared_by_chance_are_about_chance() -> None:
    frame, generator = people(1000), np.random.default_rng(2)
    drawn = [frame.assign(name=[f"S{i}" for i in generator.permutation(1000)])[["name"]] for _ in range(2)]
    found = TokenJoin(drawn[0]).run(frame, drawn[1])
    assert found.details["claims"] == 1000
    assert found.value < 0.01  # the expected number of fixed points of a permutation is one


def test_tokens_in_texts() -> None:
    original = [Document(str(i), f"Given{i} came to the clinic.", f"p{i}") for i in range(60)]
    sides = {
        key: [Document(d.id, f"[PERSON {key}{i:05d}] came to it.", d.person) for i, d in enumerate(original)]
        for key in ("a", "b")
    }
    assert TokenJoin(sides["a"]).run(original, sides["a"]).value == 1.0
    other = TokenJoin(sides["a"]).run(original, sides["b"])
    assert other.value <= 1 / 60  # [PERSON] itself is shared by all
    assert other.state == "OK"


def test_too_few_are_invalid_and_the_result_repeats() -> None:
    frame = people(60)
    before = released(frame, "a")
    assert TokenJoin(before.head(10)).run(frame, before).state == "INVALID"
    assert TokenJoin(before.head(1)).run(frame, before).state == "INVALID"
    assert TokenJoin(before.set_index(before.index + "x")).run(frame, before).state == "INVALID"
    copy = before.copy(deep=True)
    first, second = (TokenJoin(before).run(frame, before).to_dict() for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    pd.testing.assert_frame_equal(before, copy)


def test_odd_tables_are_answered() -> None:
    frame = people(50)
    odd = frame.assign(
        mixed=[1, "x", None, 2.5, True] * 10,
        huge=[10**30 + i for i in range(50)],
        kind=pd.Categorical(["a", "b"] * 25),
        nothing=pd.NA,
        whole=pd.array([1, None] * 25, dtype="Int64"),
    )
    assert TokenJoin(released(odd, "a")).run(odd, released(odd, "b")).value == 0.0


def test_wrong_input() -> None:
    frame = people(40)
    after = released(frame, "a")
    with pytest.raises(EmptyInputError):
        TokenJoin(after.head(0))
    with pytest.raises(EmptyInputError):
        TokenJoin(after).run(frame, after.head(0))
    with pytest.raises(IdentityError):
        TokenJoin(after).run(frame.head(10), after)
    with pytest.raises(UnknownColumnError):
        TokenJoin(after, columns=["height"]).run(frame, after)
    with pytest.raises(ConfigurationError):
        TokenJoin(after).run(frame, after, frame)
    with pytest.raises(ConfigurationError):
        TokenJoin([Document("1", "x", "p")]).run(frame, after)
    assert "Given1" not in repr(TokenJoin(frame))
