"""Presidio's own recognisers, run under our clock.

Presidio skips a pattern that runs out of time and reports the rest as if it were clean; here the text is withheld
instead. Its patterns, checksums and context words are taken as they are, from its public registry, but for two: its
e-mail check asks the network for a list of domains, and its IBAN check writes the number to the log.
"""

import logging
import time
from collections.abc import Callable, Sequence

import regex
from presidio_analyzer import PatternRecognizer, RecognizerRegistry
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from deid.detectors.pattern import DIGITS, PatternDetector, Rule
from deid.finding import Finding, withhold

# Some of its recognisers log the text that they could not parse: nothing of it may reach a handler.
logging.getLogger("presidio-analyzer").setLevel(logging.CRITICAL + 1)

_REPLACED = frozenset({"EMAIL_ADDRESS", "IBAN_CODE"})
_NEEDS = {"URL": ".", "MAC_ADDRESS": ":-.", "IP_ADDRESS": ".:", "CRYPTO": DIGITS, "MEDICAL_LICENSE": DIGITS}
_PHONE_DIGITS = 7
_PHONE_REACH = 2_000  # takes a quarter of a second at worst; no phone number is longer than the overlap
_PHONE_OVERLAP = 200
_PHONE_PATIENCE = 3  # its time grows with the digits, no faster: a window full of phone numbers takes six seconds
_DECIMAL = f"{DIGITS}."


def _iban(value: str) -> bool | None:
    """Check the digits of an IBAN (ISO 7064, mod 97-10); a wrong checksum still looks enough like one to hide."""
    compact = "".join(c for c in value.upper() if c.isalnum())
    digits = "".join(str(int(c, 36)) for c in compact[4:] + compact[:4])
    return True if int(digits) % 97 == 1 else None


# "He left.Then": two words of a text, and what Presidio's list of top-level domains makes of them.
_SENTENCE_END = regex.compile(r"\p{L}*\p{Ll}\.\p{Lu}\p{Ll}+")

_OWN_RULES = (
    Rule(
        "EMAIL_ADDRESS",
        r"[\p{L}\p{N}._%+'’-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}[\p{L}]{2,24}",
        0.95,
        needs="@",
    ),
    Rule(
        "IBAN_CODE",
        r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?\b",
        0.3,
        context=("iban", "bank", "account", "transfer", "konto"),
        validate=_iban,
        needs=DIGITS,
    ),
)


def _judge(recognizer: PatternRecognizer) -> Callable[[str], bool | None]:
    def judge(value: str) -> bool | None:
        if recognizer.invalidate_result(value) or _SENTENCE_END.fullmatch(value):
            return False
        verdict: bool | None = recognizer.validate_result(value)
        return verdict

    return judge


def presidio_rules(language: str = "en") -> tuple[Rule, ...]:
    """Return Presidio's default pattern recognisers for a language as rules of ours."""
    registry = RecognizerRegistry(supported_languages=[language])
    registry.load_predefined_recognizers(languages=[language])
    return tuple(
        Rule(
            label=recognizer.supported_entities[0],
            pattern=pattern.regex,
            score=pattern.score,
            context=tuple(recognizer.context or ()),
            validate=_judge(recognizer),
            needs=_NEEDS.get(recognizer.supported_entities[0], DIGITS),
            flags=recognizer.global_regex_flags,
        )
        for recognizer in registry.recognizers
        if isinstance(recognizer, PatternRecognizer) and recognizer.supported_entities[0] not in _REPLACED
        for pattern in recognizer.patterns
    )


EXAMPLES = (
    ("Card 4111 1111 1111 1111 was used.", "CREDIT_CARD"),
    ("Write to ann.lee@example.com please.", "EMAIL_ADDRESS"),
    ("Call (212) 555-0143 tonight.", "PHONE_NUMBER"),
    ("Her IBAN is DE89 3704 0044 0532 0130 00.", "IBAN_CODE"),
    ("Connected from 192.0.2.17 twice.", "IP_ADDRESS"),
)
"""Sentences and a label that this family finds in each: `tamis doctor` and the tests hold it to them."""


class PresidioDetector:
    """Presidio's patterns, checksums and phone numbers for one language."""

    def __init__(self, language: str = "en", seconds: float = 5.0) -> None:
        self._patterns = PatternDetector("presidio", (*presidio_rules(language), *_OWN_RULES), seconds)
        self._phones = PhoneRecognizer(supported_language=language)
        self._seconds = seconds

    @property
    def name(self) -> str:
        """The name of the family."""
        return "presidio"

    def detect(self, texts: Sequence[str]) -> list[list[Finding]]:
        """Return what Presidio's patterns and its phone recogniser find in each text."""
        found = self._patterns.detect(texts)
        return [findings + self._phone(text) for text, findings in zip(texts, found, strict=True)]

    def _phone(self, text: str) -> list[Finding]:
        """Look for phone numbers a stretch at a time: Presidio's recogniser knows no time limit."""
        deadline = time.monotonic() + _PHONE_PATIENCE * self._seconds
        found: list[Finding] = []
        for start in range(0, max(1, len(text) - _PHONE_OVERLAP), _PHONE_REACH - _PHONE_OVERLAP):
            stretch = text[start : start + _PHONE_REACH]
            if sum(c.isdecimal() for c in stretch) < _PHONE_DIGITS:
                continue
            if time.monotonic() > deadline:
                return withhold(text, self.name)
            results = self._phones.analyze(stretch, ["PHONE_NUMBER"])
            found += [
                Finding(r.start + start, r.end + start, r.entity_type, r.score, self.name)
                for r in results
                if not _is_decimal(stretch, r.start, r.end)
            ]
        return found


def _is_decimal(text: str, start: int, end: int) -> bool:
    """Whether the span is, or is part of, a number with one decimal point and nothing else."""
    while start > 0 and text[start - 1] in _DECIMAL:
        start -= 1
    while end < len(text) and text[end] in _DECIMAL:
        end += 1
    whole, point, fraction = text[start:end].partition(".")
    return bool(point) and whole.isdecimal() and fraction.isdecimal()
