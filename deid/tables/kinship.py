"""Which of a row's identifying values stand in its free text, found without looking at a pair of them twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from deid.detectors.known import KnownDetector
from deid.normal.normalise import fold
from deid.tables.coded import Coded, Codes

Known = tuple[tuple[str, str], ...]
"""Labels and values that are known of someone."""


@dataclass(frozen=True, slots=True)
class Kin:
    """The distinct pairs of a text and what is known of the person whose text it is, and each row's pair.

    `pairs` are sorted by text, so that one text's pairs stand together; a row without text has the pair -1.
    """

    pairs: tuple[tuple[int, Known], ...] = field(repr=False)
    rows: Codes = field(repr=False)


def kin_of(text: Coded, known: Sequence[tuple[str, Coded]]) -> Kin:
    """Pair each row's text with those of its known values that may stand in it; others would change nothing."""
    keys = text.codes.copy()
    standing = [_standing(text, label, values) for label, values in known]
    for codes, (_, values) in zip(standing, known, strict=True):
        if (codes >= 0).any():
            keys = _dense(keys * (len(values.texts) + 1) + codes + 1, text.codes)
    rows, first = _distinct(keys, text.codes)
    pairs = tuple(
        (
            int(text.codes[row]),
            tuple((label, v.texts[c[row]]) for c, (label, v) in zip(standing, known, strict=True) if c[row] >= 0),
        )
        for row in first
    )
    return Kin(pairs, rows)


def whole_names(parts: Sequence[Coded]) -> Coded:
    """Put the parts of each row's name together, so that it is also found as a whole and by its initials."""
    keys = np.zeros(parts[0].codes.size, dtype=np.int64)
    for part in parts:
        keys = np.unique(keys * (len(part.texts) + 1) + part.codes + 1, return_inverse=True)[1].astype(np.int64)
    _, first, rows = np.unique(keys, return_index=True, return_inverse=True)
    names = [" ".join(p.texts[p.codes[row]] for p in parts if p.codes[row] >= 0) for row in first]
    return Coded(tuple(names), rows.astype(np.int64))


def detector_of(known: Known) -> KnownDetector:
    """Return a detector of what is known, in all its forms."""
    grouped: dict[str, list[str]] = {}
    for label, value in known:
        if value:
            grouped.setdefault(label, []).append(value)
    return KnownDetector(grouped, "row")


def _standing(text: Coded, label: str, values: Coded) -> Codes:
    """Return each row's code in `values` where that value may stand in the row's text, -1 elsewhere."""
    both = (text.codes >= 0) & (values.codes >= 0)
    width = max(1, len(values.texts))
    pairs, inverse = np.unique(text.codes[both] * width + values.codes[both], return_inverse=True)
    hits = np.fromiter(_occurrences(text, label, values, pairs, width), dtype=np.bool_, count=pairs.size)
    codes = np.full(text.codes.size, -1, dtype=np.int64)
    codes[both] = np.where(hits[inverse], values.codes[both], -1)
    return codes


def _occurrences(text: Coded, label: str, values: Coded, pairs: Codes, width: int) -> Iterator[bool]:
    last, words, digits = -1, frozenset[str](), ""
    for pair in pairs.tolist():
        here, value = divmod(pair, width)
        if here != last:
            ordered = _words(text.texts[here])
            last, words, digits = here, frozenset(ordered), "".join(w for w in ordered if w.isdecimal())
        wanted = _words_kept(values.texts[value])
        number = "".join(wanted)
        if label == "PERSON":
            yield not words.isdisjoint(wanted) or (len(wanted) > 1 and words.issuperset(w[0] for w in wanted))
        else:
            yield bool(wanted) and (words.issuperset(wanted) or (number.isdecimal() and number in digits))


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word, _, _ in fold(text).words())


_words_kept = lru_cache(maxsize=100_000)(_words)


def _dense(keys: Codes, texts: Codes) -> Codes:
    """Give keys new numbers in their order; rows without text stay -1."""
    numbers: NDArray[np.int64] = np.unique(np.where(texts < 0, -1, keys), return_inverse=True)[1].astype(np.int64)
    return np.where(texts < 0, -1, numbers)


def _distinct(keys: Codes, texts: Codes) -> tuple[Codes, Codes]:
    """Return each row's place among the distinct keys, sorted, and the first row of each."""
    there = texts >= 0
    _, first, inverse = np.unique(keys[there], return_index=True, return_inverse=True)
    rows = np.full(keys.size, -1, dtype=np.int64)
    rows[there] = inverse
    return rows, np.flatnonzero(there)[first]
