"""What an attacker sees in a text: counts of words and of character sequences, weighted by TF-IDF.

Counts are hashed into 2¹⁸ columns, so no vocabulary is kept and the same text always gives the same row.
The weights are taken over all texts given: the attacker holds the whole release.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

from leakage.arrays import Booleans, Integers, Sparse

Codes: TypeAlias = npt.NDArray[np.uint64]

_BITS = 18
_BLOCK = 2_000  # texts hashed at a time, so that memory stays small
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # Fibonacci hashing, 2⁶⁴ over the golden ratio
_FINISH = np.uint64(0xD6E8FEB86659FD93)


def word_counts(texts: Sequence[str], longest: int = 1, telling: bool = False) -> Sparse:
    """Count case-folded words and sequences of up to `longest` of them: (texts, 2¹⁸), CSR.

    With `telling` the commonest English words are left out.
    """
    vectorizer = HashingVectorizer(
        n_features=1 << _BITS,
        ngram_range=(1, longest),
        alternate_sign=False,
        norm=None,
        stop_words="english" if telling else None,
        token_pattern=r"\w+",  # noqa: S106 - a word, no password
        dtype=np.float64,
    )
    return vectorizer.transform(texts)


def character_counts(texts: Sequence[str], shortest: int = 2, longest: int = 4) -> Sparse:
    """Count character sequences, case kept, word boundaries included: (texts, 2¹⁸), CSR."""
    blocks = [
        _character_block(texts[start : start + _BLOCK], shortest, longest) for start in range(0, len(texts), _BLOCK)
    ]
    return sparse.vstack(blocks, format="csr")


def _character_block(texts: Sequence[str], shortest: int, longest: int) -> Sparse:
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    rows = np.repeat(np.arange(len(texts), dtype=np.int64), lengths)
    pairs = [_hashed(points, rows, size) for size in range(shortest, longest + 1)]
    row = np.concatenate([p[0] for p in pairs])
    column = np.concatenate([p[1] for p in pairs])
    ones = np.ones(row.size, dtype=np.float64)
    counts = sparse.csr_matrix((ones, (row, column)), shape=(len(texts), 1 << _BITS))
    counts.sum_duplicates()
    return counts


def _hashed(points: Codes, rows: Integers, size: int) -> tuple[Integers, Integers]:
    count = max(0, points.size - size + 1)
    code: Codes = np.full(count, size, dtype=np.uint64)
    for offset in range(size):
        code = (code * _MULTIPLIER) ^ points[offset : offset + count]
    column = ((code * _FINISH) >> np.uint64(64 - _BITS)).astype(np.int64)
    whole: Booleans = rows[:count] == rows[size - 1 :] if count else np.zeros(0, dtype=np.bool_)
    return rows[:count][whole], column[whole]


def shared(counts: Sparse) -> Sparse:
    """Keep the columns that at least two texts have: what one text has alone tells nothing about another."""
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    kept = np.flatnonzero(frequency >= 2)
    return counts[:, kept if kept.size else [0]]  # texts without anything in common still need a column


def tfidf(counts: Sparse) -> Sparse:
    """Sublinear TF-IDF rows of length 1; a row without counts stays zero."""
    return TfidfTransformer(sublinear_tf=True).fit_transform(counts)
