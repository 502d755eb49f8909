"""What a table of whole rows has more, or less, than its model in any pair of columns, and how it is settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
_PASSES, _TRIED, _PATIENCE = 80, 500, 10
_ENOUGH = -0.01  # by which a sum of squares must fall, so that rounding errors do not move rows in circles


def settle(codes: Whole, model: Joint, rng: np.random.Generator) -> Whole:
    """Change single cells of drawn rows until the counts of all pairs of columns are near the model's.

    Rows are drawn clique by clique, so that the rounding of one column meets that of every other by chance. A cell is
    given another code where that lowers the sum over all pairs of the squared distance to the expected count, and
    where the model allows the row that comes of it: what has no probability never appears. Only columns of which the
    codes number at most 2,000 in all, and at most 40 columns, the smallest, take part; tables above a million rows are
    left alone, as rounding no longer counts there. At most 80 passes, in each of which 500 rows are looked at for each
    column: it costs the same for all tables.
    """
    axes = _chosen(model.tree.sizes)
    if len(axes) < 2 or not 0 < len(codes) <= _ROWS:
        return codes
    surplus = Surplus.of(codes, model, axes)
    for _ in range(_PASSES):
        if not sum([surplus.mend(place, rng) for place in rng.permutation(len(axes)).tolist()]):
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

    def mend(self, place: int, rng: np.random.Generator) -> int:
        """Change cells of one column in some rows, the best changes first; tell how many."""
        rows = rng.integers(0, len(self.places), min(_TRIED, len(self.places)))
        others = np.delete(self.places[rows], place, axis=1)
        start, size, width = int(self.starts[place]), self.table.sizes[self.axes[place]], others.shape[1]
        held, each = self.places[rows, place] - start, np.arange(len(rows))
        change = self.over[:, start : start + size][others].sum(axis=1)
        change -= change[each, held][:, None] - width
        change[each, held] = 0.0
        best = change.argmin(axis=1)
        gain = change[each, best]
        moved = failed = 0
        for at in np.argsort(gain)[: np.count_nonzero(gain < _ENOUGH)].tolist():
            failed = 0 if (done := self._move(int(rows[at]), place, start + int(best[at]), others[at])) else failed + 1
            moved += done
            if failed > _PATIENCE:  # the moves before have settled what the rest was to settle
                break
        return moved

    def _move(self, row: int, place: int, new: int, others: Ints) -> bool:
        old, axis, code = int(self.places[row, place]), self.axes[place], new - int(self.starts[place])
        less, more = self.over[old, others], self.over[new, others]
        if (more - less).sum() + len(others) >= _ENOUGH or self.barred.bars(self.table.array[row], axis, code):
            return False
        self.over[old, others] = self.over[others, old] = less - 1
        self.over[new, others] = self.over[others, new] = more + 1
        self.places[row, place] = new
        self.table.array[row, axis] = code
        return True


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

    def bars(self, row: Whole, axis: int, code: int) -> bool:
        """Tell whether a row could not be with this code in the column `axis`."""
        for axes, possible in self.cliques.get(axis, ()):
            if not possible[tuple(code if other == axis else row[other] for other in axes)]:
                return True
        return False


def _chosen(sizes: Sequence[int]) -> list[int]:
    """Choose the columns that take part, those of few codes first; a column of one code has nothing to change."""
    chosen: list[int] = []
    for axis in sorted((axis for axis, size in enumerate(sizes) if size > 1), key=lambda axis: sizes[axis]):
        if len(chosen) < _COLUMNS and sum(sizes[other] for other in chosen) + sizes[axis] <= _CODES:
            chosen.append(axis)
    return sorted(chosen)
