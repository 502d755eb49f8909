"""Fit a distribution to noisy marginals, by tamis or by mbi, and give its marginals over all pairs of columns."""

import argparse
import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.seam import DOMAIN, timed

Floats = NDArray[np.float64]
Axes = tuple[int, ...]
Measured = Sequence[tuple[Axes, Floats, float]]

MEASURED, PAIRS = "measured.npz", "pairs.npz"
_NEVER = 3600


def tamis(sizes: tuple[int, ...], measured: Measured, total: float, _: int) -> Callable[[Axes], Floats]:
    from fractions import Fraction

    from synth.inference import fit
    from synth.marginal import Marginal

    joint = fit(sizes, [Marginal(axes, counts, Fraction(sigma) ** 2) for axes, counts, sigma in measured], total).joint
    return joint.project


def mbi(sizes: tuple[int, ...], measured: Measured, total: float, steps: int) -> Callable[[Axes], Floats]:
    from mbi import Domain, LinearMeasurement, estimation

    names = [str(axis) for axis in range(len(sizes))]
    told = [LinearMeasurement(c.ravel(), [str(axis) for axis in axes], stddev=sigma) for axes, c, sigma in measured]
    model = estimation.mirror_descent(Domain(names, sizes), told, known_total=total, iters=steps)
    return lambda axes: np.asarray(model.project([str(axis) for axis in axes]).values) / total


LIBRARIES: Mapping[str, Callable[..., Callable[[Axes], Floats]]] = {"tamis": tamis, "mbi": mbi}


def write(folder: Path, sizes: tuple[int, ...], measured: Measured, total: float) -> None:
    """Lay the measurements out for a library to read."""
    arrays: dict[str, Any] = {str(number): counts for number, (_, counts, _) in enumerate(measured)}
    np.savez(folder / MEASURED, **arrays)
    told = {"sizes": sizes, "total": total, "measured": [(axes, sigma) for axes, _, sigma in measured]}
    (folder / DOMAIN).write_text(json.dumps(told), encoding="utf-8")


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("library", choices=LIBRARIES)
    asked.add_argument("folder", type=Path)
    asked.add_argument("steps", type=int)
    options = asked.parse_args()
    told = json.loads((options.folder / DOMAIN).read_text(encoding="utf-8"))
    with np.load(options.folder / MEASURED) as arrays:
        measured = [(tuple(axes), arrays[str(n)], sigma) for n, (axes, sigma) in enumerate(told["measured"])]
    sizes, solve = tuple(told["sizes"]), LIBRARIES[options.library]
    project = timed(_NEVER, lambda: lambda: solve(sizes, measured, told["total"], options.steps))
    wanted = {*itertools.combinations(range(len(sizes)), 2), *(axes for axes, _, _ in measured)}
    found: dict[str, Any] = {"_".join(map(str, axes)): project(axes) for axes in sorted(wanted)}
    np.savez(options.folder / PAIRS, **found)


if __name__ == "__main__":
    main()
