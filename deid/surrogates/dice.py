"""Draws that a seed decides: the same seed, the same draws, on every machine."""

import hashlib
import struct
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
_NUMBERS = struct.Struct(">4Q")
_SMALL = 1 << 32  # half of what a number holds: how far a draw is from uniform nobody can see


class Dice:
    """Draws from 32 bytes, which nobody who lacks the key behind them can foretell; more bytes come as they are used.

    >>> first, again = Dice(bytes(32)), Dice(bytes(32))
    >>> [first.below(6) for _ in range(5)] == [again.below(6) for _ in range(5)]
    True
    """

    __slots__ = ("_left", "_seed")

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._left = list(_NUMBERS.unpack(seed))

    def below(self, count: int) -> int:
        """Return a number from 0 to `count` - 1."""
        if count <= _SMALL:
            return self._number() % count
        drawn = 0
        for _ in range(count.bit_length() // 64 + 2):
            drawn = drawn << 64 | self._number()
        return drawn % count

    def _number(self) -> int:
        if not self._left:
            self._seed = hashlib.sha256(self._seed).digest()
            self._left = list(_NUMBERS.unpack(self._seed))
        number: int = self._left.pop()
        return number

    def choose(self, values: Sequence[T]) -> T:
        """Return one of the values."""
        return values[self.below(len(values))]

    def digits(self, count: int) -> str:
        """Return as many digits."""
        return f"{self.below(10**count):0{count}d}" if count else ""
