"""Organisations: firms by their legal form, institutions by their kind and a name, employers by context."""

from collections.abc import Callable
from random import Random

import regex

from deid.detectors.engine.pattern import PatternDetector, Rule
from deid.detectors.engine.view import View
from deid.detectors.names.generic import is_generic
from deid.detectors.names.institutions import acronyms, named_organisations
from deid.example import Example
from deid.finding import Finding
from deid.gazetteer import fold, frequent_given_names, is_ordinary, known_places, places, surnames
from deid.lexicon import Lexicon, either, load_lexicon

_CASED = regex.MULTILINE
_POSITIVES = 0.6
_GAP = "[ \xa0]"
_CAP = r"\p{Lu}[\p{L}\p{M}\p{N}]{0,30}(?:[&'’./-]\p{L}[\p{L}\p{M}]{0,30}){0,2}"
_START = r"(?<![\p{L}\p{N}_])"
_END = r"(?![\p{L}\p{N}_])"
_HEIR_FORMS = (
    "Sons Son Daughters Co Company Partners Associates Söhne Sohn Hijos Fils Associés Partner Hermanos".split()
)
_HEIRS = frozenset(form.lower() for form in _HEIR_FORMS)
_FIRMS_BEFORE = frozenset({"ooo", "ооо", "pt", "firma", "fa"})
_WORD = regex.compile(r"[\p{L}\p{N}\p{M}-]+")


def rules(language: str = "en") -> tuple[Rule, ...]:
    """Return the rules for a language."""
    lexicon = load_lexicon("organisations", language)
    return (*_firms(lexicon, language), *_employers(lexicon, language), *_by_surnames(language))


def _organisation(
    pattern: str, score: float, judge: Callable[[str], bool | None], words: frozenset[str] = frozenset()
) -> Rule:
    return Rule("ORGANIZATION", pattern, score, validate=judge, words=words, flags=_CASED)


def _firms(lexicon: Lexicon, language: str) -> tuple[Rule, ...]:
    """Firms in lower case, and such as have their kind before the name."""
    low = lexicon["lower_suffixes"]

    def named(value: str) -> bool | None:
        return False if is_generic(value, language) or is_ordinary(_WORD.findall(value)[0], language) else None

    return (
        _organisation(
            rf"{_START}(?:\p{{Ll}}[\p{{L}}\p{{N}}&'-]{{2,30}}{_GAP}){{1,2}}{either(low)}\.?{_END}",
            0.5,
            named,
            frozenset(low),
        ),
        _organisation(
            rf"{_START}{either(lexicon['prefixes'])}{_GAP}[\"“«]?{_CAP}(?:{_GAP}{_CAP}){{0,3}}",
            0.55,
            named,
            _FIRMS_BEFORE,
        ),
    )


def _employers(lexicon: Lexicon, language: str) -> tuple[Rule, ...]:
    """Whom somebody works for: the name need not look like that of a firm."""
    cues = lexicon["employment"]

    def named(value: str) -> bool | None:
        words = _WORD.findall(value)
        return False if all(is_ordinary(word, language) for word in words) or is_generic(value, language) else None

    name = rf"(?:\d{{1,3}}{_GAP})?{_CAP}(?:{_GAP}(?:&{_GAP}|and{_GAP})?{_CAP}){{0,3}}"
    pattern = rf"{_START}{either(cues)}{_GAP}(?:the{_GAP})?(?P<value>{name}){_END}"
    after = rf"(?:website|headquarters|employees|shareholders|customer{_GAP}service|office{_GAP}is)\b"
    behind = rf"{_START}(?P<value>{name})(?={_GAP}{after})"
    return (
        _organisation(pattern, 0.5, named, frozenset(cue.split()[0] for cue in cues)),
        _organisation(
            behind,
            0.45,
            named,
            frozenset({"website", "headquarters", "employees", "shareholders", "customer", "office"}),
        ),
    )


def _by_surnames(language: str) -> tuple[Rule, ...]:
    """Firms that are called after their founders: "Miller, Smith and Jones", "Fritz-Armstrong", "Weber and Sons"."""
    name, low = r"\p{Lu}[\p{L}\p{M}'’]{2,20}", r"\p{Ll}{3,20}"
    both = rf"{_GAP}(?:and|&|y|et|und){_GAP}"
    heirs = either(_HEIR_FORMS)

    def founders(value: str) -> bool | None:
        words = [word for word in _WORD.findall(value) if len(word) > 2 and fold(word) not in ("and", "und")]
        known = sum(fold(word) in surnames() for word in words)
        other = any(fold(w) in known_places() or fold(w) in frequent_given_names() for w in words)
        enough = known == len(words) or (value[0].isupper() and known and not other)
        plain = sum(is_ordinary(word, language) for word in words)
        return None if enough and plain < (len(words) if known == len(words) else 1) else False

    def double(value: str) -> bool | None:
        parts = value.split("-")
        fine = all(fold(p) in surnames() and not is_ordinary(p, language) for p in parts)
        return None if fine and fold(value) not in places() else False

    return (
        _organisation(rf"{_START}{name},{_GAP}{name}{both}{name}{_END}", 0.6, founders),
        _organisation(rf"{_START}{low},{_GAP}{low}{both}{low}{_END}", 0.5, founders),
        _organisation(rf"{_START}{_CAP}(?:{_GAP}{_CAP}){{0,2}}{both}{heirs}{_END}\.?", 0.6, lambda _: None, _HEIRS),
        _organisation(rf"{_START}{name}-{name}{_END}(?!-)", 0.45, double),
    )


_NAMES = ("Kowalski", "Okafor", "Lindqvist", "Marchetti", "Vasquez", "Hoffmann", "Beaumont", "Tanaka", "Ashworth")
_FIRMS = ("{0} Ltd", "{0} GmbH", "{0}, {1} and {2}", "{0} & Sons", "{0} Logistics Inc.", "{0} S.L.", "{0} and Partners")
_BODIES = ("{0} Hospital", "University of {0}", "{0} District Court", "{0} Primary School", "Bank of {0}")
_SAID = ("She works for {} in town.", "The letter came from {} yesterday.", "It was sent to {} in May.")
_COMMON = (
    "the Court",
    "the Supreme Administrative Court",
    "the Turkish Government",
    "the Ministry of Justice",
    "Parliament",
)


def examples(random: Random) -> Example:
    """Draw a sentence with a firm or an institution, or with a public body that everybody shares."""
    if random.random() < _POSITIVES:
        name = random.choice(_FIRMS + _BODIES).format(*random.sample(_NAMES, 3))
        return Example(random.choice(_SAID).format(name), name, "ORGANIZATION")
    body = random.choice(_COMMON)
    return Example(f"On appeal {body} upheld the decision.", body, None)


class OrganisationDetector(PatternDetector):
    """Firms by legal form, trade or founders; institutions by their kind beside a name."""

    def __init__(self, language: str = "en", seconds: float = 1.0) -> None:
        super().__init__("organisations", rules(language), seconds, sieved=True)
        self._language = language

    def _look_at(self, view: View) -> list[Finding]:
        found = super()._look_at(view)
        if any(f.withheld for f in found):
            return found
        named = (*named_organisations(view.text, self._language), *acronyms(view.text, self._language))
        return found + [Finding(n.start, n.end, "ORGANIZATION", n.score, self.name) for n in named]
