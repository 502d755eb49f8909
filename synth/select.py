"""Which pairs to measure: MST's maximum spanning tree, chosen by the exact exponential mechanism."""

import itertools
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from synth.entropy import Entropy
from synth.marginal import Counter
from synth.noise import choose

Pair = tuple[int, int]
Floats = NDArray[np.float64]

MAX_CELLS = 1_000_000


def candidates(sizes: tuple[int, ...]) -> list[Pair]:
    """List the pairs that can be related and are small enough to count; the schema alone decides."""
    places = [place for place, size in enumerate(sizes) if size > 1]
    return [(i, j) for i, j in itertools.combinations(places, 2) if sizes[i] * sizes[j] <= MAX_CELLS]


def rounds(pairs: list[Pair], columns: int) -> int:
    """Count the edges that a spanning forest over these pairs has: the number of selections it takes."""
    labels = np.arange(columns)
    return sum(_join(labels, pair) for pair in pairs)


def spanning_forest(exact: Counter, ways: list[Floats], rate: Fraction, penalty: float, entropy: Entropy) -> list[Pair]:
    """Choose the pairs of a spanning forest, an exponential mechanism a round (arXiv 2108.04978).

    A pair's score is the L1 distance between its true counts and those expected if its columns were independent,
    less `penalty` a cell for the noise it would carry; the forest ends early when "none", with score 0, wins.
    `exact` counts the rows. `ways` holds the estimated 1-way counts, all of one sum: they are public already, and what
    is expected is rounded to whole numbers, so that one row changes a score by exactly 1. `rate`: half the epsilon of a
    round, over the rows of the privacy unit.
    """
    pairs = candidates(tuple(map(len, ways)))
    scores = np.array([_score(exact(pair), ways, pair, penalty) for pair in pairs], dtype=np.int64)
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    labels, chosen = np.arange(len(ways)), []
    open_places = np.arange(len(pairs))
    while open_places.size:
        chance = choose(np.append(scores[open_places], 0), rate, entropy)
        if chance == open_places.size:
            break
        place = int(open_places[chance])
        chosen.append(pairs[place])
        _join(labels, pairs[place])
        open_places = open_places[np.not_equal(*labels[ends[open_places]].T)]
    return chosen


def _score(counts: NDArray[np.int64], ways: list[Floats], pair: Pair, penalty: float) -> int:
    left, right = ways[pair[0]], ways[pair[1]]
    expected = np.outer(left, right) / max(float(left.sum()), 1.0)
    moved = int(np.abs(counts - np.rint(expected).astype(np.int64)).sum())
    return moved - round(penalty * expected.size)


def _join(labels: NDArray[np.int64], pair: Pair) -> bool:
    """Give both ends of a pair one label; tell whether they had two."""
    left, right = labels[pair[0]], labels[pair[1]]
    labels[labels == right] = left
    return bool(left != right)
