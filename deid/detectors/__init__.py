"""The detector families: one a file, all behind `deid.detector.Detector`."""

from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec

from deid.detector import Detector
from deid.errors import PolicyError

GROUP = "tamis.detectors"

_SPACY_MODELS = {"en": "en_core_web_sm", "fr": "fr_core_news_sm"}

_PATTERNS = {
    "presidio": "deid.detectors.presidio:PresidioDetector",
    "identifiers": "deid.detectors.numbers.identifiers:IdentifierDetector",
    "phones": "deid.detectors.phones:PhoneDetector",
    "network": "deid.detectors.network:NetworkDetector",
    "secrets": "deid.detectors.secrets:SecretDetector",
    "records": "deid.detectors.numbers.records:RecordDetector",
    "dates": "deid.detectors.dates.dates:DateDetector",
    "places": "deid.detectors.places.places:PlaceDetector",
    "towns": "deid.detectors.names.towns:TownDetector",
    "people": "deid.detectors.names.people:PeopleDetector",
    "organisations": "deid.detectors.names.organisations:OrganisationDetector",
    "forms": "deid.detectors.forms:FormDetector",
    "demographics": "deid.detectors.demographics:DemographicsDetector",
}
_MODELS = {
    "spacy": "deid.detectors.models.spacy_ner:SpacyDetector",
    "transformer": "deid.detectors.models.transformer:TransformerDetector",
}
_OWN = _PATTERNS | _MODELS

PATTERNS = tuple(_PATTERNS)
"""The families that need no model; each knows a language."""

MODELS = tuple(_MODELS)
"""The families that are models."""

STANDARD = (*PATTERNS, *MODELS)
"""All families of ours."""


def spacy_model(language: str) -> str | None:
    """Return the spaCy model of a language when the policy names none: English has one, French where it is installed.

    >>> spacy_model("en"), spacy_model("de")
    ('en_core_web_sm', None)
    """
    name = _SPACY_MODELS.get(language)
    return name if name and (language == "en" or find_spec(name)) else None


def load_detector(name: str, **settings: str | float) -> Detector:
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
