"""What a report says about the program that made it."""

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from deid.detectors.models.spacy_ner import SpacyDetector
from deid.detectors.models.transformer import TransformerDetector
from deid.keys import Key
from deid.redacted import STILL_PERSONAL
from deid.scanner import Scanner
from pipelines.versions import package_version

_PACKAGES = (
    "spacy",
    "presidio-analyzer",
    "presidio-anonymizer",
    "sdv",
    "sdmetrics",
    "pandas",
    "diffprivlib",
    "scikit-learn",
)


@dataclass(frozen=True, slots=True)
class Facts:
    """When, with which versions, which policy, under which key id.

    With the models (name, SHA-256 of the weights) and the recogniser files (name, SHA-256); and a `notice` where the
    policy makes pseudonyms.
    """

    made: str
    tamis: str
    python: str
    packages: tuple[tuple[str, str], ...]
    policy: str
    detectors: tuple[str, ...]
    language: str
    dial: str
    models: tuple[tuple[str, str], ...]
    recognisers: tuple[tuple[str, str], ...]
    key_id: str | None
    notice: str | None = None

    @classmethod
    def of(cls, scanner: Scanner, key: Key | None) -> "Facts":
        """Collect the facts of a run."""
        return cls(
            made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            tamis=package_version("tamis"),
            python=platform.python_version(),
            packages=tuple((name, package_version(name)) for name in _PACKAGES),
            policy=scanner.policy.name,
            detectors=tuple(d.name for d in scanner.detectors),
            language=scanner.policy.language,
            dial=scanner.policy.dial.position,
            models=tuple(_models(scanner)),
            recognisers=tuple(
                (path.name, sha256(path.read_bytes()).hexdigest()) for path in scanner.policy.recognisers
            ),
            key_id=key.id if key else None,
            notice=STILL_PERSONAL if scanner.policy.pseudonymises else None,
        )

    def to_dict(self) -> dict[str, object]:
        """Return the facts as JSON-able values."""
        return {
            "made": self.made,
            "tamis": self.tamis,
            "python": self.python,
            "packages": dict(self.packages),
            "policy": self.policy,
            "detectors": list(self.detectors),
            "language": self.language,
            "dial": self.dial,
            "models": dict(self.models),
            "recognisers": [{"file": name, "sha256": digest} for name, digest in self.recognisers],
            "key_id": self.key_id,
            "notice": self.notice,
        }


def _models(scanner: Scanner) -> Iterator[tuple[str, str]]:
    for detector in scanner.detectors:
        if isinstance(detector, SpacyDetector | TransformerDetector):
            yield detector.model.name, detector.model.sha256
