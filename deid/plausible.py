"""Whether what a model takes for a person, a place or a firm can be one: models stumble over ordinary words."""

import regex

from deid.detectors.names.generic import is_generic
from deid.gazetteer import fold, given_names, institution_words, is_ordinary, known_places, surnames

_WORD = regex.compile(r"[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*")
_CODE = regex.compile(r"[@#\n]|^RT\b|&\w{2,4};|https?|[_(){}\[\]=<>\\|`*~^]|\w\.\w+\(|::|://|\.py\b|--|\d{3}")
_HUMPS = regex.compile(r"\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+")
_SMALL = frozenset(
    "of the and for de del della di da do dos du la las le los van von der den y e und et al bin ibn in on at".split()
)
_LONG = 6
_CAPITALISED = regex.compile(r"\p{Lu}\p{Ll}\p{L}")
_LINK = regex.compile(r"https?|www\.|t\.co/|\.com\b")
_STATE = regex.compile(
    r"(?:the )?(?:federal |french |turkish |hellenic |italian |islamic |democratic ){0,3}(?:republic|kingdom)"
    r"(?: of .+)?|"
    r"(?:the )?united kingdom of great britain(?: and northern ireland)?|the ground|the contracting states?",
    regex.IGNORECASE,
)


def plausible(label: str, value: str, language: str = "en") -> bool:
    """Return whether a value can be what a model labels it.

    Holds for PERSON, ORGANIZATION, LOCATION, NRP and STREET_ADDRESS; other labels pass.

    >>> plausible("ORGANIZATION", "the Supreme Court"), plausible("ORGANIZATION", "Acme Tools")
    (False, True)
    >>> plausible("PERSON", "None"), plausible("PERSON", "Anna")
    (False, True)
    """
    judge = _JUDGES.get(label)
    return judge is None or judge(value.strip(), language)


def _is_person(value: str, language: str) -> bool:
    words = _names_of(value)
    if not words or _CODE.search(value) or any(c.isdigit() for c in value) or is_generic(value, language):
        return False
    if _reads_on(words):
        return False
    if all(is_ordinary(word, language) or _is_identifier(word, language) for word in words):
        return _may_be_called(words)
    return not (len(words) == 1 and _is_no_name(words[0]))


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


def _may_be_called(words: list[str]) -> bool:
    """Ordinary words that are names, too ("Mark Young"), capitalised as names are."""
    folded = [fold(word) for word in words]
    cased = all(word[0].isupper() for word in words)
    return cased and len(words) > 1 and folded[0] in given_names() and folded[-1] in surnames()


def _is_organisation(value: str, language: str) -> bool:
    words = _names_of(value)
    if not words or _CODE.search(value) or is_generic(value, language) or _reads_on(words):
        return False
    if len(words) > _LONG and not any(fold(word) in _KINDS | institution_words(language) for word in words):
        return False
    if all(is_ordinary(word, language) for word in words):
        return len(words) > 1 and not value.isupper() and any(fold(word) in _KINDS for word in words[-1:] + words[:1])
    if len(words) == 1 and _is_identifier(words[0], language):
        return False
    return not (len(words) == 1 and value.islower())


_KINDS = frozenset(
    "bank church society school college university foundation trust association club group company hospital "
    "clinic party front forces army navy staff railways insurance corporation press times post airlines tribunal "
    "authority fund".split()
)


def _is_identifier(word: str, language: str) -> bool:
    """Whether a word is several ordinary ones run together, as in a program: "LogRecord"."""
    parts = _HUMPS.findall(word)
    return len(parts) > 1 and all(is_ordinary(part, language) for part in parts)


def _is_place(value: str, language: str) -> bool:
    words = _names_of(value)
    if not words or _LINK.search(value) or _CODE.search(value):
        return False
    if fold(value.removeprefix("the ").removeprefix("The ")) in known_places():
        return True
    if _STATE.fullmatch(value) or is_generic(value, language):
        return False
    return not all(is_ordinary(word, language) for word in words) or (len(words) > 1 and words[-1][0].isupper())


def _is_group(value: str, _: str) -> bool:
    words = _names_of(value)
    return (
        bool(words)
        and not _CODE.search(value)
        and any(word[0].isupper() for word in words)
        and fold(value) not in _NO_GROUPS
    )


def _is_address(value: str, _: str) -> bool:
    return "_" not in value and _CAPITALISED.search(value) is not None


_NO_GROUPS = frozenset("unicode python latin ascii rt gmt utc internet christmas".split())


def _names_of(value: str) -> list[str]:
    return _WORD.findall(value)


_JUDGES = {
    "PERSON": _is_person,
    "ORGANIZATION": _is_organisation,
    "LOCATION": _is_place,
    "NRP": _is_group,
    "STREET_ADDRESS": _is_address,
}
