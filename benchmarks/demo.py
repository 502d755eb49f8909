"""The demo from outside: how long it takes, and which known identifiers of the sample data its release still holds.

The search knows nothing of how tamis works; it is a second opinion beside `leakage.texts.residue`.
"""

import csv
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.outcome import Grid, Outcome
from benchmarks.search import digits, fold, has_digits, has_words, parts, pieces
from benchmarks.stopwatch import HEAD, tamis

SAMPLES = Path(__file__).resolve().parents[1] / "sample_data"

_DIRECT = (
    "EMAIL_ADDRESS",
    "PHONE_NUMBER",
    "US_SSN",
    "MEDICAL_RECORD_NUMBER",
    "ACCOUNT_NUMBER",
    "STREET_ADDRESS",
    "URL",
)
_NUMBERS = ("PHONE_NUMBER", "US_SSN")
_NOTE = (
    "Every value is looked for as whole words, without case and accents, and numbers also as bare digits however they "
    "are parted. “Own record”: in the released row or note that the value came from, each once; a full count, no "
    "sample. “Control”: the same search in the sample data itself. “Anywhere”: distinct values that stand anywhere in "
    "the release; as names are also ordinary words (Rose, May, Park) and parts of other people's, this is an upper "
    "bound. “Reports”: the same in report.json, report.html and the ledger."
)


@dataclass(frozen=True, slots=True, repr=False)
class Needle:
    """A known identifier: of which kind, where its own record is, and whether to look for its digits instead."""

    kind: str
    value: str
    home: str
    numeric: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Hay:
    """A released text, made ready to be searched."""

    folded: str
    joined: str

    @classmethod
    def of(cls, text: str) -> "Hay":
        """Fold a text, and bring its digits together."""
        return cls(fold(text), digits(text))

    def holds(self, needle: Needle) -> bool:
        """Tell whether the needle's words or digits are in it."""
        if needle.numeric:
            return has_digits(needle.value, self.joined)
        return has_words(needle.value, self.folded)


@dataclass(frozen=True, slots=True)
class Count:
    """For one kind: values in their own record (released, and as it was), distinct ones in release and reports."""

    searched: int
    found: int
    control: int
    distinct: int
    anywhere: int
    reports: int

    def shares(self) -> list[tuple[int, int]]:
        """Give what was found of how many: in the own record, in its original, anywhere, in the reports."""
        own = [(self.found, self.searched), (self.control, self.searched)]
        return [*own, (self.anywhere, self.distinct), (self.reports, self.distinct)]


def run() -> Outcome:
    """Run the demo into a temporary folder and search what it releases."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "demo"
        usage = tamis("demo", "--out", out)
        homes, originals = _homes(out / "release"), _homes(SAMPLES)
        release = Hay.of(_everything(sorted((out / "release").rglob("*"))))
        reports = Hay.of(_everything(sorted(out.glob("*"))))
    counts = _count([*_patients(), *_visits(), *_notes()], homes, originals, release, reports)
    rows = [[kind, *(f"{found} of {among}" for found, among in one.shares())] for kind, one in counts.items()]
    speed = Grid("tamis demo", HEAD, [usage.cells()])
    head = ["identifier", "own record: found", "control", "anywhere: found", "reports: found"]
    found = Grid("Known identifiers in the release", head, rows, _NOTE)
    figures = {"usage": asdict(usage), "identifiers": {kind: asdict(one) for kind, one in counts.items()}}
    return Outcome("demo", [speed, found], figures)


def _count(
    needles: Iterable[Needle], homes: Mapping[str, Hay], originals: Mapping[str, Hay], release: Hay, reports: Hay
) -> dict[str, Count]:
    kinds: dict[str, list[Needle]] = {}
    for needle in dict.fromkeys(needles):
        kinds.setdefault(needle.kind, []).append(needle)
    counts = {}
    for kind, members in kinds.items():
        distinct = {fold(needle.value): needle for needle in members}.values()
        counts[kind] = Count(
            len(members),
            sum(homes[needle.home].holds(needle) for needle in members),
            sum(originals[needle.home].holds(needle) for needle in members),
            len(distinct),
            sum(map(release.holds, distinct)),
            sum(map(reports.holds, distinct)),
        )
    return counts


def _homes(folder: Path) -> dict[str, Hay]:
    """Give the text of every record: the cells of a row, the whole of a note."""
    homes = {note.name: Hay.of(_text(note)) for note in (folder / "notes").iterdir()}
    for table in ("patients", "visits"):
        rows = _rows(folder / f"{table}.csv")
        if len(rows) != len(_rows(SAMPLES / f"{table}.csv")):
            raise ValueError(f"the release of {table} has another number of rows: its rows cannot be told apart")
        homes |= {f"{table} {place}": Hay.of("\n".join(row.values())) for place, row in enumerate(rows)}
    return homes


def _patients() -> Iterator[Needle]:
    for place, row in enumerate(_rows(SAMPLES / "patients.csv")):
        home, given, family = f"patients {place}", row["given_name"], row["family_name"]
        yield from _needles("patients: full name", [f"{given} {family}"], home)
        yield from _needles("patients: given name, in parts", parts(given), home)
        yield from _needles("patients: family name, in parts", parts(family), home)
        yield from _needles("patients: e-mail", [row["email"]], home)
        yield from _needles("patients: id", [row["patient_id"]], home)
        yield from _needles("patients: street", pieces(row["street"]), home)
        for kind in ("phone", "ssn"):
            yield from _number(f"patients: {kind}", row[kind], home)


def _visits() -> Iterator[Needle]:
    for place, row in enumerate(_rows(SAMPLES / "visits.csv")):
        home, clinician = f"visits {place}", row["clinician"].removeprefix("Dr. ")
        yield from _needles("visits: patient name", [row["patient_name"]], home)
        yield from _needles("visits: patient name, in parts", parts(row["patient_name"]), home)
        yield from _needles("visits: clinician", [clinician], home)
        yield from _needles("visits: clinician, in parts", parts(clinician), home)
        yield from _needles("visits: patient id", [row["patient_id"]], home)
        yield from _needles("visits: visit id", [row["visit_id"]], home)


def _notes() -> Iterator[Needle]:
    for line in (SAMPLES / "notes.gold.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        text = _text(SAMPLES / "notes" / gold["id"])
        for start, end, label in gold["spans"]:
            value = text[start:end]
            if label == "PERSON":
                yield from _needles("notes: person, as written", [value], gold["id"])
                yield from _needles("notes: person, in parts", parts(value), gold["id"])
            elif label in _NUMBERS:
                yield from _number(f"notes: {label}", value, gold["id"])
            elif label in _DIRECT:
                yield from _needles(f"notes: {label}", [value], gold["id"])


def _needles(kind: str, values: Sequence[str], home: str) -> Iterator[Needle]:
    yield from (Needle(kind, value, home) for value in values if value)


def _number(kind: str, value: str, home: str) -> Iterator[Needle]:
    if value:
        yield Needle(f"{kind}, as written", value, home)
        yield Needle(f"{kind}, bare digits", value, home, numeric=True)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _everything(paths: Iterable[Path]) -> str:
    return "\n".join(_text(path) for path in paths if path.is_file())


def _text(path: Path) -> str:
    with path.open(newline="", encoding="utf-8") as file:
        return file.read()
