"""Whose each row of a table is: what is done by subject is done alike in all rows of one."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from deid.tables.coded import Coded, Codes


@dataclass(frozen=True, slots=True)
class Whose:
    """The subjects by name, and for each row the place of its own among them."""

    names: tuple[str, ...] = field(repr=False)
    rows: Codes = field(repr=False)

    @classmethod
    def of(cls, frame: pd.DataFrame, column: str | None, table: str) -> Whose:
        """Read the column, or index level, that names the subject; a row without one is its own."""
        own = np.arange(len(frame))
        named = _named(frame, column)
        coded = Coded((), own * 0 - 1) if named is None else Coded.of(named)
        alone = coded.codes < 0
        names = (*coded.texts, *(f"row {row} of {table}" for row in own[alone]))
        rows = coded.codes.copy()
        rows[alone] = len(coded.texts) + np.arange(int(alone.sum()))
        return cls(names, rows)

    def apart(self, coded: Coded) -> tuple[Coded, list[tuple[int, str]]]:
        """Tell equal texts of different subjects apart: the texts so coded, and each one's old place and subject."""
        keys = np.where(coded.codes < 0, -1, coded.codes * len(self.names) + self.rows)
        codes, distinct = pd.factorize(np.where(keys < 0, np.nan, keys.astype(np.float64)), use_na_sentinel=True)
        places, whose = np.divmod(distinct.astype(np.int64), max(1, len(self.names)))
        pairs = [(int(place), self.names[one]) for place, one in zip(places, whose, strict=True)]
        return Coded(tuple(coded.texts[place] for place, _ in pairs), codes.astype(np.int64)), pairs


def _named(frame: pd.DataFrame, column: str | None) -> pd.Series | None:
    if column is None or column in frame.columns:
        return None if column is None else frame[column]
    if column not in frame.index.names:
        return None
    return pd.Series(frame.index.get_level_values(column), index=frame.index)
