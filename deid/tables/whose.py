"""Whose each row of a table is: what is done by subject is done alike in all rows of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from deid.tables.coded import Coded, Codes


@dataclass(frozen=True, slots=True)
class Whose:
    """The subjects by name, and for each row the place of its own among them.

    `company` tells, where it is asked for, which persons the rows of a subject name.
    """

    names: tuple[str, ...] = field(repr=False)
    rows: Codes = field(repr=False)
    company: tuple[tuple[str, ...], ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, frame: pd.DataFrame, column: str | None, table: str, first: int = 0) -> Whose:
        """Read the column, or index level, that names the subject; a row without one is its own.

        `first` is the number of the frame's first row in its table.
        """
        own = np.arange(len(frame))
        named = _named(frame, column)
        coded = Coded((), own * 0 - 1) if named is None else Coded.of(named)
        alone = coded.codes < 0
        names = (*coded.texts, *(f"row {first + row} of {table}" for row in own[alone]))
        rows = coded.codes.copy()
        rows[alone] = len(coded.texts) + np.arange(int(alone.sum()))
        return cls(names, rows)

    def beside(self, people: Sequence[Coded]) -> Whose:
        """Tell apart also rows that name other people."""
        keys = self.rows
        for one in people:
            keys = np.unique(keys * (len(one.texts) + 1) + one.codes + 1, return_inverse=True)[1].astype(np.int64)
        _, first, rows = np.unique(keys, return_index=True, return_inverse=True)
        company = [tuple(one.texts[one.codes[row]] for one in people if one.codes[row] >= 0) for row in first]
        return Whose(tuple(self.names[self.rows[row]] for row in first), rows.astype(np.int64), tuple(company))

    def apart(self, coded: Coded) -> tuple[Coded, list[tuple[int, int]]]:
        """Tell equal texts of different subjects apart: the texts so coded, each one's old place and its subject's."""
        keys = np.where(coded.codes < 0, -1, coded.codes * len(self.names) + self.rows)
        codes, distinct = pd.factorize(np.where(keys < 0, np.nan, keys.astype(np.float64)), use_na_sentinel=True)
        places, whose = np.divmod(distinct.astype(np.int64), max(1, len(self.names)))
        pairs = list(zip(places.tolist(), whose.tolist(), strict=True))
        return Coded(tuple(coded.texts[place] for place, _ in pairs), codes.astype(np.int64)), pairs


def _named(frame: pd.DataFrame, column: str | None) -> pd.Series | None:
    if column is None or column in frame.columns:
        return None if column is None else frame[column]
    if column not in frame.index.names:
        return None
    return pd.Series(frame.index.get_level_values(column), index=frame.index)
