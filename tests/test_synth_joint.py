"""The model is a distribution, fits what was measured, and loses nothing when it is sampled."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize

from synth.currency import Gaussian, Zcdp
from synth.distance import mean_variation, total_variation
from synth.encode import Codes
from synth.entropy import SystemEntropy
from synth.errors import QueryInvalidError
from synth.inference import fit, onto_simplex
from synth.joint import Joint
from synth.junction import JunctionTree
from synth.marginal import Marginal, count, measure, tabulate, total
from synth.select import candidates, rounds, spanning_forest

SIZES = (3, 2, 4, 3, 5)
PAIRS = [(0, 1), (2, 0), (2, 3)]  # column 4 is related to nothing


def random_joint(sizes, groups, seed):
    rng = np.random.default_rng(seed)
    tree = JunctionTree.of(sizes, groups)
    tables = [
        rng.dirichlet(np.full(tree.size(clique.own), 0.5), size=tree.size(clique.separator)) for clique in tree.cliques
    ]
    return Joint(tree, tuple(tables))


def brute(joint):
    """Multiply the tables out."""
    table = np.ones(joint.tree.sizes)
    for clique, factor in zip(joint.tree.cliques, joint.tables, strict=True):
        shape = [size if place in clique.axes else 1 for place, size in enumerate(joint.tree.sizes)]
        spread = factor.reshape(joint.tree.shape(clique.axes))
        table = table * spread.transpose(np.argsort(clique.axes)).reshape(shape)
    return table


GROUPS = st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=3, unique=True), max_size=8)


@given(GROUPS)
def test_a_junction_tree_holds_every_group_and_every_column_is_new_once(groups):
    tree = JunctionTree.of((2, 3, 2, 4, 2, 3), groups)
    assert all(map(tree.holds, groups))
    assert sorted(axis for clique in tree.cliques for axis in clique.own) == list(range(6))
    assert tree.cells == sum(np.prod(tree.shape(clique.axes)) for clique in tree.cliques)


@given(GROUPS)
def test_what_a_clique_shares_with_earlier_ones_its_parent_holds(groups):
    tree = JunctionTree.of((2, 3, 2, 4, 2, 3), groups)
    for place, clique in enumerate(tree.cliques):
        earlier = {axis for before in tree.cliques[:place] for axis in before.axes}
        assert set(clique.separator) == earlier & set(clique.axes)
        assert clique.parent < place
        above = tree.cliques[clique.parent].axes if clique.parent >= 0 else ()
        assert set(clique.separator) <= set(above)


def test_a_ring_costs_one_chord():
    assert JunctionTree.of((2,) * 4, [(0, 1), (1, 2), (2, 3), (3, 0)]).cells == 16
    assert len(JunctionTree.of((2,) * 4, [(0, 1), (1, 2), (2, 3)]).cliques) == 3


@given(GROUPS, st.integers(0, 9), st.lists(st.integers(0, 5), max_size=4, unique=True))
def test_any_projection_is_the_sum_over_the_other_columns(groups, seed, axes):
    joint = random_joint((2, 3, 2, 4, 2, 3), groups, seed)
    others = tuple(set(range(6)) - set(axes))
    expected = brute(joint).sum(axis=others).transpose(np.argsort(np.argsort(axes))) if axes else 1.0
    np.testing.assert_allclose(joint.project(axes), expected, atol=1e-12)


@pytest.mark.parametrize("axes", [(0,), (4,), (1, 3), (3, 1), (4, 0), (1, 2, 4), (0, 1, 2, 3, 4), ()])
def test_projection_is_the_sum_over_the_other_columns(axes):
    tree = random_joint(SIZES, PAIRS, 1)
    others = tuple(set(range(5)) - set(axes))
    expected = brute(tree).sum(axis=others).transpose(np.argsort(np.argsort(axes))) if axes else 1.0
    np.testing.assert_allclose(tree.project(axes), expected, atol=1e-12)


def test_a_projection_too_large_for_memory_is_refused():
    tree = random_joint((400, 400, 400), [(0, 1), (1, 2)], 0)
    with pytest.raises(QueryInvalidError):
        tree.project((0, 1, 2))


@pytest.mark.parametrize("seed", range(3))
def test_a_sampled_table_is_as_close_to_the_model_as_whole_rows_can_be_over_all_pairs(seed):
    # A star: many columns with one parent. Dealing rounded counts out by row position would relate them to one another.
    sizes = (4,) + (3,) * 8
    tree = random_joint(sizes, [(0, leaf) for leaf in range(1, 9)], seed)
    names, rows = tuple("abcdefghi"), 5000
    table = Codes(tree.sample(rows, np.random.default_rng(seed)), names, sizes)
    for pair in itertools.combinations(range(9), 2):
        model, got = tree.project(pair), count(table, pair) / rows
        # by independent rows the expected distance is about sqrt(cells / rows) / 2
        assert np.abs(model - got).sum() / 2 < 0.06, pair
    for leaf in range(1, 9):
        assert np.abs(tree.project((0, leaf)) - count(table, (0, leaf)) / rows).max() <= 6 / rows


def noisy(codes, cliques):
    return measure([(axes, count(codes, axes)) for axes in cliques], Gaussian(Fraction(400)), SystemEntropy())


def test_sampling_keeps_what_the_model_knows():
    rng = np.random.default_rng(3)
    real = Codes(
        random_joint((6, 5, 4, 7, 3, 4), [(0, 1), (0, 2), (2, 3)], 5).sample(20_000, rng),
        tuple("abcdef"),
        (6, 5, 4, 7, 3, 4),
    )
    ways = noisy(real, [(i,) for i in range(6)])
    pairs = noisy(real, [(0, 1), (0, 2), (3, 4), (1, 2), (2, 5)])
    tree = fit(real.sizes, [*ways, *pairs], total(ways)).joint
    every = list(itertools.combinations(range(6), 2))
    model = np.mean([np.abs(tree.project(p) - count(real, p) / 20_000).sum() / 2 for p in every])
    table = Codes(tree.sample(20_000, rng), real.names, real.sizes)
    assert mean_variation(real, table, 2) <= 1.1 * model


@pytest.mark.parametrize("rows", [0, 1, 7])
def test_any_number_of_rows_can_be_sampled(rows):
    assert random_joint(SIZES, PAIRS, 2).sample(rows, np.random.default_rng(0)).shape == (rows, 5)


def test_counts_without_noise_are_fitted_exactly():
    tree = random_joint(SIZES, PAIRS, 4)
    rows = 1e6
    ways = [Marginal((i,), tree.project((i,)) * rows, Fraction(1)) for i in range(5)]
    pairs = [Marginal(axes, tree.project(axes) * rows, Fraction(1)) for axes in PAIRS]
    fitted = fit(SIZES, [*ways, *pairs], rows).joint
    for axes in PAIRS:
        assert np.abs(fitted.project(axes) - tree.project(axes)).sum() < 0.02


@pytest.mark.parametrize("noise", [0, 5, 500])
def test_whatever_was_measured_the_model_is_one_consistent_distribution(noise):
    rng = np.random.default_rng(noise)
    ways = [Marginal((i,), rng.normal(20, noise, size), Fraction(9)) for i, size in enumerate(SIZES)]
    pairs = [Marginal(p, rng.normal(5, noise, (SIZES[p[0]], SIZES[p[1]])), Fraction(4)) for p in PAIRS]
    tree = fit(SIZES, [*ways, *pairs], 100.0).joint
    for axes in itertools.combinations(range(5), 2):
        table = tree.project(axes)
        assert table.min() >= 0
        assert table.sum() == pytest.approx(1)
        np.testing.assert_allclose(table.sum(axis=1), tree.project(axes[:1]), atol=1e-9)


def test_the_fit_is_the_least_squares_one():
    """Against a general solver over all distributions of a small domain, whose optimum is no larger than ours."""
    rng = np.random.default_rng(2)
    sizes, axes = (2, 3, 2), [(0, 1), (1, 2), (0, 2)]
    ways = [Marginal((i,), rng.dirichlet(np.ones(size)) * 100, Fraction(4)) for i, size in enumerate(sizes)]
    pairs = [
        Marginal(
            p, rng.dirichlet(np.ones(sizes[p[0]] * sizes[p[1]])).reshape(sizes[p[0]], sizes[p[1]]) * 100, Fraction(9)
        )
        for p in axes
    ]

    def loss(table):
        total = 0.0
        for m in (*ways, *pairs):
            gap = table.sum(axis=tuple(set(range(3)) - set(m.axes))) - m.counts / 100
            total += float((gap**2).sum()) / float(m.sigma2)
        return total

    def softmax(x):
        weights = np.exp(x - x.max())
        return (weights / weights.sum()).reshape(sizes)

    best = min(
        minimize(lambda x: 1e3 * loss(softmax(x)), rng.normal(size=12), options={"maxiter": 500}).fun for _ in range(3)
    )
    ours = fit(sizes, [*ways, *pairs], 100.0, tolerance=1e-12).joint
    assert 1e3 * loss(ours.project((0, 1, 2))) <= best * 1.01 + 1e-6


def test_a_warm_start_ends_where_a_cold_one_does():
    codes = related(5000)
    measured = noisy(codes, [(0,), (1,), (2,), (0, 1), (1, 2)])
    cold = fit(codes.sizes, measured, 5000.0)
    before = fit(codes.sizes, measured[:4], 5000.0)
    warm = fit(codes.sizes, measured, 5000.0, before.potentials)
    np.testing.assert_allclose(warm.joint.project((0, 1, 2)), cold.joint.project((0, 1, 2)), atol=2e-3)


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
    chosen = spanning_forest(tabulate(codes), ways, Fraction(1, 2), 20.0, SystemEntropy())
    assert chosen == [(0, 1)]


def test_a_forest_never_closes_a_ring():
    codes = related(5000)
    ways = [count(codes, (i,)).astype(float) for i in range(3)]
    for _ in range(20):
        chosen = spanning_forest(tabulate(codes), ways, Fraction(1, 200), -1000.0, SystemEntropy())
        assert len(chosen) == 2
        assert len({place for pair in chosen for place in pair}) == 3


def test_rounds_and_candidates_depend_on_sizes_alone():
    assert candidates((1, 5, 2, 3000, 2000)) == [(1, 2), (1, 3), (1, 4), (2, 3), (2, 4)]
    assert rounds(candidates((1, 5, 2, 3000, 2000)), 5) == 3
    assert 13 * Zcdp().selection(Fraction(1, 200), 13) ** 2 / 8 <= Fraction(1, 200)


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
