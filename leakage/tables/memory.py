"""What somebody remembers of a person's events: a few, some of them wrong, and not to the day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leakage.arrays import Integers
from leakage.tables.events import Events

_SEED = 20080518


@dataclass(frozen=True, slots=True, repr=False)
class Memory:
    """Events known of `people` persons, numbered from 0, each with its rank; `false` are what they are mistaken for."""

    true: Events
    false: Events
    rank: Integers
    people: int
    known: int
    wrong: int

    def wrongly(self, most: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Tell which of the first `most` events of each person are remembered wrongly: the first in rank."""
        had = np.bincount(self.true.person, minlength=self.people)[self.true.person]
        return np.asarray(self.rank < self.wrong * np.minimum(had, most) // self.known, dtype=np.bool_)

    def first(self, most: int) -> Events:
        """Give the first `most` events of each person as they are remembered, proportionally many of them wrong."""
        kept, wrongly = self.rank < most, self.wrongly(most)
        return self.true.take(kept & ~wrongly).join(self.false.take(kept & wrongly)).sorted()


def recall(events: Events, people: Integers, others: Events, *, known: int, wrong: int, days: float) -> Memory:
    """Draw up to `known` events of each of these people, at random but always alike; wrong ones come from `others`."""
    generator = np.random.default_rng(_SEED)
    place = np.full(int(events.person.max(initial=-1)) + 1, -1)
    place[people] = np.arange(people.size)
    theirs = events.take((events.item >= 0) & (place[events.person] >= 0))
    theirs = Events(place[theirs.person], theirs.item, theirs.amount, theirs.day)
    theirs = theirs.take(np.lexsort((generator.random(theirs.item.size), theirs.person)))
    begin = np.searchsorted(theirs.person, theirs.person)
    rank = np.arange(theirs.item.size) - begin
    true, rank = theirs.take(rank < known), rank[rank < known]
    day = true.day + generator.uniform(-days, days, true.day.size)
    true = Events(true.person, true.item, true.amount, day)
    usable = np.flatnonzero(others.item >= 0)
    drawn = generator.choice(usable, true.item.size) if usable.size else np.zeros(0, dtype=np.int64)
    false = others.take(drawn) if usable.size else true
    return Memory(true, Events(true.person, false.item, false.amount, false.day), rank, people.size, known, wrong)
