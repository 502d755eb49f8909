"""How near each document comes to each candidate, and where its true candidate ranks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize

from leakage.arrays import Floats, Integers, Sparse
from leakage.texts.features import character_counts, shared, tfidf, word_counts
from leakage.texts.vectors import installed, vectors

_BLOCK = 4_000_000  # similarities held in memory at a time

Ranker = Callable[[Sequence[str], Sequence[str]], tuple[Sparse, Sparse]]
"""From query texts and candidate texts to two matrices, sparse or dense, whose product is the similarity."""


@dataclass(frozen=True, slots=True, repr=False)
class Ranks:
    """The place of the true candidate: `top` is the chance of naming it first (ties shared), `reciprocal` 1/rank."""

    top: Floats
    reciprocal: Floats

    @property
    def median(self) -> float:
        """The median rank (tied candidates rank in the middle of one another); NaN where nobody was ranked."""
        return float(np.median(1 / self.reciprocal)) if self.reciprocal.size else math.nan


def words(queries: Sequence[str], candidates: Sequence[str]) -> tuple[Sparse, Sparse]:
    """Cosine of word and word pair TF-IDF."""
    return _cosine(shared(word_counts([*candidates, *queries], longest=2)), len(candidates))


def rare(queries: Sequence[str], candidates: Sequence[str]) -> tuple[Sparse, Sparse]:
    """Cosine of words weighted by the square of their rarity: a few names and numbers tell more than all the rest."""
    counts = shared(word_counts([*candidates, *queries], telling=True))
    weigh = TfidfTransformer(norm=None, sublinear_tf=True).fit(counts)
    weighted = normalize(weigh.transform(counts).multiply(weigh.idf_).tocsr())
    return weighted[len(candidates) :], weighted[: len(candidates)]


def characters(queries: Sequence[str], candidates: Sequence[str]) -> tuple[Sparse, Sparse]:
    """Cosine of character 3- and 4-gram TF-IDF."""
    return _cosine(shared(character_counts([*candidates, *queries], 3, 4)), len(candidates))


def _cosine(counts: Sparse, candidates: int) -> tuple[Sparse, Sparse]:
    weighted = tfidf(counts)
    return weighted[candidates:], weighted[:candidates]


def bm25(queries: Sequence[str], candidates: Sequence[str], k1: float = 1.5, b: float = 0.75) -> tuple[Sparse, Sparse]:
    """Okapi BM25, each query word counted once (Robertson & Zaragoza 2009, doi:10.1561/1500000019)."""
    counts = word_counts(candidates)
    length = np.asarray(counts.sum(axis=1)).ravel()
    idf = TfidfTransformer(norm=None, smooth_idf=True).fit(counts).idf_ - 1  # ln((1 + n)/(1 + df)), never negative
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    damping = k1 * (1 - b + b * length / max(float(length.mean()), 1.0))
    weights = counts.data * (k1 + 1) / (counts.data + damping[rows]) * idf[counts.indices]
    asked = word_counts(queries)
    asked.data[:] = 1.0
    return asked, sparse.csr_matrix((weights, counts.indices, counts.indptr), shape=counts.shape)


RANKERS: dict[str, Ranker] = {"words": words, "rare words": rare, "characters": characters, "bm25": bm25}


def rankers() -> dict[str, Ranker]:
    """All rankers that can run here: sentence vectors only where their model is installed."""
    return {**RANKERS, "vectors": vectors} if installed() else dict(RANKERS)


def rank(queries: Sparse, candidates: Sparse, truth: Integers) -> Ranks:
    """Rank all candidates for every query; `truth` is the position of each query's true candidate."""
    parts = [_place(scores, true) for scores, true in _similarities(queries, candidates, truth)]
    if not parts:
        return Ranks(np.zeros(0), np.zeros(0))
    return Ranks(np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts]))


def _similarities(queries: Sparse, candidates: Sparse, truth: Integers) -> Iterator[tuple[Floats, Integers]]:
    rows = max(1, _BLOCK // max(1, candidates.shape[0]))
    turned = candidates.T if isinstance(candidates, np.ndarray) else candidates.T.tocsr()
    for start in range(0, queries.shape[0], rows):
        block = queries[start : start + rows]
        product: Sparse = block @ turned
        scores = product if isinstance(product, np.ndarray) else product.toarray()
        yield np.asarray(scores, dtype=np.float64), truth[start : start + rows]


def _place(scores: Floats, truth: Integers) -> tuple[Floats, Floats]:
    own = scores[np.arange(scores.shape[0]), truth][:, None]
    better = (scores > own).sum(axis=1)
    equal = (scores == own).sum(axis=1)
    top = np.where(better == 0, 1 / equal, 0.0)
    return top, 1 / (1 + better + (equal - 1) / 2)
