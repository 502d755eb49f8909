"""Presidio's own recognisers, by the names under which its YAML files ask for them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from presidio_analyzer import PatternRecognizer, predefined_recognizers

from deid.detectors.engine.pattern import Rule
from deid.errors import PolicyError
from deid.labels import from_presidio

# Some of its recognisers log the text that they could not parse: nothing of it may reach a handler.
logging.getLogger("presidio-analyzer").setLevel(logging.CRITICAL + 1)

# What of Presidio asks the network, logs values or knows no time limit; these families do the same work.
_FAMILIES = {
    "EmailRecognizer": "presidio",
    "IbanRecognizer": "presidio",
    "PhoneRecognizer": "phones",
    "SpacyRecognizer": "spacy",
}


@dataclass(frozen=True, slots=True)
class Predefined:
    """The rules of a predefined recogniser, or no rules and the family of tamis that does its work."""

    rules: tuple[Rule, ...]
    served: str


def find_predefined(name: str, language: str, where: str) -> Predefined:
    """Return what stands for a recogniser of Presidio's.

    Raises `PolicyError`, naming `where`, if there is none of that name or it is none of patterns: models and services
    do not run behind tamis.

    >>> find_predefined("UsSsnRecognizer", "en", "here").served
    'by Presidio’s own patterns'
    >>> find_predefined("SpacyRecognizer", "en", "here").served
    'by the family spacy, where the policy names it'
    """
    if name in _FAMILIES:
        return Predefined((), f"by the family {_FAMILIES[name]}, where the policy names it")
    kind = getattr(predefined_recognizers, name, None)
    if not isinstance(kind, type):
        raise PolicyError(f"{where}: Presidio has no recogniser of that name")
    if not issubclass(kind, PatternRecognizer):
        raise PolicyError(f"{where}: only Presidio's pattern recognisers run here; use a family or a plug-in of tamis")
    return Predefined(_rules(kind(supported_language=language)), "by Presidio’s own patterns")


def _rules(recognizer: PatternRecognizer) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            from_presidio(recognizer.supported_entities[0]),
            pattern.regex,
            pattern.score,
            tuple(recognizer.context or ()),
            _judge(recognizer),
            flags=recognizer.global_regex_flags,
        )
        for pattern in recognizer.patterns
    )


def _judge(recognizer: PatternRecognizer) -> Callable[[str], bool | None]:
    def judge(value: str) -> bool | None:
        if recognizer.invalidate_result(value):
            return False
        verdict: bool | None = recognizer.validate_result(value)
        return verdict

    return judge
