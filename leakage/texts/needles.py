"""Known values to look for, all at once: one hash look-up a token, however many values there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from leakage.texts.fold import spellings, tokens

_DIGITS = 7  # numbers this long are also found with other groupings of their digits


@dataclass(frozen=True, slots=True, repr=False)
class Needles:
    """Values in folded form, in each of their spellings. `kinds[i]` is the kind of needle i.

    `lengths` tells from a first token how many tokens the needles that begin with it have. Long numbers are
    also kept as one string of digits, with the lengths of those strings.
    """

    kinds: tuple[str, ...]
    by_tokens: Mapping[tuple[str, ...], tuple[int, ...]]
    lengths: Mapping[str, tuple[int, ...]]
    by_digits: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, values: Iterable[tuple[str, str]]) -> Needles:
        """From (kind, value) pairs; values of a kind that fold to the same form are one needle, empty ones none."""
        distinct = {(kind, tuple(tokens(value))): value for kind, value in values}
        written = [(kind, value) for (kind, form), value in distinct.items() if form]
        by_tokens: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        by_digits: defaultdict[str, list[int]] = defaultdict(list)
        for number, (_, value) in enumerate(written):
            for form in map(tuple, spellings(value)):
                by_tokens[form].append(number)
                lengths[form[0]].add(len(form))
            joined = "".join(tokens(value))
            if joined.isdecimal() and len(joined) >= _DIGITS:
                by_digits[joined].append(number)
        return cls(
            tuple(kind for kind, _ in written),
            {form: tuple(found) for form, found in by_tokens.items()},
            {first: tuple(sorted(sizes)) for first, sizes in lengths.items()},
            {digits: tuple(found) for digits, found in by_digits.items()},
        )

    def __len__(self) -> int:
        """How many there are."""
        return len(self.kinds)

    def alone(self, kinds: Collection[str]) -> set[int]:
        """Which needles of these kinds are one word."""
        return {n for form, found in self.by_tokens.items() if len(form) == 1 for n in found if self.kinds[n] in kinds}

    def found(self, text: str) -> set[int]:
        """Which needles stand in the text, at word boundaries."""
        return set().union(*(self._search(words) for words in spellings(text)))

    def _search(self, words: list[str]) -> set[int]:
        hits: set[int] = set()
        for start, word in enumerate(words):
            for size in self.lengths.get(word, ()):
                hits.update(self.by_tokens.get(tuple(words[start : start + size]), ()))
            if self.by_digits and word.isdecimal():
                hits.update(self._digits(words, start))
        return hits

    def _digits(self, words: list[str], start: int) -> set[int]:
        hits: set[int] = set()
        joined = ""
        for word in words[start : start + 8]:
            if not word.isdecimal() or len(joined) > 32:
                break
            joined += word
            hits.update(self.by_digits.get(joined, ()))
        return hits
