"""What readers, normaliser and scanner must keep to whatever they are given: a law for each, and how a case ends."""

from collections.abc import Callable, Mapping
from pathlib import Path

from deid.detectors import PATTERNS, load_detector
from deid.normal.normalise import fold, normalise
from deid.scanner import Scanner
from pipelines.books.leaves import BrokenLineError, read_line
from pipelines.catalogue import code_of
from pipelines.compression import unpack
from pipelines.tablefile import read_table, write_table

Law = Callable[[bytes], None]


class LawBrokenError(Exception):
    """An answer that cannot be right."""


def laws(folder: Path) -> Mapping[str, Law]:
    """Return the laws by what they are of; each takes a case. `folder` is for files."""
    scanner = Scanner(detectors=[load_detector(name) for name in PATTERNS])
    return {
        "CSV reader": lambda data: read_csv(data, folder),
        "JSON reader": lambda data: read_json(_text(data).replace("\n", " ")),
        "gzip reader": read_gzip,
        "normaliser": lambda data: read_normal(_text(data)),
        "scanner": lambda data: scan(_text(data), scanner),
    }


def end_of(law: Callable[[], None]) -> tuple[str, str]:
    """Tell how a case ends, and by which error: "answered", "wrong", or the code of the error that refuses it."""
    try:
        law()
    except Exception as error:  # noqa: BLE001 what arises is the result
        known = code_of(error)
        end = known[0] if known else "no JSON" if isinstance(error, BrokenLineError) else "wrong"
        return end, type(error).__name__
    return "answered", ""


def read_csv(data: bytes, folder: Path) -> None:
    """Check that a table that is written reads as it was. Raises LawBrokenError, and what the reader raises."""
    source, copy = folder / "a.csv", folder / "b.csv"
    source.write_bytes(data)
    table = read_table(source)
    write_table(table, table.frame, copy)
    again = read_table(copy).frame
    if list(again.columns) != list(table.frame.columns) or again.values.tolist() != table.frame.values.tolist():
        raise LawBrokenError


def read_json(text: str) -> None:
    """Check that a line with its own texts put back is the line. Raises LawBrokenError, and what the reader raises."""
    line = read_line(text)
    if line.with_texts([leaf.text for leaf in line.leaves]) != line.source:
        raise LawBrokenError


def read_gzip(data: bytes) -> None:
    """Unpack what may be no gzip file. Raises what the reader raises."""
    unpack(data, "a.csv.gz")


def read_normal(text: str) -> None:
    """Check that offsets never go back, spans lie in the text, and what is normal stays. Raises LawBrokenError."""
    folded, normal = list(fold(text).offsets), normalise(text)
    spans = [normal.span(place, place + 1) for place in range(len(normal.text))]
    starts = [start for start, _ in spans]
    if folded != sorted(folded) or starts != sorted(starts) or normalise(normal.text).text != normal.text:
        raise LawBrokenError
    if not all(0 <= start < end <= len(text) for start, end in spans):
        raise LawBrokenError


def scan(text: str, scanner: Scanner) -> None:
    """Check that findings are sorted, apart, and lie in the text. Raises LawBrokenError."""
    (found,) = scanner.scan([text])
    at = 0
    for finding in found:
        if not at <= finding.start < finding.end <= len(text):
            raise LawBrokenError
        at = finding.end


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
