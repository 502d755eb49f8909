"""The model is a distribution, fits what was measured, and loses nothing when it is sampled."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from synth.distance import mean_variation, total_variation
from synth.encode import Codes
from synth.entropy import SystemEntropy
from synth.errors import QueryInvalidError
from synth.inference import fit, onto_simplex
from synth.marginal import Marginal, count, measure, total
from synth.select import candidates, round_epsilon, rounds, spanning_forest
from synth.tree import Shape, Tree

SIZES = (3, 2, 4, 3, 5)
PAIRS = [(0, 1), (2, 0), (2, 3)]  # column 4 is related to nothing


def random_tree(sizes, pairs, seed):
    rng = np.random.default_rng(seed)
    shape = Shape.of(len(sizes), pairs)
    tables = []
    for place, size in enumerate(sizes):
        parent = shape.parent[place]
        rows = rng.dirichlet(np.full(size, 0.5), size=sizes[parent]) if parent >= 0 else rng.dirichlet(np.ones(size))
        tables.append(rows)
    return Tree(shape, tuple(tables))


def joint(tree):
    """Multiply the tree out by brute force."""
    table = np.ones(tree.sizes)
    for place, factor in enumerate(tree.tables):
        axes = (place,) if factor.ndim == 1 else (tree.shape.parent[place], place)
        shape = [tree.sizes[p] if p in axes else 1 for p in range(len(tree.sizes))]
        ordered = factor if list(axes) == sorted(axes) else factor.T
        table = table * ordered.reshape(shape)
    return table


@pytest.mark.parametrize("axes", [(0,), (4,), (1, 3), (3, 1), (4, 0), (1, 2, 4), (0, 1, 2, 3, 4), ()])
def test_projection_is_the_sum_over_the_other_columns(axes):
    tree = random_tree(SIZES, PAIRS, 1)
    others = tuple(set(range(5)) - set(axes))
    brute = joint(tree).sum(axis=others).transpose(np.argsort(np.argsort(axes))) if axes else joint(tree).sum()
    np.testing.assert_allclose(tree.project(axes), brute, atol=1e-12)


def test_a_projection_too_large_for_memory_is_refused():
    tree = random_tree((400, 400, 400), [(0, 1), (1, 2)], 0)
    with pytest.raises(QueryInvalidError):
        tree.project((0, 1, 2))


@pytest.mark.parametrize("seed", range(3))
def test_a_sampled_table_is_as_close_to_the_model_as_whole_rows_can_be_over_all_pairs(seed):
    # A star: many columns with one parent. Dealing rounded counts out by row position would relate them to one another.
    sizes = (4,) + (3,) * 8
    tree = random_tree(sizes, [(0, leaf) for leaf in range(1, 9)], seed)
    names, rows = tuple("abcdefghi"), 5000
    table = Codes(tree.sample(rows, np.random.default_rng(seed)), names, sizes)
    for pair in itertools.combinations(range(9), 2):
        model, got = tree.project(pair), count(table, pair) / rows
        # by independent rows the expected distance is about sqrt(cells / rows) / 2
        assert np.abs(model - got).sum() / 2 < 0.06, pair
    for leaf in range(1, 9):
        assert np.abs(tree.project((0, leaf)) - count(table, (0, leaf)) / rows).max() <= 6 / rows


def test_sampling_keeps_what_the_model_knows():
    rng = np.random.default_rng(3)
    real = Codes(
        random_tree((6, 5, 4, 7, 3, 4), [(0, 1), (0, 2), (2, 3)], 5).sample(20_000, rng),
        tuple("abcdef"),
        (6, 5, 4, 7, 3, 4),
    )
    ways = measure(real, [(i,) for i in range(6)], Fraction(400), SystemEntropy())
    pairs = measure(real, [(0, 1), (0, 2), (3, 4)], Fraction(400), SystemEntropy())
    tree = fit(real.sizes, ways, pairs, total(ways))
    every = list(itertools.combinations(range(6), 2))
    model = np.mean([np.abs(tree.project(p) - count(real, p) / 20_000).sum() / 2 for p in every])
    table = Codes(tree.sample(20_000, rng), real.names, real.sizes)
    assert mean_variation(real, table, 2) <= 1.1 * model


@pytest.mark.parametrize("rows", [0, 1, 7])
def test_any_number_of_rows_can_be_sampled(rows):
    assert random_tree(SIZES, PAIRS, 2).sample(rows, np.random.default_rng(0)).shape == (rows, 5)


def test_counts_without_noise_are_fitted_exactly():
    tree = random_tree(SIZES, PAIRS, 4)
    rows = 1e6
    ways = [Marginal((i,), tree.project((i,)) * rows, Fraction(1)) for i in range(5)]
    pairs = [Marginal(axes, tree.project(axes) * rows, Fraction(1)) for axes in PAIRS]
    fitted = fit(SIZES, ways, pairs, rows)
    for axes in PAIRS:
        assert np.abs(fitted.project(axes) - tree.project(axes)).sum() < 0.02


@pytest.mark.parametrize("noise", [0, 5, 500])
def test_whatever_was_measured_the_model_is_one_consistent_distribution(noise):
    rng = np.random.default_rng(noise)
    ways = [Marginal((i,), rng.normal(20, noise, size), Fraction(9)) for i, size in enumerate(SIZES)]
    pairs = [Marginal(p, rng.normal(5, noise, (SIZES[p[0]], SIZES[p[1]])), Fraction(4)) for p in PAIRS]
    tree = fit(SIZES, ways, pairs, 100.0)
    for axes in itertools.combinations(range(5), 2):
        table = tree.project(axes)
        assert table.min() >= 0
        assert table.sum() == pytest.approx(1)
        np.testing.assert_allclose(table.sum(axis=1), tree.project(axes[:1]), atol=1e-9)


@given(arrays(np.float64, st.integers(1, 20), elements=st.floats(-1e6, 1e6)), st.floats(1, 1e6))
def test_projection_on_the_simplex_is_the_nearest_point(counts, mass):
    nearest = onto_simplex(counts, mass)
    assert nearest.min() >= 0
    assert nearest.sum() == pytest.approx(mass, rel=1e-6, abs=1e-3)
    kept = nearest > 0
    drop = (counts - nearest)[kept]  # all that stay are lowered by the same amount, the others lie below it
    assert np.ptp(drop) <= 1e-3
    assert (counts[~kept] <= drop.max() + 1e-3).all()


def related(rows):
    rng = np.random.default_rng(0)
    a = rng.integers(0, 4, rows)
    b = (a + (rng.random(rows) < 0.1)) % 4
    c = rng.integers(0, 3, rows)
    return Codes(np.stack([a, b, c], axis=1), ("a", "b", "c"), (4, 4, 3))


def test_selection_takes_the_related_pair_and_nothing_that_only_adds_noise():
    codes = related(5000)
    ways = [count(codes, (i,)).astype(float) for i in range(3)]
    chosen = spanning_forest(codes, ways, Fraction(1), 20.0, SystemEntropy())
    assert chosen == [(0, 1)]


def test_a_forest_never_closes_a_ring():
    codes = related(5000)
    ways = [count(codes, (i,)).astype(float) for i in range(3)]
    for _ in range(20):
        chosen = spanning_forest(codes, ways, Fraction(1, 100), -1000.0, SystemEntropy())
        assert len(chosen) == 2
        assert len({place for pair in chosen for place in pair}) == 3


def test_rounds_and_candidates_depend_on_sizes_alone():
    assert candidates((1, 5, 2, 3000, 2000)) == [(1, 2), (1, 3), (1, 4), (2, 3), (2, 4)]
    assert rounds(candidates((1, 5, 2, 3000, 2000)), 5) == 3
    assert 13 * round_epsilon(Fraction(1, 200), 13) ** 2 / 8 <= Fraction(1, 200)


def test_row_count_weights_marginals_by_their_precision_and_is_never_negative():
    sharp, dull = Marginal((0,), np.array([60.0, 40.0]), Fraction(1)), Marginal((1,), np.zeros(50), Fraction(400))
    assert total([sharp, dull]) == pytest.approx(100, abs=0.02)
    assert total([Marginal((0,), np.array([-9.0]), Fraction(1))]) == 0


def test_pooling_two_measurements_is_as_precise_as_both():
    pooled = Marginal((0,), np.array([10.0]), Fraction(1)).pooled(Marginal((0,), np.array([20.0]), Fraction(4)))
    assert pooled.sigma2 == Fraction(4, 5)
    assert pooled.counts[0] == pytest.approx(12)


def test_distance_to_itself_is_zero_also_where_cells_are_too_many_to_list():
    rng = np.random.default_rng(0)
    codes = Codes(rng.integers(0, 3000, (500, 2)), ("a", "b"), (3000, 3000))
    assert total_variation(codes, codes, (0, 1)) == 0
    assert total_variation(codes, Codes(codes.array[:0], codes.names, codes.sizes), (0, 1)) == pytest.approx(0.5)
    assert mean_variation(codes, codes, 3) is None
