"""Detection beside Presidio, all in one run: what is hidden, at what cost, how fast, how hard to get round."""

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import attack, columns, evasion, rows, summary, throughput
from benchmarks.annotated import Annotated
from benchmarks.contest import Contest
from benchmarks.corpora import Corpus, corpora
from benchmarks.coverage import by_words
from benchmarks.maskers import spans, tamis_masker
from benchmarks.measures import Shares, by_type, measure, show, table, type_table
from benchmarks.outcome import Grid, Outcome
from benchmarks.prose import paragraphs
from benchmarks.stopwatch import HEAD, tamis
from deid import Finding, Policy
from deid.text import redact_text

OTHERS: Mapping[str, tuple[Callable[[], Outcome], Callable[[Mapping[str, Any]], list[summary.Row]]]] = {
    "attack": (attack.run, summary.of_attack),
    "evasion": (evasion.run, summary.of_evasion),
    "columns": (columns.run, summary.of_columns),
    "rows": (rows.run, summary.of_rows),
}
"""The parts that are benchmarks of their own: how each runs, and what of its figures goes into the summary."""

_PROSE_NOTE = (
    "{n} paragraphs without personal data: docstrings of Python's standard library, licences and descriptions of the "
    "installed packages (`benchmarks/prose.py` has the rules). The share of words masked, best 0."
)
_Part = tuple[list[summary.Row], list[Grid], dict[str, object]]


def run() -> Outcome:
    """Measure everything. Raises MissingDataError."""
    sets = corpora()
    pace = _pace()  # first, before this process holds models of its own
    parts = [*_texts(sets), pace]
    data = [corpus.path for corpus in sets]
    for name, (other, summarise) in OTHERS.items():
        outcome = other()
        parts.append((summarise(outcome.figures), list(outcome.grids), {name: outcome.figures}))
        data += outcome.data
    parts.append(_command(next(one for one in sets if one.name == "tab_dev")))
    return _outcome("detect", parts, data)


def run_texts() -> Outcome:
    """Measure what is hidden in texts, and nothing else. Raises MissingDataError."""
    sets = corpora()
    return _outcome("texts", _texts(sets), [corpus.path for corpus in sets])


def run_pace() -> Outcome:
    """Measure the pace, and nothing else. Raises MissingDataError."""
    return _outcome("pace", [_pace()], [corpus.path for corpus in corpora() if corpus.name in throughput.CORPORA])


def _outcome(name: str, parts: Sequence[_Part], data: Sequence[Path]) -> Outcome:
    top = summary.grid([row for part in parts for row in part[0]])
    figures = {key: stated for part in parts for key, stated in part[2].items()}
    return Outcome(name, [top, *(grid for part in parts for grid in part[1])], figures, data)


def _texts(sets: Sequence[Corpus]) -> list[_Part]:
    contests = {language: Contest(language) for language in dict.fromkeys(one.language for one in sets)}
    return [*(_corpus(corpus, contests[corpus.language]) for corpus in sets), _prose(contests["en"])]


def _corpus(corpus: Corpus, contest: Contest) -> _Part:
    masks = contest.masks(corpus.texts)
    measured: dict[str, Shares] = {name: measure(corpus, found) for name, found in masks.items()}
    types = by_type(corpus, {name: masks[name] for name in summary.COMPARED})
    stated = {
        "systems": {name: {key: asdict(value) for key, value in shares.items()} for name, shares in measured.items()},
        "types": {name: {sort: asdict(one.entity_share) for sort, one in each.items()} for name, each in types.items()},
    }
    grids = [table(corpus, measured), type_table(corpus, types)]
    return summary.of_corpus(corpus.name, measured), grids, {corpus.name: stated}


def _prose(contest: Contest) -> _Part:
    texts = [Annotated(str(number), text, ()) for number, text in enumerate(paragraphs())]
    masked = {name: by_words(texts, spans(found)).masked for name, found in contest.masks(texts).items()}
    rows = [[name, show(share)] for name, share in masked.items()]
    grid = Grid("Prose without personal data", ["system", "words masked"], rows, _PROSE_NOTE.format(n=len(texts)))
    return summary.of_prose(masked), [grid], {"prose": {name: asdict(share) for name, share in masked.items()}}


def _pace() -> _Part:
    timed, scaled = throughput.paces(), throughput.scaling()
    stated: dict[str, object] = {
        "pace": {kind: {name: pace.rounds for name, pace in paces.items()} for kind, paces in timed.items()},
        "two over one": {name: ratio.rounds for name, ratio in scaled.items()},
    }
    return summary.of_paces(timed, scaled), throughput.tables(timed, scaled), stated


def _command(corpus: Corpus) -> _Part:
    """Redact by the command, and check that it releases what the scanner's findings say."""
    texts = [text.text for text in corpus.texts]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.jsonl"
        usage = tamis("redact", corpus.path, "-o", out)
        released = [json.loads(line)["text"] for line in out.read_text(encoding="utf-8").splitlines()]
    found = [[Finding(m.start, m.end, m.label, m.score, "") for m in masks] for masks in tamis_masker()(texts)]
    expected = [redact_text(text, findings, Policy()) for text, findings in zip(texts, found, strict=True)]
    same = sum(a == b for a, b in zip(released, expected, strict=True))
    row = [f"tamis redact {corpus.path.name}", *usage.cells(), f"{same} of {len(texts)}"]
    grid = Grid("The command", ["command", *HEAD, "documents as scanned"], [row])
    return [], [grid], {"command": {**asdict(usage), "same": same, "documents": len(texts)}}
