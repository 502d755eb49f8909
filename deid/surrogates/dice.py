"""Draws that a seed decides: the same seed, the same draws, on every machine."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
_SMALL = 1 << 32  # four bytes more than a draw needs: how far it is from uniform nobody can see


class Dice:
    """Draws from 32 bytes, which nobody who lacks the key behind them can foretell; more bytes come as they are used.

    >>> first, again = Dice(bytes(32)), Dice(bytes(32))
    >>> [first.below(6) for _ in range(5)] == [again.below(6) for _ in range(5)]
    True
    """

    __slots__ = ("_bytes", "_used")

    def __init__(self, seed: bytes) -> None:
        self._bytes = seed
        self._used = 0

    def below(self, count: int) -> int:
        """Return a number from 0 to `count` - 1."""
        start = self._used
        self._used = end = start + (8 if count <= _SMALL else count.bit_length() // 8 + 5)
        while end > len(self._bytes):
            self._bytes += hashlib.sha256(self._bytes[-32:]).digest()
        return int.from_bytes(self._bytes[start:end], "big") % count

    def choose(self, values: Sequence[T]) -> T:
        """Return one of the values."""
        return values[self.below(len(values))]

    def digits(self, count: int) -> str:
        """Return as many digits."""
        return f"{self.below(10**count):0{count}d}" if count else ""
