"""Repeatable choices, the same on every Python and every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A stream of choices that depends on its key alone.

    The stream is SHA-256 in counter mode and every choice is made in integers: neither the `random` module's
    algorithms nor floating point decide what is drawn.
    """

    def __init__(self, key: str) -> None:
        self._key = key
        self._drawn = 0

    def fork(self, name: object) -> Dice:
        """Give a stream of its own to a part, so that a change in one part leaves the others as they are."""
        return Dice(f"{self._key}/{name}")

    def below(self, bound: int) -> int:
        """Draw a whole number from 0 to bound - 1."""
        self._drawn += 1
        digest = hashlib.sha256(f"{self._key}#{self._drawn}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % bound

    def between(self, low: int, high: int) -> int:
        """Draw a whole number from low to high, both included."""
        return low + self.below(high - low + 1)

    def bell(self, low: int, high: int) -> int:
        """Draw a whole number from low to high, the middle more often: the mean of three even draws."""
        return sum(self.between(low, high) for _ in range(3)) // 3

    def happens(self, percent: int) -> bool:
        """Say yes in so many of a hundred cases."""
        return self.below(100) < percent

    def choose(self, items: Sequence[T]) -> T:
        """Draw one item, all alike."""
        return items[self.below(len(items))]

    def weighted(self, weights: Mapping[T, int]) -> T:
        """Draw one key in proportion to its weight."""
        ticket = self.below(sum(weights.values()))
        for item, weight in weights.items():
            if ticket < weight:
                return item
            ticket -= weight
        raise ValueError("weights must be whole numbers, not negative, and not all zero")

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """Draw so many different items, in random order."""
        left = list(items)
        return [left.pop(self.below(len(left))) for _ in range(min(count, len(left)))]
