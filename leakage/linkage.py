"""Linkage of documents: finding their person among people the attacker has read elsewhere."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from leakage.arrays import Floats, Integers
from leakage.codeword import codeword, plant
from leakage.control import Control
from leakage.corpus import Corpus, pair
from leakage.document import Document
from leakage.errors import EmptyInputError
from leakage.interval import Estimate, by_person, ratio
from leakage.ranking import RANKERS, Ranks, rank
from leakage.risk import Risk, judge

PLANTED_WORDS = 6  # about what a name, a street and a telephone number bring


@dataclass(frozen=True, slots=True)
class DocumentLinkage:
    """The share of released documents whose person an attacker names first among the known ones.

    Sources: Manzanares-Salor, Sánchez & Lison 2024 (doi:10.1007/s10618-024-01066-3) for re-identification from
    background documents; Morris et al. 2022 (arXiv:2210.11528) for rankers of this kind.

    Threat: someone holds texts of or about known people and looks for them in the release. Knowledge: the
    `background` documents, each with its person, and that the person of each attacked document is among them.
    Attackers: cosine of word TF-IDF, cosine of character TF-IDF, BM25; nothing is trained, and the best of the
    three counts. Chance is the baseline. Documents of persons without background are not attacked.

    A control are documents of people who are not in the release, in the form the release has, whose persons have
    background documents: how well such people are found anyway.

    Details: top-1 and mean reciprocal rank (MRR) per ranker, top-1 from the original texts ("raw"), the number of
    candidates, documents without background.
    """

    background: Sequence[Document] = field(repr=False)

    def __post_init__(self) -> None:
        """Check that somebody is known."""
        if not any(document.person for document in self.background):
            raise EmptyInputError("linkage needs background documents with persons")

    def run(
        self, original: Sequence[Document], released: Sequence[Document], control: Sequence[Document] | None = None
    ) -> Risk:
        """Top-1 success; INVALID under 30 documents, 2 candidates, or when planted words are not found."""
        start = time.perf_counter()
        corpus = pair(original, released, control)
        known = self._known()
        place = {owner: number for number, owner in enumerate(known)}
        rows = [i for i in range(corpus.released) if corpus.owners[i] in place]
        attacked = corpus.take(rows)
        truth = _positions(attacked, place)
        ranks = _attack(attacked.texts, list(known.values()), truth)
        best = max(ranks, key=lambda name: float(ranks[name].top.sum()))
        return judge(
            "linkage",
            _rate(ranks[best].top, attacked.owners),
            baseline=1 / len(known) if len(known) > 1 else 0.0,
            attempts=len(attacked),
            planted=_planted(attacked, known, truth),
            held_out=_held_out(corpus, known, best) if corpus.held_out else None,
            faults=[] if len(known) > 1 else ["there is one candidate only"],
            details={
                **_details(ranks),
                "top-1 raw": _raw(attacked, known, truth, ranks),
                "candidates": len(known),
                "without background": corpus.released - len(rows),
            },
            seconds=time.perf_counter() - start,
        )

    def _known(self) -> dict[str, str]:
        texts: defaultdict[str, list[str]] = defaultdict(list)
        for document in self.background:
            if document.person:
                texts[document.owner].append(document.text)
        return {owner: "\n".join(texts[owner]) for owner in sorted(texts)}


def _positions(corpus: Corpus, place: Mapping[str, int]) -> Integers:
    return np.array([place[owner] for owner in corpus.owners], dtype=np.int64)


def _attack(queries: Sequence[str], candidates: Sequence[str], truth: Integers) -> dict[str, Ranks]:
    if not queries:
        return {name: Ranks(np.zeros(0), np.zeros(0)) for name in RANKERS}
    return {name: rank(*ranker(queries, candidates), truth) for name, ranker in RANKERS.items()}


def _rate(success: Floats, owners: Sequence[str]) -> Estimate:
    if not owners:
        return Estimate.unknown()
    return ratio(by_person(owners, success), by_person(owners, np.ones(success.size)))


def _best(ranks: Mapping[str, Ranks]) -> float:
    return max((float(r.top.mean()) for r in ranks.values() if r.top.size), default=float("nan"))


def _details(ranks: Mapping[str, Ranks]) -> dict[str, float]:
    details: dict[str, float] = {}
    for name, found in ranks.items():
        if found.top.size:
            details[f"top-1 {name}"] = float(found.top.mean())
            details[f"MRR {name}"] = float(found.reciprocal.mean())
    return details


def _raw(attacked: Corpus, known: Mapping[str, str], truth: Integers, ranks: Mapping[str, Ranks]) -> float:
    if not attacked.changed:
        return _best(ranks)
    return _best(_attack(attacked.originals, list(known.values()), truth))


def _held_out(corpus: Corpus, known: Mapping[str, str], ranker: str) -> Estimate:
    place = {owner: number for number, owner in enumerate(known)}
    rows = [i for i in range(corpus.released, len(corpus)) if corpus.owners[i] in place]
    others = corpus.take(rows)
    ranks = _attack(others.texts, list(known.values()), _positions(others, place))
    return _rate(ranks[ranker].top, others.owners)


def _planted(attacked: Corpus, known: Mapping[str, str], truth: Integers) -> Control:
    if not len(attacked) or len(known) < 2:
        return Control.failed()
    leak = {owner: [codeword("linkage", owner, i) for i in range(PLANTED_WORDS)] for owner in known}
    queries = [plant(text, leak[owner]) for text, owner in zip(attacked.texts, attacked.owners, strict=True)]
    candidates = [plant(text, leak[owner]) for owner, text in known.items()]
    return Control.above(_best(_attack(queries, candidates, truth)), 1 / len(known))
