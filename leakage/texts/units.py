"""Texts in units, for searches: a document is a unit of one text, a row of a table one of its cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pandas as pd

from leakage.errors import ConfigurationError, EmptyInputError
from leakage.texts.corpus import pair
from leakage.texts.document import Document

Units: TypeAlias = Sequence[Sequence[str]]
"""The texts of each unit: a document has one, a row one a cell."""


@dataclass(frozen=True, slots=True, repr=False)
class Owned:
    """The id of each unit, and whose it is; rows have none."""

    ids: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()


def paired(
    original: Sequence[Document] | pd.DataFrame, released: Sequence[Document] | pd.DataFrame
) -> tuple[Units, Units, Owned]:
    """Parallel units: documents joined by id, rows by position (the shorter table padded with empty rows)."""
    if isinstance(original, pd.DataFrame) and isinstance(released, pd.DataFrame):
        if not len(released):
            raise EmptyInputError("no row was released: there is nothing to search")
        before, after = _cells(original), _cells(released)
        size = max(len(before), len(after))
        return _padded(before, size), _padded(after, size), Owned()
    if isinstance(original, pd.DataFrame) or isinstance(released, pd.DataFrame):
        raise ConfigurationError("original and release must both be documents or both be frames")
    corpus = pair(original, released)
    return [[text] for text in corpus.originals], [[text] for text in corpus.texts], Owned(corpus.ids, corpus.owners)


def _cells(frame: pd.DataFrame) -> list[list[str]]:
    columns = [frame.iloc[:, number] for number in range(frame.shape[1])]
    texts = [[str(v) if kept else "" for v, kept in zip(c, c.notna(), strict=True)] for c in columns]
    return [[cell for cell in row if cell] for row in zip(*texts, strict=True)]


def _padded(units: list[list[str]], size: int) -> list[list[str]]:
    return units + [[] for _ in range(size - len(units))]
