"""The index of a frame as columns: its levels, and an index made of them again."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd


def parts_of(frame: pd.DataFrame) -> tuple[list[str], list[pd.Series]]:
    """Return the names and the cells of all columns, then of all index levels; an index that only counts has none.

    >>> parts_of(pd.DataFrame({"n": [1]}, index=pd.Index(["Ann"], name="who")))[0]
    ['n', 'who']
    """
    names = [str(column) for column in frame.columns]
    columns = [frame.iloc[:, position] for position in range(len(names))]
    if isinstance(frame.index, pd.RangeIndex):
        return names, columns
    levels = [frame.index.get_level_values(level) for level in range(frame.index.nlevels)]
    names += [str(level.name) if level.name is not None else "" for level in levels]
    return names, columns + [pd.Series(level, index=frame.index) for level in levels]


def reindex(index: pd.Index, levels: Mapping[int, pd.Series | None]) -> pd.Index:
    """Return an index with new levels; one that is None is dropped. Without any that is new, the index as it is.

    >>> reindex(pd.Index(["Ann"], name="who"), {0: pd.Series(["x"])})
    Index(['x'], dtype='object', name='who')
    """
    if not levels:
        return index.remove_unused_levels() if isinstance(index, pd.MultiIndex) else index
    old = {level: index.get_level_values(level) for level in range(index.nlevels)}
    kept = {
        level: values if level not in levels else pd.Index(new, name=values.name)
        for level, values in old.items()
        if (new := levels.get(level, pd.Series())) is not None
    }
    if not kept:
        return pd.RangeIndex(len(index))
    if len(kept) == 1:
        return next(iter(kept.values()))
    return pd.MultiIndex.from_arrays(list(kept.values()), names=[values.name for values in kept.values()])
