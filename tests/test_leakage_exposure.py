"""Exposure: what was planted and memorised shows, what was not follows its null law, and a blind attacker says so."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakage import ConfigurationError, EmptyInputError, OverlapError, UnknownColumnError
from leakage.mechanisms.canary import Rows, Template
from leakage.mechanisms.character_model import CharacterModel
from leakage.mechanisms.exposure import Exposure, exposures, extrapolated
from leakage.mechanisms.nearness import Nearness

SPACE = Template("my number is ######")
SENTENCES = ["the cat sat on the mat and slept. ", "my number is what they want. ", "at 10 they met 24 people. "] * 40


def texts(canaries: int, references: int, seed: int) -> tuple[list[str], list[str]]:
    drawn = SPACE.draw(canaries + references, seed)
    return drawn[:canaries], drawn[canaries:]


def looked_up(known: dict[str, float], seed: int):
    """Scores drawn at random, but for the texts that are known."""

    def score(asked):
        generator = np.random.default_rng(seed)
        return np.array(
            [known.get(text, chance) for text, chance in zip(asked, generator.random(len(asked)), strict=True)]
        )

    return score


def test_a_language_model_shows_what_it_was_told_once() -> None:
    canaries, references = texts(5, 1000, seed=1)
    model = CharacterModel.fit([*SENTENCES, *canaries])
    control = CharacterModel.fit([*SENTENCES, *canaries[:1] * 8])
    found = Exposure().run(
        model.log_perplexity, canaries, references, SPACE.bits, retrain=lambda _: control.log_perplexity
    )
    assert found.state == "OK"
    assert found.details["max exposure"] > found.details["threshold"]
    assert found.details["max exposure"] == pytest.approx(math.log2(1000))
    assert found.value > 0.99
    assert found.details["max exposure extrapolated"] <= SPACE.bits


def test_a_language_model_that_was_told_nothing_shows_nothing() -> None:
    canaries, references = texts(20, 2000, seed=2)
    model = CharacterModel.fit(SENTENCES)
    control = CharacterModel.fit([*SENTENCES, *canaries[:1] * 8])
    found = Exposure().run(
        model.log_perplexity, canaries, references, SPACE.bits, retrain=lambda _: control.log_perplexity
    )
    assert found.state == "OK"
    assert found.details["max exposure"] <= found.details["threshold"]
    assert found.interval[0] < 0.5 < found.interval[1]


def test_the_null_law_holds() -> None:
    # 10,000 canaries that are like the references: P(exposure > t) <= 2^-t, within 4 standard errors; mean 1.44 bits
    generator = np.random.default_rng(3)
    bits = np.concatenate([exposures(generator.random(100), generator.random(1000)) for _ in range(100)])
    for t in (1, 2, 4, 6):
        share = 2.0**-t
        # canaries of one batch share their references, which adds a little to the binomial spread
        assert np.mean(bits > t) < share + 4 * math.sqrt(share * (1 - share) / 10_000 + share**2 / 1000 / 100)
    assert np.mean(bits) == pytest.approx(1 / math.log(2), abs=0.1)


def test_false_alarms_are_as_rare_as_alpha_says() -> None:
    # 400 audits of nothing at alpha 0.05: 20 alarms expected, more than 38 in one of 30,000 test runs
    generator, alarms = np.random.default_rng(4), 0
    for _ in range(400):
        bits = exposures(generator.random(10), generator.random(2000))
        alarms += bool(bits.max() > math.log2(10 / 0.05))
    assert alarms <= 38


@given(st.lists(st.integers(0, 5), min_size=1, max_size=6), st.lists(st.integers(0, 5), min_size=1, max_size=40))
@settings(max_examples=100)
def test_the_rank_is_the_number_of_references_that_are_no_worse(own: list[int], others: list[int]) -> None:
    bits = exposures(np.array(own, dtype=float), np.array(others, dtype=float))
    for score, found in zip(own, bits, strict=True):
        rank = 1 + sum(other <= score for other in others)
        assert found == pytest.approx(max(0.0, math.log2(len(others) / rank)))


def test_a_blind_attacker_is_invalid() -> None:
    canaries, references = texts(3, 500, seed=5)

    def blind(asked: list[str]) -> np.ndarray:
        return np.zeros(len(asked))

    found = Exposure().run(blind, canaries, references, SPACE.bits)
    assert found.state == "INVALID"
    assert found.details["max exposure"] == 0
    other = Exposure().run(looked_up({}, 1), canaries, references, SPACE.bits, retrain=lambda _: blind)
    assert other.state == "INVALID"
    assert "planted leak" in other.reason


def test_too_few_references_or_too_small_a_space_is_invalid() -> None:
    canaries, references = texts(10, 150, seed=6)  # log2(10 / 0.05) = 7.6 bits, log2(150) = 7.2
    found = Exposure().run(looked_up(dict.fromkeys(canaries, -1.0), 1), canaries, references, SPACE.bits)
    assert found.state == "INVALID"
    assert "bits" in found.reason
    small = Exposure().run(looked_up({}, 1), *texts(10, 1000, seed=6), space_bits=5)
    assert small.state == "INVALID"
    assert small.details["max exposure"] <= 5


def test_a_score_that_is_no_number_is_invalid_and_infinities_are_ranked() -> None:
    canaries, references = texts(2, 500, seed=7)
    found = Exposure().run(looked_up({canaries[1]: math.nan}, 1), canaries, references, SPACE.bits)
    assert found.state == "INVALID"
    assert "1 of the scores" in found.reason
    known = {canaries[0]: -math.inf, references[0]: math.inf}
    ranked = Exposure().run(looked_up(known, 1), canaries, references, SPACE.bits)
    assert ranked.state == "OK"
    assert ranked.details["max exposure"] == pytest.approx(math.log2(500))


def test_the_extrapolation_goes_beyond_the_references_and_no_further_than_the_space() -> None:
    references = np.random.default_rng(8).normal(50, 5, 2000)
    near, far = extrapolated(np.array([50 - 5 * 4.3, -500.0]), references, 30.0)
    assert near == pytest.approx(-math.log2(8.5e-6), abs=3)
    assert far == 30.0
    assert np.isnan(extrapolated(np.zeros(1), np.ones(500), 30.0)).all()


def test_synthetic_rows_that_were_memorised_show() -> None:
    space = Rows({"age": range(100), "town": [f"t{i}" for i in range(60)], "work": [f"w{i}" for i in range(40)]})
    drawn = space.draw(3040, seed=9)
    canaries, references, others = drawn[:10], drawn[10:1010], drawn[1010:]
    planted = Nearness(pd.concat([others, canaries[:1], canaries[:1]], ignore_index=True))

    def attack(released: pd.DataFrame):
        score = Nearness(released)
        return Exposure().run(score, canaries, references, space.bits, retrain=lambda _: planted)

    leaky, clean = attack(pd.concat([others, canaries[:5]], ignore_index=True)), attack(others)
    assert leaky.details["max exposure"] > leaky.details["threshold"]
    assert clean.state == "OK"
    assert clean.details["max exposure"] <= clean.details["threshold"]


def test_nearness_reads_what_tables_hold() -> None:
    released = pd.DataFrame(
        {
            "n": pd.array([1, None, 3], dtype="Int64"),
            "s": ["1", "x", None],
            "c": pd.Categorical(["a", "b", "a"]),
            "b": [True, False, True],
            "big": pd.Series([10**300, 1, 2], index=[1, 1, 1], dtype=object),
            "k": [7, 7, 7],
        },
        index=[1, 1, 1],
    )
    same, other = Nearness(released)(released), Nearness(released)(released.iloc[::-1].assign(c="zz", k="zz"))
    assert (same < 0.01).all()
    assert (other > 1.9).all()
    assert not Nearness(released)(released.head(0)).size
    with pytest.raises(EmptyInputError):
        Nearness(released.head(0))
    with pytest.raises(UnknownColumnError, match="canary table has no column s"):
        Nearness(released)(released.drop(columns="s"))


def test_spaces_draw_different_secrets_evenly() -> None:
    space = Template("x? #", {"#": "01", "?": "abc"})
    assert sorted(space.draw(6, seed=1)) == [f"x{letter} {digit}" for letter in "abc" for digit in "01"]
    assert space.bits == pytest.approx(math.log2(6))
    drawn = Template("#" * 20).draw(500, seed=2)  # 10^20 of them: drawn and not listed
    counts = np.bincount([int(text[0]) for text in drawn], minlength=10)
    assert len(set(drawn)) == 500
    assert counts.min() > 20  # 50 expected; fewer than 21 of any digit in one of 50,000 test runs
    assert drawn == Template("#" * 20).draw(500, seed=2)
    assert "t0" not in repr(Rows({"town": ["t0", "t1"]}))


def test_the_result_repeats_and_the_input_stays() -> None:
    space = Rows({"a": range(50), "b": range(50)})
    drawn = space.draw(505, seed=3)
    before = drawn.copy(deep=True)
    first, second = (
        Exposure().run(Nearness(drawn), drawn[:5], drawn[5:], space.bits).to_dict() | {"seconds": 0} for _ in range(2)
    )
    assert first == second
    pd.testing.assert_frame_equal(drawn, before)


def test_wrong_input() -> None:
    canaries, references = texts(2, 100, seed=10)
    score = looked_up({}, 1)
    with pytest.raises(EmptyInputError):
        Exposure().run(score, [], references, 10)
    with pytest.raises(OverlapError):
        Exposure().run(score, canaries, [*references, canaries[0]], 10)
    with pytest.raises(OverlapError):
        Exposure().run(len, pd.DataFrame({"a": [1], "b": [2]}), pd.DataFrame({"b": [3, 2], "a": [1, 1]}), 10)
    with pytest.raises(ConfigurationError, match="space_bits"):
        Exposure().run(score, canaries, references, 0)
    with pytest.raises(ConfigurationError, match="one number"):
        Exposure().run(lambda _: np.zeros(1), canaries, references, 10)
    with pytest.raises(ConfigurationError):
        Exposure(alpha=0)
    for wrong in ({"#": "1"}, {"#": "11"}, {"##": "12"}, {"?": "12"}):
        with pytest.raises(ConfigurationError):
            Template("a#", wrong)
    with pytest.raises(ConfigurationError, match="11 different"):
        Template("a#").draw(11, seed=0)
    with pytest.raises(ConfigurationError):
        Rows({"a": []})
