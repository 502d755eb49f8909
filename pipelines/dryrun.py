"""A run without an output: what would become of each column and of each label, and what the policy forgets."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text as RichText

from deid.finding import Finding
from deid.keys import NO_KEY, Key
from deid.operators import describe
from deid.policy import DROP, SCAN, Policy
from deid.redacted import Report
from deid.surrogates import Scene, Turns
from deid.tables.columns import ColumnPlan
from deid.tables.table import KEEP, as_texts, operator_of
from deid.text import TextDraft
from pipelines.compression import kind_of, stem_of
from pipelines.corpus import LINES, list_folder, read_stdin
from pipelines.engine import Engine
from pipelines.intake import WORKBOOK, Intake, form_of, notes_of, read_intake
from pipelines.outcome import draft_intake
from pipelines.progress import timed
from pipelines.redaction import RedactedTable, warnings_of
from pipelines.shards.course import report_of
from pipelines.shards.items import Item, Items
from pipelines.shards.largerecords import LargeRecords
from pipelines.shards.largerows import LargeStream
from pipelines.shards.largetable import LargeTable
from pipelines.shards.listing import Listing
from pipelines.shards.manifest import Counts
from pipelines.shards.pieces import in_pieces
from pipelines.shards.texts import count_texts
from pipelines.showing import new_view
from pipelines.tablefile import Reading
from pipelines.visible import visible


@dataclass(frozen=True, slots=True)
class TableChanges:
    """What would become of a table: its plan, and in how many rows each column of it would change."""

    title: str
    plan: Sequence[ColumnPlan]
    changed: Sequence[int]
    report: Report

    def view(self, policy: Policy) -> RichTable:
        """Return it as a table for the terminal."""
        headings = ("column", "taken for", "score", "becomes", "rows to change")
        view = new_view(f"{self.title}: {self.report.items} rows", headings)
        for step, changed in zip(self.plan, self.changed, strict=True):
            fixed = step.action in {DROP, SCAN, KEEP}
            becomes = step.action if fixed else describe(operator_of(step, policy, self.title))
            score = f"{step.score:.2f}" if step.label else ""
            view.add_row(RichText(visible(step.column)), step.label or "–", score, RichText(becomes), str(changed))
        return view


@dataclass(frozen=True, slots=True)
class TextChanges:
    """What would become of texts: how many findings there are of each label, and in how many texts."""

    title: str
    report: Report
    findings: Counter[str]
    texts: Counter[str]

    def view(self, policy: Policy) -> RichTable:
        """Return it as a table for the terminal."""
        view = new_view(f"{self.title}: {self.report.items} texts", ("label", "becomes", "findings", "texts"))
        for label, count in sorted(self.findings.items()):
            becomes = "[WITHHELD]" if label == "WITHHELD" else describe(policy.operator(label))
            view.add_row(label, RichText(becomes), str(count), str(self.texts[label]))
        return view


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """All that would change, and what is to be said of it."""

    changes: Sequence[TableChanges | TextChanges]
    notes: Sequence[str] = ()


def rehearse(source: Path, policy: Policy, reading: Reading, key: Key | None, jobs: int = 1) -> None:
    """Redact without an output and show what changed, as tables on standard output; nothing is written.

    A file, and a folder of texts, is gone through piece by piece; what hangs together (tables in a folder, sheets,
    columns under `references`) is read whole. Where the policy works with a key and there is none, another stands in.
    Raises the readers' errors.
    """
    used = key or (Key.ephemeral() if policy.needs_key else None)
    told = _rehearse(source, policy, reading, policy.working_key(used), jobs)
    console = Console(highlight=False)
    for one in told.changes:
        console.print(one.view(policy))
    warnings = [*told.notes, *warnings_of([one.report for one in told.changes])]
    for line in [*warnings, *([NO_KEY] if policy.needs_key and key is None else [])]:
        console.print(RichText(f"warning: {visible(line)}"), soft_wrap=True)


def _rehearse(source: Path, policy: Policy, reading: Reading, key: Key | None, jobs: int) -> Rehearsed:
    if str(source) == "-":
        return _whole(Intake(texts=read_stdin()), source, policy, key, jobs)
    form = form_of(source, reading.encoding)
    if form == "rows" and kind_of(source) != WORKBOOK and not policy.references:
        lines = kind_of(source) in LINES
        rows = (
            LargeRecords(source, policy, key, reading.encoding) if lines else LargeTable(source, policy, key, reading)
        )
        return _rows(rows, policy, jobs)
    if form == "texts":
        return _texts(Items.of(source, reading.encoding), policy, key, jobs)
    if form == "folder" and not list_folder(source).tables:
        listing = Listing.of(source, reading.encoding)
        if not listing.spots.tables:
            return _texts(listing.items, policy, key, jobs)
    return _whole(read_intake(source, reading), source, policy, key, jobs)


def _rows(rows: LargeStream, policy: Policy, jobs: int) -> Rehearsed:
    """Go through a file of rows."""
    rows.check()
    engine = _engine(policy)
    with timed(f"reading {stem_of(rows.source)}"):
        staging = rows.planned(engine)
    work = rows.work_of(staging, engine, Path(), kind_of(rows.source))
    names = [step.column for step in staging.plan]
    going = set(names) - {names[place] for place in work.places}
    changed, counts, first = Counter[str](), list[Counts](), 0
    with engine.pool(jobs), timed(f"redacting {work.title}"), rows.opened() as tables:
        for number, table in enumerate(tables):
            made = work.redact(table, first, engine, rows.key, Scene(None, Turns(number)))
            changed.update(work.changed(table, made.content))
            changed.update(dict.fromkeys(going, made.counts.rows))
            counts.append(made.counts)
            first += len(table)
    report = report_of(counts, policy, rows.key, staging.plan)
    return Rehearsed([TableChanges(work.title, staging.plan, [changed[name] for name in names], report)])


def _texts(items: Items, policy: Policy, key: Key | None, jobs: int) -> Rehearsed:
    """Go through texts."""
    for group in items.groups():
        next(group, None)
        break
    engine, title, number, files, told = _engine(policy), items.source.name, 0, 0, list[TextChanges]()
    with engine.pool(jobs), timed(f"redacting {title}"):
        for group in items.groups():
            counts, findings, texts = list[Counts](), Counter[str](), Counter[str]()
            for piece in in_pieces(group, lambda item: len(item.text)):
                found, counted = _piece(piece, engine, key, Scene(None, Turns(number)))
                counts.append(counted)
                _count(found, findings, texts)
                number, files = number + 1, files + sum(item.id is None for item in piece)
            told.append(TextChanges(title, report_of(counts, policy, key), findings, texts))
    return Rehearsed(told, [*notes_of(items.listed.left_out, len(items.listed.texts) - files)])


def _piece(
    piece: Sequence[Item], engine: Engine, key: Key | None, scene: Scene
) -> tuple[list[tuple[Finding, ...]], Counts]:
    texts, lost = [item.text for item in piece], Counter[str]()
    found = engine.scan(texts)
    done = TextDraft(texts, found, engine.policy, names=[item.name for item in piece]).write(key, scene, lost)
    return found, count_texts(texts, done, found, engine.policy, lost)


def _count(found: Sequence[Sequence[Finding]], findings: Counter[str], texts: Counter[str]) -> None:
    """Count findings by label, and the texts that have any of it."""
    for own in found:
        labels = [finding.label for finding in own]
        findings.update(labels)
        texts.update(set(labels))


def _whole(intake: Intake, source: Path, policy: Policy, key: Key | None, jobs: int) -> Rehearsed:
    """Go through what was read."""
    engine = _engine(policy)
    with engine.pool(jobs):
        drafted = draft_intake(intake, engine, key, source.name)
    outcome = drafted.write(key, policy.scene(drafted.drafts, key))
    changes: list[TableChanges | TextChanges] = [
        _table_changes(table) for tables in outcome.tables.values() for table in tables.values()
    ]
    for corpus in [*outcome.lines.values(), *([outcome.texts] if outcome.texts is not None else [])]:
        findings, texts = Counter[str](), Counter[str]()
        _count(corpus.findings, findings, texts)
        changes.append(TextChanges(source.name, corpus.report, findings, texts))
    return Rehearsed(changes, [*notes_of(intake.left_out, intake.withheld), *outcome.notes()])


def _table_changes(table: RedactedTable) -> TableChanges:
    before, after = table.source.frame, table.released.frame
    changed = [len(before)] * before.shape[1]
    for new, old in enumerate(table.places):
        changed[old] = _differing(as_texts(before.iloc[:, old]), as_texts(after.iloc[:, new]))
    return TableChanges(table.source.called, table.report.plan, changed, table.report)


def _differing(before: Iterable[str], after: Iterable[str]) -> int:
    return sum(old != new for old, new in zip(before, after, strict=True))


def _engine(policy: Policy) -> Engine:
    with timed("loading the language model"):
        return Engine(policy)
