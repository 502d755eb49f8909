"""Public bodies, offices and laws that every case or letter shares: they single nobody out."""

from functools import lru_cache

import regex

from deid.gazetteer import countries, demonyms, fold, institution_words

_WORD = regex.compile(r"[\p{L}\p{N}\p{M}-]+")
_NUMERAL = regex.compile(r"[ivxlc]+|\d+(?:st|nd|rd|th)?|[a-z]")
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
FUNCTION_WORDS = frozenset(
    "a an the this that these its his her their our of for and or in on at to by with from under no s § to v "
    "el la los las de del y e en para por un una su le les l d du des et au aux pour sur un une "
    "der die das dem den des ein eine und fur von vom zu zur zum im in am "
    "north south east west northern southern eastern western "
    "former new then said same other inter alia".split()
) | frozenset(_ORDINALS.split())


@lru_cache(maxsize=20_000)
def is_generic(phrase: str, language: str = "en") -> bool:
    """Whether a phrase names a public body, office or law that many cases share, so that it singles nobody out.

    All its words are function words, numbers, countries and their adjectives, or words of which such names are made.

    >>> is_generic("the Supreme Administrative Court"), is_generic("Warsaw Regional Court")
    (True, False)
    """
    words = [fold(word) for word in _WORD.findall(_without_countries(phrase.replace("’", "'")))]
    common = institution_words(language) | institution_words("en")
    return all(_is_common(word, common) for word in words)


def _without_countries(phrase: str) -> str:
    """Drop the countries of several words: "Government of the United Kingdom"."""
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
    plain = word in common or word in FUNCTION_WORDS or word in demonyms() or word in countries()
    return (
        plain
        or bool(_NUMERAL.fullmatch(word))
        or (word.endswith("s") and word[:-1] in common)
        or _is_joined(word, common)
    )


def _is_joined(word: str, common: frozenset[str]) -> bool:
    return "-" in word and all(_is_common(part, common) for part in word.split("-") if part)
