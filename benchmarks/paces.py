"""Figures of several rounds in which systems take turns, so that a slow moment of the machine falls on all."""

import statistics
from collections.abc import Sequence


def spread(values: Sequence[float], digits: int) -> str:
    """Write the median, and the lowest to the highest.

    >>> spread([3.0, 1.0, 2.5], 1)
    '2.5 (1.0 to 3.0)'
    """
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})"


def ratios(over: Sequence[float], under: Sequence[float]) -> list[float]:
    """Divide round by round."""
    return [one / other for one, other in zip(over, under, strict=True)]


def verdict(met: bool) -> str:
    """Say whether a target is met."""
    return "met" if met else "NOT met"
