"""Detection beside Presidio, all in one run: what is hidden, at what cost, how fast, how hard to get round."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from benchmarks import throughput
from benchmarks.annotated import Annotated
from benchmarks.contest import FAST, PRECISION, PRESIDIO, PRESIDIO_ORG, RECALL, TAMIS, Contest
from benchmarks.corpora import Corpus, corpora
from benchmarks.coverage import by_words
from benchmarks.maskers import tamis_masker
from benchmarks.measures import Shares, by_type, measure, show, table, type_table
from benchmarks.outcome import Grid, Outcome
from benchmarks.prose import paragraphs
from benchmarks.stopwatch import HEAD, tamis
from deid import Finding, Policy
from deid.text import redact_text

_COMPARED = (PRESIDIO, PRESIDIO_ORG, TAMIS, FAST)
_TARGETS: Mapping[tuple[str, str], str] = {
    ("presidio_v2", "spans hidden"): "≥ 0.93",
    ("presidio_v2", "char F2"): "≥ 0.93",
    ("tab_dev", "DIRECT hidden"): "1.00",
    ("tab_dev", "QUASI hidden"): "≥ 0.93",
    ("tab_dev", "word precision"): "≥ 0.60",
    ("btc_dev", "PER + LOC hidden"): "above Presidio",
    ("btc_dev", "char precision"): "not below Presidio",
    ("wnut17_dev", "PER + LOC hidden"): "above Presidio",
    ("wnut17_dev", "char precision"): "not below Presidio",
    ("meddocan_train", "PHI hidden"): "above Presidio",
    ("meddocan_train", "char F2"): "above Presidio",
}
_SUMMARY_NOTE = (
    "Intervals at 95 %: Clopper–Pearson over spans or entities, as if those of one document were independent; for "
    "words and characters bootstrapped over documents; for paces slowest to fastest round. Presidio 2.2.366 is its "
    "AnalyzerEngine with the shipped configuration and recognisers, its model replaced by the one that tamis uses "
    "(en_core_web_sm 3.8); the shipped score threshold is 0, and ORGANIZATION is dropped unless said otherwise; tamis "
    "hides organisations."
)
_PROSE_NOTE = (
    "{n} paragraphs without personal data: docstrings of Python's standard library, licences and descriptions of the "
    "installed packages (`benchmarks/prose.py` has the rules). The share of words masked, best 0."
)


def run() -> Outcome:
    """Measure everything. Raises MissingDataError."""
    sets = corpora()
    contests = {language: Contest(language) for language in dict.fromkeys(one.language for one in sets)}
    summary: list[list[str]] = []
    grids: list[Grid] = []
    figures: dict[str, object] = {}
    for corpus in sets:
        measured, tables, stated = _corpus(corpus, contests[corpus.language])
        summary += _summary(corpus.name, measured)
        grids += tables
        figures[corpus.name] = stated
    for part in (_prose(contests["en"]), _pace(), _command(sets[1])):
        summary += part[0]
        grids += part[1]
        figures.update(part[2])
    head = ["figure", *_COMPARED, "target"]
    return Outcome("detect", [Grid("Summary", head, summary, _SUMMARY_NOTE), *grids], figures, [c.path for c in sets])


def _corpus(corpus: Corpus, contest: Contest) -> tuple[dict[str, Shares], list[Grid], dict[str, object]]:
    masks = contest.spans(corpus.texts)
    measured: dict[str, Shares] = {name: measure(corpus, found) for name, found in masks.items()}
    types = by_type(corpus, {name: masks[name] for name in _COMPARED})
    stated: dict[str, object] = {
        "systems": {name: {key: asdict(value) for key, value in shares.items()} for name, shares in measured.items()},
        "types": {name: {sort: asdict(one.entity_share) for sort, one in each.items()} for name, each in types.items()},
    }
    return measured, [table(corpus, measured), type_table(corpus, types)], stated


def _summary(name: str, measured: Mapping[str, Shares]) -> list[list[str]]:
    return [
        [f"{name}: {share}", *(show(measured[system][share]) for system in _COMPARED), target]
        for (corpus, share), target in _TARGETS.items()
        if corpus == name
    ]


_Part = tuple[list[list[str]], list[Grid], dict[str, object]]


def _prose(contest: Contest) -> _Part:
    texts = [Annotated(str(number), text, ()) for number, text in enumerate(paragraphs())]
    masked = {name: by_words(texts, spans).masked for name, spans in contest.spans(texts).items()}
    row = ["prose without personal data: words masked", *(show(masked[name]) for name in _COMPARED), "< 0.02"]
    dials = [
        [f"… {name}", "", "", show(masked[name]), "", limit]
        for name, limit in ((RECALL, "stated"), (PRECISION, "stated"))
    ]
    rows = [[name, show(share)] for name, share in masked.items()]
    grid = Grid("Prose without personal data", ["system", "words masked"], rows, _PROSE_NOTE.format(n=len(texts)))
    return [row, *dials], [grid], {"prose": {name: asdict(share) for name, share in masked.items()}}


def _pace() -> _Part:
    timed, scaled = throughput.paces(), throughput.scaling()
    rows = [
        [f"characters/s, one core, {kind}", paces[PRESIDIO].show(), "", paces[TAMIS].show(), paces[FAST].show(), target]
        for (kind, paces), target in zip(timed.items(), ("fast: above Presidio",) * len(timed), strict=True)
    ]
    rows.append(["two processes over one", "", "", scaled[TAMIS].show(2), scaled[FAST].show(2), "≥ 1.7"])
    stated: dict[str, object] = {
        "pace": {kind: {name: pace.rounds for name, pace in paces.items()} for kind, paces in timed.items()},
        "two over one": {name: ratio.rounds for name, ratio in scaled.items()},
    }
    return rows, throughput.tables(timed, scaled), stated


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
    grid = Grid(
        "The command",
        ["command", *HEAD, "documents as scanned"],
        [[f"tamis redact {corpus.path.name}", *usage.cells(), f"{same} of {len(texts)}"]],
    )
    return [], [grid], {"command": {**asdict(usage), "same": same, "documents": len(texts)}}
