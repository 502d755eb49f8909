"""Residual quasi-identifiers: how many people all that a text still says of its person fits."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from leakage.arrays import Floats
from leakage.codeword import plant
from leakage.control import Control
from leakage.errors import ConfigurationError
from leakage.interval import Estimate, by_person, ratio
from leakage.risk import Risk, judge
from leakage.texts.corpus import Corpus, pair
from leakage.texts.document import Document
from leakage.texts.register import Register, Trait

CELLS = (3, 5, 11)
"""Sizes of groups below which documents are counted."""

_PLANTED = 200


@dataclass(frozen=True, slots=True)
class ResidualQuasiIdentifiers:
    """The mean chance of naming a document's person among the people whom all that it still says of them fits.

    Sources: k and the prosecutor's risk 1/k of El Emam & Dankar 2008 (doi:10.1197/jamia.M2716), taken to texts as in
    arXiv:2602.12806: there a model guesses what a text says of its person, here it is looked up.

    Threat: someone holds a list of people with what others know of them (age, town, day of birth) and reads the
    release. Knowledge: the table `people`, whose column `person` says who a row is about, its columns `known`, and
    that the person of each attacked document is in it. A value of the person counts as shown if it stands in the
    released text as words of their own: case, accents, invisible characters and punctuation aside, dates in any of
    the usual ways to write them. The reader is taken to know which words are about the person; so what stands there
    for another reason (47 mg, beside an age of 47) counts too, which errs on the safe side. What is only said in other
    words (a woman, for "female"; seventy) is not seen. k is the number of people who have all the values shown, and
    the risk 1/k; a text that shows nothing fits everybody.

    The baseline is 1 among all people. The control are documents of people of the table who are not in the release, in
    the form the release has. The positive control plants the person's own values in a copy, every one of which must be
    seen.

    Details: "below 3", "below 5" and "below 11", the shares of documents with so few people, each with its "upper"
    bound; "least k"; "raw", the mean chance from the original texts; "people"; "without person" (documents whose person
    is not among them, which are not attacked); "shows COLUMN", the share of documents that show it.

    >>> people = pd.DataFrame({"id": [str(n) for n in range(40)], "town": ["Leeds", "York"] * 20})
    >>> texts = [Document(str(n), "Lives in York.", person=str(n)) for n in range(40)]
    >>> risk = ResidualQuasiIdentifiers(people, "id", ["town"]).run(texts, texts)
    >>> risk.value, risk.details["least k"], risk.details["shows town"]
    (0.0375, 20.0, 0.5)
    """

    people: pd.DataFrame = field(repr=False, compare=False)
    person: str
    known: Sequence[str]

    def __post_init__(self) -> None:
        """Check the columns."""
        if not self.known or self.person in self.known:
            raise ConfigurationError("name columns that others may know of people, other than the one that names them")

    def run(
        self, original: Sequence[Document], released: Sequence[Document], control: Sequence[Document] | None = None
    ) -> Risk:
        """Measure the mean risk; INVALID under 30 documents, 2 people, or when planted values are not seen."""
        start = time.perf_counter()
        corpus = pair(original, released, control)
        register = Register.of(self.people, self.person, self.known)
        rows = [row for row in range(len(corpus)) if corpus.owners[row] in register.traits]
        attacked = corpus.take(row for row in rows if row < corpus.released)
        others = corpus.take(row for row in rows if row >= corpus.released)
        shown = _shown(register, attacked.texts, attacked.owners)
        alike = _alike(register, shown)
        return judge(
            "residual quasi-identifiers",
            _mean(1 / alike, attacked.owners),
            baseline=1 / len(register) if len(register) > 1 else 0.0,
            attempts=len(attacked),
            planted=_planted(register, attacked),
            held_out=_held_out(register, others) if corpus.held_out else None,
            faults=[] if len(register) > 1 else ["one person only is known"],
            details={
                **_below(alike, attacked.owners),
                **_columns(shown, self.known),
                "least k": alike.min() if alike.size else np.nan,
                "raw": _raw(register, attacked),
                "people": len(register),
                "without person": corpus.released - len(attacked),
            },
            seconds=time.perf_counter() - start,
        )


def _shown(register: Register, texts: Sequence[str], owners: Sequence[str]) -> list[tuple[Trait, ...]]:
    return [register.shown(owner, text) for owner, text in zip(owners, texts, strict=True)]


def _alike(register: Register, shown: Sequence[Sequence[Trait]]) -> Floats:
    return np.array([register.alike(traits) for traits in shown], dtype=np.float64)


def _mean(amounts: Floats, owners: Sequence[str]) -> Estimate:
    if not owners:
        return Estimate.unknown()
    return ratio(by_person(owners, amounts), by_person(owners, np.ones(amounts.size)))


def _below(alike: Floats, owners: Sequence[str]) -> dict[str, float]:
    shares = {size: _mean((alike < size).astype(np.float64), owners) for size in CELLS}
    values = {f"below {size}": share.value for size, share in shares.items()}
    return values | {f"below {size} upper": share.upper for size, share in shares.items()}


def _columns(shown: Sequence[Sequence[Trait]], known: Sequence[str]) -> dict[str, float]:
    counts = Counter(column for traits in shown for column in {column for column, _ in traits})
    return {f"shows {column}": counts[column] / max(1, len(shown)) for column in known}


def _raw(register: Register, attacked: Corpus) -> float:
    alike = _alike(register, _shown(register, attacked.originals, attacked.owners))
    return float((1 / alike).mean()) if alike.size else float("nan")


def _held_out(register: Register, others: Corpus) -> Estimate:
    return _mean(1 / _alike(register, _shown(register, others.texts, others.owners)), others.owners)


def _planted(register: Register, attacked: Corpus) -> Control:
    """Plant all that is known of its person, in another case, in each of some documents."""
    seen = sought = 0
    some: Mapping[str, str] = dict(list(zip(attacked.owners, attacked.texts, strict=True))[:_PLANTED])
    for owner, text in some.items():
        own = register.traits[owner]
        copy = plant(text, [f"({register.spelt[trait].swapcase()})" for trait in own])
        seen += len(register.shown(owner, copy))
        sought += len(own)
    return Control(seen / sought, 1.0) if sought else Control.failed()
