"""What a span that the second voter proposes may look like: the voter reads all in lower case, and texts do not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

import regex

_CAPITALISED = regex.compile(r"\b\p{Lu}\p{Ll}")
_OPENING = regex.compile(r"(?:^|[.!?]\s)\s{0,8}[\"'“‘(]?(?:(\p{Ll})|\p{Lu})", regex.MULTILINE)
_LONE_I = regex.compile(r"(?<![\w.'’-])i(?![\w.'’-])")
_LETTERS = regex.compile(r"\p{L}\p{M}*\p{L}")
_ODD = regex.compile(r"[\d_=<>{}|@/\\`]")
_ADDRESS = regex.compile(r"[^\s@]\s?@\s?[^\s@]|\bat\b")
_HANDLE = regex.compile(r"@[\w.]+")
_SITE = regex.compile(r"[\p{L}\d]\.[\p{L}\d]|/|\bdot\b")
_PARTICLES = frozenset(
    "van von der den de del della di da dos das du la le el al bin ibn ben bint y e und zu zum zur ter ten".split()
)


class Casing(Enum):
    """How a text uses capitals: as grammar asks, by whim, or not at all. The value is what lower case still proves."""

    PROPER = 0.4
    INFORMAL = 0.75
    NONE = 1.0


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text under one label, and how probable it is."""

    start: int
    end: int
    label: str
    score: float


def casing(text: str) -> Casing:
    """Tell how a text uses capitals.

    >>> casing("Ann left. We stayed."), casing("Ann left. i stayed"), casing("ann left")
    (<Casing.PROPER: 0.4>, <Casing.INFORMAL: 0.75>, <Casing.NONE: 1.0>)
    """
    if not _CAPITALISED.search(text):
        return Casing.NONE
    openings = [bool(match.group(1)) for match in _OPENING.finditer(text)]
    informal = sum(openings) * 3 > len(openings) or _LONE_I.search(text)
    return Casing.INFORMAL if informal else Casing.PROPER


def judge(text: str, span: Span, used: Casing) -> Span | None:
    """Return the span as far as it can be of its label, with what its case takes off the score; None if it cannot."""
    if span.label == "PERSON" and used is Casing.PROPER:
        span = _without_verbs(text, span)
    value = text[span.start : span.end]
    if span.label == "EMAIL_ADDRESS" and _HANDLE.fullmatch(value):
        return replace(span, label="USERNAME")
    if len(value) < 2 or not _FORMS.get(span.label, _has_number)(value):
        return None
    return replace(span, score=span.score * used.value) if span.label in _NAMES and value.islower() else span


def _without_verbs(text: str, span: Span) -> Span:
    """Cut words in lower case off both ends of a name with capitals ("Ann shouted"), but no particle before it."""
    words = [match.span() for match in regex.finditer(r"\S+", text, pos=span.start, endpos=span.end)]
    capitals = [i for i, (a, b) in enumerate(words) if any(c.isupper() for c in text[a:b])]
    if not capitals:
        return span
    first, last = capitals[0], capitals[-1]
    while first > 0 and text[slice(*words[first - 1])] in _PARTICLES:
        first -= 1
    return replace(span, start=words[first][0], end=words[last][1])


def _is_name(value: str) -> bool:
    return bool(_LETTERS.search(value)) and not _ODD.search(value)


def _has_letters(value: str) -> bool:
    return bool(_LETTERS.search(value))


def _is_mail(value: str) -> bool:
    return bool(_ADDRESS.search(value))


def _is_site(value: str) -> bool:
    return bool(_SITE.search(value))


def _is_postcode(value: str) -> bool:
    digits = sum(c.isdigit() for c in value)
    return digits >= 3 or (digits == 2 and sum(c.isalnum() for c in value) >= 5)


def _has_number(value: str) -> bool:
    return sum(c.isdigit() for c in value) >= 3


_NAMES = frozenset({"PERSON", "LOCATION", "STREET_ADDRESS"})
_FORMS: Mapping[str, Callable[[str], bool]] = {
    "PERSON": _is_name,
    "LOCATION": _has_letters,
    "STREET_ADDRESS": _has_letters,
    "EMAIL_ADDRESS": _is_mail,
    "URL": _is_site,
    "ZIP_CODE": _is_postcode,
}
