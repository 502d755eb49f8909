"""Sums of money, and the measures of a person: quasi-identifiers in files and letters."""

from collections.abc import Iterator

import regex

from deid.detectors.engine.numerals import numeral_words, starting, telling_words
from deid.detectors.engine.pattern import DIGITS, Rule
from deid.detectors.engine.wordtree import word_tree
from deid.lexicon import Lexicon

_FIGURE = r"\d{1,3}(?:[.,'’\s]\d{3}){1,5}(?:[.,]\d{1,4})?|\d{1,12}(?:[.,]\d{1,4}){0,3}"


def amount_rules(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield the rules for sums of money, counts and measures in a language."""
    yield from _money(lexicon)
    if lexicon["counted"]:
        number = rf"(?:\d{{1,3}}(?:,\d{{3}}){{0,2}}|{numeral_words(lexicon)})"
        counted = rf"{word_tree(lexicon['counted'])}(?!\w)"
        # "Seven other suspects" tells of the one who is spoken of; "seven hearings" needs a second witness.
        for between, score in ((r"(?:other|further|more)\s", 0.4), (r"(?:separate\s)?", 0.35)):
            for pattern in starting(lexicon, rf"{number}\s{between}{counted}"):
                yield Rule("QUANTITY", pattern, score, words=telling_words(lexicon["counted"]), lower=True)
    measure = (
        r"\d{1,3}(?:[.,]\d{1,2})?\s?(?:cm|m|kg|lbs?|st|ft|kilos?|kilograms?|pounds?|feet|kg/m2|metres?|meters?)(?!\w)"
    )
    body = rf"\b{word_tree(lexicon['body'])}\s?[:=]?\s(?:(?:is|was|of|de|von)\s)?(?P<value>{measure})"
    yield Rule("QUANTITY", body, 0.35, needs=DIGITS, words=telling_words(lexicon["body"]), lower=True)
    yield Rule("QUANTITY", r"(?=\d)(?<![\w.,/-])\d{1,3}(?:[.,]\d{1,2})?\s?%", 0.3, needs="%", lower=True)


def _money(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield sums with a sign, a code or a name of a currency."""
    codes = [code.upper() for code in lexicon["currency_codes"]]
    capital, scale = word_tree(codes), word_tree([*lexicon["scale"], *(s.upper() for s in lexicon["scale"])])
    amount = rf"(?:{_FIGURE})(?!\d)(?:[\s-]?{scale}(?!\w))?"
    sign = rf"[$€£¥₺₽₹₪₩₴](?<![\w$€£]\w?[$€£])\s?{amount}(?![\w.]\w)"
    signed = rf"(?=\d)(?<![\w.,/-]){amount}\s?(?:[€£$₺₽₹]|{capital}\b)"
    coded = rf"\b{capital}\s?{amount}(?![\w.]\w)"
    about = rf"(?:{word_tree(lexicon['about'])}\s)"
    yield Rule("QUANTITY", sign, 0.5, needs="$€£¥₺₽₹₪₩₴", flags=regex.MULTILINE)
    yield Rule("QUANTITY", signed, 0.5, needs=DIGITS, flags=regex.MULTILINE)
    yield Rule("QUANTITY", coded, 0.5, needs=DIGITS, words=frozenset(lexicon["currency_codes"]), flags=regex.MULTILINE)
    low = word_tree(lexicon["currency_codes"])
    money = rf"(?:(?:new\s)?\p{{L}}{{3,14}}\s)?{word_tree(lexicon['money'])}(?!\w)(?:\s\({low}\)?)?"
    numbers = rf"(?:(?:{_FIGURE})(?!\d)|{numeral_words(lexicon)})(?:[\s-]?{word_tree(lexicon['scale'])}(?!\w)){{0,2}}"
    words = telling_words(lexicon["money"])
    for pattern in starting(lexicon, rf"{numbers}\s{money}"):
        yield Rule("QUANTITY", pattern, 0.5, words=words, lower=True)
    rough = rf"\b{about}(?:{low}\s?(?:{_FIGURE})(?!\d)|(?:{_FIGURE})(?!\d)\s{money})"
    yield Rule("QUANTITY", rough, 0.5, words=words | frozenset(lexicon["currency_codes"]), needs=DIGITS, lower=True)
