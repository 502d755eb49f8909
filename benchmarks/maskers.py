"""The systems that are compared: tamis as it comes, and Presidio's own analyzer on the same spaCy model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider

from deid import Scanner
from deid.detectors.spacy_ner import find_model

BATCH = 64


@dataclass(frozen=True, slots=True)
class Mask:
    """One stretch that a system would mask, why, and how sure it is."""

    start: int
    end: int
    label: str
    score: float


Masker = Callable[[Sequence[str]], list[list[Mask]]]


def tamis_masker() -> Masker:
    """Build tamis with its standard policy; the model is loaded once."""
    return partial(_scan, Scanner())


def presidio_masker(organizations: bool) -> Masker:
    """Build Presidio's AnalyzerEngine as shipped, but with the installed model; it drops ORGANIZATION unless told."""
    engine = NlpEngineProvider(nlp_configuration=presidio_configuration(organizations)).create_engine()
    return partial(_analyze, BatchAnalyzerEngine(AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])))


def presidio_configuration(organizations: bool) -> dict[str, Any]:
    """Give Presidio's shipped configuration with the path of the installed model in place of en_core_web_lg."""
    shipped: dict[str, Any] = NlpEngineProvider().nlp_configuration
    names = dict(shipped["ner_model_configuration"])
    if organizations:
        names["labels_to_ignore"] = [label for label in names["labels_to_ignore"] if label != "ORGANIZATION"]
    model = {"lang_code": "en", "model_name": str(find_model().path)}
    return {**shipped, "models": [model], "ner_model_configuration": names}


def _scan(scanner: Scanner, texts: Sequence[str]) -> list[list[Mask]]:
    return [[Mask(f.start, f.end, f.label, f.score) for f in found] for found in scanner.scan(texts)]


def _analyze(engine: Any, texts: Sequence[str]) -> list[list[Mask]]:
    answers = engine.analyze_iterator(texts, language="en", batch_size=BATCH)
    return [[Mask(r.start, r.end, r.entity_type, r.score) for r in found] for found in answers]
