"""Is everything there that tamis needs? Each part is tried, not just looked for."""

import importlib
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from deid.detectors import known_detectors, load_detector
from deid.detectors.spacy_ner import find_model
from deid.errors import DeidError
from deid.keys import ENVIRONMENT, Key
from pipelines.errors import PipelineError
from pipelines.report.facts import package_version
from pipelines.samples import sample_folder

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
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part, whether it is in order, and in words how it is."""

    part: str
    sound: bool
    state: str


def examine() -> Iterator[Part]:
    """Try every part: Python, packages, the model's weights, each detector on its own examples, key, sample data."""
    yield Part("python", (3, 11) <= sys.version_info[:2] < (3, 14), platform.python_version())
    for name in _PACKAGES:
        version = package_version(name)
        yield Part(name, version != "not installed", version)
    sdv = package_version("sdv")
    yield Part("sdv", True, sdv if sdv != "not installed" else "not installed (extra [sdv]; no baseline in reports)")
    yield _model()
    yield from (_detector(name) for name in known_detectors())
    yield _key()
    yield _samples()
    yield Part("processors", True, f"{os.cpu_count() or 1}")


def _model() -> Part:
    try:
        model = find_model()
    except DeidError as error:
        return Part("language model", False, f"{error.code}: {error}")
    return Part("language model", model.expected, f"{model.name} from {model.package}, SHA-256 {model.sha256[:16]}…")


def _detector(name: str) -> Part:
    try:
        detector = load_detector(name)
    except DeidError as error:
        return Part(f"detector {name}", False, f"{error.code}: {error}")
    examples = getattr(importlib.import_module(type(detector).__module__), "EXAMPLES", ())
    found = detector.detect([text for text, _ in examples])
    seen = sum(any(f.label == label for f in fs) for (_, label), fs in zip(examples, found, strict=True))
    return Part(f"detector {name}", seen == len(examples), f"finds {seen} of its {len(examples)} examples")


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
