"""Years, spans of years and decades: "in 1998", "1998-2001", "the 1990s", "Q3 2019"."""

from collections.abc import Iterator

import regex

from deid.detectors.engine.pattern import DIGITS, Rule
from deid.detectors.engine.wordtree import word_tree
from deid.lexicon import Lexicon

YEAR = r"(?:1[5-9]\d{2}|20\d{2}|21[0-4]\d)"
"""A year beside other parts of a date."""

_MODERN = r"(?:1[89]\d{2}|20[0-4]\d)"
_NO_DATE = (
    r"(?<!(?:copyright|\(c\)|©|rfc|iso|port|pages?|pp\.|p\.|nos?\.|room|version|v\.|section|article|code|errors?|lines?|"
    r"exit|windows|server|office|python|step|al\.)[\s:(,-]{0,3}(?:\d{4},\s){0,3}(?:\d{4}[-–])?)"
)
_THING = (
    r"(?!\s?(?:%|[kmg]i?b\b|bytes?|bits?|px|pixels?|ms\b|m\b|km|kg|mg|ml|mm|cm|hz|mhz|w\b|v\b|k\b|items?|people|persons|"
    r"dollars|euros?|times|words|characters|rows|lines|tokens|samples|users|pages|hours|iterations|steps))"
)
_START = rf"(?=[12]\d)(?<![\w/.,:§€$£#-]|\d\s){_NO_DATE}"
_END = rf"(?![\w/:§€$£%-]|[.,]\d|\s\d{{3}}(?!\d)){_THING}"


def year_rules(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield the rules for years in a language."""
    link = word_tree([*lexicon["range"], ","])
    more = rf"(?:,?\s?{link}\s{_MODERN}){{0,6}}"
    word = rf"(?:{word_tree(lexicon['year'])}\s)"
    before = rf"(?<=(?<!\w){word_tree([*lexicon['before_year'], *lexicon['range']])}[\s-]{{1,2}}{word}?)"
    yield Rule("DATE_TIME", rf"{_START}{before}{_MODERN}{more}{_END}", 0.6, needs=DIGITS, lower=True)
    yield Rule(
        "DATE_TIME", rf"\b{word}{_MODERN}(?!\w)", 0.6, needs=DIGITS, words=frozenset(lexicon["year"]), lower=True
    )
    span = rf"{_MODERN}\s?[-–—/]\s?(?:{_MODERN}|\d{{2}})(?![\w/-]|[.,]\d)"
    yield Rule("DATE_TIME", rf"{_START}{span}", 0.55, needs="-–—/", lower=True)
    yield Rule("DATE_TIME", rf"(?=[12]\d)(?<=\(){_NO_DATE}{_MODERN}(?=\))", 0.5, needs="(", lower=True)
    yield Rule("DATE_TIME", rf"{_START}(?:19[0-9]{{2}}|20[0-4]\d){_END}", 0.35, needs=DIGITS, lower=True)
    yield from _decades()


def _decades() -> Iterator[Rule]:
    """Yield decades, quarters, halves and weeks of a year, and "'98"."""
    yield Rule("DATE_TIME", r"(?<![\w'’])['’]\d{2}(?!\w|['’])", 0.45, needs="'’", flags=regex.MULTILINE)
    decade = r"(?=\d)(?<![\w.,/-])(?:(?:1[5-9]|20)\d0['’]?s|[2-9]0s)(?!\w)"
    yield Rule("DATE_TIME", decade, 0.5, needs="0", lower=True)
    quarter = r"(?:q[1-4]|h[12]|w\d\d)"
    yield Rule("DATE_TIME", rf"\b{quarter}[\s/-]?(?:of\s)?(?:{_MODERN}|'\d\d)(?!\w)", 0.6, needs=DIGITS, lower=True)
    yield Rule("DATE_TIME", rf"(?=[12]\d)\b{_MODERN}[\s/-]?{quarter}(?!\w)", 0.6, needs=DIGITS, lower=True)
