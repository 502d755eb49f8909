"""Towns, regions, countries and sights: places that the gazetteer knows, and names beside words for places."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random

import regex

from deid.detectors.engine.pattern import PatternDetector, Rule
from deid.detectors.engine.view import View
from deid.detectors.names.generic import is_generic
from deid.detectors.names.names import is_careless
from deid.example import Example
from deid.finding import Finding
from deid.gazetteer import (
    fold,
    frequent_given_names,
    given_names,
    institution_words,
    is_ordinary,
    known_places,
    load,
    places,
    surnames,
)
from deid.lexicon import either, load_lexicon

_CASED = regex.MULTILINE
_POSITIVES = 0.6
_LONGEST = 5
_GAP = "[ \xa0]"
_CAP = r"\p{Lu}[\p{L}\p{M}]{0,30}(?:(?<=\b(?:St|Ste|Ft|Mt|Sta))\.|(?:['’/-]\p{L}[\p{L}\p{M}]{0,30}){0,4})"
_SMALL = r"(?:of|the|and|de|del|la|las|los|le|du|des|der|die|am|an|im|in|do|da|sur|upon|on|en|el|al|près)"
_RUN = regex.compile(rf"{_CAP}(?:{_GAP}(?:{_SMALL}{_GAP}){{0,2}}{_CAP}){{0,7}}")
_TOKEN = regex.compile(r"[^ \xa0]+")
_LOWER_IN = regex.compile(
    r"\b(?:in|from|at|near|to|around|visit|visiting|leaving|en|nach|aus)[ \xa0](\p{Ll}{4,20}(?:[ \xa0]\p{Ll}{4,20})?)\b"
)
_STATES = frozenset(
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK "
    "OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR ON QC BC AB MB SK NS NB NL PE YT NT NU NSW QLD VIC TAS".split()
)
_IN_COUNTRIES = frozenset({"united", "central", "democratic", "islamic", "state", "union"})
_WORDS_FIRST = frozenset(
    "reading nice mobile bath orange cork hull hope liberty normal split essen most church union".split()
)
_SHORT = frozenset({"UK", "US", "USA", "UAE", "EU", "NYC", "LA", "DC", "NZ", "NSW", "QLD"})
_LIVING_ENDS = frozenset({"in", "at", "to", "from", "into", "en", "de", "à", "city", "hometown"})
_LIVING = regex.compile(
    r"(?:liv(?:e|es|ed|ing)|born|based|resid(?:e|es|ed|ing)|resident|grew up|raised|settled|stay(?:s|ed|ing)?|"
    r"arriv(?:e|es|ed|ing)|located|situated|practising|practicing|detained|vacation|holidays?|house|home|flat|lawyer|trip|"
    r"back)[ \xa0](?:in|at|to|from)$|"
    r"(?:originally|moved|moving|flew|fly|flying|travel+(?:s|ed|ing)?|going|drove|driving|relocat(?:ed|ing)|"
    r"return(?:s|ed|ing)?|here|emigrated|commut(?:es|ing)|deported|flight|flights)[ \xa0](?:to|from|into|back to)$|"
    r"(?:vive|reside|residente|natural|nacid[oa]|procedente)[ \xa0](?:en|de)$|"
    r"(?:habite|né|née|demeurant|domicilié|domiciliée)[ \xa0]à$|"
    r"(?:wohnt|wohnhaft|geboren|lebt)[ \xa0]in$|home city$|hometown$"
)


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a language that make places of names."""

    prepositions: frozenset[str]
    heads: frozenset[str]
    openers: frozenset[str]
    after: "regex.Pattern[str]"


@lru_cache(maxsize=8)
def _words_of(language: str) -> _Words:
    lexicon = load_lexicon("towns", language)
    lists = {
        name: frozenset(p for line in lexicon[name] for p in line.split(", "))
        for name in ("prepositions", "heads", "openers")
    }
    after = regex.compile(rf"{_GAP}(?:national{_GAP})?{either(lists['heads'])}(?![\p{{L}}\p{{N}}_-])")
    return _Words(lists["prepositions"], lists["heads"], lists["openers"], after)


@dataclass(frozen=True, slots=True)
class Town:
    """A span that reads as a place, and how surely."""

    start: int
    end: int
    score: float


def named_places(text: str, language: str = "en") -> Iterator[Town]:
    """Yield what reads as a place, because it is known or because of what stands beside it."""
    for run in _RUN.finditer(text):
        start = run.start()
        if start and (text[start - 1].isalnum() or text[start - 1] in "_@/."):
            continue
        tokens = list(_TOKEN.finditer(run.group()))
        if len(tokens) > 1 or not is_ordinary(tokens[0].group(), language):
            yield from _in_run(text, start, tokens, language)
    if is_careless(text):
        yield from _lower_places(text, language)


def _in_run(text: str, offset: int, tokens: Sequence["regex.Match[str]"], language: str) -> Iterator[Town]:
    known = _words_of(language)
    words = [token.group() for token in tokens]
    if _names_a_state(words, language):
        return
    before = text[max(0, offset - 40) : offset].rstrip(" \xa0#\"“'")
    index = 0
    while index < len(words):
        lead = (
            before
            if not index
            else text[max(0, offset + tokens[index].start() - 40) : offset + tokens[index].start()].rstrip()
        )
        last, score = _place_at(words, index, lead, language, known)
        if score:
            end = offset + tokens[last].end() - _possessive(words[last])
            more = known.after.match(text, end)  # "Champlain campus"
            yield Town(offset + tokens[index].start(), more.end() if more else end, score)
        index = last + 1


def _names_a_state(words: Sequence[str], language: str) -> bool:
    """Whether a run names a state as such or one of its bodies: "Republic of Austria", "United Kingdom Government"."""
    if len(words) < 2 or _bodies(language).isdisjoint(map(fold, words)):
        return False
    run = " ".join(words)
    return fold(run).removeprefix("the ") not in known_places() and is_generic(run, language)


@lru_cache(maxsize=8)
def _bodies(language: str) -> frozenset[str]:
    return institution_words(language) - _IN_COUNTRIES


def _possessive(word: str) -> int:
    return 2 if word.endswith(("'s", "’s")) else 0


def _place_at(words: Sequence[str], first: int, lead: str, language: str, known: _Words) -> tuple[int, float]:
    """Return the last word and the score of the place that starts at `first`; score 0 where none does."""
    reach = _LONGEST if fold(words[first]) in _phrase_starts() else 1
    for last in range(min(len(words), first + reach) - 1, first - 1, -1):
        phrase = " ".join(words[first : last + 1])
        score = _known_score(phrase[: len(phrase) - _possessive(phrase)], lead, language, known)
        if score:
            return _with_head(words, last, known), score
    return _by_kind(words, first, lead, language, known)


@lru_cache(maxsize=1)
def _phrase_starts() -> frozenset[str]:
    return frozenset(place.partition(" ")[0] for place in places() if " " in place)


def _with_head(words: Sequence[str], last: int, known: _Words) -> int:
    return last + 1 if last + 1 < len(words) and words[last + 1].lower() in known.heads else last


def _known_score(phrase: str, lead: str, language: str, known: _Words) -> float:
    if len(phrase) < 4 and phrase.isupper():
        return 0.5 if phrase in _SHORT and (phrase not in ("LA", "US", "DC") or _leads(lead, known)) else 0.0
    low = fold(phrase)
    if low not in places() or len(low) < 3:
        return 0.0
    living, leads = _lives(lead), _leads(lead, known)
    if " " not in low and is_ordinary(phrase, language):
        return 0.45 if low in known_places() and (living or leads) and low not in _WORDS_FIRST else 0.0
    if low in known_places():
        return 0.6 if leads else 0.5 if low not in frequent_given_names() else 0.0
    return 0.5 if living or (leads and not (low in given_names() or low in surnames())) else 0.0


def _lives(lead: str) -> bool:
    """Whether what stands before says that somebody lives there, goes there or comes from there."""
    return lead.lower().rpartition(" ")[2] in _LIVING_ENDS and _LIVING.search(lead.lower()) is not None


def _leads(lead: str, known: _Words) -> bool:
    words = lead.lower().rsplit(None, 1)
    return bool(words) and words[-1] in known.prepositions and words[-1] not in ("of", "for", "de", "von")


def _by_kind(words: Sequence[str], first: int, lead: str, language: str, known: _Words) -> tuple[int, float]:
    """Judge a name beside a word for a place ("Hyde Park", "Lake Como"), or an unknown one where people live."""
    low = words[first].lower()
    if low in known.openers and first + 1 < len(words) and not is_ordinary(words[first + 1], language):
        return first + 1, 0.5
    plain = is_ordinary(words[first], language)
    if words[first][0].islower() or (plain and not _leads(lead, known)) or low in ("the", "a", "i", "i'm"):
        return first, 0.0
    for last in range(first + 1, min(first + 4, len(words))):
        if words[last].islower():
            break
        if words[last].lower() in known.heads:
            return last, 0.45 if plain else 0.5
    return (_unknown(words, first, language), 0.5) if _lives(lead) and not plain else (first, 0.0)


def _unknown(words: Sequence[str], first: int, language: str) -> int:
    """How far a name of an unknown place goes that starts at `first`."""
    last = first
    while (
        last + 1 < min(len(words), first + 3)
        and words[last + 1][0].isupper()
        and not is_ordinary(words[last + 1], language)
    ):
        last += 1
    return last


def _lower_places(text: str, language: str) -> Iterator[Town]:
    """Places in lower case after a preposition, in texts that do without capitals."""
    for match in _LOWER_IN.finditer(text):
        phrase = fold(match.group(1))
        first = phrase.split()[0]
        if " " in phrase and phrase in places():
            yield Town(*match.span(1), 0.5)
        elif (
            first in places()
            and not is_ordinary(first, language)
            and (first in known_places() or first not in _called())
        ):
            yield Town(match.start(1), match.start(1) + len(match.group(1).split()[0]), 0.5)


@lru_cache(maxsize=1)
def _called() -> frozenset[str]:
    return given_names() | surnames()


def _is_in_state(value: str, language: str) -> bool | None:
    town, _, state = value.rpartition(",")
    if state.strip(" \xa0.") not in _STATES:
        return False
    return None if fold(town) in places() or not all(is_ordinary(w, language) for w in town.split()) else False


def _is_in_country(value: str, language: str) -> bool | None:
    town, _, land = value.rpartition(",")
    known = fold(town) in places() or not is_ordinary(town.split()[0], language)
    return None if known and fold(land.strip()) in known_places() else False


def rules(language: str = "en") -> tuple[Rule, ...]:
    """Return the rules for a language."""
    word = r"\p{Lu}[\p{L}\p{M}'’-]{1,30}"
    town = rf"(?<![\p{{L}}\p{{N}}_]){word}(?:{_GAP}{word}){{0,2}}"
    land = rf"\p{{Lu}}\p{{Ll}}{{3,20}}(?:{_GAP}\p{{Lu}}\p{{Ll}}{{3,20}})?"
    dotted = rf"(?<![\p{{L}}.])(?:U\.{_GAP}?S\.(?:{_GAP}?A\.)?|U\.{_GAP}?K\.|D\.{_GAP}?C\.|B\.{_GAP}?C\.)(?!\p{{L}})"
    joined = r"(?<![\p{L}\p{N}_])\p{Lu}\p{L}{2,20}(?=-(?:based|born|area|wide)\b)"
    ends = frozenset({"based", "born", "wide", "area"})

    def in_state(value: str) -> bool | None:
        return _is_in_state(value, language)

    def in_country(value: str) -> bool | None:
        return _is_in_country(value, language)

    def no_word(value: str) -> bool | None:
        return False if is_ordinary(value, language) else None

    return (
        Rule("LOCATION", rf"{town},{_GAP}?[A-Z]{{2,3}}\b\.?", 0.7, validate=in_state, needs=",", flags=_CASED),
        Rule("LOCATION", rf"{town},{_GAP}{land}", 0.6, validate=in_country, needs=",", flags=_CASED),
        Rule("LOCATION", dotted, 0.5, needs=".", flags=_CASED),
        Rule("LOCATION", joined, 0.55, validate=no_word, words=ends, flags=_CASED),
    )


_TOWNS = (
    "Leeds",
    "Wolverhampton",
    "Chicago",
    "Kraków",
    "Tulsa",
    "Bordeaux",
    "Osaka",
    "Nairobi",
    "Gdańsk",
    "Salzburg",
)
_THERE = ("She lives in {} now.", "We flew to {} on Monday.", "Born in {}, he moved abroad.", "He is from {}.")
_NOWHERE = (
    ("It is in English, as said.", "English"),
    ("Read it in Reading mode first.", "Reading"),
    ("The value is in List form.", "List"),
    ("See the note in Section two.", "Section"),
)


def examples(random: Random) -> Example:
    """Draw a sentence with a place, or with a word after a preposition that is none."""
    if random.random() < _POSITIVES:
        town = random.choice(_TOWNS)
        return Example(random.choice(_THERE).format(town), town, "LOCATION")
    text, value = random.choice(_NOWHERE)
    return Example(text, value, None)


class TownDetector(PatternDetector):
    """Places by the gazetteer, by prepositions and verbs of living, and by words for places."""

    def __init__(self, language: str = "en", seconds: float = 1.0) -> None:
        load(language)
        super().__init__("towns", rules(language), seconds, sieved=True)
        self._language = language

    def _look_at(self, view: View) -> list[Finding]:
        found = super()._look_at(view)
        if any(f.withheld for f in found):
            return found
        named = named_places(view.text, self._language)
        return found + [Finding(n.start, n.end, "LOCATION", n.score, self.name) for n in named]
