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
