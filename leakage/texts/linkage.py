"""Linkage of documents: finding their person among people the attacker has read elsewhere."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from leakage.arrays import Booleans, Floats, Integers
from leakage.codeword import codeword, plant
from leakage.control import Control
from leakage.errors import ConfigurationError, EmptyInputError
from leakage.interval import Estimate, by_person, ratio
from leakage.risk import Risk, judge
from leakage.texts.corpus import Corpus, pair
from leakage.texts.document import Document
from leakage.texts.ranking import RANKERS, Ranks, rank, rankers

PLANTED_WORDS = 6  # about what a name, a street and a telephone number bring


@dataclass(frozen=True, slots=True)
class DocumentLinkage:
    """The share of released documents whose person an attacker names first among the known ones.

    Sources: Manzanares-Salor, Sánchez & Lison 2024 (doi:10.1007/s10618-024-01066-3) for re-identification from
    background documents; Morris et al. 2022 (arXiv:2210.11528) for rankers of this kind.

    Threat: someone holds texts of or about known people and looks for them in the release. Knowledge: the
    `background` documents, each with its person, and that the person of each attacked document is among them.
    Attackers: cosine of word TF-IDF, cosine of character TF-IDF, BM25, and, where a model is installed, of sentence
    vectors; nothing is trained. Each half of the people is scored by the attacker that was strongest on the other.
    Chance is the baseline. Documents of persons without background are not attacked.

    `shares` are the shares of each candidate's background words that the attacker may know, the first that many. The
    value is that of the largest share; the others are details: how much needs to be known.

    A control are documents of people who are not in the release, in the form the release has, whose persons have
    background documents: how well such people are found anyway.

    Details: top-1, mean reciprocal rank (MRR) and median rank per ranker; "top-1 at 25%" and its "upper" for each
    smaller share; top-1 from the original texts ("raw"), the number of candidates, documents without background.
    """

    background: Sequence[Document] = field(repr=False)
    shares: Sequence[float] = (1.0,)

    def __post_init__(self) -> None:
        """Check that somebody is known, and the shares."""
        if not self.shares or not all(0 < share <= 1 for share in self.shares):
            raise ConfigurationError("the shares of background that are known lie above 0 and not above 1")
        if not any(document.person for document in self.background):
            raise EmptyInputError("linkage needs background documents with persons")

    def run(
        self, original: Sequence[Document], released: Sequence[Document], control: Sequence[Document] | None = None
    ) -> Risk:
        """Top-1 success; INVALID under 30 documents, 2 candidates, or when planted words are not found."""
        start = time.perf_counter()
        corpus = pair(original, released, control)
        known = _first_words(self._known(), max(self.shares))
        place = {owner: number for number, owner in enumerate(known)}
        rows = [i for i in range(corpus.released) if corpus.owners[i] in place]
        attacked = corpus.take(rows)
        truth = _positions(attacked, place)
        ranks = _attack(attacked.texts, list(known.values()), truth)
        picked = _strongest(ranks, attacked.owners)
        return judge(
            "linkage",
            _rate(_mixed(ranks, attacked.owners, picked), attacked.owners),
            baseline=1 / len(known) if len(known) > 1 else 0.0,
            attempts=len(attacked),
            planted=_planted(attacked, known, truth),
            held_out=_held_out(corpus, known, picked) if corpus.held_out else None,
            faults=[] if len(known) > 1 else ["there is one candidate only"],
            details={
                **_details(ranks),
                **self._smaller(attacked, truth),
                "top-1 raw": _raw(attacked, known, truth, ranks),
                "candidates": len(known),
                "without background": corpus.released - len(rows),
            },
            seconds=time.perf_counter() - start,
        )

    def _smaller(self, attacked: Corpus, truth: Integers) -> dict[str, float]:
        """Attack again with less background."""
        details: dict[str, float] = {}
        for share in sorted(set(self.shares) - {max(self.shares)}):
            known = _first_words(self._known(), share)
            ranks = _attack(attacked.texts, list(known.values()), truth)
            found = _rate(_mixed(ranks, attacked.owners, _strongest(ranks, attacked.owners)), attacked.owners)
            details[f"top-1 at {share:.0%}"], details[f"top-1 at {share:.0%} upper"] = found.value, found.upper
        return details

    def _known(self) -> dict[str, str]:
        texts: defaultdict[str, list[str]] = defaultdict(list)
        for document in self.background:
            if document.person:
                texts[document.owner].append(document.text)
        return {owner: "\n".join(texts[owner]) for owner in sorted(texts)}


def _first_words(known: Mapping[str, str], share: float) -> dict[str, str]:
    """Keep this share of each candidate's words, one at least, from the beginning."""
    if share == 1:
        return dict(known)
    words = {owner: text.split() for owner, text in known.items()}
    return {owner: " ".join(own[: max(1, round(share * len(own)))]) for owner, own in words.items()}


def _positions(corpus: Corpus, place: Mapping[str, int]) -> Integers:
    return np.array([place[owner] for owner in corpus.owners], dtype=np.int64)


def _attack(queries: Sequence[str], candidates: Sequence[str], truth: Integers) -> dict[str, Ranks]:
    if not queries:
        return {name: Ranks(np.zeros(0), np.zeros(0)) for name in RANKERS}
    return {name: rank(*ranker(queries, candidates), truth) for name, ranker in rankers().items()}


def _even(owners: Sequence[str]) -> Booleans:
    """Which documents are those of every second person."""
    _, person = np.unique(np.array(owners, dtype=str), return_inverse=True)
    return np.asarray(person % 2 == 0, dtype=np.bool_)


def _strongest(ranks: Mapping[str, Ranks], owners: Sequence[str]) -> tuple[str, str]:
    """Choose the ranker for the even persons on the odd ones, and the other way round."""
    even = _even(owners)
    on_odd, on_even = (max(ranks, key=lambda name: float(ranks[name].top[half].sum())) for half in (~even, even))
    return on_odd, on_even


def _mixed(ranks: Mapping[str, Ranks], owners: Sequence[str], picked: tuple[str, str]) -> Floats:
    return np.where(_even(owners), ranks[picked[0]].top, ranks[picked[1]].top)


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
            details[f"median rank {name}"] = found.median
    return details


def _raw(attacked: Corpus, known: Mapping[str, str], truth: Integers, ranks: Mapping[str, Ranks]) -> float:
    if not attacked.changed:
        return _best(ranks)
    return _best(_attack(attacked.originals, list(known.values()), truth))


def _held_out(corpus: Corpus, known: Mapping[str, str], picked: tuple[str, str]) -> Estimate:
    place = {owner: number for number, owner in enumerate(known)}
    rows = [i for i in range(corpus.released, len(corpus)) if corpus.owners[i] in place]
    others = corpus.take(rows)
    ranks = _attack(others.texts, list(known.values()), _positions(others, place))
    return _rate(_mixed(ranks, others.owners, picked), others.owners)


def _planted(attacked: Corpus, known: Mapping[str, str], truth: Integers) -> Control:
    if not len(attacked) or len(known) < 2:
        return Control.failed()
    leak = {owner: [codeword("linkage", owner, i) for i in range(PLANTED_WORDS)] for owner in known}
    queries = [plant(text, leak[owner]) for text, owner in zip(attacked.texts, attacked.owners, strict=True)]
    candidates = [plant(text, leak[owner]) for owner, text in known.items()]
    return Control.above(_best(_attack(queries, candidates, truth)), 1 / len(known))
