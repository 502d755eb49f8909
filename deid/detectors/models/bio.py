"""From the probabilities of tokens to spans of labels: what the second voter's BIO labels mean here."""

from collections.abc import Iterator, Sequence

import numpy as np
import regex
from numpy.typing import NDArray

from deid.detectors.models.plausibility import Casing, Span, casing, judge

Floats = NDArray[np.float32]
Offsets = Sequence[tuple[int, int]]

MEANING = {
    "GIVEN_NAME": "PERSON",
    "SURNAME": "PERSON",
    "EMAIL": "EMAIL_ADDRESS",
    "PHONE": "PHONE_NUMBER",
    "URL": "URL",
    "TAX_ID": "TAX_ID",
    "BANK_ACCOUNT": "ACCOUNT_NUMBER",
    "ROUTING_NUMBER": "US_BANK_NUMBER",
    "GOVERNMENT_ID": "NATIONAL_ID",
    "PASSPORT": "PASSPORT",
    "DRIVERS_LICENSE": "LICENSE_NUMBER",
    "BUILDING_NUMBER": "STREET_ADDRESS",
    "STREET_NAME": "STREET_ADDRESS",
    "SECONDARY_ADDRESS": "STREET_ADDRESS",
    "CITY": "LOCATION",
    "STATE": "LOCATION",
    "ZIP_CODE": "ZIP_CODE",
}
"""What we call the parts that the model tells apart."""

LABELS = tuple(dict.fromkeys(MEANING.values()))

_GAP = regex.compile(r"[\p{M}\p{Cf}]{0,3}[ \t]{0,3}[-'’./#()]?[ \t]{0,3}")
_ADDRESS_GAP = regex.compile(r"[\p{M}\p{Cf}]{0,3}[ \t]{0,3}[-'’./#(),]?\s{0,3}")
_WORD = regex.compile(r"[\p{L}\p{N}\p{M}]")
_ADDRESS = frozenset({"STREET_ADDRESS", "LOCATION", "ZIP_CODE"})
_EDGE = " \t\r\n.,;:!?\"'“”‘’„«»()[]{}<>|*_=-–—/\\"


def gather(names: Sequence[str]) -> Floats:
    """Return the matrix that adds the probabilities of BIO labels (`names`, by id) up to those of `LABELS`."""
    matrix = np.zeros((len(names), len(LABELS)), dtype=np.float32)
    for row, name in enumerate(names):
        if name != "O":
            matrix[row, LABELS.index(MEANING[name.partition("-")[2]])] = 1
    return matrix


def decode(text: str, offsets: Offsets, chances: Floats, least: float) -> list[Span]:
    """Return the spans of a text whose tokens stand at `offsets` and have `chances` by label.

    Neighbouring tokens of one label whose chance reaches `least` make a span, whole words always; its score is the
    mean of their chances, less where its case speaks against it. What cannot be of its label is left out.
    """
    best, chance = chances.argmax(axis=1), chances.max(axis=1)
    likely: list[int] = np.flatnonzero(chance >= least).tolist()
    tokens = [(*offsets[i], LABELS[best[i]], float(chance[i])) for i in likely]
    trimmed = (_trim(text, *_whole(text, group)) for group in _groups(text, tokens))
    spans = [span for span in trimmed if span]
    return [span for span in _accept(text, spans) if span.score >= least]


Token = tuple[int, int, str, float]


def _groups(text: str, tokens: Sequence[Token]) -> Iterator[list[Token]]:
    group: list[Token] = []
    for token in tokens:
        if group and not _joins(text, group[-1], token):
            yield group
            group = []
        group.append(token)
    if group:
        yield group


def _joins(text: str, left: Token, right: Token) -> bool:
    gap = _ADDRESS_GAP if left[2] == "STREET_ADDRESS" else _GAP
    return left[2] == right[2] and right[0] - left[1] <= 10 and bool(gap.fullmatch(text, left[1], right[0]))


def _accept(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Judge each span, but keep one that is a fragment of what an accepted neighbour belongs to."""
    used = casing(text) if spans else Casing.NONE
    judged = [judge(text, span, used) for span in spans]
    for index, (span, verdict) in enumerate(zip(spans, judged, strict=True)):
        beside = [other for other in (*judged[max(0, index - 1) : index], *judged[index + 1 : index + 2]) if other]
        if any(_is_fragment(text, span, other) for other in beside):
            yield span
        elif verdict:
            yield verdict


def _is_fragment(text: str, span: Span, other: Span) -> bool:
    """Whether two spans stand in one word, or one is a number beside an address."""
    gap = text[min(span.end, other.end) : max(span.start, other.start)]
    number = text[span.start : span.end].isdigit() and other.label in _ADDRESS
    return (len(gap) <= 1 and not gap.isspace()) or (number and gap in {" ", ", "})


def _whole(text: str, group: Sequence[Token]) -> tuple[int, int, str, float]:
    """Grow a group of tokens to whole words."""
    start, end = group[0][0], group[-1][1]
    while start > 0 and _WORD.match(text, start) and _WORD.match(text, start - 1):
        start -= 1
    while end < len(text) and _WORD.match(text, end - 1) and _WORD.match(text, end):
        end += 1
    return start, end, group[0][2], sum(token[3] for token in group) / len(group)


def _trim(text: str, start: int, end: int, label: str, score: float) -> Span | None:
    """Cut punctuation off both ends, but not the bracket of an area code; what has nothing else is no span."""
    kept = text[start:end].lstrip(_EDGE)
    start = end - len(kept)
    end = start + len(kept.rstrip(_EDGE))
    start -= text[start - 1 : start] == "(" and ")" in text[start:end]
    return Span(start, end, label, min(1.0, score)) if start < end else None
