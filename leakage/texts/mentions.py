"""Marked mentions in released texts, and what an attacker sees of each: the span, its words, what stands around it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from leakage.arrays import Booleans, Sparse
from leakage.errors import IdentityError, SpanError
from leakage.texts.corpus import Corpus
from leakage.texts.features import character_counts, shared, tfidf, word_counts
from leakage.texts.fold import tokens

_NEAR = 80  # characters on either side of a mention that are read
_AROUND = 5  # words of them that count
_WORD = re.compile(r"\w+|[^\w\s]")
_BINS = 16


@dataclass(frozen=True, slots=True, repr=False)
class Placed:
    """A mention in a released text: [start, end) in its code points, and whether it is an original that was left.

    Otherwise it is a surrogate. Raises SpanError when the span is empty or negative.
    """

    document: str
    start: int
    end: int
    original: bool

    def __post_init__(self) -> None:
        """Check the span."""
        if not 0 <= self.start < self.end:
            raise SpanError("a placed mention must start at 0 or later and end after its start")

    def __repr__(self) -> str:
        """Offsets and truth, no document."""
        return f"Placed({self.start}, {self.end}, original={self.original})"


@dataclass(frozen=True, slots=True, repr=False)
class Mentions:
    """Parallel over mentions: the document's position and owner, the span, the words before and after, the truth."""

    rows: tuple[int, ...]
    owners: tuple[str, ...]
    spans: tuple[str, ...]
    before: tuple[tuple[str, ...], ...]
    after: tuple[tuple[str, ...], ...]
    truth: Booleans

    @classmethod
    def of(cls, placed: Iterable[Placed], corpus: Corpus) -> Mentions:
        """Read them from the released texts; a mention placed twice counts once, as an original if either is."""
        place = {name: row for row, name in enumerate(corpus.ids)}
        truth: dict[tuple[int, int, int], bool] = {}
        for one in placed:
            if one.document not in place:
                raise IdentityError("a placed mention names a document that was not released")
            row = place[one.document]
            if one.end > len(corpus.texts[row]):
                raise SpanError("a placed mention ends beyond its released text")
            key = (row, one.start, one.end)
            truth[key] = truth.get(key, False) or one.original
        keys = sorted(truth)
        texts = [corpus.texts[row] for row, _, _ in keys]
        return cls(
            tuple(row for row, _, _ in keys),
            tuple(corpus.owners[row] for row, _, _ in keys),
            tuple(text[start:end] for text, (_, start, end) in zip(texts, keys, strict=True)),
            tuple(
                tuple(_WORD.findall(text[max(0, start - _NEAR) : start])[-_AROUND:])
                for text, (_, start, _) in zip(texts, keys, strict=True)
            ),
            tuple(
                tuple(_WORD.findall(text[end : end + _NEAR])[:_AROUND])
                for text, (_, _, end) in zip(texts, keys, strict=True)
            ),
            np.array([truth[key] for key in keys], dtype=np.bool_),
        )

    def take(self, kept: Sequence[int]) -> Mentions:
        """Keep some of them."""
        return Mentions(
            tuple(self.rows[i] for i in kept),
            tuple(self.owners[i] for i in kept),
            tuple(self.spans[i] for i in kept),
            tuple(self.before[i] for i in kept),
            tuple(self.after[i] for i in kept),
            self.truth[list(kept)],
        )


def frequency(mentions: Mentions, texts: Sequence[str]) -> Sparse:
    """How often the span is marked in the release and in its document, and how common its words are, in powers of 2."""
    words = [tuple(tokens(span)) for span in mentions.spans]
    marked, here = Counter(words), Counter(zip(mentions.rows, words, strict=True))
    documents = Counter(word for _, word in here)
    lexicon = Counter(token for text in texts for token in tokens(text))
    rarest = [min((lexicon[token] for token in word), default=0) for word in words]
    columns = [
        [marked[word] for word in words],
        [documents[word] for word in words],
        [here[row, word] for row, word in zip(mentions.rows, words, strict=True)],
        rarest,
        [len(word) for word in words],
    ]
    return sparse.hstack([_powers(column) for column in columns], format="csr")


def _powers(counts: Sequence[int]) -> Sparse:
    bins = np.minimum(np.log2(np.array(counts, dtype=np.float64) + 1).round().astype(np.int64), _BINS - 1)
    return sparse.csr_matrix((np.ones(bins.size), (np.arange(bins.size), bins)), shape=(bins.size, _BINS))


def lexicon(mentions: Mentions, _: Sequence[str]) -> Sparse:
    """Read the words of the span: surrogates are drawn from lists, and the lists show."""
    return tfidf(shared(word_counts(mentions.spans, longest=2)))


def look(mentions: Mentions, _: Sequence[str]) -> Sparse:
    """Character sequences of the span, and the shape of its words (Xxxx, 00)."""
    shapes = [f"{span} {_shape(span)}" for span in mentions.spans]
    return tfidf(shared(character_counts(shapes, 1, 3)))


def _shape(span: str) -> str:
    return "".join("0" if c.isdigit() else "X" if c.isupper() else "x" if c.islower() else c for c in span)


def context(mentions: Mentions, _: Sequence[str]) -> Sparse:
    """Read the words around the span, by side and by place."""
    around = [
        " ".join(
            [
                *(f"l{i}_{_named(word)} l_{_named(word)}" for i, word in enumerate(reversed(before))),
                *(f"r{i}_{_named(word)} r_{_named(word)}" for i, word in enumerate(after)),
            ]
        )
        for before, after in zip(mentions.before, mentions.after, strict=True)
    ]
    return tfidf(shared(word_counts(around)))


def _named(word: str) -> str:
    return word if word[0].isalnum() else f"sign{ord(word[0])}"
