"""The detector families: one a file, all behind `deid.detector.Detector`."""

from importlib.metadata import EntryPoint, entry_points

from deid.detector import Detector
from deid.errors import PolicyError

GROUP = "tamis.detectors"

_OWN = {
    "presidio": "deid.detectors.presidio:PresidioDetector",
    "places": "deid.detectors.places:PlaceDetector",
    "records": "deid.detectors.records:RecordDetector",
    "spacy": "deid.detectors.spacy_ner:SpacyDetector",
}

PATTERNS = ("presidio", "places", "records")
"""The families that need no language model."""


def load_detector(name: str, **settings: str) -> Detector:
    """Build the detector family `name`: one of ours, or one that a plug-in registers under `tamis.detectors`.

    Raises `PolicyError` where there is none of that name.
    """
    if name in _OWN:
        point = EntryPoint(name, _OWN[name], GROUP)
    else:
        found = [p for p in entry_points(group=GROUP) if p.name == name]
        if not found:
            raise PolicyError(f"no detector is called {name!r}; known: {', '.join(known_detectors())}")
        point = found[0]
    detector: Detector = point.load()(**settings)
    return detector


def known_detectors() -> tuple[str, ...]:
    """Return the names of all detector families, ours first."""
    return (*_OWN, *sorted(p.name for p in entry_points(group=GROUP) if p.name not in _OWN))
