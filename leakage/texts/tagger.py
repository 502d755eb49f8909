"""A tagger of names: which capitalised words look and stand like the names that others marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import sparse
from sklearn.feature_extraction import FeatureHasher
from sklearn.linear_model import LogisticRegression

from leakage.arrays import Booleans, Floats, Integers, Sparse

_TOKEN = re.compile(r"\w+|[^\w\s]")
_AROUND = (-3, -2, -1, 1, 2, 3)
_BITS = 18
_NOTHING = ("<>", "<>")


@dataclass(frozen=True, slots=True, repr=False)
class Words:
    """The capitalised words of texts, initials left out: the text, the place and the word, and what a tagger sees."""

    rows: Integers
    starts: Integers
    words: tuple[str, ...]
    features: Sparse

    @classmethod
    def of(cls, texts: Sequence[str]) -> Words:
        """Read the texts."""
        found = [
            (row, match.start(), match[0], place)
            for row, text in enumerate(texts)
            for place, match in enumerate(_TOKEN.finditer(text))
            if match[0][0].isupper() and len(match[0]) > 1  # an initial alone tells little
        ]
        hasher = FeatureHasher(1 << _BITS, input_type="string")
        features = hasher.transform(_seen(texts, found)) if found else sparse.csr_matrix((0, 1 << _BITS))
        return cls(
            np.array([row for row, *_ in found], dtype=np.int64),
            np.array([start for _, start, *_ in found], dtype=np.int64),
            tuple(word for _, _, word, _ in found),
            features,
        )

    def within(self, spans: Sequence[Iterable[tuple[int, int]]]) -> Booleans:
        """Which words begin inside one of their text's spans."""
        inside = [{at for start, end in own for at in range(start, end)} for own in spans]
        return np.array(
            [start in inside[row] for row, start in zip(self.rows.tolist(), self.starts.tolist(), strict=True)],
            dtype=np.bool_,
        )


def learn(train: Words, rows: Booleans, truth: Booleans, asked: Words) -> Floats:
    """Fit logistic regression on the training words of these rows, and give the probability of each word asked."""
    used = rows[train.rows]
    labels = truth[used]
    if not labels.any() or labels.all():
        return np.zeros(len(asked.words))
    model = LogisticRegression(C=3.0, dual=True, tol=0.1, solver="liblinear", random_state=0).fit(
        train.features[used], labels
    )
    return np.asarray(model.predict_proba(asked.features)[:, 1], dtype=np.float64)


def _seen(texts: Sequence[str], found: Sequence[tuple[int, int, str, int]]) -> Iterator[list[str]]:
    last, tokens = -1, list[str]()
    for row, _, _, place in found:
        if row != last:
            last, tokens = row, _TOKEN.findall(texts[row])
        yield [*_own(tokens[place]), *_beside(tokens, place)]


@lru_cache(maxsize=1 << 16)
def _own(word: str) -> tuple[str, ...]:
    affixes = [part for n in (1, 2, 3) for part in (f"first {word[:n]}", f"last {word[-n:].lower()}")]
    return (f"word {word.lower()}", f"shape {_shape(word)}", f"length {min(len(word), 10)}", *affixes)


def _beside(tokens: Sequence[str], place: int) -> list[str]:
    near = {at: _both(tokens[place + at]) if 0 <= place + at < len(tokens) else _NOTHING for at in _AROUND}
    single = [f"{at} {form}" for at, forms in near.items() for form in forms]
    return [*single, f"between {near[-1][0]} {near[1][0]}"]


@lru_cache(maxsize=1 << 16)
def _both(word: str) -> tuple[str, str]:
    return word.lower(), _shape(word)


def _shape(word: str) -> str:
    marks = ("X" if c.isupper() else "x" if c.islower() else "0" if c.isdigit() else c for c in word)
    return re.sub(r"(.)\1+", r"\1\1", "".join(marks))
