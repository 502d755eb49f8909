"""Known values that stand in the release misspelt: which near spellings count, and which are somebody else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from leakage.texts.edits import Form, allowed
from leakage.texts.fold import spellings, tokens
from leakage.texts.likeness import Likeness, Near
from leakage.texts.needles import Needles
from leakage.texts.units import Units


@dataclass(frozen=True, slots=True, repr=False)
class Misspellings:
    """Long values, and what makes a near spelling of one a find.

    A near spelling counts in a unit if the original of the same unit has it too (a misspelt value that nobody
    noticed) or has the value itself (a value that was marred, not removed). So a surrogate that happens to be like
    somebody's name is none. Nor is a spelling that is, or contains, a value known in its own right (Christina beside
    Christine), nor one of `ordinary` words only (marshal beside Marshall). E-mail and web addresses are never
    searched: two people's differ by a letter.
    """

    needles: Needles
    likeness: Likeness
    ordinary: AbstractSet[str]

    @classmethod
    def of(cls, values: Iterable[tuple[str, str]], needles: Needles, ordinary: AbstractSet[str]) -> Misspellings:
        """Take the long ones of (kind, value) pairs that are in the needles."""
        written = dict.fromkeys(value for _, value in values if not _is_address(value))
        forms = dict.fromkeys(tuple(words) for value in written for words in spellings(value) if words)
        return cls(needles, Likeness.of(forms), ordinary)

    def found(self, before: Units, after: Units, present: Sequence[AbstractSet[int]]) -> list[set[int]]:
        """Which needles stand misspelt in each unit of the release; `present` are those in the original itself."""
        candidates = self._search(after)
        some = sorted({unit for unit, _ in candidates})
        there = {(some[at], "".join(near.words), near.form) for at, near in self._search([before[u] for u in some])}
        hits: list[set[int]] = [set() for _ in after]
        for unit, near in candidates:
            own = set(self.needles.by_tokens.get(self.likeness.forms[near.form], ()))
            noticed = own if (unit, "".join(near.words), near.form) in there else own & present[unit]
            if noticed and not self._somebody_else(near):
                hits[unit] |= noticed
        return hits

    def seeks(self, value: str) -> bool:
        """Whether this value is looked for misspelt."""
        return bool(self.likeness.forms) and not _is_address(value) and allowed(tuple(tokens(value))) > 0

    def _search(self, units: Units) -> list[tuple[int, Near]]:
        segments = [(unit, words) for unit, texts in enumerate(units) for text in texts for words in spellings(text)]
        found = self.likeness.search([words for _, words in segments])
        return [(segments[near.segment][0], near) for near in found]

    def _somebody_else(self, near: Near) -> bool:
        if set(near.words) <= self.ordinary:
            return True
        words, least = near.words, len("".join(near.words)) - 2
        parts = (words[a:b] for a in range(len(words)) for b in range(a + 1, len(words) + 1))
        return any(len("".join(part)) >= least and self._known(part) for part in parts)

    def _known(self, words: Form) -> bool:
        return words in self.needles.by_tokens


def _is_address(value: str) -> bool:
    return "@" in value or "://" in value or "www." in value.casefold()


def misspelt(value: str) -> str:
    """Write another letter for the one in the middle.

    >>> misspelt("Ann Oldcastle")
    'Ann Oldqastle'
    """
    letters = [place for place, character in enumerate(value) if character.isalpha()]
    middle = letters[len(letters) // 2]
    return value[:middle] + ("x" if value[middle] in "qQ" else "q") + value[middle + 1 :]
