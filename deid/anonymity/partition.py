"""Cut a table into groups: Mondrian, with hierarchies, with rows left at a wider value, and with a few left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from deid.anonymity.axis import Axis, Codes, Node
from deid.anonymity.demand import Demand


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that share a range on every axis."""

    rows: Codes = field(repr=False)
    nodes: tuple[Node, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Cut:
    """A group cut along an axis: what it falls apart into, which rows are left out, and what is gained by it."""

    parts: tuple[Group, ...]
    left_out: Codes
    gain: float


@dataclass(slots=True)
class Partition:
    """Groups of a table that meet a demand, and the rows that none of them has.

    LeFevre, DeWitt & Ramakrishnan 2006 (doi:10.1109/ICDE.2006.101): a group is cut in two as long as both parts meet
    the demand. Here along the axis that gains most: the rows' loss over all axes, each part drawn in to what it holds.
    Along a hierarchy a group falls apart into its children; those too small stay together at the wider value, or are
    left out while no more than `spare` rows are, whichever gains more.
    """

    axes: Sequence[Axis]
    demand: Demand
    spare: int
    groups: list[Group] = field(default_factory=list)
    left_out: list[Codes] = field(default_factory=list)

    def cut(self) -> None:
        """Cut the whole table as far as the demand allows."""
        rows = np.arange(self.axes[0].codes.size)
        open_groups = [Group(rows, tuple(axis.whole for axis in self.axes))]
        while open_groups:
            group = self._drawn_in(open_groups.pop())
            best = max(self._cuts(group), key=lambda cut: cut.gain, default=None)
            if best is None or best.gain <= 0:
                self.groups.append(group)
                continue
            self.spare -= best.left_out.size
            if best.left_out.size:
                self.left_out.append(best.left_out)
            open_groups += best.parts

    def _drawn_in(self, group: Group) -> Group:
        """Narrow each range to the least that holds the group's rows."""
        return Group(group.rows, tuple(self._least(place, group) for place in range(len(self.axes))))

    def _least(self, place: int, group: Group) -> Node:
        axis, node = self.axes[place], group.nodes[place]
        codes = axis.codes[group.rows]
        first, end = int(codes.min()), int(codes.max()) + 1
        while True:
            below = axis.children.get(node, ())
            inside = [child for child in below if child[0] <= first and end <= child[1]]
            if not inside:
                break
            node = inside[0]
        return (first, end) if node not in axis.children else node

    def _cuts(self, group: Group) -> Iterator[_Cut]:
        for place, axis in enumerate(self.axes):
            node = group.nodes[place]
            if node[1] - node[0] <= 1:
                continue
            codes = axis.codes[group.rows]
            made = self._fallen(group, place, codes) if node in axis.children else self._halved(group, place, codes)
            for parts, rest in made:
                yield _Cut(parts, rest, self._gain(group, parts, rest))

    def _halved(self, group: Group, place: int, codes: Codes) -> Iterator[tuple[tuple[Group, ...], Codes]]:
        node, middle = group.nodes[place], _median_cut(codes)
        sides = ((codes < middle, (node[0], middle)), (codes >= middle, (middle, node[1])))
        parts = tuple(Group(group.rows[side], _with(group.nodes, place, below)) for side, below in sides)
        if all(self.demand.met(part.rows) for part in parts):
            yield parts, _NOBODY

    def _fallen(self, group: Group, place: int, codes: Codes) -> Iterator[tuple[tuple[Group, ...], Codes]]:
        """Let a group fall apart into the children of a range.

        What is too small is left out, or stays together with the smallest of the others, as far as it needs them.
        """
        parts, rest = [], _NOBODY
        for first, end in self.axes[place].children[group.nodes[place]]:
            rows = group.rows[(codes >= first) & (codes < end)]
            if rows.size and self.demand.met(rows):
                parts.append(Group(rows, _with(group.nodes, place, (first, end))))
            else:
                rest = np.concatenate([rest, rows])
        if rest.size and parts and rest.size <= self.spare and not self.demand.met(rest):
            yield tuple(parts), rest
        parts.sort(key=lambda part: part.rows.size, reverse=True)
        while rest.size and parts and not self.demand.met(rest):
            rest = np.concatenate([rest, parts.pop().rows])
        stay = (Group(rest, group.nodes),) if rest.size else ()
        if parts and len(parts) + len(stay) > 1:
            yield (*parts, *stay), _NOBODY

    def _gain(self, group: Group, parts: Sequence[Group], left_out: Codes) -> float:
        """How much less is lost: over all axes, a row that is left out losing everything."""
        before = group.rows.size * self._spread(group)
        after = sum(part.rows.size * self._spread(self._drawn_in(part)) for part in parts)
        return before - after - left_out.size * len(self.axes)

    def _spread(self, group: Group) -> float:
        return sum(axis.spread(node) for axis, node in zip(self.axes, group.nodes, strict=True))


_NOBODY = np.zeros(0, dtype=np.int64)


def _median_cut(codes: Codes) -> int:
    """Give the code to cut at so that both sides have rows, as near to one half each as equal values allow."""
    middle = int(np.partition(codes, codes.size // 2)[codes.size // 2])
    below = int((codes < middle).sum())
    upto = int((codes <= middle).sum())
    nearer = abs(upto - codes.size / 2) < abs(below - codes.size / 2)
    return middle + 1 if (nearer and upto < codes.size) or below == 0 else middle


def _with(nodes: tuple[Node, ...], place: int, node: Node) -> tuple[Node, ...]:
    return (*nodes[:place], node, *nodes[place + 1 :])
