"""Where a normalised text reads otherwise than the original: only there must a detector look twice."""

from collections.abc import Iterable, Iterator

import regex

from deid.normal.characters import PUNCTUATION
from deid.normal.normalise import Normalised

_REACH = 160
_MOST = 0.5
# A dash or a space of another kind matters to a pattern where digits or letters of an identifier stand beside it.
_ODD = f"[{''.join(map(chr, PUNCTUATION))}]"
_BESIDE_DIGIT = regex.compile(rf"\d[^\p{{L}}\p{{N}}]?{_ODD}|{_ODD}[^\p{{L}}\p{{N}}]?\d")

Span = tuple[int, int]


def stretches(original: str, view: Normalised, deep: bool) -> list[Span]:
    """Return the stretches of the normalised text around the places where it differs, sorted and disjoint.

    With `deep` only letters and digits count; without, also dashes and spaces beside a digit. A quotation mark of
    another kind is no difference. Where half of the text differs it is one stretch.
    """
    if not (view.deep if deep else view.changed):
        return []
    places = [*_altered(original, view), *(() if deep else _beside_digits(original, view))]
    length = len(view.text)
    found = list(_merged((max(0, place - _REACH), min(length, place + _REACH)) for place in sorted(places)))
    return [(0, length)] if sum(end - start for start, end in found) > _MOST * length else found


def _altered(original: str, view: Normalised) -> Iterator[int]:
    """Yield the places of letters, digits or signs that are not those of the original."""
    offsets, plain = view.mapped.offsets, original.translate(PUNCTUATION)
    for place, char in enumerate(view.text):
        origin = offsets[place]
        if plain[origin] != char or offsets[place + 1] != origin + 1:
            yield place


def _beside_digits(original: str, view: Normalised) -> Iterator[int]:
    odd = [match.start() for match in _BESIDE_DIGIT.finditer(original)]
    if not odd:
        return
    place = 0
    offsets = view.mapped.offsets
    for origin in odd:
        while place < len(view.text) - 1 and offsets[place] < origin:
            place += 1
        yield place


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    begun: Span | None = None
    for start, end in spans:
        if begun is None:
            begun = (start, end)
        elif start <= begun[1]:
            begun = (begun[0], max(begun[1], end))
        else:
            yield begun
            begun = (start, end)
    if begun is not None:
        yield begun
