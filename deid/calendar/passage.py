"""A passage that tells when: its dates, and whether anything else in it tells a day."""

from __future__ import annotations

from dataclasses import dataclass, field

import regex

from deid.calendar.words import idle_words
from deid.calendar.written import Written, read_dates

_CLOCK = regex.compile(
    r"(?<!\d)(?:[t\s])?(?:[01]?\d|2[0-3])[:.h][0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?\s?(?:z|[ap]\.?m\.?|[+-]\d\d:?\d\d)?(?!\d)"
    r"|(?<!\d)(?:[01]?\d|2[0-3])\s?(?:[ap]\.?m\.?|h(?:rs|ours)?|uhr)(?!\p{L})",
    regex.IGNORECASE,
)
_WORD = regex.compile(r"\p{L}+|\d+")


@dataclass(frozen=True, slots=True, repr=False)
class Passage:
    """A text that is called a date, and the dates in it. `known` tells whether these are all that tells a day.

    Times of day, prepositions and the like tell none; a feast, a season, a lone weekday or a number that is left
    over do, and what cannot be moved with the dates must not stand beside them.

    >>> Passage.of("admitted Monday, 3rd of March 2025 at 14:30").known
    False
    >>> Passage.of("Monday, 3rd of March 2025 at 14:30").moved(1)
    'Tuesday, 4th of March 2025 at 14:30'
    """

    text: str = field(repr=False)
    dates: tuple[Written, ...]
    known: bool

    @classmethod
    def of(cls, text: str, language: str = "en", day_first: bool = False) -> Passage:
        """Read a passage."""
        dates = tuple(read_dates(text, language, day_first))
        return cls(text, dates, bool(dates) and _nothing_else(text, dates, language))

    def moved(self, days: int) -> str | None:
        """Write it again so many days later, in the same form; None where it is not all known, or the calendar ends."""
        if not self.known:
            return None
        changes: list[tuple[int, int, str]] = []
        for one in self.dates:
            moved = one.moved(self.text, days)
            if moved is None:
                return None
            changes += moved
        text = self.text
        for start, end, written in sorted(changes, reverse=True):
            text = text[:start] + written + text[end:]
        return text


def _nothing_else(text: str, dates: tuple[Written, ...], language: str) -> bool:
    rest = list(text)
    for one in dates:
        start, end = one.span
        rest[start:end] = " " * (end - start)
    left = _CLOCK.sub(" ", "".join(rest))
    return all(word.lower() in idle_words(language) for word in _WORD.findall(left))
