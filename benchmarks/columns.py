"""Which columns of real tables hold personal data, and of which kind: tamis, its headers alone, and Presidio."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.data import locate
from benchmarks.maskers import Masker, presidio_masker
from benchmarks.outcome import Grid, Outcome
from deid import Scanner
from deid.labels import from_presidio
from deid.tables.columns import guess_columns
from deid.tables.evidence import gather
from deid.tables.headers import header_label
from leakage import Estimate, ratio

_NUMBERED = frozenset(
    (
        "ID_NUMBER UUID MEDICAL_RECORD_NUMBER ACCOUNT_NUMBER HEALTH_PLAN_NUMBER NATIONAL_ID TAX_ID DEVICE_ID US_SSN "
        "US_BANK_NUMBER UK_NHS LICENSE_NUMBER"
    ).split()
)
TYPES: Mapping[str, frozenset[str]] = {
    "GENERIC_ID": _NUMBERED,
    "PERSON_NAME": frozenset({"PERSON"}),
    "STREET_ADDRESS": frozenset({"STREET_ADDRESS"}),
    "EMAIL_ADDRESS": frozenset({"EMAIL_ADDRESS"}),
    "PHONE_NUMBER": frozenset({"PHONE_NUMBER", "FAX_NUMBER"}),
    "DATE_OF_BIRTH": frozenset({"DATE_OF_BIRTH"}),
    "ZIPCODE": frozenset({"ZIP_CODE"}),
    "ORGANIZATION_NAME": frozenset({"ORGANIZATION"}),
    "GENDER": frozenset({"GENDER"}),
    "URL": frozenset({"URL"}),
    "SPOKEN_LANGUAGE": frozenset({"NRP", "ETHNICITY"}),
    "IP_ADDRESS": frozenset({"IP_ADDRESS"}),
    "GEO_COORDINATES": frozenset({"COORDINATES"}),
    "ETHNIC_GROUP": frozenset({"ETHNICITY", "NRP"}),
    "AGE": frozenset({"AGE"}),
    "MARITAL_STATUS": frozenset({"FAMILY_RELATION"}),
    "IMEI_HARDWARE_ID": frozenset({"DEVICE_ID", "MAC_ADDRESS"}),
    "OCCUPATION": frozenset({"OCCUPATION"}),
}
"""The benchmark's types, and the labels that are right for each. Of Presidio's, LOCATION counts for an address and
DATE_TIME for a date of birth too: it has no narrower ones."""

_BROAD = {"STREET_ADDRESS": "LOCATION", "DATE_OF_BIRTH": "DATE_TIME"}
_NOTE = (
    "30 tables of GitTables, {columns} columns of up to five values, {pii} of them personal data (“None” counts "
    "as not). A column that tamis plans with `pii: false` counts as not flagged. Presidio: BatchAnalyzerEngine as "
    "shipped, with the model that tamis uses, over each cell; a column takes the label of most of its non-empty "
    "cells, if more than half have it. “Headers alone” sees no value. Typed: with the right label, its own or one of "
    "several. 95 % intervals: bootstrapped over tables. The tables with an even place were looked at "
    "while the rules were written, those with an odd place only as counts."
)

Answer = tuple[bool, frozenset[str]]
"""Whether a column was flagged, and under which labels."""
System = Callable[["Sheet"], list[Answer]]


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """One table: header, values and the true type of each column, "None" for none."""

    names: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    types: tuple[str, ...]


def run() -> Outcome:
    """Measure all systems over all tables, and over each half. Raises MissingDataError."""
    path = locate("tables/columns_dev.jsonl")
    sheets = read_sheets(path)
    systems: dict[str, System] = {
        "tamis": tamis_system(Scanner().without_model()),
        "headers alone": headers_system,
        "Presidio, vote of cells": presidio_system(presidio_masker(organizations=False)),
    }
    answers = {name: [system(sheet) for sheet in sheets] for name, system in systems.items()}
    parts = {"all": slice(None), "even tables": slice(0, None, 2), "odd tables": slice(1, None, 2)}
    grids, figures = [], {}
    note = _NOTE.format(
        columns=sum(len(s.names) for s in sheets), pii=sum(t != "None" for s in sheets for t in s.types)
    )
    for part, some in parts.items():
        shares = {name: measure(sheets[some], found[some]) for name, found in answers.items()}
        rows = [[name, *map(_show, each.values())] for name, each in shares.items()]
        grids.append(Grid(f"Columns, {part}", ["system", *shares["tamis"]], rows, note if part == "all" else ""))
        figures[part] = {name: {k: asdict(v) for k, v in each.items()} for name, each in shares.items()}
    grids.append(_by_type(sheets, answers))
    return Outcome("columns", grids, figures, [path])


def read_sheets(path: Path) -> list[Sheet]:
    """Read labelled tables, one JSON object a line; tables without columns are left out."""
    tables = [json.loads(line)["columns"] for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Sheet(
            tuple(column["name"] for column in columns),
            tuple(tuple(str(v) for v in column["values"] if v is not None) for column in columns),
            tuple(column["pii"] for column in columns),
        )
        for columns in tables
        if columns
    ]


def tamis_system(scanner: Scanner) -> System:
    """Plan the columns of a table as `plan_table` does."""

    def plan(sheet: Sheet) -> list[Answer]:
        guesses = guess_columns(sheet.names, [gather(values, scanner) for values in sheet.values])
        return [(g.pii, frozenset((*g.labels, g.label or ""))) for g in guesses]

    return plan


def headers_system(sheet: Sheet) -> list[Answer]:
    """Go by what the headers say."""
    labels = [header_label(name) for name in sheet.names]
    return [(label is not None, frozenset({label or ""})) for label in labels]


def presidio_system(masker: Masker) -> System:
    """Let the cells of each column vote."""

    def vote(sheet: Sheet) -> list[Answer]:
        return [_majority(masker, [v for v in values if v.strip()]) for values in sheet.values]

    return vote


def _majority(masker: Masker, cells: Sequence[str]) -> Answer:
    counts = Counter(label for found in masker(cells) for label in {m.label for m in found}) if cells else Counter()
    if not counts:
        return False, frozenset()
    label, count = max(sorted(counts.items()), key=lambda item: item[1])
    if 2 * count <= len(cells):
        return False, frozenset()
    ours = from_presidio(label)
    return True, frozenset({ours, *(narrow for narrow, broad in _BROAD.items() if broad == ours)})


def measure(sheets: Sequence[Sheet], answers: Sequence[Sequence[Answer]]) -> dict[str, Estimate]:
    """Give recall, precision and typed recall, with intervals over tables."""
    counts = np.array([_count(s, found) for s, found in zip(sheets, answers, strict=True)], dtype=np.float64)
    gold, flagged, hit, typed = counts.T
    return {"recall": ratio(hit, gold), "precision": ratio(hit, flagged), "typed recall": ratio(typed, gold)}


def _count(sheet: Sheet, answers: Sequence[Answer]) -> tuple[int, int, int, int]:
    pairs = list(zip(sheet.types, answers, strict=True))
    hits = [(kind, labels) for kind, (flagged, labels) in pairs if flagged and kind != "None"]
    return (
        sum(kind != "None" for kind, _ in pairs),
        sum(flagged for _, (flagged, _) in pairs),
        len(hits),
        sum(not TYPES[kind].isdisjoint(labels) for kind, labels in hits),
    )


def _by_type(sheets: Sequence[Sheet], answers: Mapping[str, Sequence[Sequence[Answer]]]) -> Grid:
    kinds = Counter(kind for sheet in sheets for kind in sheet.types if kind != "None")
    rows = []
    for kind, count in kinds.most_common():
        found = [
            sum(
                flagged
                for sheet, each in zip(sheets, answers[name], strict=True)
                for one, (flagged, _) in zip(sheet.types, each, strict=True)
                if one == kind
            )
            for name in answers
        ]
        rows.append([kind, str(count), *map(str, found)])
    return Grid("Columns flagged, by type", ["type", "columns", *answers], rows)


def _show(estimate: Estimate) -> str:
    return f"{estimate.value:.3f} ({estimate.low:.3f} to {estimate.high:.3f})"
