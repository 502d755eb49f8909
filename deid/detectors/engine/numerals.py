"""Numbers as figures or words, in a language, as patterns in lower case."""

from collections.abc import Iterable

import regex

from deid.detectors.engine.wordtree import word_tree
from deid.lexicon import Lexicon

_WORD = regex.compile(r"\w+")


def numeral_words(lexicon: Lexicon) -> str:
    """Return a pattern for the number words up to a hundred: "three", "forty-five", "treinta y dos", "fünfzig"."""
    ones, teens, tens = (word_tree(lexicon[name]) for name in ("ones", "teens", "tens"))
    return rf"(?:{tens}(?:[-\s](?:y\s|et\s|et-)?{ones})?|{ones}und{tens}|{teens}|{ones})(?!\w)"


def numeral(lexicon: Lexicon) -> str:
    """Return a pattern for a number of at most three figures, perhaps with a fraction, or in words."""
    return rf"(?:\d{{1,3}}(?:[.,]\d|½|\s1/2)?|{numeral_words(lexicon)})"


def starting(lexicon: Lexicon, rest: str) -> tuple[str, str]:
    """Return `rest` as what begins with a figure and as what begins with a number word.

    Two patterns, as a search for a figure runs many times faster than one for either.
    """
    return rf"(?=\d)(?<![\w/-]|\w[.,])(?:{rest})", rf"\b(?={numeral_words(lexicon)})(?<!-)(?:{rest})"


def telling_words(phrases: Iterable[str]) -> frozenset[str]:
    """Return the longest word of each phrase: a text without any of them holds none of the phrases.

    >>> sorted(telling_words(["Boxing Day", "born on"]))
    ['born', 'boxing']
    """
    return frozenset(max(_WORD.findall(phrase.lower()), key=len) for phrase in phrases)
