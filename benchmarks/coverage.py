"""How much of what was marked is masked, and how much else: by characters and by words.

Intervals are at 95 %; documents, not characters, are the independent units (`leakage.ratio`).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.annotated import Annotated
from leakage import Estimate, ratio

Span = tuple[int, int]
Bools = NDArray[np.bool_]

_WORD = re.compile(r"[^\W_]+")
# Closed-class words and titles that the Text Anonymization Benchmark's script leaves out by part of speech.
_IGNORED = frozenset(
    "mr mrs ms no nr about the an this that these those each every some any all both either neither no such its his "
    "her their our my your of in on at to by for from with into over under between against during before after since "
    "until within without upon per via towards through across near as and or but nor not".split()
)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Precision, recall and F2 of the masked units against the gold ones, and the share of other units masked."""

    precision: Estimate
    recall: Estimate
    f2: Estimate
    extra: Estimate
    masked: Estimate


def covered(length: int, spans: Sequence[Span]) -> Bools:
    """Mark the characters of a text that spans cover."""
    marks = np.zeros(length, dtype=np.bool_)
    for start, end in spans:
        marks[start:end] = True
    return marks


def ignorable(text: str) -> list[Span]:
    """Give the spans of function words and titles, which tell nothing by themselves.

    >>> ignorable("the Court of A.")
    [(0, 3), (10, 12)]
    """
    return [match.span() for match in _WORD.finditer(text) if _is_ignorable(match.group())]


def _is_ignorable(word: str) -> bool:
    return word == "a" or (word.lower() in _IGNORED and not word.isupper())


def by_characters(texts: Sequence[Annotated], masks: Sequence[Sequence[Span]]) -> Coverage:
    """Compare characters."""
    return _compare(texts, masks, lambda marks, _: marks)


def by_words(texts: Sequence[Annotated], masks: Sequence[Sequence[Span]]) -> Coverage:
    """Compare runs of letters and digits; one is masked, or gold, if all of its characters are."""
    return _compare(
        texts, masks, lambda marks, text: np.array([marks[a:b].all() for a, b in _words(text)], dtype=np.bool_)
    )


def _words(text: str) -> list[Span]:
    return [match.span() for match in _WORD.finditer(text)]


def _compare(
    texts: Sequence[Annotated], masks: Sequence[Sequence[Span]], units: Callable[[Bools, str], Bools]
) -> Coverage:
    counts = np.array([_count(text, spans, units) for text, spans in zip(texts, masks, strict=True)], dtype=np.float64)
    hit, gold, masked, total = counts.T
    return Coverage(
        ratio(hit, masked),
        ratio(hit, gold),
        ratio(5 * hit, 4 * gold + masked),  # F2 = 5 PR / (4 P + R) = 5 hit / (4 gold + masked)
        ratio(masked - hit, total - gold),
        ratio(masked, total),
    )


def _count(text: Annotated, spans: Sequence[Span], units: Callable[[Bools, str], Bools]) -> tuple[int, int, int, int]:
    gold = units(covered(len(text.text), [(a, b) for a, b, _ in text.spans]), text.text)
    masked = units(covered(len(text.text), spans), text.text)
    return int((gold & masked).sum()), int(gold.sum()), int(masked.sum()), gold.size
