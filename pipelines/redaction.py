"""Redact what was read: tables by plan, corpora text by text, with a bar on the terminal."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from deid.changes import Change, changes_of
from deid.detectors.known import KnownDetector
from deid.errors import OperatorError
from deid.finding import Finding
from deid.keys import Key
from deid.notebook import count_labels, unnamed_of
from deid.policy import SCAN
from deid.redacted import Report
from deid.scanner import Scanner
from deid.tables.columns import ColumnPlan
from deid.tables.headings import clean_headings
from deid.tables.table import KEEP, plan_table, redact_table
from deid.tables.ties import Ties
from deid.tables.together import Plot, plan_tables
from deid.text import count_lost, redact_text
from pipelines.corpus import Corpus, ReleasedText
from pipelines.engine import Engine
from pipelines.naming import File, known_of, released_ids, released_paths
from pipelines.progress import timed
from pipelines.tablefile import Table


@dataclass(frozen=True, slots=True)
class RedactedTable:
    """A table as it leaves, the one it came from, and the counts between them."""

    source: Table
    released: Table
    report: Report


@dataclass(frozen=True, slots=True)
class RedactedCorpus:
    """Texts as they leave, those they came from, where something was found, and the counts.

    `ids` are those that the texts leave under, where they are not their own.
    """

    source: Corpus
    texts: tuple[str, ...] = field(repr=False)
    findings: tuple[tuple[Finding, ...], ...]
    report: Report
    changes: tuple[tuple[Change, ...], ...] = field(default=(), repr=False)
    ids: tuple[str, ...] | None = field(default=None, repr=False)

    def known(self) -> list[KnownDetector | None]:
        """Return, for each text, a detector of those whom it names."""
        return [
            known_of(item.id, item.text, found) for item, found in zip(self.source.texts, self.findings, strict=True)
        ]

    def files(self) -> dict[Path, File]:
        """Return the files that the texts are, by path."""
        return {
            Path(item.id): File(item.body.suffix if item.body else Path(item.id).suffix, known)
            for item, known in zip(self.source.texts, self.known(), strict=True)
        }

    @property
    def released(self) -> list[ReleasedText]:
        """The texts as they leave."""
        ids = self.ids if self.ids is not None else [item.id for item in self.source.texts]
        return [ReleasedText(*one) for one in zip(ids, self.texts, self.changes, strict=True)]


def plan_of(table: Table, engine: Engine) -> tuple[ColumnPlan, ...]:
    """Plan a table's columns, with a clock on the terminal.

    Where columns have no names to go by, every one that would stay and has texts in it is looked at as free text.
    """
    with timed(f"planning {table.name}"):
        plan = plan_table(table.frame, engine, table.name)
    if table.headed:
        return plan
    texts = [any(isinstance(cell, str) for cell in table.frame.iloc[:, n]) for n in range(len(plan))]
    pairs = zip(plan, texts, strict=True)
    return tuple(replace(step, action=SCAN) if step.action == KEEP and text else step for step, text in pairs)


def headed(table: Table, engine: Engine, key: Key | None) -> Table:
    """Return the table with no identifier over a column."""
    return replace(table, frame=clean_headings(table.frame, engine, key, table.name))


def plot_of(tables: Mapping[str, Table], engine: Engine) -> Plot:
    """Plan tables that belong together, each under a name of its own."""
    frames = {name: table.frame for name, table in tables.items()}
    return plan_tables(frames, engine, lambda name, _: plan_of(tables[name], engine))


def redact_one_table(
    table: Table, engine: Engine, key: Key | None, plan: Sequence[ColumnPlan] | None = None, ties: Ties | None = None
) -> RedactedTable:
    """Plan (where that is not done) and redact a table; the input is left as it is."""
    used = headed(table, engine, key)
    steps = plan or plan_of(used, engine)
    texts = sum(step.action == SCAN for step in steps) * len(table.frame)
    with timed(f"redacting {table.name}", texts or None) as moving, engine.reporting(moving.advance):
        done = redact_table(used.frame, steps, engine, key, table.name, ties=ties)
    released = replace(table, frame=done.frame, quarantined=())
    key_id = key.id if key else None
    report = Report(
        len(table.frame), done.labels, done.withheld, engine.policy.name, key_id, done.plan, done.unnamed, done.failed
    )
    return RedactedTable(table, released, report)


def redact_corpus(
    corpus: Corpus,
    engine: Engine,
    key: Key | None,
    title: str,
    *,
    known: Sequence[KnownDetector | None] | None = None,
    subjects: Mapping[str, str] | None = None,
) -> RedactedCorpus:
    """Scan and redact every text of a corpus; `known` brings what is known of the person behind each.

    `subjects` tells by a text's id whose it is; a text that it does not name is a subject of its own.
    """
    texts = [item.text for item in corpus.texts]
    with timed(f"redacting {title}", len(texts)) as moving, engine.reporting(moving.advance):
        found = engine.scan(texts, known)
    whose = [(subjects or {}).get(item.id, "") for item in corpus.texts]
    lost = Counter[str]()
    done = tuple(
        redact_text(t, f, engine.policy, key, s, failures=lost) for t, f, s in zip(texts, found, whose, strict=True)
    )
    changes = tuple(
        changes_of(item.text, f, engine.policy, key, s) if item.body else ()
        for item, f, s in zip(corpus.texts, found, whose, strict=True)
    )
    labels, withheld = count_labels(found)
    withheld += count_lost(texts, done, found)
    key_id, unnamed = key.id if key else None, unnamed_of(labels, engine.policy)
    report = Report(len(texts), labels, withheld, engine.policy.name, key_id, unnamed=unnamed, failed=dict(lost))
    return RedactedCorpus(corpus, done, tuple(found), report, changes)


def with_ids(corpus: RedactedCorpus, scanner: Scanner, key: Key | None) -> RedactedCorpus:
    """Return a corpus whose texts leave under ids without what identifies."""
    if corpus.source.records:
        return replace(
            corpus, ids=tuple(released_ids([i.id for i in corpus.source.texts], corpus.known(), scanner, key))
        )
    paths = released_paths(corpus.files(), scanner, key)
    return replace(corpus, ids=tuple(paths[path].as_posix() for path in corpus.files()))


def unique_labels(reports: Sequence[Report]) -> dict[str, int]:
    """Add up the labels of several reports."""
    return _total(report.labels for report in reports)


def unnamed_labels(reports: Iterable[Report]) -> dict[str, int]:
    """Add up, over several reports, the labels that the policy forgot."""
    return _total(report.unnamed for report in reports)


def warnings_of(reports: Sequence[Report]) -> Iterator[str]:
    """Say which labels the policy forgot and on what operators failed, and what became of both; else nothing."""
    unnamed = ", ".join(f"{label} ({count})" for label, count in unnamed_labels(reports).items())
    if unnamed:
        yield f'the policy does not name {unnamed}: replaced by the label; name them, or say default = "replace"'
    for what, count in _total(report.failed for report in reports).items():
        yield f"{OperatorError.code}: {what}, {count} times; withheld (tamis explain {OperatorError.code})"


def _total(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    totals: Counter[str] = Counter()
    for one in counts:
        totals.update(one)
    return dict(sorted(totals.items()))
