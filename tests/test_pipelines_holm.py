"""Holm's procedure: the whole errs no more often than a single check may."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from leakage import clopper_pearson
from pipelines.holm import shares

LIMIT, PEOPLE = 0.09, 400


def _bound(hits):
    found = clopper_pearson(hits, PEOPLE)
    return lambda tail: found.bounds_at(tail)[1], LIMIT


@given(st.lists(st.integers(0, 60), min_size=1, max_size=12))
def test_rates_are_the_steps_of_holm_in_the_order_of_clearness(hits):
    bounds = [_bound(n) for n in hits]
    rates = shares(bounds)
    assert sorted(rates) == sorted(0.05 / (len(hits) - place) for place in range(len(hits)))
    passing = [rate for rate, n in sorted(zip(rates, hits, strict=True)) if n < 20]
    assert passing == sorted(passing)


def test_a_class_with_one_bad_check_passes_no_more_often_than_one_in_twenty():
    """True risks at the limit in 1 of 6 checks: passing all is an error. At most 5 %; 3.3 standard errors above."""
    generator, errors, runs = np.random.default_rng(1), 0, 400
    for _ in range(runs):
        hits = [*generator.binomial(PEOPLE, 0.01, 5), generator.binomial(PEOPLE, LIMIT)]
        bounds = [_bound(int(n)) for n in hits]
        errors += all(bound(rate) <= limit for (bound, limit), rate in zip(bounds, shares(bounds), strict=True))
    assert errors / runs <= 0.05 + 3.3 * (0.05 * 0.95 / runs) ** 0.5


@given(st.permutations([1e-7, 1e-4, 0.01, 0.3, 0.7, 0.9]))
def test_the_less_error_a_check_needs_to_pass_the_smaller_is_its_rate(needed):
    """Those that need more than half are in no order: they pass at no rate that is ever given."""
    rates = shares([(lambda tail, least=least: 0.0 if tail >= least else 1.0, 0.5) for least in needed], 0.06)
    by_need = [rate for _, rate in sorted(zip(needed, rates, strict=True))]
    assert by_need[:4] == [0.06 / 6, 0.06 / 5, 0.06 / 4, 0.06 / 3]
    assert sorted(by_need[4:]) == [0.06 / 2, 0.06]
