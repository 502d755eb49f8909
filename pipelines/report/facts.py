"""What a report says about the program that made it."""

import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from deid.detectors.spacy_ner import SpacyDetector
from deid.keys import Key
from deid.scanner import Scanner

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
    """When, with which versions, which policy, which model (by hash), under which key id."""

    made: str
    tamis: str
    python: str
    packages: tuple[tuple[str, str], ...]
    policy: str
    detectors: tuple[str, ...]
    model: str | None
    model_sha256: str | None
    key_id: str | None

    @classmethod
    def of(cls, scanner: Scanner, key: Key | None) -> "Facts":
        """Collect the facts of a run."""
        models = [d.model for d in scanner.detectors if isinstance(d, SpacyDetector)]
        return cls(
            made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            tamis=package_version("tamis"),
            python=platform.python_version(),
            packages=tuple((name, package_version(name)) for name in _PACKAGES),
            policy=scanner.policy.name,
            detectors=tuple(d.name for d in scanner.detectors),
            model=models[0].name if models else None,
            model_sha256=models[0].sha256 if models else None,
            key_id=key.id if key else None,
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
            "model": self.model,
            "model_sha256": self.model_sha256,
            "key_id": self.key_id,
        }


def package_version(name: str) -> str:
    """Return the version of an installed package, or "not installed"."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
