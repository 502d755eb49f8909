"""Addresses without a street of their own: post boxes, military mail, corners, flats."""

import regex

from deid.detectors.engine.pattern import DIGITS, Rule
from deid.detectors.places.address import GAP, Parts, first_of, grouped, words_of

_LABEL = "STREET_ADDRESS"
_CASED = regex.MULTILINE


def box_rules(parts: Parts) -> tuple[Rule, ...]:
    """Return the rules for what is delivered to without naming a street."""
    words = parts.words
    boxes = grouped(w.lower() for w in words["boxes"])
    units = grouped(words["sure_units"])
    corner = (
        rf"(?:{first_of((*words['roads'], *words['weak_roads'], *words['after']))}\b\.?|{parts.name}|\d{{1,5}}[A-Za-z"
        r"]?\b)"
    )
    return (
        Rule(
            _LABEL,
            rf"\b{boxes}:?\s{{1,2}}#?\d{{1,3}}(?:\s?\d{{2,5}}){{0,3}}\b",
            0.85,
            needs=DIGITS,
            words=words_of(words["boxes"]),
            lower=True,
        ),
        Rule(
            _LABEL,
            rf"\b(?:BP|CS|B\.P\.|C\.P\.){GAP}\d{{1,6}}(?=,|{GAP}?-|{GAP}?\r?\n|{GAP}\d{{5}})",
            0.6,
            needs=DIGITS,
            words=frozenset({"bp", "cs", "b", "c"}),
            flags=_CASED,
        ),
        Rule(
            _LABEL,
            r"\b(?:(?:psc|cmr|unit)\s\d{1,5},?\s{1,2}box\s\d{1,5}|(?:uss|usns|usnv|usnc|uscgc|usv)\s\p{L}[\p"
            r"{L}'’. -]{1,30}),?\s{1,2}(?:apo|fpo|dpo),?\s(?:ae|ap|aa)(?:\s\d{5}(?:-\d{4})?)?\b",
            0.95,
            words=frozenset({"apo", "fpo", "dpo"}),
            lower=True,
        ),
        Rule(_LABEL, r"\bpsc\s\d{1,5},?\sbox\s\d{1,5}\b", 0.9, words=frozenset({"psc"}), lower=True),
        Rule(
            _LABEL,
            rf"\b(?:[Tt]he{GAP})?[Cc]orner{GAP}of{GAP}(?:{corner}\.?,?{GAP}){{1,8}}(?:and|&){GAP}{corner}(?:{GAP}{corner}"
            rf"){{0,6}}",
            0.8,
            words=frozenset({"corner"}),
            flags=_CASED,
        ),
        Rule(
            _LABEL,
            r"\b(?:the\s)?corner\sof\s(?!(?:the|a|an|my|his|her|each|every|one)\b)(?:[\p{L}\d.'’-]{1,20}\s)"
            r"{1,5}(?:and|&)\s[\p{L}\d.'’-]{1,20}(?:\s(?:street|st|avenue|ave|road|rd|courts?|lane)\b)?",
            0.45,
            words=frozenset({"corner"}),
            lower=True,
        ),
        Rule(
            _LABEL,
            rf"\b{units}\b\.?:?\s?(?:no\.?\s?)?#?\s?(?:[a-z]?-?\d{{1,5}}[a-z]?|[a-z])\b",
            0.65,
            words=words_of(words["sure_units"]),
            lower=True,
        ),
        Rule(
            _LABEL,
            rf"\b(?:Suite|Ste\.?){GAP}#?(?:\d{{2,5}}[A-Z]?|[A-Z]-?\d{{1,4}})\b",
            0.6,
            words=frozenset({"suite", "ste"}),
            flags=_CASED,
        ),
        Rule(
            _LABEL,
            rf"\b(?:Unit|Flat|Shop|Piso|Oficina|Blk|Block){GAP}(?:No\.?{GAP})?\d{{1,4}}[A-Z]?\b(?=,|{GAP}?\r?\n)",
            0.3,
            needs=DIGITS,
            flags=_CASED,
        ),
        Rule(
            _LABEL,
            rf"〒?{GAP}?\d{{3}}-\d{{4}}{GAP}?[\p{{Han}}\p{{Hiragana}}\p{{Katakana}}ー]{{2,40}}[\d０-９-]{{0,12}}"
            rf"(?:[\p{{Han}}\p{{Katakana}}ー]{{0,20}}[\d]{{0,5}})?",
            0.9,
            needs="-",
            flags=_CASED,
        ),
    )
