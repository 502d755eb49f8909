"""Where a known value counts as found: everywhere, or only in texts that mention it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from types import MappingProxyType

from leakage.texts.fold import tokens
from leakage.texts.needles import Needles
from leakage.texts.units import Owned

Mentions = Mapping[str, Mapping[str, Iterable[str]]]
"""By id of a document, by kind: the values that its text mentions."""


@dataclass(frozen=True, slots=True, repr=False)
class Scope:
    """The units in which a needle counts. One that is not in `own` counts in all.

    A word alone, of a kind whose values have parts (names), may be something else in another text (Washington,
    Paris). If all that is known of it is that some texts mention it, or a name that it is part of, it counts in those
    texts and in others of the same people.
    """

    own: Mapping[int, AbstractSet[int]]

    @classmethod
    def of(cls, needles: Needles, mentions: Mentions, free: AbstractSet[tuple[str, str]], units: Owned) -> Scope:
        """Take what texts mention, and the (kind, word) pairs that count in all, being known from elsewhere."""
        told: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for name, owner in zip(units.ids, units.owners, strict=True):
            for kind, values in mentions.get(name, {}).items():
                for word in {(kind, word) for value in values for word in tokens(value)} - free:
                    told[word].add(owner)
        places: defaultdict[str, set[int]] = defaultdict(set)
        for unit, owner in enumerate(units.owners):
            places[owner].add(unit)
        own = {
            needle: set().union(*(places[owner] for owner in owners))
            for (kind, word), owners in told.items()
            for needle in needles.by_tokens.get((word,), ())
            if needles.kinds[needle] == kind
        }
        return cls(MappingProxyType(own))

    def keep(self, found: Sequence[AbstractSet[int]]) -> list[set[int]]:
        """Keep of what was found in each unit what counts there."""
        return [{n for n in one if n not in self.own or unit in self.own[n]} for unit, one in enumerate(found)]
