"""What a scan found, as machines that check changes read it: GitHub's workflow commands, and SARIF."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from urllib.parse import quote

from pipelines.scanning import Result
from pipelines.versions import package_version
from pipelines.visible import visible, visible_json

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True)
class Note:
    """One place that a person has to look at: what is there, in which file, where (lines and columns from 1)."""

    label: str
    message: str
    file: str
    line: int = 1
    column: int | None = None
    end_line: int = 1
    end_column: int | None = None


def notes(results: Iterable[Result]) -> Iterator[Note]:
    """Return a note for each column of a table and each stretch of a text that holds personal data, in input order."""
    for result in results:
        for step in result.columns:
            if step.pii and step.label:
                yield Note(step.label, f"column {visible(step.column)} holds {step.label}", _file(result, ""))
        yield from _of_texts(result)


def _of_texts(result: Result) -> Iterator[Note]:
    for number, (item, found) in enumerate(zip(result.texts, result.findings, strict=True)):
        for finding in found:
            if result.record is not None:
                place = f"record {result.record + number}"
                yield Note(finding.label, f"{finding.label} found in {place}", _file(result, ""))
            else:
                start, end = _place(item.text, finding.start), _place(item.text, finding.end)
                yield Note(finding.label, f"{finding.label} found", _file(result, item.id), *start, *end)


def _file(result: Result, item: str) -> str:
    """Return the path as it was given on the command line, and inside a folder the text's own."""
    path = result.path or Path(result.name)
    return (path / item).as_posix() if path.is_dir() and item else path.as_posix()


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


def to_github(results: Iterable[Result]) -> Iterator[str]:
    """Give one workflow command a note. Names of files and columns cannot forge another."""
    for note in notes(results):
        place = f"file={_plain(note.file)},line={note.line}" + (f",col={note.column}" if note.column else "")
        yield f"::warning {place},title=tamis::{_plain(note.message)}\n"


def _plain(text: str) -> str:
    """Escape what a workflow command would read as its own."""
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return visible(escaped).replace(":", "%3A").replace(",", "%2C")


def to_sarif(results: Iterable[Result]) -> Iterator[str]:
    """Give a log in the form of SARIF 2.1.0 (OASIS 2020), which code scanning services read. It holds no value."""
    found = list(notes(results))
    labels = sorted({note.label for note in found})
    driver = {
        "name": "tamis",
        "version": package_version("tamis"),
        "rules": [{"id": label, "shortDescription": {"text": f"personal data: {label}"}} for label in labels],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(note, labels.index(note.label)) for note in found],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    yield visible_json(json.dumps(log, indent=2, ensure_ascii=False)) + "\n"


def _result(note: Note, rule: int) -> dict[str, object]:
    region: dict[str, int] = {"startLine": note.line}
    if note.column is not None and note.end_column is not None:
        region |= {"startColumn": note.column, "endLine": note.end_line, "endColumn": note.end_column}
    location = {"artifactLocation": {"uri": _uri(note.file)}, "region": region}
    return {
        "ruleId": note.label,
        "ruleIndex": rule,
        "level": "warning",
        "message": {"text": note.message},
        "locations": [{"physicalLocation": location}],
    }


def _uri(file: str) -> str:
    path = PurePath(file)
    return Path(file).absolute().as_uri() if path.is_absolute() else quote(path.as_posix())
