"""Dates in figures only: "2019-03-04", "4.3.19", "03/2019"."""

from collections.abc import Iterator

import regex

from deid.detectors.dates.years import YEAR
from deid.detectors.engine.pattern import DIGITS, Rule
from deid.detectors.engine.wordtree import word_tree
from deid.lexicon import Lexicon

_NUMBER = regex.compile(r"\d+")
_START = r"(?=\d)(?<![\w/-]|\w[.,])"
_END = r"(?![\w/-]|[.,]\d)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"


def _day_and_month(value: str) -> bool | None:
    """Judge figures between separators: a day and a month in either order, a year at either end."""
    numbers = [int(n) for n in _NUMBER.findall(value)[:3]]
    first, second = (numbers[1], numbers[2]) if numbers[0] > 31 else (numbers[0], numbers[1])
    fits = 1 <= min(first, second) <= 12 and max(first, second) <= 31
    return None if fits else False


def figure_rules(lexicon: Lexicon, clock: str) -> Iterator[Rule]:
    """Yield the rules for dates in figures; `clock` is the pattern of a time that may follow."""
    yield from _full(lexicon, clock)
    yield from _partial(lexicon)


def _full(lexicon: Lexicon, clock: str) -> Iterator[Rule]:
    """Yield dates of a day, a month and a year."""
    month, day = r"(?:0[1-9]|1[0-2]|(?<!\.)[1-9])", r"(?:0[1-9]|[12]\d|3[01]|(?<!\.)[1-9])"
    iso = rf"{YEAR}(?P<sep>[-/.]){month}(?P=sep){day}(?!\d|(?P=sep)\d)"
    yield Rule("DATE_TIME", rf"{_START}{iso}{clock}", 0.85, needs="-/.", lower=True)
    long = rf"\d{{1,2}}(?P<sep>\s?[-/]\s?|\.\s?)\d{{1,2}}(?P=sep){YEAR}{_END}"
    yield Rule("DATE_TIME", rf"{_START}{long}{clock}", 0.85, validate=_day_and_month, needs="-/.", lower=True)
    short = rf"\d{{1,2}}(?P<sep>[-/])\d{{1,2}}(?P=sep)['’]?\d{{2}}{_END}"
    yield Rule("DATE_TIME", rf"{_START}{short}{clock}", 0.7, validate=_day_and_month, needs="-/", lower=True)
    # "4.3.19" may be a version or a section, less so where dates are written with dots.
    no_version = r"(?<!\b(?:v|ver|versions?|release|sections?|chapter|clause|§|rev|python|ubuntu)\.?\s?)"
    dotted = rf"{_START}{no_version}\d{{1,2}}\.\d{{1,2}}\.\d{{2}}{_END}{clock}"
    sure = 0.7 if lexicon["dotted_dates"] else 0.5
    yield Rule("DATE_TIME", dotted, sure, validate=_day_and_month, needs=".", lower=True)
    compact = r"(?=\d)(?<!\d)(?:19[3-9]|20[0-4])\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
    yield Rule("DATE_TIME", compact, 0.45, needs=DIGITS, flags=regex.MULTILINE)


def _partial(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield a month and a year, and a day and a month where the word before calls for a date."""
    month = r"(?:0?[1-9]|1[0-2])"
    for pattern in (rf"{month}[/.-](?:19|20)\d{{2}}", r"(?:19|20)\d{2}[/-](?:0[1-9]|1[0-2])"):
        yield Rule("DATE_TIME", rf"{_START}{pattern}{_END}", 0.55, needs="/.-", flags=regex.MULTILINE)
    before = rf"(?<=(?<!\w){word_tree(lexicon['before_day'])}[:\s]{{1,2}})"
    spoken = rf"{_DAY}\sdel?\s{_DAY}\sdel?\s(?:\d{{4}}|\d{{2}}){_END}"
    day = rf"{_START}{before}{_DAY}[/.]{_DAY}\.?{_END}(?!\s?%)"
    yield Rule("DATE_TIME", day, 0.45, validate=_day_and_month, needs="/.", lower=True)
    yield Rule("DATE_TIME", rf"{_START}{spoken}", 0.7, words=frozenset({"de", "del"}), needs=DIGITS, lower=True)
