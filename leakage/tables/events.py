"""Event tables: who did what, how much, and on which day."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leakage.arrays import Booleans, Floats, Integers
from leakage.cells import Column, forms, is_numeric, numbers
from leakage.tables.equivalence import keys


@dataclass(frozen=True, slots=True, repr=False)
class Events:
    """One entry an event; amounts and days are NaN where they are unknown.

    People are numbered from 0 in this table, items in all tables that were read together; a missing item is −1.
    """

    person: Integers
    item: Integers
    amount: Floats
    day: Floats

    def take(self, rows: Integers | Booleans) -> Events:
        """Keep some of the events."""
        return Events(self.person[rows], self.item[rows], self.amount[rows], self.day[rows])

    def join(self, other: Events) -> Events:
        """Append events that were read together with these."""
        mine, theirs = ((e.person, e.item, e.amount, e.day) for e in (self, other))
        return Events(*(np.concatenate(pair) for pair in zip(mine, theirs, strict=True)))

    def sorted(self) -> Events:
        """Put them in order of person."""
        return self.take(np.argsort(self.person, kind="stable"))


def read(frames: Sequence[pd.DataFrame], person: str, item: str, amount: str | None, date: str | None) -> list[Events]:
    """Read event tables, their items numbered alike; events without a person or an item have item −1."""
    events = []
    for frame, items in zip(frames, keys(frames, [item]), strict=True):
        known = (forms(frame[person]) != "") & (forms(frame[item]) != "")
        nothing = np.full(len(frame), np.nan)
        amounts = nothing if amount is None else numbers(frame[amount])
        when = nothing if date is None else days(frame[date])
        events.append(Events(keys([frame], [person])[0], np.where(known, items, -1), amounts, when))
    return events


def days(column: Column) -> Floats:
    """Read dates as days since 1970, numbers as the days they are; NaN where a cell is neither.

    >>> days(pd.Series(["1970-01-02", "1970-01-03T12:00", "soon", None])).tolist()
    [1.0, 2.5, nan, nan]
    """
    written = column.astype(object).map(str)
    if not pd.api.types.is_datetime64_any_dtype(column.dtype) and is_numeric(written.where(column.notna())):
        return numbers(written)
    codes, found = pd.factorize(written.to_numpy(dtype=object))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about unknown time zones and guessed formats, which cost nothing here
        stamps = pd.to_datetime(pd.Series(found, dtype=object), format="mixed", errors="coerce", utc=True)
    since = (stamps - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1)
    return np.asarray(since, dtype=np.float64)[codes]
