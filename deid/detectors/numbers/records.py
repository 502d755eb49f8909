"""Numbers that the words before them call identifying: of files, accounts, licences, patients; and sums of money."""

from collections.abc import Iterator
from functools import lru_cache
from random import Random

import regex

from deid.detectors.engine.numerals import telling_words
from deid.detectors.engine.pattern import DIGITS, PatternDetector, Rule
from deid.detectors.engine.wordtree import word_tree
from deid.detectors.numbers.amounts import amount_rules
from deid.detectors.numbers.courts import court_rules
from deid.detectors.numbers.specimen import draw
from deid.example import Example
from deid.lexicon import Lexicon, load_lexicon

_VALUE = (
    r"(?:[a-z]{1,6}[-/.]){0,3}(?:[a-z]{1,5})?\d[\da-z]{0,19}(?:[-/:_.]{1,2}[\da-z]{1,16}){0,6}"
    r"(?:\s\d{2,12}(?![\w%]|[.,/:-]\d)){0,4}(?![\w%])"
)
_KINDS = (
    ("medical", "MEDICAL_RECORD_NUMBER", 0.8),
    ("insurance", "HEALTH_PLAN_NUMBER", 0.75),
    ("account", "ACCOUNT_NUMBER", 0.8),
    ("licence", "LICENSE_NUMBER", 0.75),
    ("passport", "PASSPORT", 0.8),
    ("case", "ID_NUMBER", 0.75),
)


def _figures(value: str) -> int:
    return sum(char.isdecimal() for char in value)


def _number(value: str) -> bool | None:
    """Judge what is plainly called a number: two figures suffice, unless they are a version's as in "GPL-3.0"."""
    figures = _figures(value)
    return None if figures >= 3 or (figures == 2 and "." not in value) else False


def _long_number(value: str) -> bool | None:
    """Judge what stands behind a word that need not announce a number: four figures, or three and a letter."""
    return None if _figures(value) >= 4 or (_figures(value) == 3 and not value.isdecimal()) else False


def _called(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield numbers behind a word, "case no. 12", and those that follow it at once, "ticket 48213"."""
    number = rf"(?:{word_tree([*lexicon['numbers'], *lexicon['extra']])}(?!\w))"
    link = rf"(?:{word_tree(lexicon['links'])}\s{{1,2}})"
    sign = rf"(?:\s?{number}{{1,2}}[.:#]{{0,2}}[ \t]{{0,3}}|\s?[:#=]{{1,2}}[ \t]{{0,3}}|\.:?[ \t]{{0,3}})"
    announced = rf"{sign}(?:#\s?)?{link}?(?:#\s?)?"
    prefix = r"(?:[a-z]{1,3}\s(?=\d{2}))?"
    for kind, label, score in _KINDS:
        words, telling = rf"\b{word_tree(lexicon[kind])}", telling_words(lexicon[kind])
        plain = rf"{words}{announced}(?P<value>{prefix}{_VALUE})"
        yield Rule(label, plain, score, validate=_number, needs=DIGITS, words=telling, lower=True)
        direct = rf"{words}\s{{1,2}}{link}?(?P<value>{_VALUE})"
        yield Rule(label, direct, score - 0.25, validate=_long_number, needs=DIGITS, words=telling, lower=True)


def _bare(lexicon: Lexicon) -> Iterator[Rule]:
    """Yield what is called a number and nothing else: "no. 1234/2005"."""
    law = rf"(?<!(?<!\w){word_tree(lexicon['laws'])}(?:\s\(\w{{1,6}}\))?\s)"
    number = rf"\b{word_tree([*lexicon['numbers'], *lexicon['bare']])}(?!\w){law[:-1]}[\w.°º№]{{1,8}})\.?[:\s]{{0,2}}"
    yield Rule("ID_NUMBER", rf"{number}(?P<value>{_VALUE})", 0.5, validate=_long_number, needs=DIGITS, lower=True)


_CASED = regex.MULTILINE
_STANDARDS = (
    r"(?!(?:CVE|RFC|ISO|UTF|SHA|PEP|IEEE|EN|DIN|CP|MD|AES|RSA|LATIN|WINDOWS|BSD|GPL|X|IEC|ANSI|KB|MS|CWE|GHSA|HTTP)-)"
)


def _forms() -> Iterator[Rule]:
    """Yield numbers of an identifying form without any word: codes with letters, long and card-like numbers."""
    for pattern, score in (
        (rf"\b{_STANDARDS}[A-Z]{{1,5}}-\d{{5,12}}(?:-\d{{1,8}}){{0,3}}\b", 0.5),
        (rf"\b{_STANDARDS}[A-Z]{{1,5}}-\d{{2,4}}-\d{{2,8}}\b", 0.5),
        (r"\b[A-Z]{1,3}\d{2,6}[A-Z]{1,3}\d{2,6}\b", 0.5),
        (r"\b[A-Z]{1,3}\d{6,14}[A-Z]?\b", 0.5),
        (r"(?=\d)\b\d{6,12}[A-Z]{1,2}\b", 0.45),
        (r"\b1Z[\dA-Z]{16}\b", 0.85),
        (r"(?=\d)(?<![\w.,/:#-])\d{8,19}(?![\w/:-]|[.,]\d)", 0.4),
    ):
        yield Rule("ID_NUMBER", pattern, score, needs=DIGITS, flags=_CASED)
    # A card number with a slip in it is still one: its checksum fails.
    for pattern in (
        r"(?=\d)(?<![\d.,-])\b\d{4}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?![\d.,]\d)\b",
        r"(?=\d)(?<![\d.,-])\b\d{4}[ -]?\d{6}[ -]?\d{5}\b",
    ):
        yield Rule("ACCOUNT_NUMBER", pattern, 0.5, needs=DIGITS, flags=_CASED)


@lru_cache(maxsize=16)
def rules(language: str) -> tuple[Rule, ...]:
    """Return the rules for a language. Raises `PolicyError` where it is not known."""
    lexicon = load_lexicon("records", language)
    return (*_called(lexicon), *_bare(lexicon), *_forms(), *court_rules(), *amount_rules(lexicon))


class RecordDetector(PatternDetector):
    """Record, case, account and licence numbers by their words or form, and sums of money."""

    def __init__(self, language: str = "en", seconds: float = 1.0) -> None:
        super().__init__("records", rules(language), seconds, sieved=True)


_POSITIVE = (
    ("MEDICAL_RECORD_NUMBER", "MRN: {} was opened.", "#####-##"),
    ("MEDICAL_RECORD_NUMBER", "The chart no. {} is missing.", "######"),
    ("HEALTH_PLAN_NUMBER", "Her policy number {} has lapsed.", "~~ #######"),
    ("ACCOUNT_NUMBER", "Account no. {} is closed.", "##-####-##"),
    ("LICENSE_NUMBER", "My driver's license is {}.", "~############"),
    ("PASSPORT", "He showed passport no. {} there.", "~#######"),
    ("ID_NUMBER", "The application no. {} was lodged.", "2####/0#"),
    ("ID_NUMBER", "Our ref. {} of that day.", "~~/2##/1##"),
    ("ID_NUMBER", "Please close ticket {} now.", "4####"),
    ("ID_NUMBER", "The court decided in II CSK {} against it.", "###/08"),
    ("ID_NUMBER", "It cites [2005] UKHL {} twice.", "1#"),
    ("QUANTITY", "She paid EUR {} in costs.", "1,###"),
    ("QUANTITY", "A fine of {} was imposed.", "2#,### Turkish liras"),
    ("QUANTITY", "The rent is {} now.", "$1,###"),
)
_NEGATIVE = (
    ("As section {} says, nothing happens.", "4.#"),
    ("It follows RFC {} closely.", "2###"),
    ("The call ends with error code {}.", "4##"),
    ("Turn to page {} of the manual.", "1##"),
    ("Python 3.{} is needed in step {}.", "1#"),
    ("Law no. {} was amended.", "5###"),
    ("There are {} rows and 3 cases.", "1##"),
)


def examples(random: Random) -> Example:
    """Draw a sentence with a made-up number or sum, or one with a number that is nobody's."""
    if random.random() < 0.6:
        label, sentence, template = random.choice(_POSITIVE)
        value = draw(template, random)
        return Example(sentence.format(value), value, label)
    sentence, template = random.choice(_NEGATIVE)
    value = draw(template, random)
    return Example(sentence.format(value, value), value, None)
