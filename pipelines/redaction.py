"""Redact what was read: tables by plan, corpora text by text, with a bar on the terminal."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from deid.detectors.known import KnownDetector
from deid.errors import OperatorError
from deid.finding import Finding
from deid.keys import Key
from deid.notebook import count_labels, unnamed_of
from deid.redacted import Report
from deid.tables.columns import ColumnPlan
from deid.tables.table import plan_table, redact_table
from deid.text import count_lost, redact_text
from pipelines.corpus import Corpus
from pipelines.engine import Engine
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
    """Texts as they leave, those they came from, where something was found, and the counts."""

    source: Corpus
    texts: tuple[str, ...] = field(repr=False)
    findings: tuple[tuple[Finding, ...], ...]
    report: Report


def plan_of(table: Table, engine: Engine) -> tuple[ColumnPlan, ...]:
    """Plan a table's columns, with a clock on the terminal."""
    with timed(f"planning {table.name}"):
        return plan_table(table.frame, engine, table.name)


def redact_one_table(table: Table, engine: Engine, key: Key | None) -> RedactedTable:
    """Plan and redact a table; the input is left as it is."""
    plan = plan_of(table, engine)
    texts = sum(step.action == "scan" for step in plan) * len(table.frame)
    with timed(f"redacting {table.name}", texts or None) as moving, engine.reporting(moving.advance):
        done = redact_table(table.frame, plan, engine, key, table.name)
    released = Table(table.name, done.frame, table.delimiter, table.newline, table.encoding, (), table.schema)
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
    labels, withheld = count_labels(found)
    withheld += count_lost(texts, done, found)
    key_id, unnamed = key.id if key else None, unnamed_of(labels, engine.policy)
    report = Report(len(texts), labels, withheld, engine.policy.name, key_id, unnamed=unnamed, failed=dict(lost))
    return RedactedCorpus(corpus, done, tuple(found), report)


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
