"""What a column holds, by its header and its values, and what is to become of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from deid.finding import Finding
from deid.labels import kind_of
from deid.headers import header_label
from deid.scanner import Scanner

SAMPLE = 400
"""How many distinct values a plan looks at; redaction looks at all of them."""

_FREE_TEXT = "FREE_TEXT"
_NUMBER = regex.compile(r"\s*[-+]?\d{1,3}(?:[,.]?\d{3})*(?:[.,]\d+)?\s*|\s*[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?\s*")
_WHOLE = 0.6
_SHARE = 0.5
_SENTENCE_WORDS = 6
_ADDRESS_WORDS = 15  # an address in full has more words than many a sentence, and several lines


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """What one column was taken for and what happens to it.

    `pii` says whether it holds personal data; `label` of which kind ("FREE_TEXT": anything may stand in it, each cell
    is scanned); `score` how sure; `action` is "keep", "drop", "scan" or an operator's name; `sampled` counts the
    distinct values that the plan looked at.
    """

    column: str
    pii: bool
    label: str | None
    score: float
    action: str
    sampled: int

    def to_dict(self) -> dict[str, object]:
        """Return the plan as JSON-able values, as `tamis scan` prints it."""
        return {
            "column": self.column,
            "pii": self.pii,
            "label": self.label,
            "score": round(self.score, 4),
            "action": self.action,
            "kind": kind_of(self.label).value if self.label and self.pii and self.label != _FREE_TEXT else None,
            "sampled": self.sampled,
        }


@dataclass(frozen=True, slots=True)
class Guess:
    """A label for a column and how sure it is; no label where nothing speaks for one."""

    label: str | None
    score: float
    sampled: int


def guess_column(name: str, values: Sequence[str], scanner: Scanner) -> Guess:
    """Guess what a column holds.

    Header words and values must agree where they can contradict each other: a "name" that is a number is an id. Values
    vote with the pattern detectors; sentences make free text. The sample is the first `SAMPLE` distinct values in
    sorted order, so that the order of rows does not matter.

    >>> guess_column("e-mail", ["ann@example.com", "bo@example.org"], Scanner(detectors=[])).label
    'EMAIL_ADDRESS'
    """
    distinct = sorted({v for v in values if v.strip()})
    sample = distinct[:: max(1, math.ceil(len(distinct) / SAMPLE))]
    size = len(sample)
    if not size:
        return Guess(header_label(name), 0.5 if header_label(name) else 0.0, 0)
    if _is_free_text(header_label(name), sample):
        return Guess(_FREE_TEXT, 0.9, size)
    voted, share = _vote(sample, scanner)
    header = _fit(header_label(name), sample)
    if header is not None and (voted is None or _same_family(header, voted) or kind_of(header).value != "direct"):
        return Guess(header, min(0.99, 0.8 + 0.2 * share), size)
    if voted is not None:
        return Guess(voted, share, size)
    return Guess(header, 0.7 if header else 0.0, size)


def _is_free_text(header: str | None, sample: Sequence[str]) -> bool:
    words = sum(len(v.split()) for v in sample) / len(sample)
    if header == "STREET_ADDRESS":
        return words >= _ADDRESS_WORDS
    return words >= _SENTENCE_WORDS or sum("\n" in v for v in sample) > 0.05 * len(sample)


def _vote(sample: Sequence[str], scanner: Scanner) -> tuple[str | None, float]:
    """Return the label under which most cells are wholly personal data, and their share."""
    counts: dict[str, int] = {}
    for value, findings in zip(sample, scanner.scan(sample), strict=True):
        for label in {f.label for f in findings}:
            if _covers([f for f in findings if f.label == label], value):
                counts[label] = counts.get(label, 0) + 1
    if not counts:
        return None, 0.0
    best = max(sorted(counts), key=counts.__getitem__)
    share = counts[best] / len(sample)
    return (best, share) if share >= _SHARE else (None, share)


def _covers(findings: Sequence[Finding], value: str) -> bool:
    return sum(f.end - f.start for f in findings) >= _WHOLE * len(value.strip())


def _same_family(header: str, voted: str) -> bool:
    dates = {"DATE_OF_BIRTH", "DATE_TIME"}
    places = {"LOCATION", "STREET_ADDRESS", "ZIP_CODE"}
    numbers = {
        "ID_NUMBER",
        "MEDICAL_RECORD_NUMBER",
        "ACCOUNT_NUMBER",
        "US_SSN",
        "US_BANK_NUMBER",
        "PHONE_NUMBER",
        "ZIP_CODE",
    }
    return header == voted or any(header in family and voted in family for family in (dates, places, numbers))


def _fit(label: str | None, sample: Sequence[str]) -> str | None:
    """Return the header's label as far as the values allow it."""
    if label is None:
        return None
    numeric = sum(bool(_NUMBER.fullmatch(v)) for v in sample) / len(sample)
    if label == "PERSON":
        named = sum(_is_name_like(v) for v in sample) / len(sample)
        coded = sum(any(c.isdecimal() for c in v) for v in sample) / len(sample)
        return "PERSON" if named >= _SHARE else ("ID_NUMBER" if coded >= _SHARE else None)
    if (
        label in {"EMAIL_ADDRESS", "STREET_ADDRESS", "LOCATION", "NRP", "ETHNICITY", "URL", "USERNAME"}
        and numeric > 0.9
    ):
        return None
    if label == "AGE":
        return "AGE" if numeric >= _SHARE else None
    return label


def _is_name_like(value: str) -> bool:
    """Whether a value is mostly letters: "Ann Lee", "Ann Lee 2", not "A-1002"."""
    letters, digits = sum(c.isalpha() for c in value), sum(c.isdecimal() for c in value)
    return letters > digits
