"""The systems that are compared: tamis under some policies, and Presidio's own analyzer on the same spaCy model."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import spacy
from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngine, NlpEngineProvider, SpacyNlpEngine
from spacy.language import Language
from spacy.tokens import Doc

from benchmarks.coverage import Span
from deid import Finding, Policy, Scanner
from deid.detector import Detector, LateDetector
from deid.detectors.models.spacy_ner import find_model
from deid.scanner import load_detectors

BATCH = 64


@dataclass(frozen=True, slots=True)
class Mask:
    """One stretch that a system would mask, why, and how sure it is."""

    start: int
    end: int
    label: str
    score: float


NAMES = frozenset({"PERSON", "TITLE", "LOCATION", "GPE", "STREET_ADDRESS", "ZIP_CODE", "ORGANIZATION"})
"""What tamis and Presidio call names of people, places and organisations."""

Masker = Callable[[Sequence[str]], list[list[Mask]]]


class _Remembering:
    """A detector that is asked once for each text."""

    def __init__(self, detector: Detector, seen: dict[str, list[Finding]]) -> None:
        self._detector = detector
        self._seen = seen

    @property
    def name(self) -> str:
        return self._detector.name

    def detect(self, texts: Sequence[str]) -> list[list[Finding]]:
        new = [text for text in dict.fromkeys(texts) if text not in self._seen]
        self._seen.update(zip(new, self._detector.detect(new), strict=True))
        return [self._seen[text] for text in texts]


def tamis_masker(policy: Policy | None = None) -> Masker:
    """Build tamis with a policy, the standard one unless given; models are loaded once."""
    return partial(_scan, Scanner(policy))


def tamis_maskers(policies: Mapping[str, Policy]) -> dict[str, Masker]:
    """Build tamis with policies of one language and model. Not for timing.

    No detector looks twice at a text, but those that look at what others leave open, which a policy decides.
    """
    seen: defaultdict[str, dict[str, list[Finding]]] = defaultdict(dict)

    def remembering(detector: Detector) -> Detector:
        return detector if isinstance(detector, LateDetector) else _Remembering(detector, seen[detector.name])

    return {
        name: partial(_scan, Scanner(policy, [remembering(detector) for detector in load_detectors(policy)]))
        for name, policy in policies.items()
    }


def presidio_masker(organizations: bool, language: str = "en") -> Masker:
    """Build Presidio's AnalyzerEngine as shipped, but with the installed model; it drops ORGANIZATION unless told.

    For another language than English there is no model here: its recognisers run on spaCy's tokenizer alone.
    """
    if language == "en":
        engine = NlpEngineProvider(nlp_configuration=presidio_configuration(organizations)).create_engine()
    else:
        engine = _model_free(language)
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=[language])
    return partial(_analyze, BatchAnalyzerEngine(analyzer), language)


def presidio_configuration(organizations: bool) -> dict[str, Any]:
    """Give Presidio's shipped configuration with the path of the installed model in place of en_core_web_lg."""
    shipped: dict[str, Any] = NlpEngineProvider().nlp_configuration
    names = dict(shipped["ner_model_configuration"])
    if organizations:
        names["labels_to_ignore"] = [label for label in names["labels_to_ignore"] if label != "ORGANIZATION"]
    model = {"lang_code": "en", "model_name": str(find_model().path)}
    return {**shipped, "models": [model], "ner_model_configuration": names}


def _model_free(language: str) -> NlpEngine:
    """Build an engine without a model; words stand for their lemmas, so that context words still count."""
    nlp = spacy.blank(language)
    nlp.add_pipe("benchmark_lemmas")
    engine = SpacyNlpEngine(models=[{"lang_code": language, "model_name": "blank"}])
    engine.nlp = {language: nlp}
    return engine


@Language.component("benchmark_lemmas")
def _lemmas(doc: Doc) -> Doc:
    for token in doc:
        token.lemma_ = token.lower_
    return doc


def _scan(scanner: Scanner, texts: Sequence[str]) -> list[list[Mask]]:
    return [[Mask(f.start, f.end, f.label, f.score) for f in found] for found in scanner.scan(texts)]


def _analyze(engine: Any, language: str, texts: Sequence[str]) -> list[list[Mask]]:
    answers = engine.analyze_iterator(texts, language=language, batch_size=BATCH)
    return [[Mask(r.start, r.end, r.entity_type, r.score) for r in found] for found in answers]


def spans(masks: Sequence[Sequence[Mask]], labels: frozenset[str] | None = None) -> list[list[Span]]:
    """Give where the masks are, text by text: all, or those of some labels."""
    return [[(m.start, m.end) for m in found if labels is None or m.label in labels] for found in masks]
