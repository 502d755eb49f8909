"""Dates cut to their month or year."""

from datetime import UTC, datetime

from deid.calendar import Passage
from deid.calendar.written import Written


def coarse_date(text: str, language: str, day_first: bool, month: bool) -> str | None:
    """Return the years (or months, as 2023-10) of the dates in a text; None where one has none, or more tells the day.

    Times of day are left out.

    >>> coarse_date("from 6 Oct 2023, 10:15, to 2024-01-05", "en", False, month=False)
    '2023 to 2024'
    """
    passage = Passage.of(text, language, day_first)
    cut = [_cut(one, month) for one in passage.dates]
    if not passage.known or None in cut:
        return None
    return " to ".join(dict.fromkeys(part for part in cut if part))


def birth_year(text: str, language: str, day_first: bool, oldest: int) -> str | None:
    """Return the year of a birth; None where it cannot be read, or whoever was born then may be `oldest` by now."""
    passage = Passage.of(text, language, day_first)
    years = {one.year for one in passage.dates}
    if not passage.known or len(years) != 1 or None in years:
        return None
    year = next(year for year in years if year is not None)
    return str(year) if datetime.now(UTC).year - year < oldest else None


def _cut(one: Written, month: bool) -> str | None:
    if one.year is None or (month and one.month is None):
        return None
    return f"{one.year}-{one.month:02d}" if month else str(one.year)
