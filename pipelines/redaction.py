"""Redact what was read: tables by plan, corpora text by text, with a bar on the terminal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from deid.detectors.known import KnownDetector
from deid.finding import Finding
from deid.keys import Key
from deid.notebook import count_labels
from deid.redacted import Report
from deid.surrogates import Scene
from deid.tables.columns import ColumnPlan
from deid.tables.draft import TableDraft, TableResult
from deid.tables.table import draft_table, plan_table
from deid.text import TextDraft
from pipelines.corpus import Corpus
from pipelines.engine import Engine
from pipelines.progress import timed
from pipelines.tablefile import Table


@dataclass(frozen=True, slots=True)
class DraftedTable:
    """A table that was looked through."""

    source: Table
    draft: TableDraft

    def write(self, key: Key | None, scene: Scene) -> TableResult:
        """Write it."""
        return self.draft.write(key, scene)


@dataclass(frozen=True, slots=True)
class DraftedCorpus:
    """Texts that were looked through."""

    source: Corpus
    draft: TextDraft

    def write(self, key: Key | None, scene: Scene) -> list[str]:
        """Write them."""
        return self.draft.write(key, scene)


@dataclass(frozen=True, slots=True)
class RedactedTable:
    """A table as it leaves, the one it came from, and the counts between them."""

    source: Table
    released: Table
    report: Report


@dataclass(frozen=True, slots=True)
class RedactedCorpus:
    """Texts as they leave, those they came from, where something was found, and the counts."""

    source: Corpus
    texts: tuple[str, ...] = field(repr=False)
    findings: tuple[tuple[Finding, ...], ...]
    report: Report


def plan_of(table: Table, engine: Engine) -> tuple[ColumnPlan, ...]:
    """Plan a table's columns, with a clock on the terminal."""
    with timed(f"planning {table.name}"):
        return plan_table(table.frame, engine, table.name)


def draft_one_table(table: Table, engine: Engine) -> DraftedTable:
    """Plan a table and look through it; nothing is written yet."""
    plan = plan_of(table, engine)
    texts = sum(step.action == "scan" for step in plan) * len(table.frame)
    with timed(f"redacting {table.name}", texts or None) as moving, engine.reporting(moving.advance):
        return DraftedTable(table, draft_table(table.frame, plan, engine, table.name))


def redact_one_table(drafted: DraftedTable, key: Key | None, scene: Scene) -> RedactedTable:
    """Write a table; the input is left as it is."""
    table, policy = drafted.source, drafted.draft.policy
    done = drafted.write(key, scene)
    released = Table(table.name, done.frame, table.delimiter, table.newline, table.encoding, (), table.schema)
    key_id = key.id if key else None
    counts = (len(table.frame), done.labels, done.withheld)
    report = Report(*counts, policy.name, key_id, done.plan, policy.pseudonymises)
    return RedactedTable(table, released, report)


def draft_corpus(
    corpus: Corpus,
    engine: Engine,
    title: str,
    *,
    known: Sequence[KnownDetector | None] | None = None,
    subjects: Mapping[str, str] | None = None,
    people: Mapping[str, tuple[str, ...]] | None = None,
) -> DraftedCorpus:
    """Scan every text of a corpus; `known` brings what is known of the person behind each. Nothing is written yet.

    `subjects` tells by a text's id whose it is, `people` by a subject's name who is meant there; a text that `subjects`
    does not name is a subject of its own.
    """
    texts = [item.text for item in corpus.texts]
    with timed(f"redacting {title}", len(texts)) as moving, engine.reporting(moving.advance):
        found = engine.scan(texts, known)
    names = [item.id for item in corpus.texts]
    whose = [(subjects or {}).get(name, "") for name in names]
    company = [(people or {}).get(one, ()) for one in whose]
    return DraftedCorpus(corpus, TextDraft(texts, found, engine.policy, whose, names, company))


def redact_corpus(drafted: DraftedCorpus, key: Key | None, scene: Scene) -> RedactedCorpus:
    """Write every text of a corpus."""
    draft, policy = drafted.draft, drafted.draft.policy
    done = drafted.write(key, scene)
    counts = (len(draft.texts), *count_labels(draft.found))
    report = Report(*counts, policy.name, key.id if key else None, pseudonyms=policy.pseudonymises)
    return RedactedCorpus(drafted.source, tuple(done), tuple(map(tuple, draft.found)), report)


def unique_labels(reports: Sequence[Report]) -> dict[str, int]:
    """Add up the labels of several reports."""
    totals: dict[str, int] = {}
    for report in reports:
        for label, count in report.labels.items():
            totals[label] = totals.get(label, 0) + count
    return dict(sorted(totals.items()))
