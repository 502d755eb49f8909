"""Cut a table into groups: Mondrian, with hierarchies and sets of values, and with a few rows left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from deid.anonymity.axis import Axis, Codes, Flags, Node
from deid.anonymity.demand import Demand


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that share a node on every axis: the narrowest ones that hold them."""

    rows: Codes = field(repr=False)
    nodes: tuple[Node, ...] = field(repr=False)
    loss: float

    @classmethod
    def of(cls, rows: Codes, axes: Sequence[Axis]) -> Group:
        """Put some rows together."""
        nodes = tuple(axis.least(axis.codes[rows]) for axis in axes)
        return cls(rows, nodes, rows.size * sum(a.spread(n) for a, n in zip(axes, nodes, strict=True)))


@dataclass(frozen=True, slots=True)
class _Cut:
    """What a group falls apart into, which rows are left out, and what is gained by it."""

    parts: tuple[Group, ...]
    left_out: int
    gain: float


@dataclass(slots=True)
class Partition:
    """Groups of a table that meet a demand; rows that are in none of them are left out.

    LeFevre, DeWitt & Ramakrishnan 2006 (doi:10.1109/ICDE.2006.101): a group is cut as long as its parts meet the
    demand. Here always by the cut that gains most, which is measured over all axes, each part drawn in to what it
    holds. Parts that are too small are left out while no more than `spare` rows are, or stay together, with the
    smallest of the others as far as they need them.
    """

    axes: Sequence[Axis]
    demand: Demand
    spare: int
    groups: list[Group] = field(default_factory=list)

    def cut(self) -> None:
        """Cut the whole table as far as the demand allows."""
        waiting = [Group.of(np.arange(self.axes[0].codes.size), self.axes)]
        while waiting:
            group = waiting.pop()
            best = max(self._cuts(group), key=lambda cut: cut.gain, default=None)
            if best is None or best.gain <= 0:
                self.groups.append(group)
            else:
                self.spare -= best.left_out
                waiting += best.parts

    def _cuts(self, group: Group) -> Iterator[_Cut]:
        if group.rows.size < 2 * self.demand.k and not self.spare:
            return
        for axis in self.axes:
            for flags in axis.cuts(axis.codes[group.rows]):
                for parts, left_out in self._apart(group.rows, flags):
                    made = tuple(Group.of(rows, self.axes) for rows in parts)
                    lost = sum(part.loss for part in made) + left_out * len(self.axes)
                    yield _Cut(made, left_out, group.loss - lost)

    def _apart(self, rows: Codes, flags: Sequence[Flags]) -> Iterator[tuple[list[Codes], int]]:
        """Yield the parts of a cut that meet the demand, and how many rows are in none."""
        parts: list[Codes] = []
        small: list[Codes] = []
        for side in flags:
            part = rows[side]
            (parts if self.demand.met(part) else small).append(part)
        parts.sort(key=lambda part: part.size, reverse=True)
        rest = np.concatenate(small) if small else rows[:0]
        if parts and 0 < rest.size <= self.spare and not self.demand.met(rest):
            yield list(parts), rest.size
        while rest.size and parts and not self.demand.met(rest):
            rest = np.concatenate([rest, parts.pop()])
        together = [*parts, rest] if rest.size else parts
        if len(together) > 1:
            yield together, 0
