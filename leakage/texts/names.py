"""Missed names: words of the release that look and stand like the names that were taken out of it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from leakage.arrays import Booleans, Floats
from leakage.control import Control
from leakage.errors import ConfigurationError, EmptyInputError, SpanError
from leakage.interval import clopper_pearson
from leakage.risk import Risk, judge
from leakage.texts.corpus import Corpus, pair
from leakage.texts.document import Document
from leakage.texts.fold import tokens
from leakage.texts.spans import Mention
from leakage.texts.split import split
from leakage.texts.tagger import Words, learn

_TITLES = frozenset(
    "dr mr mrs ms miss mx prof professor sir madam herr frau señor señora don doña m mme mlle sr sra".split()
)
_REQUIRED = 0.5  # share of names put back that must be seen; the rest is what such an attacker overlooks


@dataclass(frozen=True, slots=True, repr=False)
class MissedNames:
    """The share of released documents with a word that a tagger, taught by the names found, takes for one more.

    Sources: the tagger is a linear classifier over a word's shape, affixes and neighbours (Ratinov & Roth 2009,
    W09-1119); that a model taught by what a redactor marked finds what it missed is the parrot attack of Carrell et
    al. 2019 (doi:10.1093/jamia/ocz114).

    Threat: someone reads the release and asks which words are names that slipped through. Knowledge: what names
    look like and where they stand in texts of this kind, learned from the original texts of other people and the
    `mentions` in them (the redactor's findings, or gold), which is more than an outsider has. Attacker: logistic
    regression, cross-fitted over people, applied to the released texts. A capitalised word of two letters or more
    counts from probability `cut` on, and only if the original of the same document has it (a surrogate or a label
    does not) and it is no title, which often stands in what a redactor marks. Texts without capitals hide from it:
    its positive control then fails.

    It sees part of what was missed, and now and then takes a word for a name, so a find calls for a reader. With all
    gold names removed it found something in 0 of 400 sample notes, 1 of 113 documents of TAB and 0 of 500 of
    MEDDOCAN; with one distinct name in ten left standing everywhere, unknown to it, in 68, 18 and 108 where 108, 35
    and 159 had one.

    `kinds` are the kinds of the mentions that are names. The baseline is 0. The positive control puts one line with
    a known name of each document back at its end and needs half of these names seen.

    A control says nothing here, so none may be given.

    Details: "names" (words found), "names per 1,000 documents", "recall" (of the names put back), "made" (words like
    names that the original does not have).

    >>> texts = [Document(str(i), f"Seen with Mr N{'aeiou'[i % 5]}r{'xyz'[i % 3]}a.") for i in range(60)]
    >>> attack = MissedNames([Mention(text.id, 13, 18, "PERSON") for text in texts])
    >>> masked = [Document(str(i), "Seen with Mr [PERSON].") for i in range(60)]
    >>> attack.run(texts, texts).value, attack.run(texts, masked).value
    (1.0, 0.0)
    """

    mentions: Sequence[Mention] = field(repr=False)
    kinds: Collection[str] = ("PERSON",)
    cut: float = 0.8
    folds: int = 5

    def __post_init__(self) -> None:
        """Check the settings, and freeze the mentions of these kinds."""
        object.__setattr__(self, "mentions", tuple(m for m in self.mentions if m.kind in self.kinds))
        if not self.mentions:
            raise EmptyInputError("no mention is of a kind of names: there is nothing to learn from")
        if not 0 < self.cut < 1 or self.folds < 2:
            raise ConfigurationError("missed names need a cut between 0 and 1 and at least 2 folds")

    def __repr__(self) -> str:
        """Say how many and the cut, no mention."""
        return f"MissedNames({len(self.mentions)} mentions, cut={self.cut})"

    def run(
        self, original: Sequence[Document], released: Sequence[Document], control: Sequence[Document] | None = None
    ) -> Risk:
        """Measure the share of documents; INVALID under 30 documents, or if names put back are not seen."""
        start = time.perf_counter()
        if control is not None:
            raise ConfigurationError("missed names have no control: a name stood in the original or not")
        corpus = pair(original, released)
        spans = self._spans(corpus)
        hosts, back = _put_back(corpus, spans)
        asked = Words.of([*corpus.texts, *hosts.values()])
        named = self._score(corpus, spans, asked, list(hosts)) >= self.cut
        there = [set(tokens(text)) for text in corpus.originals]
        finds = [(r, w) for r, w, yes in zip(asked.rows.tolist(), asked.words, named, strict=True) if yes]
        own = [(r, tuple(tokens(w))) for r, w in finds if r < len(corpus)]
        residual = [r for r, w in own if there[r].issuperset(w) and not _TITLES.issuperset(w)]
        made = sum(r < len(corpus) for r, _ in finds) - len(residual)
        recall = _recall(finds, len(corpus), back)
        return judge(
            "missed names",
            clopper_pearson(len(set(residual)), len(corpus)),
            baseline=0.0,
            attempts=len(corpus),
            planted=Control(recall, _REQUIRED) if back else Control.failed(),
            details={
                "names": len(residual),
                "names per 1,000 documents": 1000 * len(residual) / len(corpus),
                "recall": recall,
                "made": made,
            },
            seconds=time.perf_counter() - start,
        )

    def _spans(self, corpus: Corpus) -> list[list[tuple[int, int]]]:
        """Give the spans of each document, in the original; mentions of documents that were not released are left."""
        found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for mention in self.mentions:
            found[mention.document].append((mention.start, mention.end))
        spans = [sorted(found[name]) for name in corpus.ids]
        if any(own and max(end for _, end in own) > len(t) for own, t in zip(spans, corpus.originals, strict=True)):
            raise SpanError("a mention of a name ends beyond its text")
        return spans

    def _score(
        self, corpus: Corpus, spans: Sequence[Iterable[tuple[int, int]]], asked: Words, hosts: Sequence[int]
    ) -> Floats:
        """Score every word asked about by a tagger that was not taught by its person's documents."""
        known = Words.of(corpus.originals)
        truth = known.within(spans)
        document = np.array([*range(len(corpus)), *hosts], dtype=np.int64)[asked.rows]
        scores = np.zeros(len(asked.words))
        for train, test in split(corpus.owners, self.folds).rounds():
            rows: Booleans = test[document]
            scores[rows] = learn(known, train, truth, asked)[rows]
        return scores


def _put_back(corpus: Corpus, spans: Sequence[Sequence[tuple[int, int]]]) -> tuple[dict[int, str], dict[int, str]]:
    """By document, a line of the original with a capitalised name, and that name."""
    hosts, names = {}, {}
    for row, (text, own) in enumerate(zip(corpus.originals, spans, strict=True)):
        capital = [(start, end) for start, end in own if text[start].isupper()]
        if capital:
            start, end = capital[row % len(capital)]  # another place of the page each time
            last = text.find("\n", end)
            hosts[row] = text[text.rfind("\n", 0, start) + 1 : last if last >= 0 else len(text)]
            names[row] = text[start:end]
    return hosts, names


def _recall(finds: Sequence[tuple[int, str]], documents: int, names: Mapping[int, str]) -> float:
    """Share of the names put back of which a word was found."""
    seen: defaultdict[int, set[str]] = defaultdict(set)
    for row, word in finds:
        if row >= documents:
            seen[row - documents].update(tokens(word))
    hits = sum(bool(seen[i] & set(tokens(name))) for i, name in enumerate(names.values()))
    return hits / len(names) if names else float("nan")
