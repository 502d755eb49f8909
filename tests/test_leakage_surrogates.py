"""Surrogates: what marks an original is found by the right attacker, chance stays ½, and the bound holds there."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from leakage import ConfigurationError, Document, EmptyInputError, IdentityError, SpanError
from leakage.interval import wilson
from leakage.roc import Scores, auc
from leakage.texts.area import clustered_auc
from leakage.texts.mentions import Placed
from leakage.texts.surrogates import SurrogateTelling

ALPHA = 1e-6
FIRST = "Anna Maria John Peter Paul Mary Susan Karl Lena Otto".split()
LAST = "Smith Jones Brown Weiss Lang Meyer Klein Wolf Braun Berg".split()
WORDS = np.array([f"w{i}" for i in range(300)])

Release = tuple[list[Document], list[Document], list[Placed]]


def release(count: int, seed: int, how: str = "", share: float = 0.25) -> Release:
    """Documents with three mentions each, a share of them originals, which `how` sets apart."""
    generator = np.random.default_rng(seed)
    original, released, placed = [], [], []
    for number in range(count):
        text = ""
        for _ in range(3):
            true = bool(generator.random() < share)
            name = f"{generator.choice(FIRST)} {generator.choice(LAST)}"
            if true and how == "look":
                name = name.replace(" ", "ova ") + "ski"
            if true and how == "frequency":
                name = f"{''.join(generator.choice(list('Xyzuvo'), 5))} {''.join(generator.choice(list('Xyzuvo'), 5))}"
            mark = "honourable " if true and how == "context" else ""
            text += " ".join(generator.choice(WORDS, 5)) + f" {mark}"
            placed.append(Placed(str(number), len(text), len(text) + len(name), true))
            text += f"{name} "
        original.append(Document(str(number), "x"))
        released.append(Document(str(number), text))
    return original, released, placed


@pytest.mark.parametrize("how", ["look", "frequency", "context"])
def test_originals_that_differ_are_told_apart(how: str) -> None:
    original, released, placed = release(150, 1, how)
    found = SurrogateTelling(placed).run(original, released)
    assert found.state == "OK"
    assert found.value > 0.95
    assert found.details[f"AUC {how}"] > 0.95
    assert (found.details["AUC context"] > 0.9) == (how == "context")


def test_originals_like_the_surrogates_hide_in_plain_sight() -> None:
    original, released, placed = release(700, 2)
    found = SurrogateTelling(placed).run(original, released)
    assert found.state == "OK"
    assert found.baseline == 0.5
    assert found.upper < 0.58
    assert abs(found.value - 0.5) < 5 * (found.upper - found.value) / stats.norm.ppf(0.95)


def test_the_strongest_of_blind_attackers_is_not_rewarded() -> None:
    """Over releases without a difference the mean is ½ and the upper bound below it seldom enough."""
    found = [SurrogateTelling(placed).run(o, r) for o, r, placed in (release(50, 50 + seed) for seed in range(12))]
    values = np.array([one.value for one in found])
    assert abs(values.mean() - 0.5) < 5 * values.std() / np.sqrt(len(values))
    below = sum(one.upper < 0.5 for one in found)
    assert stats.binom.sf(below - 1, len(found), 0.05) > ALPHA


def test_too_few_are_invalid() -> None:
    original, released, placed = release(60, 3)
    few = SurrogateTelling([p for p in placed if not p.original or int(p.document) < 20]).run(original, released)
    assert few.state == "INVALID"
    assert "attempts" in few.reason
    none = SurrogateTelling([replace(p, original=False) for p in placed]).run(original, released)
    assert none.state == "INVALID"
    assert none.upper == 1.0
    one_person = [replace(d, person="p") for d in original]
    assert SurrogateTelling(placed).run(one_person, released).state == "INVALID"


def test_the_result_repeats_and_shows_no_mention() -> None:
    original, released, placed = release(50, 4)
    attack = SurrogateTelling(placed)
    first, second = (attack.run(original, released).to_dict() for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    assert "secret" not in repr(Placed("secret", 0, 4, original=True)) + repr(attack)


def test_a_mention_placed_twice_counts_once() -> None:
    original, released, placed = release(50, 5)
    twice = SurrogateTelling([*placed, *placed]).run(original, released)
    assert twice.details["originals"] + twice.details["surrogates"] == 150


def test_wrong_input() -> None:
    original, released, placed = release(40, 6)
    with pytest.raises(EmptyInputError):
        SurrogateTelling([])
    with pytest.raises(ConfigurationError):
        SurrogateTelling(placed, folds=1)
    with pytest.raises(ConfigurationError):
        SurrogateTelling(placed).run(original, released, original)
    with pytest.raises(IdentityError):
        SurrogateTelling([Placed("other", 0, 4, original=True)]).run(original, released)
    with pytest.raises(SpanError):
        SurrogateTelling([Placed("0", 0, 10**6, original=True)]).run(original, released)
    with pytest.raises(SpanError):
        Placed("0", 4, 4, original=True)


SCORES = st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 2)), min_size=1, max_size=30)


@given(SCORES)
def test_the_area_counts_pairs_of_one_stratum(rows: list[tuple[int, bool, int]]) -> None:
    scores, truth, strata = (np.array(column) for column in zip(*rows, strict=True))
    pairs = [(a > b) + (a == b) / 2 for a, yes, s in rows if yes for b, other, t in rows if not other and s == t]
    found = clustered_auc(scores.astype(float), truth, strata, [str(i) for i in range(len(rows))])
    assert found.known == bool(pairs)
    if pairs:
        assert found.value == pytest.approx(np.mean(pairs))


def test_mentions_that_repeat_their_owner_tell_nothing_new() -> None:
    generator = np.random.default_rng(8)
    truth = generator.random(90) < 0.4
    scores = generator.normal(size=90) + 0.6 * truth
    strata = np.arange(90) % 5
    owners = [str(i // 2) for i in range(90)]
    once = clustered_auc(scores, truth, strata, owners, folds=5)
    again = clustered_auc(*(np.repeat(a, 4) for a in (scores, truth, strata)), np.repeat(owners, 4).tolist(), folds=5)
    assert again.value == pytest.approx(once.value)
    assert again.upper == pytest.approx(once.upper)
    assert once.upper > clustered_auc(scores, truth, strata, owners).upper  # cross-fitted scores err together


def test_owners_with_the_same_score_on_both_sides_are_certain() -> None:
    """What moves an owner's original moves its surrogate too, so the area is ½ whoever is drawn."""
    scores = np.repeat(np.arange(50.0), 2)
    owners = np.repeat([str(i) for i in range(50)], 2).tolist()
    found = clustered_auc(scores, np.arange(100) % 2 == 0, np.zeros(100, dtype=np.int64), owners)
    assert (found.value, found.upper) == (0.5, pytest.approx(wilson(37.5, 75).upper))


def test_independent_mentions_have_the_usual_bound() -> None:
    generator = np.random.default_rng(9)
    truth = np.arange(600) < 200
    scores = generator.normal(size=600) * np.where(truth, 3, 1) + 0.4 * truth
    found = clustered_auc(scores, truth, np.zeros(600, dtype=np.int64), [str(i) for i in range(600)])
    usual = auc(Scores.of(scores[truth], scores[~truth]))
    assert found.value == pytest.approx(usual.value)
    assert found.upper == pytest.approx(usual.upper, abs=0.005)


def test_the_bound_of_the_area_holds_and_sees_clusters() -> None:
    """Owners with four like mentions each: the bound is below the truth in no more than one of twenty draws."""
    generator = np.random.default_rng(7)
    true, missed, draws = float(stats.norm.cdf(0.5 / np.sqrt(2))), 0, 300
    for _ in range(draws):
        truth = np.repeat(generator.random(80) < 0.5, 4)
        scores = np.repeat(generator.normal(size=80), 4) + 0.5 * truth
        owners = np.repeat([str(i) for i in range(80)], 4).tolist()
        missed += clustered_auc(scores, truth, np.zeros(320, dtype=np.int64), owners).upper < true
    assert stats.binom.sf(missed - 1, draws, 0.05) > 1e-4
