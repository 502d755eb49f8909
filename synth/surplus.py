"""What a table of whole rows has more, or less, than its model in any pair of columns, and how it is settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from synth.encode import Codes, Whole
from synth.marginal import count

if TYPE_CHECKING:
    from synth.joint import Joint

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_CODES, _COLUMNS, _ROWS = 2_000, 40, 1_000_000  # beyond these it would cost more than it mends
_PASSES, _IDLE, _LOOKED, _TRIED, _PATIENCE = 240, 10, 1_000, 40, 10
_MOVED = np.array([[-1.0], [1.0]])  # of what a cell leaves, and of what it comes to
_ENOUGH = -0.01  # by which a sum of squares must fall, so that rounding errors do not move rows in circles


def settle(codes: Whole, model: Joint, rng: np.random.Generator) -> Whole:
    """Change single cells of drawn rows until the counts of all pairs of columns are near the model's.

    Rows are drawn clique by clique, so that the rounding of one column meets that of every other by chance. A cell is
    given another code where that lowers the sum over all pairs of the squared distance to the expected count, and
    where the model allows the row that comes of it: what has no probability never appears. Only columns of which the
    codes number at most 2,000 in all, and at most 40 columns, the smallest, take part; tables above a million rows are
    left alone, as rounding no longer counts there. At most 240 passes, in each of which 1,000 rows are looked at, and
    for each column the 40 that stand in the fullest pairs are tried: it costs the same for all tables.
    """
    axes = _chosen(model.tree.sizes)
    if len(axes) < 2 or not 0 < len(codes) <= _ROWS:
        return codes
    surplus = Surplus.of(codes, model, axes)
    idle = 0
    for _ in range(_PASSES):
        rows = rng.integers(0, len(codes), _LOOKED)
        full = surplus.fullness(rows)
        moved = sum([surplus.mend(place, rows, full) for place in rng.permutation(len(axes)).tolist()])
        idle = 0 if moved else idle + 1
        if idle == _IDLE:
            break
    return codes


@dataclass(frozen=True, slots=True)
class Surplus:
    """Counts of the table less those expected, `over[a, b]` for code a of one column and b of another: symmetric.

    `places` has a row's codes in the columns `axes`, numbered through over all of them: column j begins at `starts[j]`.
    """

    table: Codes
    axes: tuple[int, ...]
    over: Floats = field(repr=False)
    places: Ints = field(repr=False)
    starts: Ints
    barred: Barred

    @classmethod
    def of(cls, codes: Whole, model: Joint, axes: Sequence[int]) -> Surplus:
        """Count all pairs of the columns `axes` of a table drawn from the model, which then is mended in place."""
        sizes = [model.tree.sizes[axis] for axis in axes]
        ends: Ints = np.cumsum(np.array(sizes, dtype=np.int64))
        starts: Ints = ends - sizes
        table = Codes(codes, tuple(map(str, range(codes.shape[1]))), model.tree.sizes)
        over = np.zeros((ends[-1], ends[-1]))
        for one, other in combinations(range(len(axes)), 2):
            pair = (axes[one], axes[other])
            block = count(table, pair) - model.project(pair) * len(codes)
            over[starts[one] : ends[one], starts[other] : ends[other]] = block
            over[starts[other] : ends[other], starts[one] : ends[one]] = block.T
        return cls(table, tuple(axes), over, codes[:, axes] + starts, starts, Barred.of(model))

    def fullness(self, rows: Ints) -> Floats:
        """Tell for each cell of these rows how many rows too many its pairs with the row's other cells have, in all."""
        held = self.places[rows]
        pairs = held[:, :, None] * len(self.over) + held[:, None, :]
        return np.asarray(self.over.reshape(-1).take(pairs).sum(axis=2), dtype=np.float64)

    def mend(self, place: int, rows: Ints, full: Floats) -> int:
        """Change cells of one column in the fullest of some rows, the best changes first; tell how many."""
        fullest = rows[np.argpartition(full[:, place], -_TRIED)[-_TRIED:]]
        return self._move(self._moves(fullest, self.places[fullest], place))

    def _moves(self, rows: Ints, held: Ints, place: int) -> Moves:
        """Find the best code of one column for each row; keep the changes that lower the sum, the best first."""
        start, size, each = int(self.starts[place]), self.table.sizes[self.axes[place]], np.arange(len(rows))
        change = self.over[:, start : start + size].take(held, axis=0).sum(axis=1)
        old = held[:, place] - start
        change -= change[each, old][:, None] - (held.shape[1] - 1)
        change[each, old] = 0.0
        best = change.argmin(axis=1)
        gain = change[each, best]
        order = np.argsort(gain)[: np.count_nonzero(gain < _ENOUGH)]
        others = np.delete(held[order], place, axis=1)
        return Moves(place, rows[order], held[order, place], start + best[order], others)

    def _move(self, moves: Moves) -> int:
        over, table, place = self.over.reshape(-1), self.table.array, moves.place
        axis, start, enough = self.axes[place], int(self.starts[place]), _ENOUGH - moves.others.shape[1]
        pairs, mirrored = moves.pairs(len(self.over))
        allowed = self.barred.allows(table[moves.rows], axis, moves.new - start)
        moved = failed = 0
        for at, (row, old, new) in enumerate(moves):
            fewer, further = both = over[pairs[at]]
            if not allowed[at] or self.places[row, place] != old or np.add.reduce(further - fewer) >= enough:
                failed += 1
                if failed > _PATIENCE:  # the moves before have settled what the rest was to settle
                    break
                continue
            over[pairs[at]] = over[mirrored[at]] = both + _MOVED
            self.places[row, place], table[row, axis] = new, new - start
            failed = 0
            moved += 1
        return moved


@dataclass(frozen=True, slots=True)
class Moves:
    """Changes of the column at `place`: rows, their codes now and then, and the codes in all other columns."""

    place: int
    rows: Ints = field(repr=False)
    old: Ints = field(repr=False)
    new: Ints = field(repr=False)
    others: Ints = field(repr=False)

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        """Give row, old and new code of each."""
        return zip(self.rows.tolist(), self.old.tolist(), self.new.tolist(), strict=True)

    def pairs(self, width: int) -> tuple[Ints, Ints]:
        """Where the pairs with all others stand in a square matrix laid flat, and where on its other side.

        Each has a row for each change, of which the first column is of the pairs that are left, the second of the new.
        """
        codes = np.stack([self.old, self.new], axis=1)[:, :, None]
        return codes * width + self.others[:, None, :], self.others[:, None, :] * width + codes


@dataclass(frozen=True, slots=True)
class Barred:
    """What the model rules out: for each column the cliques it is in, where any of their cells has no probability."""

    cliques: Mapping[int, Sequence[tuple[tuple[int, ...], Bools]]] = field(repr=False)

    @classmethod
    def of(cls, model: Joint) -> Barred:
        """Find the cells without probability."""
        cliques: dict[int, list[tuple[tuple[int, ...], Bools]]] = {}
        for clique, belief in zip(model.tree.cliques, model.beliefs, strict=True):
            if not (possible := belief > 0).all():
                for axis in clique.axes:
                    cliques.setdefault(axis, []).append((clique.axes, possible))
        return cls(cliques)

    def allows(self, rows: Whole, axis: int, codes: Ints) -> Bools:
        """Tell which rows could be with these codes in the column `axis`."""
        allowed = np.ones(len(rows), dtype=np.bool_)
        for axes, possible in self.cliques.get(axis, ()):
            allowed &= possible[tuple(codes if other == axis else rows[:, other] for other in axes)]
        return allowed


def _chosen(sizes: Sequence[int]) -> list[int]:
    """Choose the columns that take part, those of few codes first; a column of one code has nothing to change."""
    chosen: list[int] = []
    for axis in sorted((axis for axis, size in enumerate(sizes) if size > 1), key=lambda axis: sizes[axis]):
        if len(chosen) < _COLUMNS and sum(sizes[other] for other in chosen) + sizes[axis] <= _CODES:
            chosen.append(axis)
    return sorted(chosen)
