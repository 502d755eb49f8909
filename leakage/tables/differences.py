"""Differences of released counts: groups that no table shows, and that two of them show together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from leakage.tables.aggregate import Aggregate


def differences(own: Sequence[Aggregate], others: Sequence[Aggregate], fewest: int) -> int:
    """Count the groups of 1 to `fewest` − 1 people that are told by subtraction, with one of one's own tables in it.

    Of two tables of which one has all columns of the other, the cells of the finer one are added up and subtracted
    from the coarser one's: what is left are the people of the cells that the finer one does not list. Of two tables
    over the same columns what is left are the people who came or went between them.

    >>> total, wards = Aggregate((), {(): 40.0}), Aggregate(("ward",), {("a",): 20.0, ("b",): 17.0})
    >>> differences([total, wards], [], 10), differences([total], [Aggregate((), {(): 20.0})], 10)
    (1, 0)
    """
    tables = [*own, *others]
    return sum(
        _left(coarse, fine, fewest)
        for i, coarse in enumerate(tables)
        for j, fine in enumerate(tables)
        if min(i, j) < len(own) and _comparable(coarse, fine, i < j)
    )


def _comparable(coarse: Aggregate, fine: Aggregate, first: bool) -> bool:
    """Whether one has the columns of the other and more, or, once of each pair, the same."""
    few, many = set(coarse.columns), set(fine.columns)
    return few < many or (few == many and first)


def _left(coarse: Aggregate, fine: Aggregate, fewest: int) -> int:
    places = [fine.columns.index(name) for name in coarse.columns]
    sums: defaultdict[tuple[str, ...], float] = defaultdict(float)
    for cell, count in fine.counts.items():
        sums[tuple(cell[place] for place in places)] += count
    return sum(0 < abs(coarse.counts[cell] - told) < fewest for cell, told in sums.items() if cell in coarse.counts)
