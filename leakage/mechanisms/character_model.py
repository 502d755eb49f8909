"""A character n-gram language model: small, quick, and attackable, with and without differential privacy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from leakage.arrays import Floats, Integers
from leakage.errors import ConfigurationError
from leakage.mechanisms.ngrams import Counts, grams_of, joined, present, runs, symbols_of

Noise: TypeAlias = Callable[[int], Integers]
"""Draw so many independent whole numbers."""

ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789 .,'"
_MISSED = 0.5  # in standard deviations of the noise: what a count of a context loses on average by the cut-off
_MOST_CELLS = 50_000_000  # counts that noise is drawn for, at the highest order


@dataclass(frozen=True, slots=True, repr=False)
class CharacterModel:
    """Interpolated n-grams of characters with Witten-Bell smoothing; letters are folded to lower case.

    It serves to show attacks: it memorises what it was told once, as larger models do. The alphabet is public and
    fixed before any text is read.

    >>> model = CharacterModel.fit(["the code is 4711. "] * 3 + ["the cat sat on the mat. "], order=5)
    >>> model.complete("the code is ", 4)[0]
    '4711'
    >>> told, untold = model.log_perplexity(["the code is 4711", "the code is 4822"])
    >>> bool(told < untold)
    True
    """

    alphabet: str
    counts: tuple[Counts, ...]

    @classmethod
    def fit(cls, texts: Sequence[str], order: int = 6, alphabet: str = ALPHABET) -> CharacterModel:
        """Count all n-grams of the texts, up to the order. Nothing is private."""
        symbols = symbols_of(alphabet, order)
        codes, _, inside = joined(texts, alphabet, order)
        counts = []
        for grams in grams_of(codes, symbols, order):
            ordered = np.sort(grams[inside])
            different, firsts = runs(ordered)
            often = np.diff(firsts, append=ordered.size).astype(np.float64)
            counts.append(Counts.of(different, often, symbols))
        return cls(alphabet, tuple(counts))

    @classmethod
    def fit_private(
        cls,
        texts: Sequence[str],
        noise: Noise,
        sigma: float,
        *,
        most: int = 400,
        order: int = 4,
        alphabet: str = ALPHABET,
    ) -> CharacterModel:
        """Add noise to the numbers of texts that have each n-gram in their first `most` characters.

        One text changes at most `most` counts of each order, by one: the L2 sensitivity of all together is
        √(order · most), the L1 sensitivity order · most. `noise` draws from the caller's sampler, of the standard
        deviation `sigma` that this and the budget ask for. Every possible n-gram is counted, so none gives itself
        away by being there. Counts under sigma · √(2 ln cells), which noise alone reaches (Donoho & Johnstone
        1994, doi:10.1093/biomet/81.3.425), become none: processing after the noise, which costs nothing.
        """
        symbols = symbols_of(alphabet, order)
        if symbols**order > _MOST_CELLS or most < 1 or sigma < 0:
            raise ConfigurationError(
                "a private model needs a lower order, one text character, and a sigma of 0 or more"
            )
        counts = []
        for number, grams in enumerate(present([text[:most] for text in texts], alphabet, order), start=1):
            cells = symbols**number
            noisy = np.bincount(grams, minlength=cells) + noise(cells)
            kept = np.flatnonzero(noisy > max(0.0, sigma * np.sqrt(2 * np.log(cells))))
            counts.append(Counts.of(kept, noisy[kept].astype(np.float64), symbols, _MISSED * sigma * symbols))
        return cls(alphabet, tuple(counts))

    @property
    def order(self) -> int:
        """Give the length of the longest n-grams."""
        return len(self.counts)

    def log_perplexity(self, texts: Sequence[str]) -> Floats:
        """−log2 of each text's probability, in bits: low for what the model knows."""
        codes, owner, inside = joined(texts, self.alphabet, self.order)
        bits = -np.log2(self._probabilities(codes)[inside])
        return np.bincount(owner[inside], bits, minlength=len(texts)).astype(np.float64)

    def loss(self, texts: Sequence[str]) -> float:
        """Mean −ln probability of a character, in nats; NaN without any."""
        characters = sum(map(len, texts))
        return float(self.log_perplexity(texts).sum() * np.log(2) / characters) if characters else float("nan")

    def complete(self, prefix: str, length: int, *, width: int = 64, among: str | None = None) -> list[str]:
        """Give the likeliest continuations found by a beam search, best first, at most `width` of them.

        `among`: the characters that may follow, all of the alphabet by default. This is how a secret is read off a
        model whose exposure is near log2 of its space.
        """
        if length < 1 or width < 1:
            raise ConfigurationError("a completion has a length of 1 or more, and a beam a width of 1 or more")
        known, bits = [""], np.zeros(1)
        for _ in range(length):
            longer = [beginning + letter for beginning in known for letter in among or self.alphabet]
            bits = self.log_perplexity([prefix + text for text in longer])
            best = np.argsort(bits, kind="stable")[:width]
            known = [longer[place] for place in best]
        return known

    def _probabilities(self, codes: Integers) -> Floats:
        symbols = len(self.alphabet) + 2
        found = np.full(codes.size, 1 / (symbols - 1))
        for counts, grams in zip(self.counts, grams_of(codes, symbols, self.order), strict=True):
            found = counts.smoothed(grams, symbols, found)
        return found

    def __repr__(self) -> str:
        """Give the size; no text."""
        return f"CharacterModel(order {self.order}, {sum(c.grams.size for c in self.counts)} n-grams)"
