"""Is everything there that tamis needs? Each part is tried, not just looked for."""

import importlib
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from deid.detectors import MODELS, PATTERNS, known_detectors, load_detector
from deid.detectors.models.spacy_ner import find_model
from deid.detectors.own.custom import load_recognisers
from deid.detectors.own.proof import Proof, prove
from deid.errors import DeidError
from deid.example import Examples
from deid.keys import ENVIRONMENT, Key
from pipelines.errors import PipelineError
from pipelines.extras import JAVA, java_version
from pipelines.samples import sample_folder
from pipelines.versions import package_version

_PACKAGES = (
    "tamis",
    "spacy",
    "presidio-analyzer",
    "presidio-anonymizer",
    "pandas",
    "diffprivlib",
    "scikit-learn",
    "numpy",
    "pyarrow",
    "onnxruntime",
)
_OWN = frozenset({*PATTERNS, *MODELS})
_SEED, _DRAWN = 20, 30


@dataclass(frozen=True, slots=True)
class Part:
    """One part, whether it is in order, and in words how it is."""

    part: str
    sound: bool
    state: str


def examine(recognisers: Sequence[Path] = (), language: str = "en") -> Iterator[Part]:
    """Try every part: Python, packages, the model's weights, each detector on its own examples, key, sample data.

    `recognisers` are files of a policy, in its language: each recogniser in them is tried too.
    """
    yield Part("python", (3, 11) <= sys.version_info[:2] < (3, 14), platform.python_version())
    for name in _PACKAGES:
        version = package_version(name)
        yield Part(name, version != "not installed", version)
    sdv = package_version("sdv")
    yield Part("sdv", True, sdv if sdv != "not installed" else "not installed (extra [sdv]; no baseline in reports)")
    yield _spark()
    yield _model()
    yield from (_detector(name) for name in known_detectors())
    for path in recognisers:
        yield from _custom(path, language)
    yield _key()
    yield _samples()
    yield Part("processors", True, f"{os.cpu_count() or 1}")


def _spark() -> Part:
    version = package_version("pyspark")
    if version == "not installed":
        return Part("spark", True, "not installed (extra [spark]; no --engine spark)")
    java = java_version()
    return Part("spark", java >= JAVA, f"{version}, {f'Java {java}' if java else 'no Java found'}")


def _model() -> Part:
    try:
        model = find_model()
    except DeidError as error:
        return Part("language model", False, f"{error.code}: {error}")
    return Part("language model", model.expected, f"{model.name} from {model.package}, SHA-256 {model.sha256[:16]}…")


def _detector(name: str) -> Part:
    """Prove a family on examples that it draws itself, with a fixed seed."""
    part = f"detector {name}"
    try:
        detector = load_detector(name)
    except (DeidError, ImportError) as error:
        return Part(part, False, getattr(error, "code", type(error).__name__) + f": {error}")
    draw: Examples | None = getattr(importlib.import_module(type(detector).__module__), "examples", None)
    if draw is None:
        return Part(part, name not in _OWN, "no examples")
    random = Random(_SEED)  # noqa: S311 made-up examples, not secrets
    return _proven(part, prove(detector, [draw(random) for _ in range(_DRAWN)]))


def _custom(path: Path, language: str) -> Iterator[Part]:
    """Prove each recogniser of a file on the examples that stand beside it."""
    try:
        recognisers = load_recognisers(path, language).recognisers
    except DeidError as error:
        yield Part(f"recognisers {path.name}", False, f"{error.code}: {error}")
        return
    for one in recognisers:
        yield _proven(f"recogniser {one.name}", one.prove(), one.served)


def _proven(part: str, proof: Proof, served: str = "") -> Part:
    if not proof.positives + proof.negatives:
        return Part(part, True, f"no examples ({served})" if served else "no examples")
    found = f"finds {proof.found} of {proof.positives} examples"
    return Part(part, proof.holds, f"{found}, silent on {proof.silent} of {proof.negatives} counter-examples")


def _key() -> Part:
    try:
        key = Key.from_environment()
    except DeidError as error:
        return Part("key", False, f"{error.code}: {error}")
    return Part("key", True, f"{ENVIRONMENT} is set (key id {key.id})" if key else f"{ENVIRONMENT} is not set")


def _samples() -> Part:
    try:
        return Part("sample data", True, f"{len(list(sample_folder().iterdir()))} entries")
    except PipelineError as error:
        return Part("sample data", False, str(error))
