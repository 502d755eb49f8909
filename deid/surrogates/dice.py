"""Draws that a seed decides: the same seed, the same draws, on every machine."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
_SPARE = 64  # bits beyond what a draw needs: how far it is from uniform nobody can see


class Dice:
    """Draws from 32 bytes, which nobody who lacks the key behind them can foretell; more bytes come as they are used.

    >>> first, again = Dice(bytes(32)), Dice(bytes(32))
    >>> [first.below(6) for _ in range(5)] == [again.below(6) for _ in range(5)]
    True
    """

    __slots__ = ("_bits", "_pool", "_seed")

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._pool = int.from_bytes(seed, "big")
        self._bits = 8 * len(seed)

    def below(self, count: int) -> int:
        """Return a number from 0 to `count` - 1."""
        needed = count.bit_length() + _SPARE
        while self._bits < needed:
            self._seed = hashlib.sha256(self._seed).digest()
            self._pool = self._pool << 256 | int.from_bytes(self._seed, "big")
            self._bits += 256
        self._pool, drawn = divmod(self._pool, count)
        self._bits -= count.bit_length()
        return drawn

    def choose(self, values: Sequence[T]) -> T:
        """Return one of the values."""
        return values[self.below(len(values))]

    def digits(self, count: int) -> str:
        """Return as many digits."""
        return f"{self.below(10**count):0{count}d}" if count else ""
