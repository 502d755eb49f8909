"""Whether the values of a column can be what its header says."""

from collections.abc import Callable, Mapping

import regex

from deid.tables.evidence import Evidence

_SHARE = 0.5
_SHORTEST_PHONE = 6
_SHORTEST_SECRET = 6
_POSTAL = regex.compile(r"(?=.*\d\D*\d)[\p{L}\d][\p{L}\d \-]{2,9}(?:\.0)?")
_WORDED = frozenset(
    {"EMAIL_ADDRESS", "LOCATION", "NRP", "ETHNICITY", "URL", "ORGANIZATION", "OCCUPATION", "FAMILY_RELATION", "TITLE"}
)

Test = Callable[[Evidence], bool]


def fitting(label: str | None, evidence: Evidence) -> str | None:
    """Return the label of a header as far as the values allow it; a name that is a number is an id."""
    if label is None or (label in _WORDED and evidence.numeric > 0.9):
        return None
    if label == "PERSON" and evidence.named < _SHARE:
        return "ID_NUMBER" if evidence.coded >= _SHARE else None
    return label if label not in _TESTS or _TESTS[label](evidence) else None


def _coded(evidence: Evidence) -> bool:
    return evidence.coded >= _SHARE


def _aged(evidence: Evidence) -> bool:
    return evidence.coded >= _SHARE and evidence.words <= 4


def _dated(evidence: Evidence) -> bool:
    return evidence.dates + evidence.years >= _SHARE or "DATE_TIME" in evidence.votes


def _dialled(evidence: Evidence) -> bool:
    return evidence.share(lambda v: sum(c.isdecimal() for c in v) >= _SHORTEST_PHONE) >= _SHARE


def _postal(evidence: Evidence) -> bool:
    return evidence.share(_POSTAL.fullmatch) >= _SHARE


def _lettered(evidence: Evidence) -> bool:
    return evidence.letters > 0.2


def _numbered_host(evidence: Evidence) -> bool:
    return evidence.share(lambda v: "." in v or ":" in v) >= _SHARE


def _linked(evidence: Evidence) -> bool:
    return evidence.share(lambda v: "." in v or "/" in v or "@" in v) >= _SHARE


def _secret(evidence: Evidence) -> bool:
    return evidence.share(lambda v: len(v) >= _SHORTEST_SECRET and " " not in v) >= _SHARE


def _few(evidence: Evidence) -> bool:
    return evidence.distinct <= max(12, evidence.cells / 20)


_TESTS: Mapping[str, Test] = {
    "AGE": _aged,
    "DATE_OF_BIRTH": _coded,
    "DATE_TIME": _dated,
    "PHONE_NUMBER": _dialled,
    "FAX_NUMBER": _dialled,
    "STREET_ADDRESS": _lettered,
    "ZIP_CODE": _postal,
    "COORDINATES": _coded,
    "IP_ADDRESS": _numbered_host,
    "URL": _linked,
    "SECRET": _secret,
    "GENDER": _few,
}
