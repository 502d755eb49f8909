"""Redaction of real texts: court cases (TAB) and Presidio's own templated texts, beside Presidio."""

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.annotated import Annotated, read_annotated
from benchmarks.contest import PRESIDIO, PRESIDIO_ORG, TAMIS, Contest, Pace, compete
from benchmarks.coverage import Span, by_characters, by_words, ignorable
from benchmarks.data import locate
from benchmarks.maskers import Mask, presidio_masker, tamis_masker
from benchmarks.outcome import Grid, Outcome
from benchmarks.stopwatch import HEAD, tamis
from deid import Finding, Policy
from deid.text import redact_text
from leakage import Estimate, Hidden, Mention, hidden

_TAB_NOTE = (
    "113 court cases. An entity is hidden only if all its mentions are; function words and titles (Mr, no, the, of …) "
    "need no mask, as in the official script. The columns “every letter” ask for those too. A word is a run of letters "
    "or digits, masked if all of it is; word precision counts what the annotators let stand (NO_MASK) against the "
    "mask. 95 % intervals: Clopper–Pearson over entities or mentions, as if those of one case were independent; for "
    "words and characters bootstrapped over documents. Presidio 2.2.366 is its AnalyzerEngine with the shipped "
    "configuration and recognisers, its model replaced by the one that tamis uses (en_core_web_sm 3.8); the shipped "
    "score threshold is 0, and ORGANIZATION is dropped unless said otherwise. tamis replaces organisations by default."
)
_V2_NOTE = (
    "1,500 templated texts of presidio-research. A span is hidden if every letter and digit of it is masked, whatever "
    "the label. Spans: Clopper–Pearson; characters: bootstrap over texts, although the texts share 209 templates, so "
    "the intervals are too narrow for other templates. Presidio's authors publish on "
    "these texts."
)


def run() -> Outcome:
    """Measure both corpora. Raises MissingDataError."""
    paths = [locate("text/tab_dev.jsonl"), locate("text/presidio_v2.jsonl")]
    cases, templates = (read_annotated(path) for path in paths)
    timed = {TAMIS: tamis_masker(), PRESIDIO: presidio_masker(organizations=False)}
    untimed = {PRESIDIO_ORG: presidio_masker(organizations=True)}
    on_cases, on_templates = (compete(texts, timed, untimed) for texts in (cases, templates))
    grids, figures = [], {}
    for name, grid, stated in (
        ("tab_dev", *_court_cases(cases, on_cases)),
        ("tab_dev by type", *_court_types(cases, on_cases)),
        ("presidio_v2", *_templates(templates, on_templates)),
        ("presidio_v2 by type", *_template_types(templates, on_templates)),
        ("pace", *_paces({"tab_dev": on_cases, "presidio_v2": on_templates})),
        ("command", *_command(paths[0], cases, on_cases.masks[TAMIS])),
    ):
        grids.append(grid)
        figures[name] = stated
    return Outcome("text", grids, figures, paths)


def _court_cases(texts: Sequence[Annotated], contest: Contest) -> tuple[Grid, dict[str, object]]:
    rows: list[list[str]] = []
    figures: dict[str, object] = {}
    wanted = [_protected(text) for text in texts]
    for name, spans in contest.variants().items():
        words, characters = by_words(wanted, spans), by_characters(wanted, spans)
        loose = [[*found, *ignorable(text.text)] for text, found in zip(texts, spans, strict=True)]
        lenient, strict = (_hidden(texts, masks, _identifier) for masks in (loose, spans))
        mentions = _hidden(texts, loose, lambda label: "" if label.startswith("NO_MASK") else "both")["both"]
        shares = {
            "DIRECT entities": lenient["DIRECT"].entity_share,
            "QUASI entities": lenient["QUASI"].entity_share,
            "mentions": mentions.mention_share,
            "word recall": words.recall,
            "word precision": words.precision,
            "characters masked": characters.masked,
            "DIRECT, every letter": strict["DIRECT"].entity_share,
            "QUASI, every letter": strict["QUASI"].entity_share,
        }
        rows.append([name, *map(_share, shares.values())])
        figures[name] = {key: asdict(value) for key, value in shares.items()}
    counts = f" DIRECT {lenient['DIRECT'].entities} entities, QUASI {lenient['QUASI'].entities}."
    return Grid("Court cases (tab_dev)", ["system", *shares], rows, _TAB_NOTE + counts), figures


def _court_types(texts: Sequence[Annotated], contest: Contest) -> tuple[Grid, dict[str, object]]:
    def kind(label: str) -> str:
        identifier, sort, _ = label.split(":", 2)
        return "" if identifier == "NO_MASK" else f"{identifier} {sort}"

    variants = {
        name: [[*found, *ignorable(text.text)] for text, found in zip(texts, spans, strict=True)]
        for name, spans in contest.variants().items()
    }
    return _types("Court cases: entities hidden, by type", texts, variants, kind)


def _templates(texts: Sequence[Annotated], contest: Contest) -> tuple[Grid, dict[str, object]]:
    rows: list[list[str]] = []
    figures: dict[str, object] = {}
    for name, spans in contest.variants().items():
        scores = by_characters(texts, spans)
        shares = {
            "spans hidden": _hidden(texts, spans, lambda _: "all")["all"].mention_share,
            "char precision": scores.precision,
            "char recall": scores.recall,
            "char F2": scores.f2,
            "extra masking": scores.extra,
        }
        rows.append([name, *map(_share, shares.values())])
        figures[name] = {key: asdict(value) for key, value in shares.items()}
    return Grid("Templated texts (presidio_v2)", ["system", *shares], rows, _V2_NOTE), figures


def _template_types(texts: Sequence[Annotated], contest: Contest) -> tuple[Grid, dict[str, object]]:
    return _types("Templated texts: spans hidden, by type", texts, contest.variants(), str)


def _types(
    title: str,
    texts: Sequence[Annotated],
    variants: dict[str, list[list[Span]]],
    kind: Callable[[str], str],
) -> tuple[Grid, dict[str, object]]:
    names = [TAMIS, PRESIDIO, PRESIDIO_ORG]
    found = {name: _hidden(texts, variants[name], kind) for name in names}
    order = sorted(
        found[TAMIS], key=lambda sort: (sort.split()[0] if " " in sort else "", -found[TAMIS][sort].entities)
    )
    rows = [
        [sort, str(found[TAMIS][sort].entities), *(_share(found[name][sort].entity_share) for name in names)]
        for sort in order
    ]
    figures = {name: {sort: asdict(one.entity_share) for sort, one in each.items()} for name, each in found.items()}
    return Grid(title, ["type", "n", *names], rows), dict(figures)


def _paces(contests: dict[str, Contest]) -> tuple[Grid, dict[str, object]]:
    rows: list[list[str]] = []
    figures: dict[str, object] = {}
    for corpus, contest in contests.items():
        own, peer = contest.paces[TAMIS], contest.paces[PRESIDIO]
        times = own.over(peer)
        ratio = f"{times[len(times) // 2]:.2f} ({times[0]:.2f} to {times[-1]:.2f})"
        rows.append([corpus, _pace(own), _pace(peer), ratio])
        figures[corpus] = {"tamis": own.rounds, "Presidio": peer.rounds, "ratios": times}
    note = "Median (slowest to fastest) of 3 rounds in turn, one process, models loaded before, no text twice."
    head = ["corpus", "tamis, characters/s", "Presidio, characters/s", "tamis over Presidio"]
    return Grid("Pace", head, rows, note), dict(figures)


def _command(path: Path, texts: Sequence[Annotated], masks: Sequence[Sequence[Mask]]) -> tuple[Grid, object]:
    """Redact by the command, and check that it released what the scored masks say."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.jsonl"
        usage = tamis("redact", path, "-o", out)
        released = [json.loads(line)["text"] for line in out.read_text(encoding="utf-8").splitlines()]
    findings = [[Finding(m.start, m.end, m.label, m.score, "") for m in found] for found in masks]
    expected = [redact_text(text.text, found, Policy()) for text, found in zip(texts, findings, strict=True)]
    same = sum(a == b for a, b in zip(released, expected, strict=True))
    row = [f"tamis redact {path.name}", *usage.cells(), f"{same} of {len(texts)}"]
    head = ["command", *HEAD, "documents as scored above"]
    return Grid("The command", head, [row]), {**asdict(usage), "same": same, "documents": len(texts)}


def _protected(text: Annotated) -> Annotated:
    return Annotated(text.id, text.text, tuple(s for s in text.spans if not s[2].startswith("NO_MASK")))


def _identifier(label: str) -> str:
    return label.partition(":")[0]


def _hidden(
    texts: Sequence[Annotated], masks: Sequence[Sequence[Span]], kind: Callable[[str], str]
) -> dict[str, Hidden]:
    """Count what is hidden of each kind that `kind` gives a label; spans of the kind "" do not count."""
    gold = [
        Mention(text.id, start, end, kind(label), label if ":" in label else "")
        for text in texts
        for start, end, label in text.spans
        if kind(label)
    ]
    masked = {text.id: spans for text, spans in zip(texts, masks, strict=True)}
    return hidden(gold, masked, {text.id: text.text for text in texts})


def _share(estimate: Estimate) -> str:
    return f"{estimate.value:.3f} ({estimate.low:.3f} to {estimate.high:.3f})"


def _pace(pace: Pace) -> str:
    return f"{pace.median:,.0f} ({min(pace.rounds):,.0f} to {max(pace.rounds):,.0f})"
