"""When something happened: calendar dates, times of day, durations, dates of birth and ages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from random import Random

import regex

from deid.detectors.dates.ages import age_rules
from deid.detectors.dates.durations import duration_rules
from deid.detectors.dates.figures import figure_rules
from deid.detectors.dates.times import time_rules
from deid.detectors.dates.years import YEAR, year_rules
from deid.detectors.engine.numerals import telling_words
from deid.detectors.engine.pattern import DIGITS, PatternDetector, Rule
from deid.detectors.engine.wordtree import word_tree
from deid.example import Example
from deid.lexicon import Lexicon, load_lexicon

CLOCK = (
    r"(?:(?:[t\s]|,\s|\sat\s)\d{1,2}:[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?"
    r"(?:\s?(?:z|utc|gmt|[ap]\.?m\.?|[+-]\d{2}:?\d{2}))?(?!\w))?"
)
_SHORT_YEAR = r"['’]\d{2}"
_DASH = r"\s?[-–—/]\s?"


@dataclass(frozen=True, slots=True)
class _Parts:
    """The pieces of a date in a language, as patterns in lower case."""

    day: str
    month: str
    of: str
    until: str

    @staticmethod
    def of_language(lexicon: Lexicon) -> "_Parts":
        ordinal = rf"(?:\s?{word_tree(lexicon['ordinals'])}|\.)?" if lexicon["ordinals"] else r"\.?"
        return _Parts(
            day=rf"(?:0?[1-9]|[12]\d|3[01]){ordinal}",
            month=rf"{word_tree(lexicon['months'])}(?!\w)",
            of=rf"(?:{word_tree(lexicon['of'])}\s{{1,2}})?",
            until=rf"(?:{_DASH}|,?\s{word_tree(lexicon['range'])}\s|,\s)(?:the\s)?",
        )

    @property
    def day_first(self) -> str:
        """The day before its month: "3 March 2019", "3rd of March", "3-5 March '19"."""
        year = (
            rf"(?:(?:\.?,?\s{{1,2}}|\.|[-/,]){self.of}(?:{YEAR}|{_SHORT_YEAR})(?!\d)|[-/.]\d{{2}}(?![\w/-])|"
            rf"\s\d{{2}}(?=[.,;)]?(?:\s|$)))?"
        )
        days = rf"{self.day}(?:{self.until}{self.day}){{0,3}}"
        return rf"{days}(?:\s{{1,2}}|[-/.]|,\s)?{self.of}{self.month}{year}{CLOCK}"

    @property
    def month_first(self) -> str:
        """The month before its day: "March 3rd, 2019", "March 3-5"."""
        days = rf"(?!\d\d?[.,]\d|\d\d?:){self.day}(?!\d)(?:{self.until}(?:{self.month}\.?\s)?{self.day}(?!\d)){{0,3}}"
        year = rf"(?:(?:,?\s{{1,2}}|,)(?:of\s)?(?:{YEAR}|{_SHORT_YEAR})(?!\d)|-\d{{4}}(?!\d))?"
        return rf"{self.month}\.?[\s-](?:the\s)?{days}{year}{CLOCK}"


def _days(lexicon: Lexicon, parts: _Parts) -> Iterator[Rule]:
    """Yield days with the name of their month."""
    months = frozenset(lexicon["months"])
    start = r"(?=\d)(?<![\w/-]|\w[.,])"
    yield Rule("DATE_TIME", rf"{start}{parts.day_first}", 0.85, words=months, needs=DIGITS, lower=True)
    doubtful = _doubtful(lexicon)
    yield Rule("DATE_TIME", rf"\b{doubtful}{parts.month_first}", 0.8, words=months, needs=DIGITS, lower=True)
    yield Rule(
        "DATE_TIME",
        rf"\b{word_tree(lexicon['weekdays'])}\.?,?\s{{1,2}}(?:(?:the|dem|den)\s)?(?:{parts.day_first}|{parts.month_first})",
        0.85,
        words=frozenset(lexicon["weekdays"]),
        needs=DIGITS,
        lower=True,
    )
    if lexicon["word_months"]:
        capital = word_tree(word.capitalize() for word in lexicon["word_months"])
        pattern = rf"\b{capital}\.?\s{parts.day}(?![\w%]|[.,:]\d)"
        yield Rule("DATE_TIME", pattern, 0.7, words=months, needs=DIGITS, flags=regex.MULTILINE)
    written = rf"\b{word_tree(lexicon['ordinal_words'])}\s{parts.of}{parts.month}(?:,?\s{parts.of}{YEAR}(?!\d))?"
    yield Rule("DATE_TIME", written, 0.8, words=months, lower=True)


def _doubtful(lexicon: Lexicon) -> str:
    """Return a guard against "you may 3 times": a word before a bare number, which no year follows."""
    if not lexicon["word_months"]:
        return ""
    ordinals = word_tree(lexicon["ordinals"])
    return rf"(?!{word_tree(lexicon['word_months'])}\s\d{{1,2}}(?!\d|,?\s\d{{4}}|{ordinals}))"


def _months(lexicon: Lexicon, parts: _Parts) -> Iterator[Rule]:
    """Yield months with and without a year, seasons, quarters and feasts."""
    months = frozenset(lexicon["months"])
    part = rf"(?:{word_tree(lexicon['parts'])}[\s-])?"
    year = rf"(?:(?:,?\s{{1,2}}{parts.of}|[-/.,]){YEAR}(?!\d)|[\s-]?{_SHORT_YEAR}(?!\d)|[-/]\d{{2}}(?![\w/-]))"
    more = rf"(?:(?:{_DASH}|\s{word_tree(lexicon['range'])}\s){parts.month}\.?)?"
    yield Rule("DATE_TIME", rf"\b{parts.month}\.?{more}{year}", 0.8, words=months, needs=DIGITS, lower=True)
    ends = word_tree([*lexicon["parts"], *(p.capitalize() for p in lexicon["parts"])])
    plain = word_tree([*lexicon["plain_months"], *(w.capitalize() for w in lexicon["plain_months"])])
    yield Rule(
        "DATE_TIME",
        rf"\b{ends}[\s-]{plain}(?!\w)(?:\s{parts.of}{YEAR}(?!\d))?",
        0.5,
        words=frozenset(lexicon["plain_months"]),
        flags=regex.MULTILINE,
    )
    before = word_tree([*lexicon["before_month"], *(w.capitalize() for w in lexicon["before_month"])])
    alone = word_tree(
        [*lexicon["plain_months"], *(m.capitalize() for m in lexicon["months"] if len(m) > 3 or m == "may")]
    )
    yield Rule(
        "DATE_TIME",
        rf"\b{alone}(?!\w|\s\d)(?<=(?<!\w){before}[\s-]\w{{3,10}})",
        0.5,
        words=months,
        flags=regex.MULTILINE,
    )
    season = word_tree([*lexicon["seasons"], *lexicon["quarters"]])
    seasons = rf"{part}{season}(?:\s{word_tree(lexicon['and'])}\s{season})?"
    in_year = rf"(?:,?\s{parts.of}(?:the\syear\s)?(?:{YEAR}(?:[/-]\d{{2,4}})?|{_SHORT_YEAR})(?!\d))"
    telling = telling_words([*lexicon["seasons"], *lexicon["quarters"]])
    yield Rule("DATE_TIME", rf"\b{seasons}{in_year}(?!\w)", 0.7, needs=DIGITS, words=telling, lower=True)
    feasts = rf"\b{word_tree(lexicon['feasts'])}(?!\w){in_year}?"
    yield Rule("DATE_TIME", feasts, 0.45, words=telling_words(lexicon["feasts"]), lower=True)


def _weekdays(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield days of the week."""
    days = frozenset(lexicon["full_weekdays"])
    weekday = rf"\b{word_tree(w.capitalize() for w in lexicon['full_weekdays'])}(?!\w)"
    yield Rule("DATE_TIME", weekday, 0.4, words=days, flags=regex.MULTILINE)
    near = rf"(?<=(?<!\w){word_tree(lexicon['near_weekday'])}\s)"
    yield Rule("DATE_TIME", rf"\b{word_tree(days)}(?!\w){near[:-1]}\w{{4,12}})", 0.4, words=days, lower=True)


def _mail(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield the dates of mail headers (RFC 2822), of web servers' logs and of syslog."""
    weekday, month = word_tree(lexicon["mail_weekdays"]), word_tree(lexicon["mail_months"])
    zone = r"(?:\s(?:[+-]\d{4}|[a-z]{2,4}))?(?:\s\([a-z]{2,5}\))?"
    clock = r"\d{2}:\d{2}(?::\d{2})?"
    for pattern in (
        rf"\b{weekday},?\s{{1,2}}\d{{1,2}}\s{month}\s\d{{4}}\s{clock}{zone}",
        rf"(?=\d)(?<!\w)\d{{1,2}}/{month}/\d{{4}}:{clock}{zone}",
        rf"\b(?:{weekday}\s)?{month}\s{{1,2}}\d{{1,2}}\s{clock}(?:\s(?:[a-z]{{3,4}}\s)?\d{{4}})?",
    ):
        yield Rule(
            "DATE_TIME", rf"{pattern}(?!\w)", 0.9, needs=":", words=frozenset(lexicon["mail_months"]), lower=True
        )


def _births(lexicon: Lexicon, parts: _Parts) -> Iterator[Rule]:
    """Yield dates and years that the words before them call a birth."""
    date = (
        rf"(?:\d{{1,2}}\s?[-/.]\s?\d{{1,2}}\s?[-/.]\s?\d{{2,4}}|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{8}}|"
        rf"{parts.day_first}|{parts.month_first}|{parts.month}\.?,?[\s-]{parts.of}\d{{4}}|(?:1[89]|20)\d{{2}})"
    )
    place = rf"(?:,?\s{word_tree(lexicon['place_of_birth'])}\s\p{{L}}[\p{{L}}\s,.'’-]{{1,40}}?,?)?"
    link = rf"(?:\s?[:.=\-–(]){{0,3}}\s{{0,3}}(?:{word_tree(lexicon['birth_links'])}\s){{0,2}}"
    yield Rule(
        "DATE_OF_BIRTH",
        rf"\b{word_tree(lexicon['birth'])}(?!\w){place}{link}(?P<value>{date})(?!\w)",
        0.9,
        needs=DIGITS,
        words=telling_words(lexicon["birth"]),
        lower=True,
    )
    yield Rule("DATE_OF_BIRTH", rf"[*†✝]\s?(?P<value>{date})(?!\w)", 0.7, needs="*†✝", lower=True)


@lru_cache(maxsize=16)
def rules(language: str) -> tuple[Rule, ...]:
    """Return the rules for a language. Raises `PolicyError` where it is not known."""
    lexicon = load_lexicon("dates", language)
    parts = _Parts.of_language(lexicon)
    return (
        *_mail(lexicon),
        *_days(lexicon, parts),
        *_months(lexicon, parts),
        *_weekdays(lexicon),
        *_births(lexicon, parts),
        *figure_rules(lexicon, CLOCK),
        *year_rules(lexicon),
        *time_rules(lexicon),
        *duration_rules(lexicon, 0.45 if language == "en" else 0.35),
        *age_rules(lexicon),
    )


class DateDetector(PatternDetector):
    """Dates, times, durations, dates of birth and ages, in the words of one language."""

    def __init__(self, language: str = "en", seconds: float = 1.0) -> None:
        super().__init__("dates", rules(language), seconds, sieved=True)


_WRITTEN = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d %B %Y",
    "%B %d, %Y",
    "%b %d %Y",
    "%d-%b-%Y",
    "%A, %d %B %Y",
    "%B %Y",
)
_SENTENCES = ("She was seen on {} in the clinic.", "The letter of {} was lost.", "Admitted {}; sent home later.")
_BIRTHS = ("He was born on {} in a small town.", "DOB: {}", "Date of birth {} (as stated).")
_AGES = (
    ("She is a {} who lives alone.", "{}-year-old"),
    ("The boy, aged {}, was missing.", "{}"),
    ("A man who is {} came in.", "{} years old"),
    ("Pt is {} with cough.", "{} y/o"),
)
_NO_DATES = ("Upgrade to version {}.{}.{} first.", "See section {}.{}, page {}.", "The answer is at 10.{}.{}.{} now.")


def examples(random: Random) -> Example:
    """Draw a sentence with a made-up date, birth date or age, or one with figures that are none."""
    kind = random.random()
    day = date(1940, 1, 1) + timedelta(days=random.randrange(30_000))
    if kind < 0.3:
        value = day.strftime(random.choice(_WRITTEN))
        return Example(random.choice(_SENTENCES).format(value), value, "DATE_TIME")
    if kind < 0.45:
        value = day.strftime(random.choice(_WRITTEN[:7]))
        return Example(random.choice(_BIRTHS).format(value), value, "DATE_OF_BIRTH")
    if kind < 0.65:
        sentence, form = random.choice(_AGES)
        value = form.format(random.randrange(18, 95))
        return Example(sentence.format(value), value, "AGE")
    text = random.choice(_NO_DATES).format(*(random.randrange(1, 10) for _ in range(3)))
    return Example(text, text, None)
