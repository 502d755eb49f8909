"""One date as it is written: its day, how precise it is, and where its parts stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import regex

from deid.calendar.words import days_of, months_of

_CENTURY = 100
_PIVOT = 30  # years of two digits up to here are of this century
_COMMON_YEAR = 2001  # stands in for a year that is not written; no leap year
_MID_YEAR, _MID_MONTH = 7, 15  # what a date is taken for that does not say
_SEPARATOR = r"(?P<gap>\s?[-/.]\s?)"
_YEAR = r"(?P<year>(?:1[6-9]|20)\d\d)"
_LATE = r"(?P<year>(?:1[6-9]|20)\d\d|\d\d)"
_FIRST, _SECOND = (rf"(?P<{name}>0?[1-9]|[12]\d|3[01])" for name in ("first", "second"))
_ORDINALS = ("st", "nd", "rd")


@dataclass(frozen=True, slots=True, repr=False)
class Written:
    """A date in a text; `parts` tells for "year", "month", "day", "weekday" and "ordinal" where they stand.

    A day, month or year that is not written is None. The repr shows no date.
    """

    year: int | None
    month: int | None
    day: int | None
    parts: Mapping[str, tuple[int, int]]
    language: str

    def __repr__(self) -> str:
        """Say what is written, not which day."""
        return f"Written({', '.join(self.parts)})"

    @property
    def span(self) -> tuple[int, int]:
        """From its first part to the end of its last."""
        return min(start for start, _ in self.parts.values()), max(end for _, end in self.parts.values())

    def moved(self, text: str, days: int) -> list[tuple[int, int, str]] | None:
        """Give what has to stand in place of each part, so many days later; None where the calendar ends."""
        try:
            other = self._day + timedelta(days=days)
        except (ValueError, OverflowError):
            return None
        form = self._padded(text), self._full(text)
        return [(*span, self._part(name, text[slice(*span)], other, *form)) for name, span in self.parts.items()]

    @property
    def _day(self) -> date:
        return date(self.year or _COMMON_YEAR, self.month or _MID_YEAR, self.day or (_MID_MONTH if self.month else 1))

    def _full(self, text: str) -> bool:
        """Whether a month that has no short form stands beside what is written in full, without strokes."""
        month, weekday = self.parts.get("month", (0, 0)), self.parts.get("weekday")
        short = weekday is not None and days_of(self.language).is_full(text[slice(*weekday)]) is False
        return (
            not short
            and text[month[0] - 1 : month[0]] not in {"-", "/"}
            and text[month[1] : month[1] + 1] not in {"-", "/"}
        )

    def _padded(self, text: str) -> bool:
        """Whether a day or month below ten has two digits here; where none of them tells, as most do with its mark."""
        told = [text[slice(*self.parts[name])] for name in ("day", "month") if name in self.parts]
        figures = [part for part in told if part.isdecimal()]
        small = [part for part in figures if len(part) == 1 or part.startswith("0")]
        return any(len(part) == 2 for part in small) if small else len(figures) == 2

    def _part(self, name: str, written: str, other: date, padded: bool, full: bool) -> str:
        match name:
            case "year":
                return str(other.year) if len(written) > 2 else f"{other.year % _CENTURY:02d}"
            case "weekday":
                return days_of(self.language).like(written, other.isoweekday())
            case "ordinal":
                return _ordinal(other.day, written, self.language)
            case "month" if not written.isdecimal():
                return months_of(self.language).like(written, other.month, full)
            case _:
                number = other.month if name == "month" else other.day
                return f"{number:02d}" if padded else str(number)


def read_dates(text: str, language: str, day_first: bool) -> Iterator[Written]:
    """Yield the dates in a text, in order; where a figure may be day or month, `day_first` decides.

    >>> [found.parts["month"] for found in read_dates("from 4/6/24 to 10.04.2024", "en", day_first=False)]
    [(5, 6), (18, 20)]
    """
    place = 0
    while (match := _pattern(language).search(text, place)) is not None:
        found = _read(match, language, day_first)
        place = match.end() if found else match.start() + 1
        if found:
            yield found


def _read(match: regex.Match[str], language: str, day_first: bool) -> Written | None:
    parts = {name: match.span(name) for name in ("year", "month", "day", "weekday", "ordinal") if match.group(name)}
    if match.group("first"):
        first, second = int(match["first"]), int(match["second"])
        dotted = "." in match["gap"]  # who writes dots writes the day first
        swap = second > 12 or (first <= 12 and not (day_first or dotted))
        names = ("month", "day") if swap else ("day", "month")
        parts |= dict(zip(names, (match.span("first"), match.span("second")), strict=True))
    said = {name: match.string[slice(*span)] for name, span in parts.items()}
    year, month, day = _year(said.get("year")), _month(said.get("month"), language), said.get("day")
    found = Written(year, month, int(day) if day else None, parts, language)
    try:
        date(found.year or 2000, found.month or 1, found.day or 1)
    except ValueError:
        return None
    return found


def _year(written: str | None) -> int | None:
    if written is None or len(written) > 2:
        return int(written) if written else None
    return int(written) + (2000 if int(written) <= _PIVOT else 1900)


def _month(written: str | None, language: str) -> int | None:
    if written is None:
        return None
    return int(written) if written.isdecimal() else months_of(language).numbers[written.lower()]


def _ordinal(day: int, written: str, language: str) -> str:
    """Write the ending of an ordinal number: English has four, French one, for the first; elsewhere it stays."""
    if language == "fr":
        return "er" if day == 1 else ""
    if language != "en":
        return written
    ending = "th" if 11 <= day % 100 <= 13 or not 1 <= day % 10 <= 3 else _ORDINALS[day % 10 - 1]
    return ending.upper() if written.isupper() else ending


@lru_cache(maxsize=8)
def _pattern(language: str) -> regex.Pattern[str]:
    """Return a pattern with the forms of a date, the most telling first."""
    month = rf"(?P<month>{months_of(language).pattern})(?!\p{{L}})"
    day = r"(?P<day>0?[1-9]|[12]\d|3[01])(?!\d)"
    ordinal = r"(?P<ordinal>st|nd|rd|th|er|ᵉʳ|ère|º|°)?"
    weekday = rf"(?:(?P<weekday>{days_of(language).pattern})(?!\p{{L}})\.?,?\s{{1,2}}(?:(?:the|dem|den|der|le)\s)?)?"
    of = r"(?:(?:of|de|del|du|des|day of|the)\s){0,2}"
    gap = r"[\s.,/-]{0,3}"
    short = rf"(?:['’]?{_LATE})"
    forms = (
        rf"{_YEAR}(?P<gap>[-/.])(?P<month>0?[1-9]|1[0-2])(?P=gap)(?P<day>0?[1-9]|[12]\d|3[01])(?!\d)",
        rf"{_YEAR}(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)",
        rf"{weekday}{_FIRST}{_SEPARATOR}{_SECOND}(?P=gap){_LATE}(?!\d)",
        rf"{weekday}{day}{ordinal}{gap}{of}{month}(?:\.?{gap}{of}{short}(?!\d))?",
        rf"{weekday}{month}\.?[\s-]{{1,2}}(?:the\s)?{day}{ordinal}(?:{gap}{of}{short}(?![\d:]))?",
        rf"{month}\.?{gap}{of}{short}(?!\d)",
        rf"(?P<month>0?[1-9]|1[0-2])[/.]{_YEAR}(?!\d)",
        rf"{_YEAR}-(?P<month>0[1-9]|1[0-2])(?![\d-])",
        rf"{weekday}{_FIRST}{_SEPARATOR}{_SECOND}(?![\d/.-]|\s?{months_of(language).pattern})",
        rf"{_YEAR}(?!\d)",
    )
    return regex.compile("|".join(rf"(?<![\p{{L}}\d])(?:{form})" for form in forms), regex.IGNORECASE)
