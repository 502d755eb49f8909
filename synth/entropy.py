"""Where random bits come from: the operating system, or, in tests only, a seed."""

import os
from typing import Protocol, runtime_checkable

import numpy as np


@runtime_checkable
class Entropy(Protocol):
    """A source of independent uniform bytes; `private` is false where somebody could foretell them."""

    @property
    def private(self) -> bool:
        """Tell whether noise made from these bytes hides anything."""
        ...

    def read(self, size: int) -> bytes:
        """Give `size` fresh bytes."""
        ...


class SystemEntropy:
    """The operating system's generator; the only source whose noise is private.

    >>> len(SystemEntropy().read(8)), SystemEntropy().private
    (8, True)
    """

    private = True

    def read(self, size: int) -> bytes:
        """Give `size` fresh bytes of the operating system."""
        return os.urandom(size)


class InsecureTestEntropy:
    """Bytes that repeat for the same seed. FOR TESTS ONLY.

    Whoever knows the seed can take the noise off again. What is made with it is marked `private: false` in
    every ledger entry and in the model.

    >>> InsecureTestEntropy(7).read(4) == InsecureTestEntropy(7).read(4)
    True
    """

    private = False

    def __init__(self, seed: int) -> None:
        self._generator = np.random.default_rng(seed)

    def read(self, size: int) -> bytes:
        """Give the next `size` bytes of the seeded sequence."""
        return self._generator.bytes(size)


def generator(entropy: Entropy) -> np.random.Generator:
    """Give a numpy generator for post-processing (sampling, decoding), seeded with 256 bits of `entropy`.

    It is never used for noise that privacy rests on.
    """
    return np.random.default_rng(int.from_bytes(entropy.read(32), "big"))
