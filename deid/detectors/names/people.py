"""People: names by honorifics, greetings, signatures, kin and introductions, by initials, and by the gazetteer."""

from collections.abc import Callable, Iterable
from random import Random

import regex

from deid.detectors.engine.pattern import PatternDetector, Rule
from deid.detectors.engine.view import View
from deid.detectors.names.names import known_name, named_people
from deid.example import Example
from deid.finding import Finding
from deid.gazetteer import fold, frequent_given_names, given_names, is_ordinary, known_places, load, surnames
from deid.lexicon import Lexicon, either, load_lexicon

_CASED = regex.MULTILINE
_POSITIVES = 0.6
_GAP = "[ \xa0]"
_NAME = r"(?:[DdLO]['’])?\p{Lu}[\p{L}\p{M}]{0,30}(?:['’-]\p{L}[\p{L}\p{M}]{0,30}){0,3}"
_LONG = r"(?:[DdLO]['’])?\p{Lu}[\p{L}\p{M}]{1,30}(?:['’-]\p{L}[\p{L}\p{M}]{0,30}){0,3}"
_PARTICLE = (
    r"(?:(?:de|del|della|di|da|do|dos|das|du|la|las|le|los|van|von|der|den|ter|ten|zu|zum|zur|el|al|bin|ibn|y|e|af|av)"
    rf"{_GAP})"
)
_FULL = (
    rf"(?:\p{{Lu}}\.{_GAP}?){{0,3}}{_PARTICLE}{{0,3}}{_NAME}"
    rf"(?:{_GAP}{_PARTICLE}{{0,3}}(?:{_LONG}|\p{{Lu}}\.?(?!\w))){{0,3}}"
)
_PLAIN = rf"{_PARTICLE}{{0,2}}{_LONG}(?:{_GAP}{_PARTICLE}{{0,3}}(?:{_LONG}|\p{{Lu}}\.)){{0,3}}"
_START = r"(?<![\p{L}\p{N}_])"
_END = r"(?![\p{L}\p{N}_])"
_TITLE_FIELDS = ("title", "salutation", "prefix", "anrede", "civilité", "tratamiento")
_DEGREE = r"(?:Jr|Sr|MD|M\.D|PhD|Ph\.D|Esq|Esquire|RN|DDS|DVM|QC|KC|MBE|OBE|CPA|LMFT|LCSW|FRCS|FRCP|MRCP)"
_SURE = frozenset("mr mrs ms mx dr prof herr frau mme mlle hr sra srta dra messrs".split())
_HEADINGS = frozenset("law court trial case merits facts fact order police post".split())
_WORD = regex.compile(r"[\p{L}\p{M}'’-]{2,}")


def _names_somebody(value: str, language: str) -> bool | None:
    """No verdict, unless the words are ordinary ones or a place: then nobody is named."""
    words = _WORD.findall(value)
    if not words or fold(value) in known_places():
        return False
    ordinary = is_ordinary(words[0], language) and not (len(words) > 1 and fold(words[-1]) in surnames())
    return False if ordinary or all(is_ordinary(word, language) for word in words) else None


def _is_titled(value: str, language: str) -> bool | None:
    """After "Mr" comes a name; after "Miss" or "Lord" an ordinary word may come."""
    words = _WORD.findall(value)
    if not words:
        return None
    return None if fold(words[0]) in _SURE else _names_somebody(" ".join(words[1:]) or value, language)


def _is_listed(value: str, language: str) -> bool | None:
    """Surname, comma, given name: both known."""
    surname, _, given = value.partition(",")
    first = _WORD.findall(given)[0]
    known = fold(surname) in surnames() and fold(first) in given_names() and not is_ordinary(first, language)
    plain = is_ordinary(surname, language) and fold(first) not in frequent_given_names()
    return None if known and not plain and fold(surname) not in known_places() else False


def _first_words(phrases: Iterable[str]) -> frozenset[str]:
    """One word of each phrase: without it the phrase cannot occur."""
    return frozenset(max(regex.findall(r"\w+", phrase.lower()), key=len) for phrase in phrases)


def rules(language: str = "en") -> tuple[Rule, ...]:
    """Return the rules for a language."""
    lexicon = load_lexicon("people", language)
    return (*_titles(lexicon, language), *_forms(language))


def _person(
    pattern: str, score: float, judge: Callable[[str, str], bool | None], language: str, phrases: Iterable[str] = ()
) -> Rule:
    words = _first_words(phrases)
    return Rule("PERSON", pattern, score, validate=lambda v: judge(v, language), words=words, flags=_CASED)


def _titles(lexicon: Lexicon, language: str) -> tuple[Rule, ...]:
    every, low = lexicon["honorifics"], lexicon["lower_honorifics"]
    long, short = [h for h in every if len(h) > 1], [h for h in every if len(h) == 1]
    single = rf"|{either(short)}\." if short else ""
    title = rf"(?:{either([*long, *(h.upper() for h in long if 1 < len(h) < 5)])}\b\.?{single})"
    chain = rf"{title}(?:{_GAP}(?:and|&|y|et|und|med\.){_GAP}?)?(?:{_GAP}?{title}){{0,2}}"
    initials = rf"(?:\p{{Lu}}\.{_GAP}?){{1,3}}"
    return (
        _person(
            rf"{_START}{chain}(?:{_GAP}{{1,2}}|(?<=\.))(?:{_FULL}|{initials}){_END}", 0.85, _is_titled, language, every
        ),
        _person(rf"{_START}{either(low)}\.?{_GAP}\p{{Ll}}{{3,20}}{_END}", 0.6, _is_titled_low, language, low),
        Rule(
            "TITLE",
            rf"{_START}(?i:{'|'.join(_TITLE_FIELDS)})\s?[:=]\s{{0,2}}(?P<value>{title})(?!\w)",
            0.6,
            words=frozenset(_TITLE_FIELDS),
            flags=_CASED,
        ),
    )


def _is_titled_low(value: str, language: str) -> bool | None:
    return False if is_ordinary(_WORD.findall(value)[-1], language) else None


def _forms(language: str) -> tuple[Rule, ...]:
    states = either(load_lexicon("people", language)["countries_in_cases"])
    initials = rf"\p{{Lu}}\.(?:{_GAP}?\p{{Lu}}\.){{0,2}}"
    return (
        _person(
            rf"(?<![\p{{L}}\p{{N}}_.])(?:{initials}{_GAP}?|\p{{Lu}}\.-\p{{Lu}}\.{_GAP}?){_PLAIN}{_END}",
            0.5,
            _is_initialled,
            language,
        ),
        _person(rf"{_START}{_LONG}{_GAP}\p{{Lu}}\.?{_GAP}{_LONG}{_END}", 0.6, _is_middled, language),
        _person(rf"{_START}{_LONG},{_GAP}{_LONG}(?:{_GAP}\p{{Lu}}\.?(?!\w))?{_END}", 0.6, _is_listed, language),
        _person(
            rf"{_START}(?P<value>{_PLAIN}),?{_GAP}{_DEGREE}\b",
            0.7,
            _names_somebody,
            language,
            ("Jr MD PhD Esq QC RN").split(),
        ),
        _person(
            rf"{_START}(?P<value>{_PLAIN})(?:{_GAP}and{_GAP}Others)?{_GAP}vs?\.?{_GAP}(?:[Tt]he{_GAP})?{states}",
            0.5,
            _names_somebody,
            language,
            ("v", "vs"),
        ),
        Rule(
            "PERSON",
            rf"(?<![\p{{L}}\p{{N}}_.&])(?!(?:U\.{_GAP}?[SKN]|E\.{_GAP}?U|D\.{_GAP}?C|B\.{_GAP}?C|A\.{_GAP}?D|P\.{_GAP}?[OS]|"
            rf"L\.{_GAP}?A|N\.{_GAP}?Y)\.)"
            rf"\p{{Lu}}\.{_GAP}?\p{{Lu}}\.(?:{_GAP}?\p{{Lu}}\.)?(?=[,;’'”)]|{_GAP}\p{{Ll}})",
            0.45,
            needs=".",
            flags=_CASED,
        ),
        Rule(
            "USERNAME",
            r"(?<![\w@])@ (?P<value>(?=\w{0,24}[_\d\p{Lu}]\w)[A-Za-z]\w{3,24})\b",
            0.55,
            needs="@",
            flags=_CASED,
        ),
        Rule(
            "USERNAME",
            r"(?<![^\s(.“\"])@ (?P<value>\p{Ll}[\p{Ll}\d_]{4,24})\b",
            0.45,
            validate=lambda v: _is_handle(v, language),
            needs="@",
            flags=_CASED,
        ),
        Rule("USERNAME", r"(?:\bRT|\bvia|\(|\bFF)\s{0,2}@ (?P<value>[A-Za-z]\w{2,24})\b", 0.6, needs="@", flags=_CASED),
    )


def _is_initialled(value: str, language: str) -> bool | None:
    """Judge a name after initials: "J. Smith" is one, "A. Introduction" a heading."""
    words = [word for word in _WORD.findall(value) if word[0].isupper()]
    if not words or (words[0].isupper() and not known_name(words[0])) or fold(words[0]) in known_places():
        return False
    if is_ordinary(words[0], language):
        named = fold(words[0]) in surnames() and fold(words[0]) not in _HEADINGS
        return None if named and len(words) == 1 and words[0][1:].islower() else False
    return False if any(is_ordinary(word, language) for word in words[1:]) else None


def _is_handle(value: str, language: str) -> bool | None:
    return False if is_ordinary(value, language) or fold(value) in known_places() else None


def _is_middled(value: str, language: str) -> bool | None:
    words = _WORD.findall(value)
    if len(words) < 2 or (any(is_ordinary(word, language) for word in words) and not all(map(known_name, words))):
        return False
    return None if "." in value or any(map(known_name, words)) else False


_GIVEN = ("Anna", "Tomasz", "Priya", "Kwame", "Elena", "Jürgen", "Fatima", "Hugo", "Ingrid", "Mateo")
_FAMILY = ("Kowalski", "Okafor", "Lindqvist", "Marchetti", "Vasquez", "Hoffmann", "van der Berg", "O'Neill", "Tanaka")
_TOLD = (
    ("I saw {} today.", "Mrs {1}"),
    ("It was signed by {} in May.", "{0} {1}"),
    ("Dear {},\nthank you.", "{0}"),
    ("Best regards,\n{}", "{0} {1}"),
    ("My wife {} called.", "{0}"),
    ("My name is {} and I agree.", "{0} {1}"),
    ("The report is by {} of the lab.", "J. {1}"),
    ("We met {} there.", "{0} {1}"),
)
_UNTOLD = (
    ("Dear Sir or Madam, thank you.", "Sir"),
    ("This is Python speaking to you.", "Python"),
    ("A. Introduction to the matter", "A. Introduction"),
    ("Best regards,\nThe Team", "The Team"),
    ("We will mark the page in May.", "mark"),
)


def examples(random: Random) -> Example:
    """Draw a sentence with somebody's name, or with words in the places of names."""
    if random.random() < _POSITIVES:
        text, form = random.choice(_TOLD)
        name = form.format(random.choice(_GIVEN), random.choice(_FAMILY))
        return Example(text.format(name), name, "PERSON")
    text, value = random.choice(_UNTOLD)
    return Example(text, value, None)


class PeopleDetector(PatternDetector):
    """People by what stands around their names, by the form of the name, and by the gazetteer."""

    def __init__(self, language: str = "en", seconds: float = 1.0) -> None:
        load(language)
        super().__init__("people", rules(language), seconds, sieved=True)
        self._language = language

    def _look_at(self, view: View) -> list[Finding]:
        found = super()._look_at(view)
        if any(f.withheld for f in found):
            return found
        named = named_people(view.text, self._language)
        return found + [Finding(n.start, n.end, "PERSON", n.score, self.name) for n in named]
