"""Draw discrete Gaussian noise in bulk by one of three libraries, and say what it took."""

import argparse
import json
import math
from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np

from benchmarks.peers.seam import Ints, timed

Draw = Callable[[], Ints]
_NEVER = 3600


def tamis(variance: int, count: int) -> Draw:
    from synth.entropy import SystemEntropy
    from synth.noise import discrete_gaussian

    return lambda: discrete_gaussian(Fraction(variance), count, SystemEntropy())


def opendp(variance: int, count: int) -> Draw:
    import opendp.prelude as dp

    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T=float)
    measurement = dp.m.make_gaussian(*space, scale=math.sqrt(variance))
    zeros = np.zeros(count, dtype=np.int64)
    return lambda: np.array(measurement(zeros))


def diffprivlib(variance: int, count: int) -> Draw:
    """Draw one by one, which is all it offers, at the epsilon for which its scale is the one asked for."""
    from diffprivlib.mechanisms import GaussianDiscrete

    low, high = 1e-4, 10.0
    for _ in range(40):
        middle = math.sqrt(low * high)
        mechanism = GaussianDiscrete(epsilon=middle, delta=1e-6)
        low, high = (middle, high) if mechanism._scale**2 > variance else (low, middle)  # it tells nobody else
    return lambda: np.array([mechanism.randomise(0) for _ in range(count)])


LIBRARIES: Mapping[str, Callable[[int, int], Draw]] = {"tamis": tamis, "opendp": opendp, "diffprivlib": diffprivlib}


def shape(drawn: Ints, variance: int) -> dict[str, int]:
    """Count the draws in 24 cells, a quarter of a standard deviation or more wide, the outer ones open."""
    steps = np.unique(np.round(np.linspace(-3, 3, 25) * math.sqrt(variance)))[1:-1] + 0.5
    return {str(n): int(found) for n, found in enumerate(np.bincount(np.searchsorted(steps, drawn), minlength=24))}


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("library", choices=LIBRARIES)
    asked.add_argument("variance", type=int)
    asked.add_argument("count", type=int)
    asked.add_argument("--shape", action="store_true", help="tell how many draws fall between the steps, untimed")
    options = asked.parse_args()
    if options.shape:
        print(json.dumps(shape(LIBRARIES[options.library](options.variance, options.count)(), options.variance)))
        return
    drawn = timed(_NEVER, lambda: LIBRARIES[options.library](options.variance, options.count))
    if abs(drawn.var() / options.variance - 1) > 0.1:
        raise ValueError("the draws do not have the variance that was asked for")


if __name__ == "__main__":
    main()
