"""The two sides of membership inference: rows that went into a release, and others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leakage.arrays import Booleans
from leakage.codeword import codeword
from leakage.roc import Scores
from leakage.tables.distances import remoteness
from leakage.tables.histograms import Sets
from leakage.tables.points import Points
from leakage.tables.scorers import SCORERS, score

REFERENCE = 5000  # other rows that an attacker compares with, at most
_COPIED = 1000


@dataclass(frozen=True, slots=True, repr=False)
class Sides:
    """A release, rows that went into it and others, encoded alike, and the columns of the histograms.

    The members and the others stand in random order.
    """

    released: Points
    members: Points
    others: Points
    sets: Sets

    def named(self) -> Sides:
        """Add a column that names every row, and its histogram."""
        sides = (self.released, self.members, self.others)
        ends = np.cumsum([len(side) for side in sides])
        keys = np.split(np.arange(ends[-1]), ends[:-1])
        named = [side.keyed(codeword("row"), key) for side, key in zip(sides, keys, strict=True)]
        return Sides(named[0], named[1], named[2], [*self.sets, (len(self.released.names),)])

    def copied(self) -> Sides:
        """Put the rows of some members into a small release."""
        few = self.members.take(slice(0, _COPIED))
        released = self.released.sample(REFERENCE).join(few)
        return Sides(released, few, self.others.take(slice(0, 2 * _COPIED)), self.sets)

    def scores(self, most: int | None = None, exposed: float | None = None) -> dict[str, Scores]:
        """Score every second row with the rest of the others as reference, then the rest with these.

        At most `most` rows are scored on each side, and only the most `exposed` share if one is given.
        """
        if len(self.others) < 2:
            return {name: Scores.of(np.zeros(0), np.zeros(0)) for name in SCORERS}
        few = None if most is None else -(-most // 2)
        rounds = []
        for odd in (0, 1):
            reference = self.others.take(slice(1 - odd, None, 2)).take(slice(0, REFERENCE))
            asked = [side.take(slice(odd, None, 2)) for side in (self.members, self.others)]
            if exposed is not None:
                asked = _exposed(asked, reference, exposed)
            members, others = (side.take(slice(0, few)) for side in asked)
            found = score(members.join(others), self.released, reference, self.sets)
            rounds.append({name: np.split(values, [len(members)]) for name, values in found.items()})
        return {
            name: Scores.of(*(np.concatenate([r[name][side] for r in rounds]) for side in (0, 1))) for name in SCORERS
        }


def _exposed(asked: Sequence[Points], reference: Points, share: float) -> list[Points]:
    """Keep the rows of both sides that lie furthest from the reference, by one threshold."""
    far = [remoteness(side, reference) for side in asked]
    threshold = np.quantile(np.concatenate(far), 1 - share)
    kept: list[Booleans] = [values >= threshold for values in far]
    return [side.take(rows) for side, rows in zip(asked, kept, strict=True)]
