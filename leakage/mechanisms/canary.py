"""Canaries: secrets drawn from a space of known size, planted where a model may memorise them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol, TypeVar

import numpy as np
import pandas as pd

from leakage.arrays import Integers
from leakage.errors import ConfigurationError

Planted_co = TypeVar("Planted_co", covariant=True)

DIGITS = "0123456789"
_SMALL = 1_000_000  # possible secrets up to which all are listed before some are drawn


class CanarySpace(Protocol[Planted_co]):
    """All that a canary can be, every one as likely: `bits` is log2 of their number, |R|."""

    @property
    def bits(self) -> float:
        """Give log2 |R|."""
        ...

    def draw(self, count: int, seed: int) -> Planted_co:
        """Draw so many different ones; the same for the same seed."""
        ...


@dataclass(frozen=True, slots=True)
class Template:
    """A text in which every placeholder stands for one character drawn from its alphabet.

    The random part must not follow from the rest, and the seed must not be known to who makes the model. Split one
    draw into canaries and references, so that they differ.

    >>> space = Template("my number is ###-###")
    >>> round(space.bits, 1), len(set(space.draw(100, seed=1)))
    (19.9, 100)

    Raises ConfigurationError for a text without placeholder, an alphabet of fewer than two characters or with one
    twice, a placeholder of more than one character, or more secrets than there are.
    """

    text: str
    alphabets: Mapping[str, str] = field(default_factory=lambda: {"#": DIGITS}, hash=False)

    def __post_init__(self) -> None:
        """Check the alphabets, and freeze them."""
        if any(len(mark) != 1 or len(set(a)) != len(a) or len(a) < 2 for mark, a in self.alphabets.items()):
            raise ConfigurationError("a placeholder is one character, its alphabet two or more different ones")
        if not any(mark in self.alphabets for mark in self.text):
            raise ConfigurationError("a canary's template needs a placeholder")
        object.__setattr__(self, "alphabets", MappingProxyType(dict(self.alphabets)))

    @property
    def bits(self) -> float:
        """Give log2 |R|."""
        return _bits(self._sizes)

    @property
    def _sizes(self) -> list[int]:
        return [len(self.alphabets[mark]) for mark in self.text if mark in self.alphabets]

    def draw(self, count: int, seed: int) -> list[str]:
        """Draw so many different texts."""
        return [self._filled(row) for row in _different(self._sizes, count, seed)]

    def _filled(self, codes: Integers) -> str:
        left = iter(codes.tolist())
        return "".join(self.alphabets[mark][next(left)] if mark in self.alphabets else mark for mark in self.text)


@dataclass(frozen=True, slots=True, repr=False)
class Rows:
    """Rows from the product of the columns' domains, for a synthesizer.

    Declare the domains in public: read off the private rows they are no canary's space, they are a leak.

    >>> space = Rows({"sex": ["f", "m"], "age": range(100), "town": [f"t{i}" for i in range(50)]})
    >>> round(space.bits, 1), space.draw(30, seed=1).shape
    (13.3, (30, 3))

    Raises ConfigurationError for no column, an empty domain, or more rows than there are.
    """

    domains: Mapping[str, Sequence[object]]

    def __post_init__(self) -> None:
        """Check the domains."""
        if not self.domains or any(not len(values) for values in self.domains.values()):
            raise ConfigurationError("canary rows need columns, each with a domain that is not empty")

    @property
    def bits(self) -> float:
        """Give log2 |R|."""
        return _bits([len(values) for values in self.domains.values()])

    def draw(self, count: int, seed: int) -> pd.DataFrame:
        """Draw so many different rows."""
        codes = _different([len(values) for values in self.domains.values()], count, seed)
        columns = zip(self.domains.items(), codes.T, strict=True)
        return pd.DataFrame({name: pd.Series([values[c] for c in own]) for (name, values), own in columns})

    def __repr__(self) -> str:
        """Columns and size; no values."""
        return f"Rows({len(self.domains)} columns, {self.bits:.1f} bits)"


def _bits(sizes: Sequence[int]) -> float:
    return math.fsum(math.log2(size) for size in sizes)


def _different(sizes: Sequence[int], count: int, seed: int) -> Integers:
    """Draw different rows of codes, all as likely."""
    possible = math.prod(sizes)
    if not 0 < count <= possible:
        raise ConfigurationError(f"{count} different canaries cannot be drawn from {possible}")
    generator = np.random.default_rng(seed)
    if possible <= _SMALL:
        chosen = generator.permutation(possible)[:count]
        return np.stack(np.unravel_index(chosen, sizes), axis=1).astype(np.int64)
    drawn = np.zeros((0, len(sizes)), dtype=np.int64)
    while len(drawn) < count:
        more = np.column_stack([generator.integers(0, size, 2 * count) for size in sizes])
        together = np.concatenate([drawn, more])
        _, first = np.unique(together, axis=0, return_index=True)
        drawn = together[np.sort(first)]
    return drawn[:count]
