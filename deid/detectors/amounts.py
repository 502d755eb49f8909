"""Sums of money, and the measures of a person: quasi-identifiers in files and letters."""

from collections.abc import Iterator

import regex

from deid.detectors.pattern import DIGITS, Rule
from deid.lexicon import Lexicon, either

_FIGURE = r"\d{1,3}(?:[.,'’\s]\d{3}){1,5}(?:[.,]\d{1,4})?|\d{1,12}(?:[.,]\d{1,4}){0,3}"
_SIGN = r"(?:US|A|C|NZ|HK|R)?[$€£¥₺₽₹₪₩₴]"


def _sum(scale: str) -> str:
    return rf"(?:{_FIGURE})(?!\d)(?:[\s-]?{scale}(?!\w))?"


def amount_rules(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield the rules for sums of money and measures in a language."""
    scale = either(lexicon["scale"])
    amount, codes = _sum(scale), either(lexicon["currency_codes"])
    capital = either(code.upper() for code in lexicon["currency_codes"])
    cased_scale = either([*lexicon["scale"], *(s.upper() for s in lexicon["scale"])])
    yield Rule(
        "QUANTITY", rf"[$€£¥₺₽₹₪₩₴](?<![\w$€£]\w?[$€£])\s?{amount}(?![\w.]\w)", 0.5, needs="$€£¥₺₽₹₪₩₴", lower=True
    )
    signed = rf"(?=\d)(?<![\w.,/-])(?:{_FIGURE})\s?(?:{cased_scale}\s?)?(?:[€£$₺₽₹]|{capital}\b)"
    yield Rule("QUANTITY", signed, 0.5, needs=DIGITS, flags=regex.MULTILINE)
    coded = rf"\b{capital}\s?{_sum(cased_scale)}(?![\w.]\w)"
    yield Rule("QUANTITY", coded, 0.5, needs=DIGITS, flags=regex.MULTILINE)
    money = rf"(?:(?:new\s)?\p{{L}}{{3,14}}\s)?{either(lexicon['money'])}(?!\w)(?:\s\({codes}\)?)?"
    spelt = rf"(?=\d)(?<![\w.,/-]){amount}\s{money}"
    yield Rule("QUANTITY", spelt, 0.5, needs=DIGITS, lower=True)
    measure = r"\d{1,3}(?:[.,]\d{1,2})?\s?(?:cm|m|kg|lbs?|st|ft|kilos?|kilograms?|pounds?|feet|kg/m2|metres?|meters?)(?!\w)"
    body = rf"\b{either(lexicon['body'])}\s?[:=]?\s(?:(?:is|was|of|de|von)\s)?(?P<value>{measure})"
    yield Rule("QUANTITY", body, 0.35, needs=DIGITS, lower=True)
