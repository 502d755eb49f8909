"""Hiding in plain sight: names left standing on purpose, and whether an attacker tells them from surrogates."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.annotated import Annotated, read_annotated
from benchmarks.data import locate
from benchmarks.outcome import Grid, Outcome
from deid import Key, Policy
from deid.finding import Finding
from deid.operators import Operator, Replace, Surrogate
from deid.text import TextDraft
from leakage import Document, Risk
from leakage.texts.mentions import Placed
from leakage.texts.surrogates import SurrogateTelling

SHARES = (0.01, 0.02, 0.05)
STRATEGIES: Mapping[str, Operator] = {
    "tags": Replace(),
    "consistent, key": Surrogate("consistent", "key"),
    "consistent, document": Surrogate("consistent", "document"),
    "markov, corpus": Surrogate("markov", "corpus"),
    "markov, document": Surrogate("markov", "document"),
    "random": Surrogate("random", "document"),
}

_KEY = Key(bytes(range(32)))
_SEED = 2013
_LEFT, _RIGHT = "\ue000", "\ue001"  # private characters around each name: they tell where it stands in the release
_NOTE = (
    "{texts:,} texts with {names:,} names of persons, which are given, so that detection plays no part; of these a "
    "random share stays as it is, mention by mention, and all others are replaced. The attacker (`SurrogateTelling`, "
    "after Carrell et al. 2013) learns from other texts which names were left, and guesses. ½: cannot tell; 1: tells "
    "all. In brackets the 95 % interval, texts apart. The strongest of five views is chosen on training texts; `by` is "
    "the one with the highest area in the end. A cell that stands in brackets: fewer than 30 originals, no verdict. "
    "Tags: [PERSON] for each name."
)


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts with the places of persons' names in them."""

    name: str
    language: str
    texts: Sequence[Annotated]
    labels: frozenset[str]
    files: Sequence[Path]

    def names(self, text: Annotated) -> list[tuple[int, int]]:
        """Return where names stand in a text, sorted."""
        return sorted((start, end) for start, end, label in text.spans if label in self.labels)


def run() -> Outcome:
    """Attack each strategy on each corpus. Raises MissingDataError."""
    corpora = [_tweets(), _clinic()]
    grids, figures = [], {}
    for corpus in corpora:
        found = {name: [_attack(corpus, operator, share) for share in SHARES] for name, operator in STRATEGIES.items()}
        grids.append(_grid(corpus, found))
        figures[corpus.name] = {
            name: {str(share): _figures(risk) for share, risk in zip(SHARES, risks, strict=True)}
            for name, risks in found.items()
        }
    return Outcome("hidden", grids, figures, [path for corpus in corpora for path in corpus.files])


def _tweets() -> Corpus:
    paths = [locate("text/btc_dev.jsonl"), locate("text/wnut17_dev.jsonl")]
    texts = [text for path in paths for text in read_annotated(path)]
    return Corpus("tweets (BTC, WNUT17)", "en", texts, frozenset({"PER", "person"}), paths)


def _clinic() -> Corpus:
    path = locate("text/meddocan_train.jsonl")
    labels = frozenset({"NOMBRE_SUJETO_ASISTENCIA", "NOMBRE_PERSONAL_SANITARIO"})
    return Corpus("Spanish clinical cases (MEDDOCAN)", "es", read_annotated(path), labels, [path])


def _attack(corpus: Corpus, operator: Operator, share: float) -> Risk:
    """Release the corpus with a share of its names left, and tell them."""
    marked, found, left = [], [], []
    dice = random.Random(_SEED)  # noqa: S311 which names are left is the same for every strategy
    for text in corpus.texts:
        written, findings, stays = _marked(text.text, corpus.names(text), share, dice)
        marked.append(written)
        found.append(findings)
        left.append(stays)
    policy = Policy(language=corpus.language, labels={"PERSON": operator})
    names = [f"{number}" for number in range(len(marked))]
    draft = TextDraft(marked, found, policy, names=names)
    done = draft.write(_KEY, policy.scene([draft], _KEY))
    released, placed = [], []
    for name, made, stays in zip(names, done, left, strict=True):
        plain, spans = _unmarked(made)
        released.append(Document(name, plain, name))
        placed += [Placed(name, *span, original=stay) for span, stay in zip(spans, stays, strict=True)]
    originals = [Document(name, text.text, name) for name, text in zip(names, corpus.texts, strict=True)]
    return SurrogateTelling(placed).run(originals, released)


def _marked(
    text: str, names: Sequence[tuple[int, int]], share: float, dice: random.Random
) -> tuple[str, list[Finding], list[bool]]:
    """Mark each name in a text, with the findings of those that are replaced, and which ones stay."""
    pieces, found, stays, done, length = [], [], [], 0, 0
    for start, end in names:
        pieces += [text[done:start], _LEFT, text[start:end], _RIGHT]
        first = length + (start - done) + 1
        stays.append(dice.random() < share)
        if not stays[-1]:
            found.append(Finding(first, first + end - start, "PERSON", 1.0, "given"))
        length, done = first + end - start + 1, end
    return "".join([*pieces, text[done:]]), found, stays


def _unmarked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Take the marks out, and return where each name stands."""
    plain, spans = "", []
    for number, piece in enumerate(text.split(_LEFT)):
        name, mark, behind = piece.partition(_RIGHT)
        if number and mark:
            spans.append((len(plain), len(plain) + len(name)))
        plain += name + behind
    return plain, spans


def _grid(corpus: Corpus, found: Mapping[str, Sequence[Risk]]) -> Grid:
    rows = [[name, *map(_show, risks), _strongest(risks[-1])] for name, risks in found.items()]
    head = ["strategy", *(f"{share:.0%} left: AUC" for share in SHARES), f"by, at {SHARES[-1]:.0%}"]
    count = sum(len(corpus.names(text)) for text in corpus.texts)
    return Grid(corpus.name, head, rows, _NOTE.format(texts=len(corpus.texts), names=count))


def _show(risk: Risk) -> str:
    text = f"{risk.value:.2f} ({risk.interval[0]:.2f} to {risk.interval[1]:.2f})"
    return text if risk.state == "OK" else f"({text})"


def _strongest(risk: Risk) -> str:
    areas = {
        name.removeprefix("AUC "): v
        for name, v in risk.details.items()
        if name.startswith("AUC ") and "upper" not in name
    }
    return max(areas, key=lambda name: areas[name])


def _figures(risk: Risk) -> dict[str, object]:
    return {"auc": risk.value, "interval": list(risk.interval), "state": risk.state, **risk.details}
