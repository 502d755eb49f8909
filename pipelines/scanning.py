"""Scan files and folders, and show what was found: never the text itself."""

import dataclasses
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text as RichText

from deid.dial import DIALS
from deid.finding import Finding
from deid.policy import LANGUAGES, Policy
from deid.tables.columns import ColumnPlan
from pipelines.corpus import Corpus, read_stdin
from pipelines.engine import Engine
from pipelines.errors import UsageError
from pipelines.intake import Intake, named_tables, notes_of, read_intake
from pipelines.progress import say, timed
from pipelines.redaction import headed, plot_of
from pipelines.shards.sketched import SketchedTable
from pipelines.tablefile import Reading, is_table
from pipelines.visible import visible, visible_json


@dataclass(frozen=True, slots=True)
class Request:
    """How to scan and how to read."""

    policy: Policy
    reading: Reading

    @classmethod
    def of(cls, policy: str, language: str | None, dial: str | None, reading: Reading) -> "Request":
        """Build a request from options, which go before the policy.

        Raises `UsageError` for a language that tamis does not know and for a dial that has no such position.
        """
        if language is not None and language not in LANGUAGES:
            raise UsageError(f"--language {language}: this version knows {', '.join(LANGUAGES)}")
        if dial is not None and dial not in DIALS:
            raise UsageError(f"--dial {dial}: the positions are {', '.join(DIALS)}")
        loaded = Policy.load(policy)
        turned = dataclasses.replace(loaded.dial, position=dial or loaded.dial.position)
        return cls(dataclasses.replace(loaded, language=language or loaded.language, dial=turned), reading)


def reading_of(encoding: str, delimiter: str | None, cell_limit: int, quarantine_limit: float) -> Reading:
    """Build a reading from options. Raises `UsageError` for one that does not fit."""
    return Reading(encoding, "\t" if delimiter == "tab" else delimiter, cell_limit, quarantine_limit)


@dataclass(frozen=True, slots=True)
class Result:
    """What one input holds: a table's columns, or texts with their findings; `path` as it was given."""

    name: str
    columns: tuple[ColumnPlan, ...] = ()
    corpus: Corpus | None = None
    findings: tuple[tuple[Finding, ...], ...] = ()
    path: Path | None = None

    @property
    def found(self) -> bool:
        """Whether there is any personal data."""
        return any(step.pii for step in self.columns) or any(self.findings)

    def records(self) -> Iterator[Mapping[str, object]]:
        """Return one record a column, or one a text, in input order."""
        for step in self.columns:
            yield step.to_dict()
        for item, found in zip(self.corpus.texts if self.corpus else (), self.findings, strict=True):
            yield {"id": item.id, "spans": [span_record(finding) for finding in found]}


def span_record(finding: Finding) -> dict[str, object]:
    """Return a finding as a record of offsets, label, score and detector."""
    return {
        "start": finding.start,
        "end": finding.end,
        "label": finding.label,
        "score": round(finding.score, 4),
        "detector": finding.detector,
    }


def scan_paths(paths: Sequence[Path], request: Request, jobs: int = 1) -> list[Result]:
    """Scan files, folders and standard input (`-`), in the order given. Raises the readers' errors."""
    inputs = [(path, _read(path, request)) for path in paths]  # bad input stops before the model is loaded
    with timed("loading the language model"):
        engine = Engine(request.policy)
    with engine.pool(jobs):
        return [result for path, read in inputs for result in _results(path, read, engine)]


def _read(path: Path, request: Request) -> Intake | SketchedTable:
    if str(path) == "-":
        return Intake(texts=read_stdin())
    if is_table(path) and path.is_file() and not request.policy.references:
        with timed(f"reading {path.name}"):
            return SketchedTable.of(path, request.reading)
    intake = read_intake(path, request.reading)
    for note in notes_of(intake):
        say(note)
    return intake


def _results(path: Path, intake: Intake | SketchedTable, engine: Engine) -> Iterator[Result]:
    if isinstance(intake, SketchedTable):
        with timed(f"planning {intake.head.name}"):
            yield Result(intake.head.name, intake.plan(engine), path=path)
        return
    for book in intake.books.values():
        book.check(engine)
    named = named_tables(intake.books)
    tables = {name: headed(table, engine, None) for name, (_, table) in named.items()}
    for name, plan in plot_of(tables, engine).plans.items():
        yield Result(tables[name].name, plan, path=path / named[name][0] if intake.folder else path)
    corpora = [(path, intake.texts)] if intake.texts else []
    corpora += [(path / file if intake.folder else path, corpus) for file, corpus in intake.lines.items()]
    for place, corpus in corpora:
        texts = [item.text for item in corpus.texts]
        with timed(f"scanning {path.name}", len(texts)) as moving, engine.reporting(moving.advance):
            yield Result(path.name, (), corpus, tuple(engine.scan(texts)), place)


def show(results: Sequence[Result], form: str) -> None:
    """Write results to standard output: "table", "jsonl" or "json"."""
    records = [record for result in results for record in result.records()]
    if form == "jsonl":
        sys.stdout.writelines(visible_json(json.dumps(record, ensure_ascii=False)) + "\n" for record in records)
    elif form == "json":
        sys.stdout.write(visible_json(json.dumps(records, indent=2, ensure_ascii=False)) + "\n")
    else:
        _show_table(results)


def _show_table(results: Sequence[Result]) -> None:
    console = Console(highlight=False)
    for result in results:
        if result.columns:
            console.print(plan_table_view(result.name, result.columns))
        else:
            console.print(_counts_view(result))


def plan_table_view(name: str, columns: Sequence[ColumnPlan]) -> RichTable:
    """Return a plan as a table for the terminal."""
    view = RichTable(title=RichText(visible(name)), title_justify="left")
    for heading in ("column", "taken for", "score", "becomes"):
        view.add_column(heading)
    for step in columns:
        label = step.label or "–"
        view.add_row(RichText(visible(step.column)), label, f"{step.score:.2f}" if step.label else "", step.action)
    return view


def _counts_view(result: Result) -> RichTable:
    view = RichTable(title=RichText(f"{visible(result.name)}: {len(result.findings)} texts"), title_justify="left")
    for heading in ("label", "findings", "texts"):
        view.add_column(heading)
    labels = sorted({f.label for found in result.findings for f in found})
    for label in labels:
        spans = sum(f.label == label for found in result.findings for f in found)
        texts = sum(any(f.label == label for f in found) for found in result.findings)
        view.add_row(label, str(spans), str(texts))
    return view
