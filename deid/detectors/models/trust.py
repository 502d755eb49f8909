"""How far a model is believed that takes words for a person, a place or a firm: models stumble over ordinary ones."""

from collections.abc import Callable, Mapping, Sequence

import regex

from deid.detectors.names.generic import is_generic
from deid.dictionary import in_dictionary
from deid.gazetteer import fold, given_names, institution_words, is_ordinary, known_places, surnames

DOUBT = 0.35
"""What counts of a model's score where it needs a second witness: too little, however sure the model."""

_WORD = regex.compile(r"[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*")
_CODE = regex.compile(r"[@#\n]|^RT\b|&\w{2,4};|https?|[_(){}\[\]=<>\\|`*~^]|\w\.\w+\(|::|://|\.py\b|--|\d{3}")
_HUMPS = regex.compile(r"\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+")
# A model takes any long number for some identifier; of a postal code it has to be all but certain.
_NUMBERS = {
    **dict.fromkeys(("TAX_ID", "ACCOUNT_NUMBER", "US_BANK_NUMBER", "NATIONAL_ID", "PASSPORT", "LICENSE_NUMBER"), DOUBT),
    "ZIP_CODE": 0.4,
}
_SMALL = frozenset(
    "of the and for de del della di da do dos du la las le los van von der den y e und et al bin ibn in on at".split()
)
_LONG = 6
_EXPLAINED = 0.6
# "Aaaah", "soooo", "hahaha": a letter thrice, or a syllable of laughter; numerals ("III") aside.
_DRAWN_OUT = regex.compile(
    r"(\p{L})(?<![ivx])\1\1|\b[bmw]{0,2}(?:[haeio]*h[aeio]+){2,}h?s?\b|\b(?:l+m+f*a+o+|l+o+l+[sz]*)\b", regex.IGNORECASE
)
_SHORT_PLACES = frozenset("LA NYC SF DC NOLA L.A. N.Y. D.C. N.Y.C. S.F. UK U.K. US U.S. USA U.S.A. UAE".split())
_CAPITALISED = regex.compile(r"\p{Lu}\p{Ll}\p{L}")
_LINK = regex.compile(r"https?|www\.|t\.co/|\.com\b")
_STATE = regex.compile(
    r"(?:the )?(?:federal |french |turkish |hellenic |italian |islamic |democratic ){0,3}(?:republic|kingdom)"
    r"(?: of .+)?|"
    r"(?:the )?united kingdom of great britain(?: and northern ireland)?|the ground|the contracting states?",
    regex.IGNORECASE,
)


def trust(label: str, value: str, language: str = "en") -> float:
    """Return what share of a model's score counts for what it calls by a label, from 0 to 1.

    Nothing for what cannot be meant: ordinary words, code, a public body that singles nobody out. `DOUBT` for what
    needs a second witness: a number, which a pattern or a word beside it must see too, an ordinary word that people
    are called, too. In between, what a dictionary explains.

    >>> trust("ORGANIZATION", "the Supreme Court"), trust("ORGANIZATION", "Acme Tools")
    (0.0, 1.0)
    >>> trust("PERSON", "None"), trust("PERSON", "Anna"), trust("PERSON", "Mark"), trust("PERSON", "Eyebrow")
    (0.0, 1.0, 0.35, 0.6)
    """
    if label in _NUMBERS:
        return _NUMBERS[label]
    judge = _JUDGES.get(label)
    return 1.0 if judge is None else judge(value.strip(), language)


def _is_person(value: str, language: str) -> float:
    words = _names_of(value)
    if not words or _CODE.search(value) or any(c.isdigit() for c in value):
        return 0.0
    if is_generic(value, language) and fold(value) not in given_names():
        return 0.0
    if _reads_on(words) or all(map(_DRAWN_OUT.search, words)):
        return 0.0
    if all(is_ordinary(word, language) or _is_identifier(word, language) for word in words):
        return _may_be_called(words)
    return 0.0 if len(words) == 1 and _is_no_name(words[0]) else _unless_words(words, language)


def _unless_words(words: Sequence[str], language: str) -> float:
    """Believe less what the dictionary explains word by word; a short form in capitals is no word."""
    if language != "en" or any(word.isupper() and len(word) < _LONG for word in words):
        return 1.0
    return _EXPLAINED if all(is_ordinary(word) or in_dictionary(word) for word in words) else 1.0


def _is_called(word: str) -> bool:
    return word in given_names() or word in surnames()


def _is_no_name(word: str) -> bool:
    """Whether a word is an acronym or an identifier rather than a name."""
    return word.isupper() and len(word) <= 4 and fold(word) not in given_names()


def _reads_on(words: list[str]) -> bool:
    """Whether most of the words are in lower case, as in a sentence, and the first and last are no names."""
    low = [word for word in words if word[0].islower() and fold(word) not in _SMALL]
    named = _is_called(fold(words[0])) and _is_called(fold(words[-1]))
    return len(words) > 2 and len(low) * 2 > len(words) and not (named and len(words) < 5)


def _may_be_called(words: list[str]) -> float:
    """Believe ordinary words that are names, too, capitalised as names are ("Mark Young"); doubt one alone ("Mark")."""
    folded = [fold(word) for word in words]
    if len(words) == 1:
        return _may_be_name(words)
    cased = all(word[0].isupper() for word in words)
    return 1.0 if cased and folded[0] in given_names() and folded[-1] in surnames() else 0.0


def _may_be_name(words: Sequence[str]) -> float:
    """Doubt an ordinary word alone that people are called, whatever a model takes it for."""
    return DOUBT if len(words) == 1 and _is_called(fold(words[0])) else 0.0


def _is_organisation(value: str, language: str) -> float:
    words = _names_of(value)
    if not words or _CODE.search(value) or is_generic(value, language) or _reads_on(words):
        return 0.0
    if len(words) > _LONG and not any(fold(word) in _KINDS | institution_words(language) for word in words):
        return 0.0
    if all(is_ordinary(word, language) for word in words):
        kind = len(words) > 1 and not value.isupper() and any(fold(word) in _KINDS for word in words[-1:] + words[:1])
        return 1.0 if kind else _may_be_name(words)
    alone = len(words) == 1
    if alone and fold(value) in given_names():
        return 1.0
    if alone and (_is_identifier(words[0], language) or value.islower() or _DRAWN_OUT.search(value)):
        return 0.0
    return _unless_words(words, language) if alone else 1.0


_KINDS = frozenset(
    "bank church society school college university foundation trust association club group company hospital "
    "clinic party front forces army navy staff railways insurance corporation press times post airlines tribunal "
    "authority fund".split()
)


def _is_identifier(word: str, language: str) -> bool:
    """Whether a word is several ordinary ones run together, as in a program: "LogRecord"."""
    parts = _HUMPS.findall(word)
    return len(parts) > 1 and all(is_ordinary(part, language) for part in parts)


def _is_place(value: str, language: str) -> float:
    words = _names_of(value)
    if not words or _LINK.search(value) or _CODE.search(value) or all(map(_DRAWN_OUT.search, words)):
        return 0.0
    if fold(value.removeprefix("the ").removeprefix("The ")) in known_places() or value in _SHORT_PLACES:
        return 1.0
    if _STATE.fullmatch(value) or is_generic(value, language):
        return 0.0
    if all(is_ordinary(word, language) for word in words):
        return 1.0 if len(words) > 1 and words[-1][0].isupper() else _may_be_name(words)
    return _unless_words(words, language) if len(words) == 1 else 1.0


def _is_group(value: str, _: str) -> float:
    words = _names_of(value)
    named = any(word[0].isupper() for word in words) and not _CODE.search(value)
    return 1.0 if named and fold(value) not in _NO_GROUPS else 0.0


def _is_address(value: str, _: str) -> float:
    return 1.0 if "_" not in value and _CAPITALISED.search(value) is not None else 0.0


_NO_GROUPS = frozenset("unicode python latin ascii rt gmt utc internet christmas".split())


def _names_of(value: str) -> list[str]:
    return _WORD.findall(value)


_JUDGES: Mapping[str, Callable[[str, str], float]] = {
    "PERSON": _is_person,
    "ORGANIZATION": _is_organisation,
    "LOCATION": _is_place,
    "NRP": _is_group,
    "STREET_ADDRESS": _is_address,
}
