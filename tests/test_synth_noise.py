"""The noise follows its distribution exactly, whatever the size of the numbers."""

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from synth import noise
from synth.entropy import InsecureTestEntropy, SystemEntropy
from synth.errors import NoiseInvalidError
from synth.noise import (
    bernoulli_exp,
    choose,
    cost,
    discrete_gaussian,
    discrete_laplace,
    scale,
    uniform_below,
    variance,
)

ALPHA = 1e-6  # the chance that a right sampler fails one of these tests
SYSTEM = SystemEntropy()


class Script:
    """Gives exactly the bytes it was told, then fails."""

    private = False

    def __init__(self, *words):
        self._bytes = b"".join(word.to_bytes(8, "little") for word in words)

    def read(self, size):
        taken, self._bytes = self._bytes[:size], self._bytes[size:]
        assert len(taken) == size, "the script is over"
        return taken


def chi_square(draws, mass, low, high):
    """Compare draws with a mass function on low … high, tails pooled, cells merged until 20 are expected in each."""
    cells = np.arange(low, high + 1)
    expected = mass(cells)
    observed = np.bincount(np.clip(draws, low, high) - low, minlength=cells.size).astype(float)
    expected = expected / expected.sum() * len(draws)
    merged_o, merged_e, o, e = [], [], 0.0, 0.0
    for seen, wanted in zip(observed, expected, strict=True):
        o, e = o + seen, e + wanted
        if e >= 20:
            merged_o.append(o)
            merged_e.append(e)
            o = e = 0.0
    merged_o[-1] += o
    merged_e[-1] += e
    return stats.chisquare(merged_o, merged_e).pvalue


@pytest.mark.parametrize("sigma2", [Fraction(1, 4), 1, Fraction(9, 4), 16, 1369, Fraction(5473, 4)])
def test_discrete_gaussian_has_the_exact_distribution(sigma2):
    draws = discrete_gaussian(Fraction(sigma2), 300_000, SYSTEM)
    reach = math.ceil(8 * math.sqrt(sigma2)) + 3
    p = chi_square(draws, lambda x: np.exp(-(x.astype(float) ** 2) / (2 * float(sigma2))), -reach, reach)
    assert p > ALPHA


@pytest.mark.parametrize("sigma2", [10**6, 10**14, 10**24])
def test_wide_gaussian_is_exact_beyond_64_bit_products(sigma2):
    draws = discrete_gaussian(Fraction(sigma2), 20_000, SYSTEM)
    assert stats.kstest(draws / math.sqrt(sigma2), "norm").pvalue > ALPHA  # at this width the grid does not show


@pytest.mark.parametrize("scale", [Fraction(1, 3), 1, Fraction(7, 2), 40])
def test_discrete_laplace_has_the_exact_distribution(scale):
    draws = discrete_laplace(Fraction(scale), 200_000, SYSTEM)
    reach = math.ceil(20 * scale) + 2
    assert chi_square(draws, lambda x: np.exp(-np.abs(x) / float(scale)), -reach, reach) > ALPHA


def test_small_variance_is_mostly_zero_and_never_fails():
    draws = discrete_gaussian(Fraction(1, 256), 50_000, SYSTEM)
    assert set(np.unique(draws)) <= {-1, 0, 1}


def test_signs_are_balanced():
    draws = discrete_gaussian(Fraction(100), 200_000, SYSTEM)
    filled = draws[draws != 0]
    assert stats.binomtest(int((filled > 0).sum()), filled.size).pvalue > ALPHA


def test_draws_are_in_draw_order_not_in_order_of_acceptance():
    draws = discrete_gaussian(Fraction(400), 200_000, SYSTEM)
    halves = np.abs(draws[:100_000]), np.abs(draws[100_000:])
    assert stats.mannwhitneyu(*halves).pvalue > ALPHA


@pytest.mark.parametrize(("a", "b"), [(0, 1), (1, 3), (3, 3), (7, 2), (10**30, 4 * 10**30), (5 * 2**62, 2**62)])
def test_bernoulli_exp_has_the_stated_chance(a, b):
    values = np.full(40_000, a, dtype=np.int64 if a < 2**63 else object)
    won = bernoulli_exp(values, b, SYSTEM)
    assert stats.binomtest(int(won.sum()), won.size, math.exp(-a / b)).pvalue > ALPHA


@pytest.mark.parametrize("bound", [1, 3, 1000, 2**62 - 1, 2**62 + 1, 3 * 2**64])
def test_uniform_covers_its_range_evenly(bound):
    draws = uniform_below(bound, 20_000, SYSTEM)
    assert min(draws) >= 0
    assert max(draws) < bound
    if bound > 1:
        tenths = np.array([int(10 * int(draw) // bound) for draw in draws]) if bound > 10 else np.asarray(draws)
        cells = min(bound, 10)
        assert stats.chisquare(np.bincount(tenths, minlength=cells)).pvalue > ALPHA


def test_uniform_rejects_words_that_would_favour_small_values():
    last = 2**63 // 3 * 3
    assert uniform_below(3, 2, Script(last, 5, 7)).tolist() == [2, 1]  # the first word is thrown away


def test_choice_follows_the_exponential_mechanism():
    scores, rate = np.array([0, 10, 30, 29]), Fraction(1, 10)
    picks = [choose(scores, rate, SYSTEM) for _ in range(4000)]
    expected = np.exp(scores / 10.0)
    counts = np.bincount(picks, minlength=4)
    assert stats.chisquare(counts, expected / expected.sum() * len(picks)).pvalue > ALPHA


def test_choice_with_huge_gaps_takes_the_best_at_once():
    assert choose(np.array([-(2**62), 2**62]), Fraction(2**40, 3), SYSTEM) == 1


def test_the_same_seed_gives_the_same_noise_and_says_it_is_not_private():
    runs = [discrete_gaussian(Fraction(50), 100, InsecureTestEntropy(1)).tolist() for _ in range(2)]
    assert runs[0] == runs[1]
    assert not InsecureTestEntropy(1).private


@pytest.mark.parametrize("rho", [Fraction(1, 10**6), Fraction(1, 333), Fraction(3, 7), Fraction(50)])
def test_rounded_variance_never_costs_more_than_granted(rho):
    assert cost(variance(rho)) <= rho
    assert rho > Fraction(1, 2) or cost(variance(rho)) > rho * Fraction(98, 100)


@pytest.mark.parametrize("sigma2", [Fraction(0), Fraction(-1), Fraction(2**101)])
def test_an_impossible_variance_is_refused(sigma2):
    with pytest.raises(NoiseInvalidError):
        discrete_gaussian(sigma2, 1, SYSTEM)


def wide_gaussian(sigma2, size, entropy):
    """One batch of Algorithm 3 as `noise` makes it, on Python integers alone: they have no end to run over."""
    p, q = sigma2.numerator, sigma2.denominator
    t = math.isqrt(p // q) + 1
    y = wide_laplace(t, 1, size, entropy)
    exponents = (np.abs(y) * q * t - p) ** 2
    return y[noise.bernoulli_exp(exponents, 2 * p * q * t * t, entropy)]


def wide_laplace(t, s, size, entropy):
    u = noise.uniform_below(t, size, entropy)
    u = u[noise._bernoulli_exp_fraction(u, t, entropy)].astype(object)
    v = noise._geometric(u.size, entropy).astype(object)
    magnitude = (u + t * v) // s
    negative = noise._words(u.size, entropy) & np.int64(1) == 1
    return np.where(negative, -magnitude, magnitude)[~(negative & (magnitude == 0))]


# 2 p q t² reaches 2**63 at sigma2 = 2**31 for q = 1, and (|y| q t + p)² a little earlier
@pytest.mark.parametrize("power", [20, 26, 28, 29, 30, 30.5, 31, 31.5, 32, 40, 60, 99])
@pytest.mark.parametrize("q", [1, 16, 255, 256])
def test_gaussian_is_the_same_on_64_bits_and_on_integers_without_end(power, q):
    sigma2 = Fraction(int(2**power) * q + 1, q)
    ours = noise._gaussian_batch(sigma2, 3000, InsecureTestEntropy(5))
    theirs = wide_gaussian(sigma2, 3000, InsecureTestEntropy(5))
    assert ours.tolist() == theirs.tolist()


# t (v + 1) reaches 2**63 in one draw of a thousand at t = 2**60, where v is 7; from 2**63 on u has no room either
@pytest.mark.parametrize("power", [10, 30, 45, 49, 50, 58, 60, 61, 62, 63, 70])
@pytest.mark.parametrize("s", [1, 3, 2**13 - 1])
def test_laplace_is_the_same_on_64_bits_and_on_integers_without_end(power, s):
    t = 2**power - 1
    ours = noise._laplace_batch(t, s, 3000, InsecureTestEntropy(5))
    assert ours.tolist() == wide_laplace(t, s, 3000, InsecureTestEntropy(5)).tolist()


@pytest.mark.parametrize("bound", [2**62 - 1, 2**62, 2**62 + 1, 2**63, 2**64, 3 * 2**61 + 5])
def test_uniform_stays_below_its_bound_where_words_end(bound):
    drawn = [int(value) for value in uniform_below(bound, 2000, SYSTEM)]
    assert min(drawn) >= 0
    assert max(drawn) < bound
    assert max(drawn) > bound * 0.9  # a wrong one, but once in 10**91


def test_choice_is_the_same_on_64_bits_and_beyond():
    """Gaps times the rate's numerator go past 2**63; the best two are equally good, all others out of reach."""
    scores = np.array([0, 2**62, 2**62 - 1, 2**62, -(2**62)])
    picked = np.bincount([choose(scores, Fraction(2**20, 1), SYSTEM) for _ in range(400)], minlength=5)
    assert picked[[0, 2, 4]].sum() == 0
    assert picked[1] + picked[3] == 400
    assert min(picked[1], picked[3]) > 100


def test_diffprivlibs_discrete_gaussian_agrees():
    from diffprivlib.mechanisms import GaussianDiscrete

    oracle = GaussianDiscrete(epsilon=0.5, delta=1e-3)
    theirs = np.array([oracle.randomise(0) for _ in range(5000)])
    ours = discrete_gaussian(Fraction(oracle._scale**2), 5000, SYSTEM)
    assert same_distribution(ours, theirs)


def test_diffprivlibs_geometric_agrees():
    from diffprivlib.mechanisms import Geometric

    oracle = Geometric(epsilon=0.25, sensitivity=1)
    theirs = np.array([oracle.randomise(0) for _ in range(5000)])
    assert same_distribution(discrete_laplace(Fraction(4), 5000, SYSTEM), theirs)


def same_distribution(ours, theirs):
    cuts = np.unique(np.quantile(np.concatenate([ours, theirs]), np.linspace(0, 1, 21)[1:-1]))
    table = [np.bincount(np.searchsorted(cuts, draws), minlength=cuts.size + 1) for draws in (ours, theirs)]
    return stats.chi2_contingency(np.array(table)[:, np.sum(table, axis=0) > 0]).pvalue > ALPHA


@pytest.mark.parametrize(
    ("amount", "sensitivity", "sigma2", "b"),
    [
        (Fraction(1, 100), 1, 50, 100),
        (Fraction(1, 100), 3, 450, 300),
        (Fraction(1, 513), 1, 257, 513),  # 256.5: from 256 up in whole numbers
        (Fraction(1, 511), 1, Fraction(511, 2), 511),  # 255.5: below that in sixteenths
        (Fraction(10, 21), 1, Fraction(17, 16), Fraction(34, 16)),  # 1.05 is 16.8 of them; 2.1 is 33.6
        (Fraction(1, 3), 1, Fraction(3, 2), 3),
        (Fraction(5, 8), 1, Fraction(205, 256), Fraction(26, 16)),  # 0.8 in 256ths, below 1
    ],
)
def test_noise_is_rounded_up_to_what_the_sampler_finds_easy(amount, sensitivity, sigma2, b):
    assert variance(amount, sensitivity) == sigma2
    assert scale(amount, sensitivity) == b
    assert cost(Fraction(sigma2), sensitivity) <= amount


def test_a_measurement_has_sensitivity_one_unless_it_says_so():
    assert variance(Fraction(1, 100)) == variance(Fraction(1, 100), 1)
    assert scale(Fraction(1, 100)) == scale(Fraction(1, 100), 1)
    assert cost(Fraction(50)) == cost(Fraction(50), 1) == Fraction(1, 100)
    assert cost(Fraction(50), 3) == Fraction(9, 100)


@pytest.mark.parametrize("amount", [Fraction(0), Fraction(-1, 2)])
def test_no_budget_buys_no_noise(amount):
    for noise_for in (variance, scale):
        with pytest.raises(NoiseInvalidError, match=r"^the share of the budget for a measurement is zero$"):
            noise_for(amount)


@pytest.mark.parametrize("wrong", [Fraction(0), Fraction(-1), 2**50 + Fraction(1, 2)])
def test_an_impossible_scale_is_refused(wrong):
    with pytest.raises(NoiseInvalidError, match=r"^the scale must be positive and at most 2\*\*50$"):
        discrete_laplace(wrong, 1, SYSTEM)


def test_what_is_impossible_is_refused_in_words():
    with pytest.raises(NoiseInvalidError, match=r"^the variance must be positive and at most 2\*\*100$"):
        discrete_gaussian(2**100 + Fraction(1, 2), 1, SYSTEM)
    with pytest.raises(NoiseInvalidError, match=r"^a uniform draw needs at least one possible value$"):
        uniform_below(0, 1, SYSTEM)
    for scores, rate in (([], Fraction(1)), ([1, 2], Fraction(-1, 9))):
        with pytest.raises(NoiseInvalidError, match=r"^a selection needs a candidate and a rate that is not negative$"):
            choose(np.array(scores, dtype=np.int64), rate, SYSTEM)


def test_the_widest_noise_is_drawn_and_any_number_of_it():
    for draw, widest in ((discrete_laplace, 2**50), (discrete_gaussian, 2**100)):
        for size in (0, 1, 3):
            drawn = draw(Fraction(widest), size, SYSTEM)
            assert (drawn.shape, drawn.dtype) == ((size,), np.int64)


def test_more_than_a_chunk_is_drawn_in_pieces_each_no_longer_than_one():
    asked = []

    def batch(count):
        asked.append(count)
        return np.arange(count // 4) + sum(asked)  # as a sampler does, it keeps fewer than it tries

    drawn = noise._gather(batch, 70_000)
    assert drawn.size == 70_000
    assert max(asked) == asked[0] == 2**16
    pieces = [np.arange(count // 4) + sum(asked[: place + 1]) for place, count in enumerate(asked)]
    assert drawn.tolist() == np.concatenate(pieces)[:70_000].tolist()


def test_a_batch_of_nothing_is_empty():
    assert noise._gaussian_batch(Fraction(9), 0, SYSTEM).size == 0
    assert noise._laplace_batch(9, 1, 0, SYSTEM).size == 0


def test_one_candidate_is_chosen_and_equal_ones_equally_often_at_any_rate():
    assert choose(np.array([-5]), Fraction(1), SYSTEM) == 0
    picked = np.bincount([choose(np.array([3, 3**30]), Fraction(0), SYSTEM) for _ in range(2000)])
    assert stats.chisquare(picked).pvalue > ALPHA


class Bytes(Script):
    def __init__(self, *words):
        self._bytes = b"".join(words)


@pytest.mark.parametrize(
    ("bound", "words", "drawn"),
    [
        (2**64, [b"\xff" * 8], [2**64 - 1]),  # 64 bits, all of them
        (2**64 + 1, [b"\x80" + bytes(8)], [2**64]),  # 65 bits: the first of nine bytes, and the highest of the second
        (2**64 + 1, [b"\x80" + bytes(7) + b"\x80", b"\x01" + bytes(8)], [2**57]),  # 2**64 + 1 itself is thrown away
        (2**62 + 1, [bytes(7) + b"\x06", bytes(7) + b"\x04"], [3, 2]),
    ],
)
def test_a_wide_uniform_draw_takes_as_many_bits_as_its_bound_has(bound, words, drawn):
    script = Bytes(*words)
    assert uniform_below(bound, len(drawn), script).tolist() == drawn
    assert script._bytes == b""


@pytest.mark.parametrize("bound", [1, 2, 3, 2**61, 2**62])
def test_a_word_is_kept_below_the_last_whole_multiple_of_the_bound(bound):
    last = 2**63 // bound * bound - 1
    assert uniform_below(bound, 2, Script(last, 2**63 + 1)).tolist() == [bound - 1, 1 % bound]


def test_choices_are_made_on_integers_of_64_bits_as_long_as_gaps_fit(monkeypatch):
    seen, drawn = [], noise.bernoulli_exp

    def watched(a, b, entropy):
        seen.append(a.dtype)
        return drawn(a, b, entropy)

    monkeypatch.setattr(noise, "bernoulli_exp", watched)
    for best, kind in ((2**62 - 1, np.int64), (2**62, object)):  # twice that is 2**63 - 2, or 2**63
        assert choose(np.array([0, best]), Fraction(2), SYSTEM) == 1
        assert set(seen) == {np.dtype(kind)}
        seen.clear()


def test_laplace_goes_wide_just_where_it_must():
    for seed in range(300):  # in about one of twenty the greatest v is 7 or 8, where 64 bits end
        ours = noise._laplace_batch(2**60 - 1, 1, 100, InsecureTestEntropy(seed))
        assert ours.tolist() == wide_laplace(2**60 - 1, 1, 100, InsecureTestEntropy(seed)).tolist()


def test_exponents_are_whole_numbers_however_wide_the_noise(monkeypatch):
    seen, drawn = [], noise.bernoulli_exp

    def watched(a, b, entropy):
        seen.extend(a.tolist())
        return drawn(a, b, entropy)

    monkeypatch.setattr(noise, "bernoulli_exp", watched)
    for sigma2 in (Fraction(9), Fraction(2**99 + 1, 256)):
        noise._gaussian_batch(sigma2, 200, SYSTEM)
        assert {type(exponent) for exponent in seen} == {int}
    assert max(seen) > 2**100
    assert noise._geometric(100, SYSTEM).dtype == np.int64
    assert noise._laplace_batch(9, 2, 100, SYSTEM).dtype == np.int64


def test_a_fine_scale_is_drawn_in_64_bits_too():
    drawn = discrete_laplace(Fraction(2**70 + 1, 2**60), 300, SYSTEM)
    assert drawn.dtype == np.int64
    assert 100 < np.abs(drawn).mean() < 10_000


def test_a_word_drawn_again_is_kept_up_to_the_same_last_one():
    beyond = 2**63 // 3 * 3
    assert uniform_below(3, 1, Script(beyond, beyond - 1)).tolist() == [2]


@pytest.mark.parametrize("bound", [2**62 + 1, 2**63, 2**64, 3 * 2**70])
def test_beyond_64_bits_draws_are_integers_without_end(bound):
    assert uniform_below(bound, 5, SYSTEM).dtype == object
