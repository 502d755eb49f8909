"""A run without an output: what would become of each column and of each label, and what the policy forgets."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text as RichText

from deid.keys import NO_KEY, Key
from deid.operators import describe
from deid.policy import DROP, SCAN, Policy
from deid.tables.table import KEEP, as_texts, operator_of
from pipelines.corpus import read_stdin
from pipelines.engine import Engine
from pipelines.intake import Intake, notes_of, read_intake
from pipelines.outcome import Outcome, draft_intake
from pipelines.progress import timed
from pipelines.redaction import RedactedCorpus, RedactedTable, warnings_of
from pipelines.showing import new_view
from pipelines.tablefile import Reading
from pipelines.visible import visible


def rehearse(source: Path, policy: Policy, reading: Reading, key: Key | None, jobs: int = 1) -> None:
    """Redact in memory and show what changed, as tables on standard output; nothing is written.

    Where the policy works with a key and there is none, one that is forgotten stands in. Raises the readers' errors.
    """
    intake = Intake(texts=read_stdin()) if str(source) == "-" else read_intake(source, reading)
    with timed("loading the language model"):
        engine = Engine(policy)
    used = key or (Key.ephemeral() if policy.needs_key else None)
    with engine.pool(jobs):
        drafted = draft_intake(intake, engine, used, source.name)
    working = policy.working_key(used)
    outcome = drafted.write(working, policy.scene(drafted.drafts, working))
    console = Console(highlight=False)
    for tables in outcome.tables.values():
        for table in tables.values():
            console.print(_table_view(table, policy))
    for corpus in [*outcome.lines.values(), *([outcome.texts] if outcome.texts is not None else [])]:
        console.print(_corpus_view(corpus, policy, source.name))
    for line in [*notes_of(intake.left_out, intake.withheld), *outcome.notes(), *_warnings(outcome, policy, key)]:
        console.print(RichText(f"warning: {visible(line)}"), soft_wrap=True)


def _table_view(table: RedactedTable, policy: Policy) -> RichTable:
    before, after = table.source.frame, table.released.frame
    view = new_view(
        f"{table.source.name}: {len(before)} rows",
        ("column", "taken for", "score", "becomes", "rows to change"),
    )
    for step in table.report.plan:
        fixed = step.action in {DROP, SCAN, KEEP}
        becomes = step.action if fixed else describe(operator_of(step, policy, table.source.name))
        kept = step.column in after.columns
        changed = _differing(as_texts(before[step.column]), as_texts(after[step.column])) if kept else len(before)
        score = f"{step.score:.2f}" if step.label else ""
        view.add_row(RichText(visible(step.column)), step.label or "–", score, RichText(becomes), str(changed))
    return view


def _differing(before: Iterable[str], after: Iterable[str]) -> int:
    return sum(old != new for old, new in zip(before, after, strict=True))


def _corpus_view(corpus: RedactedCorpus, policy: Policy, name: str) -> RichTable:
    view = new_view(f"{name}: {len(corpus.texts)} texts", ("label", "becomes", "findings", "texts"))
    findings = Counter(f.label for found in corpus.findings for f in found)
    texts = Counter(label for found in corpus.findings for label in {f.label for f in found})
    for label, count in sorted(findings.items()):
        becomes = "[WITHHELD]" if label == "WITHHELD" else describe(policy.operator(label))
        view.add_row(label, RichText(becomes), str(count), str(texts[label]))
    return view


def _warnings(outcome: Outcome, policy: Policy, key: Key | None) -> Iterator[str]:
    yield from warnings_of(outcome.reports())
    if policy.needs_key and key is None:
        yield NO_KEY
