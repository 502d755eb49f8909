"""A forest is the one that Kruskal's algorithm would give, but for noise; a row moves a score by one."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from synth.encode import Codes
from synth.entropy import SystemEntropy
from synth.marginal import count, tabulate
from synth.select import MAX_CELLS, _score, candidates, rounds, spanning_forest

SURE = Fraction(2**30)  # at this rate the best candidate wins, but once in exp(2**30)
SIZES = (3, 2, 4, 1, 3, 2)
KEPT = (0, 1, 2, 4, 5)


def table(seed, rows):
    """Columns that follow each other more or less closely."""
    rng = np.random.default_rng(seed)
    base = rng.integers(0, 12, rows)
    noisy = [(base + (rng.random(rows) < 0.15 * place) * rng.integers(0, 12, rows)) % size for place, size in KEYS]
    return Codes(np.stack(noisy, axis=1), tuple("abcdef"), SIZES)


KEYS = tuple(enumerate(SIZES))


def singles(codes):
    return [count(codes, (place,)).astype(float) for place in range(len(codes.sizes))]


def moved(codes, pair, penalty=0.0):
    """Sum how far each cell is from what independent columns would hold, cell by cell."""
    rows, (i, j) = len(codes.array), pair
    total = 0
    for left, right in itertools.product(range(codes.sizes[i]), range(codes.sizes[j])):
        both = ((codes.array[:, i] == left) & (codes.array[:, j] == right)).sum()
        alone = (codes.array[:, i] == left).sum() * (codes.array[:, j] == right).sum()
        total += abs(int(both) - round(alone / rows))
    return total - round(penalty * codes.sizes[i] * codes.sizes[j])


def kruskal(codes, penalty):
    """Take pairs by score, greatest first, as long as they gain and close no ring."""
    scores = {pair: moved(codes, pair, penalty) for pair in itertools.combinations(KEPT, 2)}
    assume(len({*scores.values(), 0}) == len(scores) + 1)
    trees, taken = [{place} for place in range(len(codes.sizes))], []
    for pair in sorted(scores, key=scores.get, reverse=True):
        one, other = (next(tree for tree in trees if place in tree) for place in pair)
        if one is not other and scores[pair] > 0:
            one |= other
            trees.remove(other)
            taken.append(pair)
    return taken


@given(st.integers(0, 10**6), st.sampled_from([0.0, 2.6, 9.3]))
def test_without_noise_to_speak_of_the_forest_is_kruskals(seed, penalty):
    codes = table(seed, 400)
    wanted = kruskal(codes, penalty)
    assert spanning_forest(tabulate(codes), singles(codes), SURE, penalty, SystemEntropy()) == wanted


@given(st.integers(0, 10**6), st.integers(0, 4), st.integers(0, 3))
def test_a_row_more_moves_a_score_by_exactly_one(seed, place, other):
    codes = table(seed, 60)
    ways = singles(codes)
    row = np.array([[value % size for value, size in zip((place, other, 1, 0, 1, 1), SIZES, strict=True)]])
    more = Codes(np.vstack([codes.array, row]), codes.names, codes.sizes)
    for pair in itertools.combinations(KEPT, 2):
        assert abs(_score(count(more, pair), ways, pair, 1.5) - _score(count(codes, pair), ways, pair, 1.5)) == 1


def test_a_score_is_the_distance_from_independence_less_the_noise_of_its_cells():
    codes = table(3, 500)
    assert _score(count(codes, (0, 2)), singles(codes), (0, 2), 2.3) == moved(codes, (0, 2), 2.3)
    assert (
        _score(count(codes, (0, 2)), singles(codes), (0, 2), 0.0)
        - _score(count(codes, (0, 2)), singles(codes), (0, 2), 10.0)
        == 120
    )


@pytest.mark.parametrize("rows", [0, 1])
def test_a_table_of_no_row_or_one_has_nothing_to_relate(rows):
    codes = table(1, rows)
    assert spanning_forest(tabulate(codes), singles(codes), SURE, 1.0, SystemEntropy()) == []


def test_fewer_rows_than_one_are_taken_for_one():
    """Noisy counts may add up to next to nothing; what is expected then does not explode."""
    codes = table(2, 50)
    tiny = [np.full(size, 0.5 / size) for size in SIZES]
    assert _score(count(codes, (0, 2)), tiny, (0, 2), 0.0) == 50
    few = [np.array([1.6, *[0.0] * (size - 1)]) for size in SIZES]  # 1.6 rows are expected in the first cell: two
    assert count(codes, (0, 2))[0, 0] >= 2
    assert _score(count(codes, (0, 2)), few, (0, 2), 0.0) == 48


def test_a_pair_that_gains_anything_at_all_is_taken_and_one_that_gains_nothing_is_left():
    whole = table(5, 300)
    codes = Codes(whole.array[:, :2], ("a", "b"), SIZES[:2])
    gain, cells = moved(codes, (0, 1)), 6
    for score, taken in ((1, [(0, 1)]), (-1, [])):
        for _ in range(20):
            assert (
                spanning_forest(tabulate(codes), singles(codes), SURE, (gain - score) / cells, SystemEntropy()) == taken
            )


@pytest.mark.parametrize(("sizes", "pairs"), [((1000, 1000), [(0, 1)]), ((1000, 1001), []), ((1, 5), []), ((1,), [])])
def test_a_pair_has_a_million_cells_at_most_and_two_columns_that_vary(sizes, pairs):
    assert MAX_CELLS == 1_000_000
    assert candidates(sizes) == pairs


@pytest.mark.parametrize(
    ("pairs", "edges"),
    [([], 0), ([(0, 1), (2, 3)], 2), ([(0, 1), (1, 2), (0, 2)], 2), ([(0, 1), (2, 3), (1, 2), (0, 3), (1, 3)], 3)],
)
def test_rounds_are_the_edges_of_a_spanning_forest(pairs, edges):
    assert rounds(pairs, 4) == edges
