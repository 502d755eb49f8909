"""Presidio's sound identifiers: its forms and checksums, under our clock, with words where neither tells enough.

Left out are its recognisers that grow faster than the text, ask the network, log what they saw, or take any number for
something; phone numbers, addresses of machines, dates and most national identifiers have families of their own. Added
to its forms: other signs between groups, and letters that stick to either end where a checksum vouches for the rest.
"""

import logging
from collections.abc import Callable, Iterable
from random import Random

import regex
from presidio_analyzer import PatternRecognizer
from presidio_analyzer.predefined_recognizers import (
    AbaRoutingRecognizer,
    CryptoRecognizer,
    EsNieRecognizer,
    EsNifRecognizer,
    MedicalLicenseRecognizer,
    NhsRecognizer,
    UsItinRecognizer,
    UsMbiRecognizer,
)

from deid.detectors.engine.pattern import DIGITS, PatternDetector, Rule
from deid.detectors.engine.view import View
from deid.detectors.numbers import checksums as check
from deid.detectors.numbers.iban import find_ibans, passes
from deid.detectors.numbers.specimen import draw
from deid.example import Example
from deid.finding import Finding
from deid.labels import from_presidio
from deid.lexicon import Lexicon, load_lexicon

# Some of its recognisers log the text that they could not parse: nothing of it may reach a handler.
logging.getLogger("presidio-analyzer").setLevel(logging.CRITICAL + 1)

Judge = Callable[[str], bool | None]

_WEAKEST = 0.3
_PLAIN = regex.MULTILINE
_START, _END = r"(?<!\d)(?<!\d[.,])", r"(?![.,]?\d)"
_SIGN = r"(?: - |[ ._/-])"

_LOCAL = r"[\p{L}\p{N}._%+'’-]{1,64}"
_DOMAIN = r"(?:[\p{L}\p{N}-]{1,63}\.){1,8}(?:xn--[a-z0-9-]{2,59}|\p{L}{2,24})"
_CARD = (
    rf"{_START}(?:(?:[4-6]\d|2[2-7]|3[05689])\d{{2}}(?P<s>{_SIGN}?)\d{{4}}(?P=s)\d{{4}}(?P=s)\d{{1,7}}"
    rf"|3[04-9]\d{{2}}(?P<t>{_SIGN}?)\d{{6}}(?P=t)\d{{4,5}}){_END}"
)
_SSN = rf"(?<![\d-])(?<!\d\.)\d{{3}}(?P<s>{_SIGN})\d{{2}}(?P=s)\d{{4}}(?!-?\d|\.\d)"


def _card(value: str) -> bool | None:
    """Check the digits of a card (Luhn), and its length."""
    digits = check.digits(value)
    return len(digits) > 13 and len(set(digits)) > 1 and check.luhn(value)


def _ssn(value: str) -> bool | None:
    """Turn down what is never given out; samples of the administration count, since they stand for real ones."""
    digits = "".join(c for c in value if c.isdecimal())
    impossible = digits[:3] in ("000", "666") or digits[3:5] == "00" or digits[5:] == "0000"
    return False if impossible or len(set(digits)) == 1 else None


def _crypto() -> Judge:
    recogniser = CryptoRecognizer()

    def judge(value: str) -> bool | None:
        try:
            return bool(recogniser.validate_result(value))
        except (ValueError, IndexError, OverflowError):  # Presidio's check raises for some that are none
            return False

    return judge


def _plain_rules(lexicon: Lexicon) -> Iterable[Rule]:
    """Yield the rules whose form or checksum tells enough."""
    yield Rule("EMAIL_ADDRESS", f"{_LOCAL}@{_DOMAIN}", 0.95, needs="@", flags=_PLAIN)
    yield Rule("CREDIT_CARD", _CARD, 1.0, validate=_card, needs=DIGITS, flags=_PLAIN)
    yield Rule("US_SSN", _SSN, 0.5, lexicon["ssn"], _ssn, DIGITS, flags=_PLAIN)
    yield Rule("CRYPTO", r"\b(?:bc1|[13])[a-zA-HJ-NP-Z0-9]{25,59}\b", 1.0, validate=_crypto(), needs="13", flags=_PLAIN)
    yield Rule("CRYPTO", r"\b0x[0-9a-fA-F]{40}\b", 0.6, lexicon["wallet"], needs="x", flags=_PLAIN)


# Presidio's recognisers, and the words that they go by.
_RECOGNISERS: tuple[tuple[type[PatternRecognizer], str], ...] = (
    (UsMbiRecognizer, "medicare"),
    (EsNifRecognizer, "dni"),
    (EsNieRecognizer, "dni"),
    (UsItinRecognizer, "itin"),
    (NhsRecognizer, "nhs"),
    (MedicalLicenseRecognizer, "dea"),
    (AbaRoutingRecognizer, "routing"),
)


def _presidio_rules(lexicon: Lexicon) -> Iterable[Rule]:
    """Yield Presidio's own patterns, each only where its words stand in the text."""
    for kind, name in _RECOGNISERS:
        recogniser, words = kind(), lexicon[name]
        label, judge = from_presidio(recogniser.supported_entities[0]), _judge(recogniser)
        for pattern in recogniser.patterns:
            yield Rule(label, pattern.regex, pattern.score, words, judge, DIGITS, frozenset(words))


def _judge(recogniser: PatternRecognizer) -> Judge:
    """Turn down what Presidio's check turns down; what passes by chance in one case of ten is not certain for that."""

    def judge(value: str) -> bool | None:
        refused = recogniser.invalidate_result(value) or recogniser.validate_result(value) is False
        return False if refused else None

    return judge


# Forms that mean nothing without their words.
_BY_WORDS = (
    ("US_PASSPORT", "passport", r"\b(?:[A-Z]\d{8}|\d{9})\b"),
    ("US_DRIVER_LICENSE", "licence", r"\b(?:[A-Z]{1,3}[ -]?\d[\d -]{3,16}\d[A-Z]?|\d{7,12})\b"),
    ("US_BANK_NUMBER", "account", r"\b\d{8,17}\b"),
)


def _worded_rules(lexicon: Lexicon) -> Iterable[Rule]:
    for label, name, pattern in _BY_WORDS:
        yield Rule(label, pattern, 0.1, lexicon[name], words=frozenset(lexicon[name]), needs=DIGITS, flags=_PLAIN)


def rules(language: str) -> tuple[Rule, ...]:
    """Return the rules of this family for a language."""
    lexicon = load_lexicon("presidio", language)
    return (*_plain_rules(lexicon), *_presidio_rules(lexicon), *_worded_rules(lexicon))


class PresidioDetector(PatternDetector):
    """E-mail addresses, cards, accounts and the identifiers of Presidio that hold up."""

    def __init__(self, language: str = "en", seconds: float = 1.0) -> None:
        super().__init__("presidio", rules(language), seconds, sieved=True)

    def _look_at(self, view: View) -> list[Finding]:
        """Return what the rules find, but for what needs words and has none."""
        found = super()._look_at(view)
        return [*(f for f in found if f.score >= _WEAKEST), *self._ibans(view.text)]

    def _ibans(self, text: str) -> Iterable[Finding]:
        return (Finding(start, end, "IBAN_CODE", 1.0, self.name) for start, end in find_ibans(text))


_POSITIVE = (
    (
        "EMAIL_ADDRESS",
        "Write to {} please.",
        ("ann.lee##@example.com", "o'hara@post.example.org", "info-#@example.co.uk"),
    ),
    ("CREDIT_CARD", "Card {} was used.", ("4### #### #### ####", "5#############4#", "37## ###### #####")),
    ("IBAN_CODE", "Her IBAN is {}.", ("DE## #### #### #### #### ##", "GB##NWBK##############", "be## #### #### ####")),
    ("US_SSN", "SSN {} is on file.", ("1##.4#.61##", "2## 3# 41##", "3##/5#/71##")),
    ("UK_NHS", "NHS no {} was given.", ("### ### ####", "##########")),
    ("MEDICAL_LICENSE", "The DEA number {} has expired.", ("AB#######", "FM#######")),
    ("US_PASSPORT", "The passport {} was stamped.", ("A########", "#########")),
    ("US_BANK_NUMBER", "From account {} to savings.", ("##########", "############")),
)
_NEGATIVE = (
    ("The value of {} is exact.", ("0.4##############", "3.14159######", "#,###,###.##")),
    ("Order {} has left the house.", ("#########", "4### #### ####", "A#-####")),
    ("Ask {} on the page.", ("user@", "@home", "a@b")),
)
_CHECKS: dict[str, check.Check] = {
    "CREDIT_CARD": check.luhn,
    "IBAN_CODE": passes,
    "UK_NHS": check.stdnum("gb.nhs"),
    "MEDICAL_LICENSE": check.dea,
}


def examples(random: Random) -> Example:
    """Draw a sentence with a made-up identifier, or one with something that only looks like one."""
    if random.random() < 0.6:
        label, frame, templates = random.choice(_POSITIVE)
        value = draw(random.choice(templates), random, _CHECKS.get(label))
        return Example(frame.format(value), value, label)
    negative, templates = random.choice(_NEGATIVE)
    value = draw(random.choice(templates), random)
    return Example(negative.format(value), value, None)
