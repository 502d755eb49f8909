"""Character n-grams as numbers: coded, counted, and how likely each is to follow its context."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from leakage.arrays import Booleans, Floats, Integers
from leakage.errors import ConfigurationError

_START, _OTHER = 0, 1  # before a text; any character that the alphabet lacks
_MOST_KEYS = 2**62


@dataclass(frozen=True, slots=True, repr=False)
class Counts:
    """How often each n-gram of one order occurs, as a sorted table, and what follows each context."""

    grams: Integers
    often: Floats
    contexts: Integers
    totals: Floats
    kinds: Floats

    @classmethod
    def of(cls, grams: Integers, often: Floats, symbols: int, missed: float = 0.0) -> Counts:
        """Derive the contexts of different n-grams in rising order; `missed` is what each may lack for noise."""
        contexts, firsts = runs(grams // symbols)
        totals = np.add.reduceat(often, firsts) if often.size else often
        kinds = np.diff(firsts, append=grams.size).astype(np.float64)
        return cls(grams, often, contexts, totals, kinds + missed)

    def smoothed(self, grams: Integers, symbols: int, lower: Floats) -> Floats:
        """(c + kinds · lower) / (total + kinds): Witten & Bell 1991, method C (doi:10.1109/18.87000)."""
        counted = _looked_up(self.grams, self.often, grams)
        totals, kinds = (_looked_up(self.contexts, known, grams // symbols) for known in (self.totals, self.kinds))
        weight = totals + kinds
        return np.where(weight > 0, (counted + kinds * lower) / np.maximum(weight, 1.0), lower)


def symbols_of(alphabet: str, order: int) -> int:
    """Count the symbols: the alphabet, the start and the rest. Raises ConfigurationError for impossible settings."""
    symbols = len(alphabet) + 2
    if not alphabet or len(set(alphabet)) != len(alphabet) or order < 1 or symbols**order > _MOST_KEYS:
        raise ConfigurationError("a character model needs an alphabet without repetition, and an order it has room for")
    return symbols


def joined(texts: Sequence[str], alphabet: str, order: int) -> tuple[Integers, Integers, Booleans]:
    """Give the codes of all texts, each after its starting symbols; the text of each; whether it is one of its own."""
    known = {ord(letter): place for place, letter in enumerate(alphabet, start=_OTHER + 1)}
    lowered = [text.lower() if len(text.lower()) == len(text) else text for text in texts]
    letters = np.frombuffer("".join(lowered).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    table = np.full(max(known) + 2, _OTHER, dtype=np.int64)
    table[list(known)] = list(known.values())
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    owner = np.repeat(np.arange(lengths.size), lengths + order - 1)
    starts = np.cumsum(lengths + order - 1) - lengths - order + 1
    inside = np.arange(owner.size) - starts[owner] >= order - 1
    codes = np.full(owner.size, _START, dtype=np.int64)
    codes[inside] = table[np.minimum(letters, table.size - 1)]
    return codes, owner, inside


def grams_of(codes: Integers, symbols: int, order: int) -> Iterator[Integers]:
    """Give the n-gram that ends at each place, for each order; its last character counts least."""
    grams, place = np.zeros(codes.size, dtype=np.int64), 1
    for back in range(order):
        grams = grams.copy()
        grams[back:] += codes[: codes.size - back] * place
        place *= symbols
        yield grams


def present(texts: Sequence[str], alphabet: str, order: int) -> Iterator[Integers]:
    """Give the n-grams of each order, once for each text that has it."""
    symbols = len(alphabet) + 2
    codes, owner, inside = joined(texts, alphabet, order)
    for grams in grams_of(codes, symbols, order):
        both, _ = runs(np.sort(owner[inside] * symbols**order + grams[inside]))
        yield both % symbols**order


def runs(ordered: Integers) -> tuple[Integers, Integers]:
    """Give the different values of an array in order, and where each begins; numpy's unique hashes, which is slow."""
    firsts = np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - 1))
    return ordered[firsts], firsts


def _looked_up(keys: Integers, values: Floats, asked: Integers) -> Floats:
    if not keys.size:
        return np.zeros(asked.size)
    place = np.minimum(np.searchsorted(keys, asked), keys.size - 1)
    return np.where(keys[place] == asked, values[place], 0.0)
