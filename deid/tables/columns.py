"""What a column holds, by its header, its values and the columns beside it, and what is to become of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import regex

from deid.labels import Kind, kind_of
from deid.scanner import Scanner
from deid.tables.evidence import SAMPLE, Evidence, gather
from deid.tables.fitness import fitting
from deid.tables.guess import Guess
from deid.tables.headers import Reading, read_header
from deid.tables.siblings import Company, company_of, settle

__all__ = ["FREE_TEXT", "SAMPLE", "ColumnPlan", "Guess", "guess_column", "guess_columns"]

FREE_TEXT = "FREE_TEXT"
_SHARE = 0.5
_SOME = 0.15
_NOTE_WORDS = 1.5
_ADDRESS_WORDS = 15  # an address in full has more words than many a sentence, and several lines
_SELF_CHECKED = frozenset({"CREDIT_CARD", "IBAN_CODE", "UK_NHS", "NATIONAL_ID", "IP_ADDRESS"})
_SSN = regex.compile(r"(?!000|666)\d{3}-(?!00)\d\d-(?!0000)\d{4}")
_SOFT = frozenset({"PERSON", "LOCATION", "ORGANIZATION", "NRP", "ID_NUMBER", "DATE_TIME", "USERNAME"})
_FAMILIES = (
    frozenset({"DATE_OF_BIRTH", "DATE_TIME"}),
    frozenset({"LOCATION", "STREET_ADDRESS", "ZIP_CODE", "ORGANIZATION"}),
    frozenset({"PERSON", "USERNAME"}),
    frozenset({"PHONE_NUMBER", "FAX_NUMBER"}),
)
_NUMBERS = frozenset(
    (
        "ID_NUMBER MEDICAL_RECORD_NUMBER ACCOUNT_NUMBER US_SSN US_ITIN US_BANK_NUMBER PHONE_NUMBER FAX_NUMBER ZIP_CODE "
        "NATIONAL_ID TAX_ID PASSPORT US_PASSPORT US_DRIVER_LICENSE LICENSE_NUMBER LICENSE_PLATE VEHICLE_ID DEVICE_ID "
        "HEALTH_PLAN_NUMBER UK_NHS MEDICAL_LICENSE UUID SECRET"
    ).split()
)


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """What one column was taken for and what happens to it.

    `pii` says whether it holds personal data; `label` of which kind ("FREE_TEXT": anything may stand in it, each cell
    is scanned); `score` how sure; `action` is "keep", "drop", "scan" or an operator's name; `sampled` counts the
    distinct values that the plan looked at; `labels` names all kinds where the cells are of several. A column with a
    label that is not `pii` is empty, or tells of no one by itself (when a record was changed); it is still transformed.
    `level` is set where it is no column but a level of the frame's index.
    """

    column: str
    pii: bool
    label: str | None
    score: float
    action: str
    sampled: int
    labels: tuple[str, ...] = ()
    level: int | None = None

    @property
    def role(self) -> str | None:
        """What the column is to an intruder: an identifier, an id, a date, a quasi-identifier, sensitive, or text."""
        if self.label is None:
            return None
        fixed = {FREE_TEXT: "text", "DATE_TIME": "date", "DATE_OF_BIRTH": "date"}
        if self.label in fixed:
            return fixed[self.label]
        if self.label in _NUMBERS - {"PHONE_NUMBER", "FAX_NUMBER", "ZIP_CODE", "SECRET"}:
            return "id"
        by_kind = {Kind.DIRECT: "identifier", Kind.QUASI: "quasi-identifier", Kind.SPECIAL: "sensitive"}
        return by_kind[kind_of(self.label)]

    def to_dict(self) -> dict[str, object]:
        """Return the plan as JSON-able values, as `tamis scan` prints it."""
        return {
            "column": self.column,
            "pii": self.pii,
            "label": self.label,
            "score": round(self.score, 4),
            "action": self.action,
            "kind": kind_of(self.label).value if self.label and self.pii and self.label != FREE_TEXT else None,
            "role": self.role,
            "labels": list(self.labels or ((self.label,) if self.label else ())),
            "sampled": self.sampled,
            **({} if self.level is None else {"index_level": self.level}),
        }


def guess_column(name: str, values: Sequence[str], scanner: Scanner) -> Guess:
    """Guess what a column holds, by itself; `guess_columns` knows the others too.

    Header words and values must agree where they can contradict each other: a "name" that is a number is an id. Values
    vote with the pattern detectors, and by their check digits; sentences make free text, and so does any text under a
    header such as "notes", which is not said to be personal where nothing in it is. The sample is evenly spread over
    the distinct values in sorted order, so that the order of rows does not matter.

    >>> guess_column("e-mail", ["ann@example.com", "bo@example.org"], Scanner(detectors=[])).label
    'EMAIL_ADDRESS'
    """
    reading, evidence = read_header(name), gather(values, scanner)
    return settle(judge(reading, evidence), reading, evidence, Company.UNKNOWN)


def guess_columns(names: Sequence[str], columns: Sequence[Evidence]) -> list[Guess]:
    """Guess what the columns of one table hold, each in the light of the others.

    Beside names, birth dates or e-mail addresses an id, a town or a date is about a person; beside products or
    stations, and nobody, it is not.
    """
    readings = [read_header(name) for name in names]
    drafts = [judge(reading, evidence) for reading, evidence in zip(readings, columns, strict=True)]
    company = company_of(drafts, readings)
    return [settle(*column, company) for column in zip(drafts, readings, columns, strict=True)]


def judge(reading: Reading, evidence: Evidence) -> Guess:
    """Guess what a column holds, from its header and its values alone."""
    size = evidence.size
    if not size:
        return Guess(reading.label, 0.5 if reading.label else 0.0, 0, told=True)
    if evidence.flags and not (reading.label == "ID_NUMBER" and evidence.numeric == 1):
        return Guess(None, 0.0, size)
    header = fitting(reading.label, evidence)
    if evidence.checksum and (header is None or header in _NUMBERS):
        label = header if header not in {None, "ID_NUMBER"} else evidence.checksum
        return Guess(label, 0.95, size, pii=True)
    if _is_free_text(reading, evidence):
        firm = evidence.touched > 0
        return Guess(FREE_TEXT, 0.9, size, pii=firm or evidence.sentences, labels=_kinds(evidence), firm=firm)
    guess = _by_vote(header, evidence)
    return replace(guess, labels=_mixture(guess.label, evidence)) if guess.label else _by_parts(evidence)


def _by_vote(header: str | None, evidence: Evidence) -> Guess:
    """Weigh the header against the label for which most values vote."""
    voted, share = _voted(evidence)
    weak = voted is None or voted in _SOFT or _agree(header or voted, voted)
    if header is not None and (weak or kind_of(header) is not Kind.DIRECT):
        bare = header == "PERSON" and "PERSON" not in evidence.votes
        score = min(0.99, 0.8 + 0.2 * share)
        return Guess(header, score, evidence.size, pii=True, told=voted is None, firm=not bare)
    if voted is not None:
        return Guess(voted, share, evidence.size, pii=True, firm=voted not in {"PERSON", "ID_NUMBER"})
    return Guess(None, 0.0, evidence.size)


def _voted(evidence: Evidence) -> tuple[str | None, float]:
    """Return the label of most values and their share; a form that much else has too needs a header's word."""
    if evidence.dates >= _SHARE > evidence.numeric:
        return "DATE_TIME", evidence.dates
    if evidence.share(_SSN.fullmatch) > 0.9:
        return "US_SSN", 1.0
    for label, share in evidence.votes.items():
        if share >= _SHARE and (evidence.numeric <= 0.9 or label in _SELF_CHECKED) and _is_shaped(label, evidence):
            return label, share
    return None, 0.0


def _is_shaped(label: str, evidence: Evidence) -> bool:
    if label == "URL":
        return evidence.share(lambda v: "://" in v or v.startswith("www.")) >= _SHARE
    return label != "ZIP_CODE" or evidence.letters > 0.9


def _by_parts(evidence: Evidence) -> Guess:
    """Take cells with personal data somewhere in them (lists, JSON, log lines) for text: each is scanned."""
    kinds = _kinds(evidence)
    if not kinds:
        return Guess(None, 0.0, evidence.size)
    return Guess(FREE_TEXT, max(evidence.inside[kind] for kind in kinds), evidence.size, pii=True, labels=kinds)


def _kinds(evidence: Evidence) -> tuple[str, ...]:
    few = min(2, evidence.size) / max(1, evidence.size)  # one stray value makes no column
    return tuple(label for label, share in evidence.inside.items() if share >= max(_SOME, few))


def _mixture(label: str | None, evidence: Evidence) -> tuple[str, ...]:
    """Return all labels that a good part of the values have, the column's own first; none where it is but one."""
    others = [
        other
        for other, share in evidence.votes.items()
        if share >= _SOME and other != label and label and not _agree(label, other) and kind_of(other) is Kind.DIRECT
    ]
    return (label, *others) if label and others and evidence.numeric < _SHARE else ()


def _is_free_text(reading: Reading, evidence: Evidence) -> bool:
    if reading.label == "STREET_ADDRESS" or evidence.votes.get("STREET_ADDRESS", 0.0) >= _SHARE:
        return evidence.words >= _ADDRESS_WORDS
    few = evidence.letters >= _SHARE and evidence.words >= _NOTE_WORDS
    return evidence.sentences or (reading.free and few and _voted(evidence)[0] is None)


def _agree(header: str, voted: str) -> bool:
    if header == voted or (header in _NUMBERS and voted in _NUMBERS):
        return True
    if header == "EMAIL_ADDRESS":  # the part before the @ looks like a name
        return voted in {"PERSON", "USERNAME"}
    return any(header in family and voted in family for family in _FAMILIES)
