"""What is measured of the masks of a corpus, as shares with 95 % intervals, and the tables of it."""

from collections.abc import Mapping, Sequence

from benchmarks.corpora import Corpus, Kind
from benchmarks.coverage import Span, by_characters, by_words
from benchmarks.maskers import NAMES, Mask, spans
from benchmarks.outcome import Grid
from leakage import Estimate, Hidden, Mention, hidden

NAMES_PRECISION = "char precision, masks of names"

Spans = Sequence[Sequence[Span]]
Shares = Mapping[str, Estimate]


def measure(corpus: Corpus, found: Sequence[Sequence[Mask]]) -> dict[str, Estimate]:
    """Give every share that counts for the corpus, by name."""
    masks = spans(found)
    gold, counted = corpus.gold(), corpus.counted(masks)
    loose = _hidden(corpus, corpus.lenient(masks), corpus.must)
    characters = by_characters(gold, counted)
    shares = {f"{kind} hidden": one.entity_share for kind, one in sorted(loose.items())}
    if corpus.functions:
        words, strict = by_words(gold, counted), _hidden(corpus, masks, corpus.must)
        shares |= {"word precision": words.precision, "word recall": words.recall}
        shares |= {f"{kind}, every letter": one.entity_share for kind, one in sorted(strict.items())}
    if corpus.names:
        shares[NAMES_PRECISION] = by_characters(gold, corpus.counted(spans(found, NAMES))).precision
    return shares | {
        "char precision": characters.precision,
        "char recall": characters.recall,
        "char F2": characters.f2,
        "extra masking": characters.extra,
    }


def table(corpus: Corpus, measured: Mapping[str, Shares]) -> Grid:
    """Put what was measured of each system into a table, one row a system."""
    head = ["system", *next(iter(measured.values()))]
    rows = [[name, *map(show, shares.values())] for name, shares in measured.items()]
    return Grid(corpus.title, head, rows, corpus.note)


def by_type(corpus: Corpus, masks: Mapping[str, Sequence[Sequence[Mask]]]) -> dict[str, dict[str, Hidden]]:
    """Give what is hidden of each type of the corpus, system by system."""
    return {name: _hidden(corpus, corpus.lenient(spans(found)), corpus.sort) for name, found in masks.items()}


def type_table(corpus: Corpus, found: Mapping[str, Mapping[str, Hidden]]) -> Grid:
    """Put it into a table, one row a type, the most frequent first."""
    first = next(iter(found.values()))
    order = sorted(first, key=lambda sort: (sort.split()[0] if corpus.functions else "", -first[sort].entities))
    rows = [
        [sort, str(first[sort].entities), *(show(each[sort].entity_share) for each in found.values())] for sort in order
    ]
    return Grid(f"{corpus.title}: hidden, by type", ["type", "n", *found], rows)


def show(estimate: Estimate) -> str:
    """Write a share with its interval."""
    return f"{estimate.value:.3f} ({estimate.low:.3f} to {estimate.high:.3f})"


def _hidden(corpus: Corpus, masks: Spans, kind: Kind) -> dict[str, Hidden]:
    gold = [
        Mention(text.id, start, end, kind(label), label if corpus.functions else "")
        for text in corpus.texts
        for start, end, label in text.spans
        if kind(label)
    ]
    masked = {text.id: spans for text, spans in zip(corpus.texts, masks, strict=True)}
    return hidden(gold, masked, {text.id: text.text for text in corpus.texts})
