"""Organisations: firms by their legal form, institutions by their kind and a name. Public bodies as such are generic."""

from collections.abc import Callable
from functools import lru_cache
from random import Random

import regex

from deid.detectors.pattern import PatternDetector, Rule
from deid.example import Example
from deid.gazetteer import countries, demonyms, fold, institution_words, is_ordinary, places, surnames
from deid.lexicon import Lexicon, either, load_lexicon

_CASED = regex.MULTILINE
_GAP = "[ \xa0]"
_CAP = r"(?:\p{Lu}[\p{L}\p{M}\p{N}]{0,30}(?:[&'’./-]\p{L}[\p{L}\p{M}]{0,30}){0,2}\.?|\p{N}{1,3}(?:st|nd|rd|th)?)"
_SMALL = r"(?:of|and|&|for|the|de|del|la|le|du|des|der|die|und|y|et|e|von|van|den|di|da|do)"
_RUN = rf"{_CAP}(?:,?{_GAP}(?:{_SMALL}{_GAP}){{0,2}}{_CAP}){{0,5}}"
_TIGHT = rf"{_CAP}(?:{_GAP}(?:{_SMALL}{_GAP}){{0,2}}{_CAP}){{0,5}}"
_GLOSS = rf"(?:{_GAP}\([\p{{Lu}}][\p{{L}}\p{{M}} .’'-]{{3,70}}\))?"
_START = r"(?<![\p{L}\p{N}_])"
_END = r"(?![\p{L}\p{N}_])"
_WORD = regex.compile(r"[\p{L}\p{N}\p{M}-]+")
_NUMERAL = regex.compile(r"[ivxlc]+|\d+(?:st|nd|rd|th)?|[a-z]")
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
_FUNCTION = frozenset(
    "a an the this that these its his her their our of for and or in on at to by with from under no s § to v "
    "el la los las de del y e en para por un una su le les l d du des et au aux pour sur un une "
    "der die das dem den des ein eine und fur von vom zu zur zum im in am north south east west northern southern eastern western "
    "former new then said same other inter alia".split()
) | frozenset(_ORDINALS.split())


@lru_cache(maxsize=20_000)
def is_generic(phrase: str, language: str = "en") -> bool:
    """Whether a phrase names a public body, office or law that every case or letter shares, so that it singles nobody out.

    All its words are function words, numbers, countries and their adjectives, or words of which such names are made.

    >>> is_generic("the Supreme Administrative Court"), is_generic("Warsaw Regional Court")
    (True, False)
    """
    words = [fold(word) for word in _WORD.findall(_without_countries(phrase.replace("’", "'")))]
    common = institution_words(language) | institution_words("en")
    return all(_is_common(word, common) for word in words)


def _without_countries(phrase: str) -> str:
    """A country of several words goes first: "Government of the United Kingdom"."""
    low = fold(phrase)
    for country in _long_countries():
        low = low.replace(country, " ") if country in low else low
    return low


@lru_cache(maxsize=1)
def _long_countries() -> tuple[str, ...]:
    ours = (
        "great britain and northern ireland",
        "united kingdom",
        "northern ireland",
        "united states of america",
        "great britain",
    )
    return (*ours, *sorted((c for c in countries() if " " in c), key=len, reverse=True))


def _is_common(word: str, common: frozenset[str]) -> bool:
    plain = word in common or word in _FUNCTION or word in demonyms() or word in countries()
    return (
        plain
        or bool(_NUMERAL.fullmatch(word))
        or (word.endswith("s") and word[:-1] in common)
        or _is_joined(word, common)
    )


def _is_joined(word: str, common: frozenset[str]) -> bool:
    return "-" in word and all(_is_common(part, common) for part in word.split("-") if part)


def rules(language: str = "en") -> tuple[Rule, ...]:
    """Return the rules for a language."""
    lexicon = load_lexicon("organisations", language)
    return (*_firms(lexicon, language), *_institutions(lexicon, language), *_by_surnames(lexicon, language))


def _organisation(
    pattern: str, score: float, judge: Callable[[str], bool | None], words: frozenset[str] = frozenset()
) -> Rule:
    return Rule("ORGANIZATION", pattern, score, validate=judge, words=words, flags=_CASED)


def _last_words(phrases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(regex.findall(r"\w+", phrase.lower())[-1] for phrase in phrases)


def _firms(lexicon: Lexicon, language: str) -> tuple[Rule, ...]:
    suffixes, trades, low = lexicon["suffixes"], lexicon["trades"], lexicon["lower_suffixes"]

    def named(value: str) -> bool | None:
        first = _WORD.findall(value)[:1]
        return None if first and len(value) > 4 and not is_generic(value, language) else False

    return (
        _organisation(rf"{_START}{_RUN},?{_GAP}{either(suffixes)}\.?{_END}", 0.7, named, _last_words(suffixes)),
        _organisation(
            rf"{_START}{_TIGHT}{_GAP}{either(trades)}{_END}", 0.5, _distinct(language, trades), _last_words(trades)
        ),
        _organisation(rf"{_START}{either(lexicon['prefixes'])}{_GAP}[\"“«]?{_TIGHT}{_END}", 0.55, named),
        _organisation(
            rf"{_START}(?:\p{{Ll}}[\p{{L}}\p{{N}}&'-]{{2,30}}{_GAP}){{1,2}}{either(low)}\.?{_END}",
            0.5,
            named,
            frozenset(low),
        ),
    )


def _distinct(language: str, heads: tuple[str, ...]) -> Callable[[str], bool | None]:
    """What comes before or after the kind of institution has to be more than ordinary words."""
    kinds = frozenset(fold(word) for head in heads for word in _WORD.findall(head))

    def judge(value: str) -> bool | None:
        words = [word for word in _WORD.findall(value) if fold(word) not in kinds and fold(word) not in _FUNCTION]
        plain = all(is_ordinary(word, language) for word in words)
        return False if not words or plain or is_generic(value, language) else None

    return judge


def _institutions(lexicon: Lexicon, language: str) -> tuple[Rule, ...]:
    heads, openers = lexicon["heads"], lexicon["openers"]
    link = rf"(?:{either(lexicon['links'])}{_GAP}?(?:the{_GAP}|{_GAP})?)?"
    tail = rf"(?:{_GAP}{either(lexicon['tails'])})?" if lexicon["tails"] else ""
    # "Ankara Labour Court", "Hospital Universitario de Getafe", "Amtsgericht Moers"
    after = rf"{_START}{_TIGHT}{_GAP}{either(heads)}{tail}{_GLOSS}{_END}" if heads else ""
    adjective = rf"(?:{_GAP}\p{{Lu}}\p{{Ll}}{{2,20}}){{0,2}}"
    before = rf"{_START}{either(openers)}{adjective}{_GAP}{link}{_TIGHT}{_GLOSS}"
    opened = _organisation(before, 0.5, _distinct(language, openers), _first_words(openers))
    return (_organisation(after, 0.55, _distinct(language, heads), _last_words(heads)), opened) if heads else (opened,)


def _first_words(phrases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(regex.findall(r"\w+", phrase.lower())[0] for phrase in phrases)


def _by_surnames(lexicon: Lexicon, language: str) -> tuple[Rule, ...]:
    """Firms that are called after their founders: "Miller, Smith and Jones", "Fritz-Armstrong", "Weber and Sons"."""
    name, low = r"\p{Lu}[\p{L}\p{M}'’]{2,20}", r"\p{Ll}{3,20}"
    both = rf"{_GAP}(?:and|&|y|et|und){_GAP}"
    heirs = rf"(?:Sons|Son|Daughters|Co|Company|Partners|Associates|Söhne|Sohn|Hijos|Fils|Associés|Partner|Hermanos)"

    def founders(value: str) -> bool | None:
        words = [word for word in _WORD.findall(value) if len(word) > 2 and fold(word) not in ("and", "und")]
        known = sum(fold(word) in surnames() for word in words)
        return None if known * 3 >= len(words) * 2 and not all(is_ordinary(word, language) for word in words) else False

    def double(value: str) -> bool | None:
        parts = value.split("-")
        fine = all(fold(p) in surnames() and not is_ordinary(p, language) for p in parts)
        return None if fine and fold(value) not in places() else False

    return (
        _organisation(rf"{_START}{name},{_GAP}{name}{both}{name}{_END}", 0.6, founders),
        _organisation(rf"{_START}{low},{_GAP}{low}{both}{low}{_END}", 0.5, founders),
        _organisation(rf"{_START}{_TIGHT}{both}{heirs}{_END}\.?", 0.6, lambda _: None),
        _organisation(rf"{_START}{name}-{name}{_END}(?!-)", 0.45, double),
    )


class OrganisationDetector(PatternDetector):
    """Firms by legal form, trade or founders; institutions by their kind beside a name."""

    def __init__(self, language: str = "en", seconds: float = 1.0) -> None:
        super().__init__("organisations", rules(language), seconds)
