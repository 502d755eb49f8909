"""1−F: how well an attacker infers which entities a document was about, from its redacted text."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from leakage.arrays import Booleans
from leakage.codeword import codeword, plant
from leakage.control import Control
from leakage.errors import ConfigurationError, IdentityError
from leakage.interval import Estimate, by_person, ratio
from leakage.risk import FEWEST, Risk, judge
from leakage.texts.corpus import Corpus, pair
from leakage.texts.crossfit import Crossfit, Reading, crossfit
from leakage.texts.decision import Above
from leakage.texts.document import Document
from leakage.texts.split import Split, split

PLANTED = 500  # documents with, and as many without, that the positive control is run on at most
SCARCE = 5  # an entity in fewer documents cannot be learned by cross-fitting, and is not counted


@dataclass(frozen=True, slots=True, repr=False)
class EntityPresence:
    """F, the micro-F of an attacker who infers which of the commonest entities occurred; privacy is 1−F.

    Source: Coavoux, Narayan & Cohen 2018 (arXiv:1808.09408). There documents without any of the entities are
    dropped, which raises F; here all documents given are scored, the negatives included.

    Threat: someone knows that certain people or places occur in a collection and wants to know in which of its
    released documents. Knowledge: every released text, and for the other documents which entities they are
    about. It is an inference, not a search for strings: context is enough. Attackers: those of
    AttributeInference, with a cut-off for micro-F; family and cut-off are chosen on other documents than those
    scored. Documents of one person are never on both sides.

    `entities` maps the id of each document (original and control) to the keys of the entities in its original
    text; a missing id is an error, no entities are an empty set. `top` is K, how many of the commonest in the
    release are attacked; entities in fewer than 5 documents are left out. The baseline is the better of "always
    the commonest" and "predict all". Neither the details nor any message carries a key.

    Details: both baselines, precision, recall, F per attacker family, F on the original texts ("raw"), F per
    entity by rank.
    """

    entities: Mapping[str, AbstractSet[str]]
    top: int = 10
    folds: int = 5

    def __post_init__(self) -> None:
        """Check the numbers and freeze the mapping."""
        if self.top < 1 or self.folds < 2:
            raise ConfigurationError("entity presence needs at least 1 entity and at least 2 folds")
        frozen = {name: frozenset(keys) for name, keys in self.entities.items()}
        object.__setattr__(self, "entities", MappingProxyType(frozen))

    def __repr__(self) -> str:
        """No keys."""
        return f"EntityPresence({len(self.entities)} documents, top={self.top}, folds={self.folds})"

    def run(
        self, original: Sequence[Document], released: Sequence[Document], control: Sequence[Document] | None = None
    ) -> Risk:
        """F with its baselines; INVALID under 30 documents or 30 mentions, or when a code word is not found."""
        start = time.perf_counter()
        corpus = pair(original, released, control)
        truth = self._truth(corpus)
        plan = split(corpus.owners, self.folds, held_out=corpus.held_out)
        found = _attack(corpus, truth, plan)
        gold = int(truth[plan.scored].sum())
        commonest, everything = _baselines(truth[plan.scored])
        return judge(
            "1-F",
            _micro_f(found.claims, truth, plan.scored, corpus.owners),
            baseline=max(commonest, everything),
            attempts=int(plan.scored.sum()),
            planted=self._planted(corpus, truth),
            held_out=_micro_f(found.claims, truth, plan.held_out, corpus.owners) if corpus.held_out else None,
            faults=_faults(truth.shape[1], gold),
            details={
                "F always the commonest": commonest,
                "F predict all": everything,
                **self._details(corpus, truth, plan, found),
            },
            seconds=time.perf_counter() - start,
        )

    def _truth(self, corpus: Corpus) -> Booleans:
        missing = sum(name not in self.entities for name in corpus.ids)
        if missing:
            raise IdentityError(f"{missing} of {len(corpus)} documents have no entry in the entities")
        counts = Counter(key for name in corpus.ids[: corpus.released] for key in self.entities[name])
        ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[: self.top]
        kept = [key for key, count in ranked if count >= SCARCE]
        rows = [[key in self.entities[name] for key in kept] for name in corpus.ids]
        return np.array(rows, dtype=np.bool_).reshape(len(corpus), len(kept))

    def _details(self, corpus: Corpus, truth: Booleans, plan: Split, found: Crossfit) -> dict[str, float]:
        rows = plan.scored
        hits = int((found.claims & truth)[rows].sum())
        details = {
            "precision": hits / max(1, int(found.claims[rows].sum())),
            "recall": hits / max(1, int(truth[rows].sum())),
            "entities": truth.shape[1],
            "mentions": int(truth[rows].sum()),
        }
        for family, claims in found.by_family.items():
            details[f"F {family}"] = _f(claims[rows], truth[rows])
        for number in range(truth.shape[1]):
            one = slice(number, number + 1)
            details[f"F entity {number + 1}"] = _f(found.claims[rows, one], truth[rows, one])
        raw = found
        if corpus.changed and truth.shape[1]:
            raw = _attack(replace(corpus, texts=corpus.originals), truth, plan)
        details["F raw"] = _f(raw.claims[rows], truth[rows])
        return details

    def _planted(self, corpus: Corpus, truth: Booleans) -> Control:
        if not truth.any():
            return Control.failed()
        rows = _some(truth[: corpus.released])
        some, present = corpus.take(rows), truth[rows]
        words = [codeword("entity", number) for number in range(truth.shape[1])]
        coded = tuple(
            plant(text, [words[number] for number in np.flatnonzero(row)])
            for text, row in zip(some.texts, present, strict=True)
        )
        found = _attack(replace(some, texts=coded), present, split(some.owners, self.folds))
        return Control.above(_f(found.claims, present), max(_baselines(present)))


def _some(truth: Booleans) -> list[int]:
    """Pick at most 500 documents with an entity and 500 without, spread evenly, for the positive control."""
    some = truth.any(axis=1)
    picked = [np.flatnonzero(rows)[:: max(1, -(-int(rows.sum()) // PLANTED))] for rows in (some, ~some)]
    return sorted(int(row) for rows in picked for row in rows)


def _attack(corpus: Corpus, truth: Booleans, plan: Split) -> Crossfit:
    return crossfit(Reading.of(corpus.texts), truth, corpus.owners, plan, Above())


def _f(claims: Booleans, truth: Booleans) -> float:
    """Micro-F = 2·tp / (claimed + gold); 0 where nothing is gold or claimed."""
    return 2 * int((claims & truth).sum()) / max(1, int(claims.sum()) + int(truth.sum()))


def _baselines(truth: Booleans) -> tuple[float, float]:
    """Micro-F of claiming the commonest entity everywhere, and of claiming every entity everywhere."""
    if not truth.any():
        return 0.0, 0.0
    always = np.zeros(truth.shape, dtype=np.bool_)
    always[:, int(truth.sum(axis=0).argmax())] = True
    return _f(always, truth), _f(np.ones(truth.shape, dtype=np.bool_), truth)


def _micro_f(claims: Booleans, truth: Booleans, rows: Booleans, owners: Sequence[str]) -> Estimate:
    """Micro-F with persons (or documents of no named person) as the independent units."""
    who = [owner for owner, used in zip(owners, rows, strict=True) if used]
    hits = (claims & truth)[rows].sum(axis=1)
    total = claims[rows].sum(axis=1) + truth[rows].sum(axis=1)
    return ratio(by_person(who, 2.0 * hits), by_person(who, total.astype(np.float64)))


def _faults(entities: int, gold: int) -> list[str]:
    if entities == 0:
        return [f"no entity occurs in {SCARCE} or more documents"]
    if gold < FEWEST:
        return [f"the entities occur only {gold} times, at least {FEWEST} are needed"]
    return []


def presence(keys: Collection[AbstractSet[str]], documents: Sequence[Document]) -> dict[str, AbstractSet[str]]:
    """Make the mapping that EntityPresence takes from one set of keys a document in the documents' order.

    >>> presence([{"e1"}, set()], [Document("a", "…"), Document("b", "…")])
    {'a': {'e1'}, 'b': set()}
    """
    if len(keys) != len(documents):
        raise IdentityError(f"{len(keys)} sets of entities were given for {len(documents)} documents")
    return {document.id: found for document, found in zip(documents, keys, strict=True)}
