"""Linear reconstruction: the secrets that explain released counts best."""

from __future__ import annotations

import numpy as np
from scipy import optimize, sparse

from leakage.arrays import Floats
from leakage.tables.equations import Equations

_WORK = 2_000_000_000  # products of one descent, which bound its steps
_STEPS = (100, 1000)
_STILL = 1e-4  # the change of a share in one step below which the descent has ended
_UNKNOWNS = 2_500  # groups, and entries of the sums, up to which the linear programme is solved
_ENTRIES = 500_000
_ROUNDS = 300  # of the interior point method; a clock would make results differ from run to run


def least_squares(system: Equations, pull: float = 0.0) -> Floats:
    """Find the shares between 0 and 1 of least squared error, starting from the common rate (accelerated descent).

    Kasiviswanathan, Rudelson & Smith 2013 (arXiv:1210.2381) for least squares on contingency tables; Beck &
    Teboulle 2009 (doi:10.1137/080716542) for the descent. The `pull` weighs squared distances from the common rate
    against squared errors. Groups of size 0 take the same steps as all others, so that their share is what the
    attacker concludes about anybody with their cells.
    """
    sums, back = system.sums, system.sums.T.tocsr()
    rate, steep = system.rate, _steepness(system) + pull
    share = at = np.full(system.size.size, rate)
    momentum = 1.0
    for _ in range(int(np.clip(_WORK / max(1, sums.nnz), *_STEPS)) if steep > pull else 0):
        slope = back @ (sums @ (system.size * at) - system.counts) + pull * (at - rate)
        moved = np.clip(at - slope / steep, 0, 1)
        faster = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        at = moved + (momentum - 1) / faster * (moved - share)
        change, share, momentum = np.abs(moved - share).max(), moved, faster
        if change < _STILL:
            break
    return share


def shrunken(system: Equations, squares: Floats) -> Floats:
    """Least squares pulled to the common rate as the noise demands that the errors of `squares` show.

    The likeliest shares if the errors are normal with variance σ² and secrets vary by rate·(1 − rate).
    """
    errors = system.sums @ (system.size * squares) - system.counts
    free = max(errors.size - int((system.size > 0).sum()), errors.size // 10, 1)
    spread = system.rate * (1 - system.rate)
    return least_squares(system, float(errors @ errors) / free / spread) if spread > 0 else squares


def _steepness(system: Equations) -> float:
    """Bound the largest eigenvalue of sums·diag(size)·sumsᵀ (power iteration, and a little more)."""
    vector, length = np.ones(system.counts.size), 0.0
    for _ in range(50):
        vector = system.sums @ (system.size * (system.sums.T @ vector))
        length = float(np.linalg.norm(vector))
        if length == 0:
            return 0.0
        vector = vector / length
    return 1.05 * length


def linear_programme(system: Equations) -> Floats | None:
    """Find the shares of least absolute error (Dinur & Nissim 2003; Dwork, McSherry & Talwar 2007).

    Groups of size 0 get the common rate. None where there are too many unknowns, or the solver gives up.
    """
    there = system.size > 0
    sums = system.sums[:, there]
    rows, groups = sums.shape
    if not rows or groups > _UNKNOWNS or sums.nnz > _ENTRIES:
        return None
    # people with the secret in each group, then what each count has too little, and too much
    balance = sparse.hstack([sums, sparse.eye_array(rows), -sparse.eye_array(rows)], format="csc")
    cost = np.concatenate([np.zeros(groups), np.ones(2 * rows)])
    bounds = [(0.0, most) for most in [*system.size[there].tolist(), *([np.inf] * (2 * rows))]]
    found = optimize.linprog(
        cost, A_eq=balance, b_eq=system.counts, bounds=bounds, method="highs-ipm", options={"maxiter": _ROUNDS}
    )
    if found.x is None or found.status != 0:
        return None
    share = np.full(system.size.size, system.rate)
    share[there] = found.x[:groups] / system.size[there]
    return share


def explains(system: Equations, share: Floats) -> bool:
    """Whether whole people with these shares, rounded, give every count: no linear programme does better."""
    exact = np.round(share * system.size)
    return bool(np.abs(system.sums @ exact - system.counts).max(initial=0) < 0.5)


DECODERS = ("least squares", "shrunken least squares", "linear programme", "common rate")


def decode(system: Equations) -> dict[str, Floats]:
    """Solve by all of them; least squares stands for the others where it explains every count, and for a lost one."""
    squares = least_squares(system)
    common = np.full(squares.size, system.rate)
    if explains(system, squares):
        return dict(zip(DECODERS, (squares, squares, squares, common), strict=True))
    programme = linear_programme(system)
    others = (shrunken(system, squares), squares if programme is None else programme, common)
    return dict(zip(DECODERS, (squares, *others), strict=True))
