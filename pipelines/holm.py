"""How several checks share one error rate."""

from collections.abc import Callable, Sequence

ALPHA = 0.05
_STEPS = 40


def shares(bounds: Sequence[tuple[Callable[[float], float], float]], alpha: float = ALPHA) -> list[float]:
    """Return the error rate at which each (bound, limit) is to be decided, so that all together err at `alpha`.

    Holm's procedure (Holm 1979, Scand. J. Stat. 6:65): the check that is clearest gets alpha/m, the next alpha/(m − 1),
    and so on. `bound` falls as its error rate grows; how clear a check is, is the least rate at which it passes.

    >>> shares([(lambda tail: 1 - tail, 0.999), (lambda tail: 0.5, 0.6)])
    [0.05, 0.025]
    """
    order = sorted(range(len(bounds)), key=lambda number: _least(*bounds[number]))
    rates = {number: alpha / (len(bounds) - place) for place, number in enumerate(order)}
    return [rates[number] for number in range(len(bounds))]


def _least(bound: Callable[[float], float], limit: float) -> float:
    """Find by bisection, on a logarithmic scale, the least error rate at which a bound keeps its limit."""
    low, high = 1e-9, 0.5
    if bound(high) > limit:
        return 1.0
    for _ in range(_STEPS):
        middle = (low * high) ** 0.5
        low, high = (low, middle) if bound(middle) <= limit else (middle, high)
    return high
