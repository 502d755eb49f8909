"""Which columns a model keeps together, and how these cliques hang together: a junction tree."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clique:
    """Columns kept together: first the `shared` ones that the parent holds too, then those that come new.

    `parent` is the place of the parent among the cliques, -1 for a root (which shares nothing).
    """

    axes: tuple[int, ...]
    shared: int
    parent: int

    @property
    def separator(self) -> tuple[int, ...]:
        """Give the columns that the parent holds too."""
        return self.axes[: self.shared]

    @property
    def own(self) -> tuple[int, ...]:
        """Give the columns that come new with this clique: every column is new in exactly one."""
        return self.axes[self.shared :]


@dataclass(frozen=True, slots=True)
class JunctionTree:
    """Cliques over columns 0 … d - 1 with `sizes` codes, parents before children.

    Every column is in a clique, and what a clique has in common with earlier ones its parent holds (running
    intersection): a distribution over the columns then is a product of one conditional table a clique.

    >>> JunctionTree.of((2, 3, 4), [(0, 1), (1, 2)]).cells
    18
    >>> JunctionTree.of((2, 3, 4), [(0, 1), (1, 2), (0, 2)]).cells
    24
    """

    sizes: tuple[int, ...]
    cliques: tuple[Clique, ...]

    @classmethod
    def of(cls, sizes: tuple[int, ...], groups: Iterable[Sequence[int]]) -> "JunctionTree":
        """Build a tree in which every group of columns lies within one clique.

        Columns are eliminated one by one, the next the one whose neighbours lack the fewest links among each
        other (min-fill), of these the one in the smallest clique: Koller and Friedman 2009, "Probabilistic
        Graphical Models", 9.4.3.
        """
        order, later = _eliminate(sizes, _neighbours(len(sizes), groups))
        axes: list[list[int]] = []
        shared: list[int] = []
        parents: list[int] = []
        home: dict[int, int] = {}
        turn = {column: place for place, column in enumerate(order)}
        for column in reversed(order):
            around = later[column]
            above = home[min(around, key=turn.__getitem__)] if around else -1
            if above >= 0 and len(around) == len(axes[above]):  # the whole clique: it grows by the column
                axes[above].append(column)
                home[column] = above
                continue
            home[column] = len(axes)
            axes.append([*sorted(around), column])
            shared.append(len(around))
            parents.append(above)
        cliques = (Clique(tuple(a), s, p) for a, s, p in zip(axes, shared, parents, strict=True))
        return cls(sizes, tuple(cliques))

    @property
    def cells(self) -> int:
        """Count the cells of all cliques: what the model takes in memory, and in time a pass."""
        return sum(self.size(clique.axes) for clique in self.cliques)

    @property
    def components(self) -> tuple[int, ...]:
        """Give each column the number of the part that it is in; nothing relates columns of two parts."""
        parts = [-1] * len(self.sizes)
        roots: list[int] = []
        for place, clique in enumerate(self.cliques):
            roots.append(place if clique.parent < 0 else roots[clique.parent])
            for axis in clique.own:
                parts[axis] = roots[-1]
        return tuple(parts)

    def size(self, axes: Sequence[int]) -> int:
        """Count the cells of a table over some columns."""
        return math.prod(self.sizes[axis] for axis in axes)

    def shape(self, axes: Sequence[int]) -> tuple[int, ...]:
        """Give the shape of a table over some columns."""
        return tuple(self.sizes[axis] for axis in axes)

    def holds(self, axes: Sequence[int]) -> bool:
        """Whether some clique holds all of these columns."""
        wanted = frozenset(axes)
        return any(wanted.issubset(clique.axes) for clique in self.cliques)

    def holder(self, axes: Sequence[int]) -> int:
        """Give the place of the smallest clique that holds these columns. Raises ValueError if none does."""
        wanted = frozenset(axes)
        places = [place for place, clique in enumerate(self.cliques) if wanted <= frozenset(clique.axes)]
        return min(places, key=lambda place: self.size(self.cliques[place].axes))


def _neighbours(columns: int, groups: Iterable[Sequence[int]]) -> list[int]:
    """Give each column's neighbours, as the bits of a number: sets of columns, but many times as fast."""
    near = [0] * columns
    for group in groups:
        together = sum(1 << column for column in set(group))
        for column in group:
            near[column] |= together
    return [around & ~(1 << column) for column, around in enumerate(near)]


def _members(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _eliminate(sizes: tuple[int, ...], near: list[int]) -> tuple[list[int], dict[int, set[int]]]:
    """Give an elimination order, and for each column the neighbours that are eliminated after it."""
    order: list[int] = []
    later: dict[int, set[int]] = {}
    cost = {column: _cost(column, sizes, near) for column in range(len(sizes))}
    while cost:
        column = min(cost, key=cost.__getitem__)
        around, own = near[column], 1 << column
        order.append(column)
        later[column] = set(_members(around))
        del cost[column]
        changed = around
        for neighbour in later[column]:
            missing = around & ~near[neighbour] & ~(1 << neighbour)
            if missing:
                changed |= near[neighbour]
            near[neighbour] = (near[neighbour] | missing) & ~own
        for touched in _members(changed & ~own):
            cost[touched] = _cost(touched, sizes, near)
    return order, later


def _cost(column: int, sizes: tuple[int, ...], near: list[int]) -> tuple[int, int, int]:
    around = near[column]
    lacking, cells = 0, sizes[column]
    for neighbour in _members(around):
        lacking += (around & ~near[neighbour]).bit_count() - 1
        cells *= sizes[neighbour]
    return lacking // 2, cells, column
