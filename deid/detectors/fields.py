"""How the value of a field looks, by its label: what may stand there and where it ends."""

from dataclasses import dataclass
from functools import lru_cache

import regex

from deid.detectors.engine.wordtree import word_tree
from deid.lexicon import Lexicon, load_lexicon

_CAPITAL = r"\p{Lu}[\p{L}\p{M}'’.-]{0,30}"
_INITIAL = r"\p{Lu}\.(?:\s?-?\p{Lu}\.){0,3}"
_ENDS = r"(?=\s{0,3}(?:[\n\r\t.,;|<>&\"”'’)(\]}/]|\s\s|$))"
_NUMBER = r"(?:[A-Za-z]{1,5}[-/\s]?)?\d[\dA-Za-z]{0,24}(?:[-/.\s]{1,2}[\dA-Za-z]{0,3}\d[\dA-Za-z]{0,16}){0,6}"
_MONTHLY = (
    r"\d{1,2}(?:st|nd|rd|th|er|º)?[\s./-]{1,3}(?:de\s|of\s)?\p{L}{3,10}\.?(?:[\s,./-]{1,3}(?:de\s|del\s)?\d{2,4})?|"
    r"\p{L}{3,10}\.?\s\d{1,2}(?:st|nd|rd|th)?(?:,?\s\d{4})?|\p{L}{3,10}\.?\s(?:de\s)?\d{4}"
)
_DATE = rf"\d{{1,5}}(?:\s?[-/.]{{1,2}}\s?\d{{1,5}}){{1,2}}|{_MONTHLY}|(?:19|20)\d{{2}}(?:\d{{4}})?"
_CLOCK = r"(?:(?:,\s|\s|T)\d{1,2}[:.h]\d{2}(?::\d{2})?)?"
_CLASSES = {
    "name": ("PERSON",),
    "number": (
        "ID_NUMBER",
        "MEDICAL_RECORD_NUMBER",
        "HEALTH_PLAN_NUMBER",
        "LICENSE_NUMBER",
        "ACCOUNT_NUMBER",
        "US_BANK_NUMBER",
        "US_SSN",
        "US_ITIN",
        "US_PASSPORT",
        "US_DRIVER_LICENSE",
        "UK_NHS",
        "MEDICAL_LICENSE",
        "NATIONAL_ID",
        "TAX_ID",
        "PASSPORT",
        "LICENSE_PLATE",
        "VEHICLE_ID",
        "DEVICE_ID",
        "CREDIT_CARD",
        "IBAN_CODE",
        "ZIP_CODE",
    ),
    "phone": ("PHONE_NUMBER", "FAX_NUMBER"),
    "date": ("DATE_OF_BIRTH", "DATE_TIME"),
    "age": ("AGE",),
    "gender": ("GENDER",),
    "address": ("STREET_ADDRESS",),
    "place": ("LOCATION", "ORGANIZATION"),
    "words": ("OCCUPATION", "NRP", "ETHNICITY"),
    "username": ("USERNAME",),
}
_CLASS_OF = {label: kind for kind, labels in _CLASSES.items() for label in labels}


@dataclass(frozen=True, slots=True)
class Shape:
    """Patterns of a value, each with a group `value`: behind a colon, and behind a quote or an equals sign."""

    strict: "regex.Pattern[str]"
    loose: "regex.Pattern[str]"


@lru_cache(maxsize=256)
def shape_of(label: str, language: str) -> Shape | None:
    """Return how a value of that label looks, or None where a field's name is not enough to tell."""
    kind = _CLASS_OF.get(label)
    if kind is None:
        return None
    strict, loose = _patterns(kind, load_lexicon("forms", language))
    flags = regex.MULTILINE | (regex.IGNORECASE if kind in ("age", "gender") else 0)
    return Shape(regex.compile(strict, flags), regex.compile(loose, flags))


def _patterns(kind: str, lexicon: Lexicon) -> tuple[str, str]:
    if kind == "name":
        return _names(lexicon)
    if kind == "number":
        both = rf"#?\s?(?P<value>{_NUMBER})(?![\w@])"
    elif kind == "phone":
        both = r"(?P<value>\+?\(?\d[\d\s().-]{4,22}\d)(?!\w)"
    elif kind == "date":
        both = rf"(?:\p{{L}}{{2,10}},?\s)?(?P<value>(?:{_DATE}){_CLOCK})(?![\w])"
    elif kind == "age":
        both = rf"(?P<value>\d{{1,3}}(?:[.,]\d)?(?:\s{{0,2}}{word_tree(lexicon['years'])}\b\.?)?)(?![\w])"
    elif kind == "gender":
        both = rf"(?P<value>{word_tree(lexicon['genders'])})(?![\w'’/])"
    else:
        return _wordy(kind, lexicon)
    return both, both


def _names(lexicon: Lexicon) -> tuple[str, str]:
    """Names are words with capitals; a single word only where the value ends with it."""
    small = rf"(?:{word_tree(lexicon['particles'])}\s){{0,3}}"
    word = rf"(?!{word_tree(lexicon['offices'])}(?!\w))\p{{Lu}}[\p{{L}}\p{{M}}'’-]{{1,30}}"
    part = rf"(?:{_INITIAL}|{word}|\p{{Lu}}(?![\w.]))"
    title = rf"(?:{word_tree(lexicon['titles'])}\.?\s?){{0,3}}"
    more = rf"(?:(?:,\s?|\s|(?<=\.)){small}{part})"
    strict = rf"(?P<value>{title}{small}{part}(?:{more}{{1,6}}(?!\w)|{_ENDS}))"
    loose = r"(?P<value>(?=\p{L})[\p{L}\p{M}'’.+\s-]{1,60}(?<=\p{Lu}.{0,60}|\s.{0,60}))(?=[\"'”’<&,;)\s]|$)"
    return strict, loose


def _wordy(kind: str, lexicon: Lexicon) -> tuple[str, str]:
    """Addresses, places, jobs and user names."""
    if kind == "address":
        line = r"(?P<value>(?=[\p{Lu}\d])(?=[^\n\r]{0,60}(?:\d|,))[^\n\r\t|<>\"{}]{4,120}?)"
        line += r"(?=\.?\s{0,3}(?:[\n\r\t|<\"]|$)|\.\s\p{Lu}|\s\s)"
        return line, line
    if kind == "place":
        small = rf"(?:{word_tree([*lexicon['particles'], 'of', 'the', 'and', 'für', 'et'])}\s){{0,2}}"
        place = rf"(?P<value>(?:\d{{4,5}}\s)?{_CAPITAL}(?:[\s/(]{{1,2}}{small}{_CAPITAL}\)?){{0,6}})(?<!\.){_ENDS}"
        return place, place
    if kind == "words":
        words = (
            rf"(?P<value>\p{{L}}[\p{{L}}\p{{M}}'’-]{{2,30}}(?:[\s/]\p{{L}}[\p{{L}}\p{{M}}'’-]{{0,30}}){{0,3}}){_ENDS}"
        )
        return words, words
    strict = r"(?P<value>(?=[^\s]{0,30}[\d@._-])[\w@][\w.@-]{2,40}(?<![.]))(?=[\s,;]{0,2}$|[,;\"'])"
    return strict, r"(?P<value>[\w@][\w.@+-]{1,40})(?=[\"'&\s<,;]|$)"
