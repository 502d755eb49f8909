"""Names in runs of capitalised words, by what the gazetteer knows of each word and what stands beside the run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

import regex

from deid.detectors.names.cues import Cue, cue_before, cue_of, load_cues
from deid.detectors.names.named import Named
from deid.dictionary import in_dictionary
from deid.gazetteer import fold, frequent_given_names, given_names, is_ordinary, known_places, places, surnames

_SMALL = "de|del|della|di|da|do|dos|das|du|la|las|le|los|van|von|der|den|ter|ten|zu|zum|zur|el|al|bin|ibn|y|e|af|av"
_PARTICLES = frozenset(_SMALL.split("|"))
# Letters are taken possessively: a word that ends elsewhere than it may isn't tried letter by letter.
_WORD = r"(?:\p{Lu}(?:\.|['’]\p{Lu}[\p{L}\p{M}]{1,30}+|[\p{L}\p{M}]{1,30}+)(?:['’-]\p{L}[\p{L}\p{M}]{0,30}+){0,3})"
_RUN = regex.compile(rf"{_WORD}(?:[ \xa0](?:(?:{_SMALL})[ \xa0]){{0,3}}{_WORD}){{0,7}}(?![\p{{L}}\p{{N}}_])")
_TOKEN = regex.compile(r"[^ \xa0]+")
_LOWER = regex.compile(r"(?<![\p{L}\p{N}_@#/.'’-])\p{Ll}{3,20}(?![\p{L}\p{N}_@-])")
_NEXT_LOWER = regex.compile(r"[ \xa0](\p{Ll}{3,20})(?![\p{L}\p{N}_@'’-])")
_LETTER = regex.compile(r"\p{L}")
_LOWER_START = regex.compile(r"\b\p{Ll}")
_UPPER_START = regex.compile(r"\b\p{Lu}\p{Ll}")
_NOT_BEFORE = frozenset("@#/_.'’-&")
_ENDS = regex.compile(r"\s?(?:[,!.:;?\n\r)-]|$)")
# Who is greeted or signs without being named.
_NOBODY = frozenset(
    "all team sir sirs madam everyone everybody both there again colleagues colleague friends friend customer "
    "customers folks guys you to for from the and sent thank thanks best regards kind dear hello hi hey so my our "
    "your we it if in on at as please support service manager editor users user members member parents students "
    "god world lord for more much a an i this that morning afternoon evening day damen herren ladies gentlemen "
    "everybody client patient doctor valued happy merry rt".split()
)


class Kind(Enum):
    """What a word of a run can be."""

    GIVEN = auto()
    SURNAME = auto()
    BOTH = auto()
    INITIAL = auto()
    PARTICLE = auto()
    ORDINARY = auto()
    PLACE = auto()
    OTHER = auto()


_GIVEN = frozenset({Kind.GIVEN, Kind.BOTH})
_SURNAME = frozenset({Kind.SURNAME, Kind.BOTH})
_KNOWN = _GIVEN | _SURNAME
_PART = _KNOWN | {Kind.OTHER, Kind.INITIAL, Kind.PARTICLE}


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    kind: Kind
    text: str


def named_people(text: str, language: str = "en") -> Iterator[Named]:
    """Yield what reads as a person's name, by the words of it or by what stands before it."""
    for run in _RUN.finditer(text):
        if run.start() and (text[run.start() - 1].isalnum() or text[run.start() - 1] in _NOT_BEFORE):
            continue
        words = run.group()
        if " " not in words and "\xa0" not in words and _is_idle(words, language):
            continue
        tokens = [_token(m, run.start(), language) for m in _TOKEN.finditer(words)]
        yield from _names_in(text, tokens, language)
    if is_careless(text):
        yield from _lower_names(text, language)


def known_name(word: str) -> bool:
    """Whether the gazetteer knows a word as a given name or a surname."""
    low = fold(word)
    return low in given_names() or low in surnames()


@lru_cache(maxsize=20_000)
def _is_idle(word: str, language: str) -> bool:
    """Whether a word alone is an ordinary one that nobody is called."""
    return word.endswith(".") or (
        kind_of_word(word, language) is Kind.ORDINARY and fold(_bare(word)) not in given_names()
    )


def _token(match: "regex.Match[str]", offset: int, language: str) -> _Token:
    word = match.group()
    return _Token(offset + match.start(), offset + match.end(), kind_of_word(word, language), word)


@lru_cache(maxsize=50_000)
def kind_of_word(word: str, language: str = "en") -> Kind:
    """Return what a word of a capitalised run can be."""
    if word in _PARTICLES:
        return Kind.PARTICLE
    if word.endswith("."):
        return Kind.INITIAL
    bare = _bare(word)
    if is_ordinary(bare, language):
        return Kind.ORDINARY
    low = fold(bare)
    parts = [low] if low in given_names() or low in surnames() else low.split("-")
    given, surname = all(p in given_names() for p in parts), all(p in surnames() for p in parts)
    if low in known_places() and not given:
        return Kind.PLACE
    return Kind.BOTH if given and surname else Kind.GIVEN if given else Kind.SURNAME if surname else Kind.OTHER


def _bare(word: str) -> str:
    return word[:-2] if word.endswith(("'s", "’s", "'S", "’S")) else word


def _names_in(text: str, tokens: Sequence[_Token], language: str) -> Iterator[Named]:
    """Go through a run of capitalised words and cut the names out of it."""
    cues, first = load_cues(language), 0
    while first < len(tokens):
        cue = cue_of([t.text.lower() for t in tokens[max(0, first - 4) : first]], cues) if first else None
        cue = cue or (cue_before(text, tokens[0].start, cues) if not first else None)
        if cue is Cue.ROLE and text[max(0, tokens[0].start - 2) : tokens[0].start].strip().isdecimal():
            cue = None  # "2:44 PM" is a time, no minister
        last = _reach(tokens, first)
        score = max(_cued_score(text, tokens, first, last, cue), _own_score(tokens, first, last))
        if score:
            begin = first - 1 if first and cue is Cue.ROLE and tokens[first - 1].kind is Kind.ORDINARY else first
            end = tokens[last].end - len(tokens[last].text) + len(_bare(tokens[last].text))
            if last == first and tokens[first].kind in _GIVEN:
                end = _with_lower_surname(text, end, language)
            yield Named(tokens[begin].start, end, score)
        first = last + 1 if score else first + 1


def _with_lower_surname(text: str, end: int, language: str) -> int:
    """Return where a given name ends with the surname behind it in lower case ("Donald trump"): no known word."""
    after = _NEXT_LOWER.match(text, end)
    return after.end() if after and language == "en" and _is_unknown(after.group(1)) else end


@lru_cache(maxsize=20_000)
def _is_unknown(word: str) -> bool:
    return not is_ordinary(word) and not in_dictionary(word) and word not in _PARTICLES and word not in places()


def _cued_score(text: str, tokens: Sequence[_Token], first: int, last: int, cue: Cue | None) -> float:
    """How sure a cue before makes the name."""
    head, low = tokens[first], fold(_bare(tokens[first].text))
    if cue is None or low in _NOBODY or head.kind is Kind.PARTICLE:
        return 0.0
    if cue in (Cue.GREETING, Cue.CLOSING):
        stops = _ENDS.match(text, tokens[last].end) is not None
        return cue.value if head.kind is not Kind.ORDINARY or (stops and low in given_names()) else 0.0
    if head.kind is Kind.INITIAL:
        return cue.value if last > first else 0.0
    if cue in (Cue.WEAK, Cue.SAYING):
        return cue.value if head.kind in _KNOWN and not (last == first and low in places()) else 0.0
    if head.kind is Kind.ORDINARY:
        return cue.value if low in given_names() and last > first and tokens[last].kind in _SURNAME else 0.0
    return 0.0 if head.kind is Kind.PLACE else cue.value


def _own_score(tokens: Sequence[_Token], first: int, last: int) -> float:
    if tokens[first].kind in (Kind.PARTICLE, Kind.INITIAL):
        return 0.0
    if last > first and fold(" ".join(t.text for t in tokens[first : last + 1])) in places():
        return 0.0
    return _pair_score(tokens[first], tokens[last]) if last > first else _lone_score(tokens[first], len(tokens))


def _reach(tokens: Sequence[_Token], first: int) -> int:
    """How far a name that starts at `first` goes: names, initials and particles, ending in a name."""
    last = first
    for index in range(first + 1, min(first + 5, len(tokens))):
        token = tokens[index]
        namesake = token.kind in (Kind.ORDINARY, Kind.PLACE) and fold(_bare(token.text)) in surnames()
        if not (token.kind in _PART or namesake) or tokens[index - 1].text.endswith(("'s", "’s")):
            break
        if token.kind is Kind.OTHER and last - first >= 1 and tokens[last].kind is Kind.OTHER:
            break
        if token.kind is not Kind.PARTICLE:
            last = index
    return last


def _pair_score(head: _Token, tail: _Token) -> float:
    known_tail = fold(_bare(tail.text)) in surnames()
    if head.text.isupper() and len(head.text) > 2:
        return 0.55 if head.kind in _GIVEN and tail.kind in _SURNAME else 0.0
    if head.kind in _GIVEN:
        return 0.75 if tail.kind in _SURNAME else 0.5 if tail.kind is Kind.ORDINARY else 0.6
    if head.kind is Kind.ORDINARY:
        return 0.5 if fold(head.text) in given_names() and tail.kind in _SURNAME else 0.0
    if head.kind is Kind.SURNAME:
        return 0.55 if tail.kind in _KNOWN else 0.0
    return 0.5 if head.kind is Kind.OTHER and known_tail and tail.kind is not Kind.ORDINARY else 0.0


def _lone_score(token: _Token, run: int) -> float:
    """Judge a given name alone, where it is neither a word nor a place."""
    low = fold(_bare(token.text))
    if token.kind not in _GIVEN or low in known_places():
        return 0.0
    if low in frequent_given_names():
        return 0.5 if not token.text.isupper() else 0.4
    if token.text.isupper() or len(low) < 4:
        return 0.0
    return 0.45 if run == 1 else 0.4


def is_careless(text: str) -> bool:
    """Whether a text does without capitals, as chats do."""
    letter = _LETTER.search(text)
    capital = _UPPER_START.search(text, 0, 2000)
    if letter is None or (capital and not letter.group().islower()):
        return False
    words = len(_LOWER_START.findall(text, 0, 2000))
    return words >= 2 and (not capital or len(_UPPER_START.findall(text, 0, 2000)) * 6 <= words)


def _lower_names(text: str, language: str) -> Iterator[Named]:
    """Names in lower case: given name and surname, or a given name after a cue."""
    cues = load_cues(language)
    pending: tuple[int, int] | None = None
    for match in _LOWER.finditer(text):
        word, (start, end) = match.group(), match.span()
        if is_ordinary(word, language):
            pending = None
            continue
        low = fold(word)
        if pending and low in surnames() and text[pending[1] : start] == " ":
            yield Named(pending[0], end, 0.5)
        pending = (start, end) if low in given_names() else None
        if low in frequent_given_names() and low not in known_places():
            yield Named(start, _with_lower_surname(text, end, language), 0.45)
        if pending and low not in places() and cue_before(text, start, cues) not in (None, Cue.WEAK, Cue.SAYING):
            yield Named(start, end, 0.5)
