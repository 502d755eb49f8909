"""Redact what was read: tables by plan, corpora text by text, with a bar on the terminal."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from deid.changes import Change, rewritten
from deid.detectors.known import KnownDetector
from deid.errors import OperatorError
from deid.finding import Finding
from deid.keys import Key
from deid.notebook import count_labels, unnamed_of
from deid.policy import DROP, SCAN
from deid.redacted import Report, summed
from deid.scanner import Scanner
from deid.surrogates import Scene
from deid.tables.columns import ColumnPlan
from deid.tables.draft import TableDraft, TableResult
from deid.tables.headings import clean_headings
from deid.tables.table import KEEP, draft_table, plan_table
from deid.tables.ties import Ties
from deid.tables.together import Plot, plan_tables
from deid.text import TextDraft, count_lost
from pipelines.corpus import Corpus, ReleasedText
from pipelines.engine import Engine
from pipelines.naming import File, known_of, released_ids, released_paths
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

    @property
    def places(self) -> tuple[int, ...]:
        """Where in the source the columns that leave stand."""
        return tuple(place for place, step in enumerate(self.report.plan) if step.action != DROP)


@dataclass(frozen=True, slots=True)
class RedactedCorpus:
    """Texts as they leave, those they came from, where something was found and what it became, and the counts.

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
            Path(item.id): File(item.ending, known) for item, known in zip(self.source.texts, self.known(), strict=True)
        }

    @property
    def released(self) -> list[ReleasedText]:
        """The texts as they leave."""
        ids = self.ids if self.ids is not None else [item.id for item in self.source.texts]
        inside = [own if item.body else () for item, own in zip(self.source.texts, self.changes, strict=True)]
        return [ReleasedText(*one) for one in zip(ids, self.texts, inside, strict=True)]


def plan_of(table: Table, engine: Engine) -> tuple[ColumnPlan, ...]:
    """Plan a table's columns, with a clock on the terminal.

    Where columns have no names to go by, every one that would stay and has texts in it is looked at as free text.
    """
    with timed(f"planning {table.name}"):
        plan = plan_table(table.frame, engine, table.called)
    return plan if table.headed else looked_at(plan, textual(table.frame))


def textual(frame: pd.DataFrame) -> list[bool]:
    """Say of each column whether any cell of it is a text."""
    return [any(isinstance(cell, str) for cell in frame.iloc[:, n]) for n in range(frame.shape[1])]


def looked_at(plan: Sequence[ColumnPlan], texts: Sequence[bool]) -> tuple[ColumnPlan, ...]:
    """Return a plan under which every column that would stay and has texts in it is looked at as free text."""
    pairs = zip(plan, texts, strict=True)
    return tuple(replace(step, action=SCAN) if step.action == KEEP and text else step for step, text in pairs)


def headed(table: Table, scanner: Scanner, key: Key | None) -> Table:
    """Return the table with no identifier over a column."""
    return replace(table, frame=clean_headings(table.frame, scanner, key, table.called))


def plot_of(tables: Mapping[str, Table], engine: Engine) -> Plot:
    """Plan tables that belong together, each under a name of its own."""
    frames = {name: table.frame for name, table in tables.items()}
    return plan_tables(frames, engine, lambda name, _: plan_of(tables[name], engine))


def draft_one_table(table: Table, shown: Table, engine: Engine, plan: Sequence[ColumnPlan], ties: Ties) -> DraftedTable:
    """Look through a planned table, `shown` with the headings that it leaves under; nothing is written yet."""
    texts = sum(step.action == SCAN for step in plan) * len(table.frame)
    with timed(f"redacting {table.name}", texts or None) as moving, engine.reporting(moving.advance):
        return DraftedTable(table, draft_table(shown.frame, plan, engine, table.called, ties=ties))


def redact_one_table(drafted: DraftedTable, key: Key | None, scene: Scene) -> RedactedTable:
    """Write a table; the input is left as it is."""
    table, policy = drafted.source, drafted.draft.policy
    done = drafted.write(key, scene)
    released = replace(table, frame=done.frame, quarantined=())
    report = Report(
        len(table.frame),
        done.labels,
        done.withheld,
        policy.name,
        key.id if key else None,
        done.plan,
        done.unnamed,
        done.failed,
        pseudonyms=policy.pseudonymises,
    )
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
    draft, policy, lost = drafted.draft, drafted.draft.policy, Counter[str]()
    changes = draft.changes(key, scene, lost)
    done = tuple(rewritten(text, own) for text, own in zip(draft.texts, changes, strict=True))
    labels, withheld = count_labels(draft.found)
    report = Report(
        len(draft.texts),
        labels,
        withheld + count_lost(draft.texts, done, draft.found),
        policy.name,
        key.id if key else None,
        unnamed=unnamed_of(labels, policy),
        failed=dict(lost),
        pseudonyms=policy.pseudonymises,
    )
    return RedactedCorpus(drafted.source, done, tuple(map(tuple, draft.found)), report, tuple(changes))


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
    return summed(report.labels for report in reports)


def unnamed_labels(reports: Iterable[Report]) -> dict[str, int]:
    """Add up, over several reports, the labels that the policy forgot."""
    return summed(report.unnamed for report in reports)


def warnings_of(reports: Sequence[Report]) -> Iterator[str]:
    """Say which labels the policy forgot and on what operators failed, and what became of both; else nothing."""
    unnamed = ", ".join(f"{label} ({count})" for label, count in unnamed_labels(reports).items())
    if unnamed:
        yield f'the policy does not name {unnamed}: replaced by the label; name them, or say default = "replace"'
    for what, count in summed(report.failed for report in reports).items():
        yield f"{OperatorError.code}: {what}, {count} times; withheld (tamis explain {OperatorError.code})"
