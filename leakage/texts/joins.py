"""Joins across releases: whether the tokens of two releases that were meant to stay apart name the same people."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import sparse

from leakage.arrays import Floats, Integers, Sparse
from leakage.codeword import codeword
from leakage.control import Control
from leakage.errors import ConfigurationError, EmptyInputError
from leakage.interval import ratio
from leakage.risk import Risk, judge
from leakage.texts.document import Document
from leakage.texts.pseudonyms import Tokens, pseudonyms
from leakage.texts.ranking import rank

ATTACKED = 5_000  # people that are attacked at most
_SEED = 20140410


@dataclass(frozen=True, slots=True)
class TokenJoin:
    """The share of people in both of two releases whom an attacker joins by equal tokens.

    Source: the linkability criterion of WP216 (Article 29 Working Party, Opinion 05/2014, §3.2.2), which names the
    same pseudonym in several data sets as the way that pseudonymisation fails.

    Threat: someone holds two releases that were pseudonymised apart, so that nobody should be followed from one into
    the other. Knowledge: both releases, and that a person is in both. For each person of this release the attacker
    scores everybody in the `earlier` one by the tokens that both carry, a rare token counting more (its inverse
    document frequency), and names the best; equals share the success, and where no token is shared there is no
    claim. So independent keys give 0, and surrogates that two releases share by chance give about chance.

    Tables: the index names the person in the original, the release and the earlier release (several rows of one
    person are one), and `columns` are those with tokens, which may stand in any column of the earlier release.
    Without `columns` they are those in which most people's own cell was replaced, but cells are told apart as before
    (about as many distinct ones); bands, masks and columns that were left are quasi-identifiers, which
    `RecordLinkage` looks at. Documents: `person` (the original's; the earlier release's own) names them, and tokens
    are the words that no original document has and that both releases do.

    The baseline is chance, 1/n over the people of the earlier release. The positive control is a copy of both
    releases with one token of the same key for each person. At most 5,000 people are attacked, drawn at random but
    always alike.

    A control says nothing here, so none may be given.

    Details: "people" (in both), "candidates" (in the earlier one), "claims" (people with any shared token),
    "joined" (people joined for certain), "columns" with tokens (tables), "shared tokens".

    >>> before = pd.DataFrame({"id": [f"patient {i}" for i in range(40)]})
    >>> first, second = (before.assign(id=[f"{key}{i:02d}" for i in range(40)]) for key in ("a", "b"))
    >>> TokenJoin(first).run(before, second).value, TokenJoin(first).run(before, first).value
    (0.0, 1.0)
    """

    earlier: Sequence[Document] | pd.DataFrame = field(repr=False)
    columns: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Check that there is an earlier release."""
        if not len(self.earlier):
            raise EmptyInputError("the earlier release is empty: there is nobody to join")

    def run(
        self,
        original: Sequence[Document] | pd.DataFrame,
        released: Sequence[Document] | pd.DataFrame,
        control: Sequence[Document] | pd.DataFrame | None = None,
    ) -> Risk:
        """Measure the share joined; INVALID under 30 people in both, or if tokens of one key are not joined."""
        start = time.perf_counter()
        if control is not None:
            raise ConfigurationError("a token join has no control: nobody outside both releases can be joined")
        now, before, columns = pseudonyms(original, released, self.earlier, self.columns)
        known = sorted(before)
        people = _drawn(sorted(now.keys() & before.keys()))
        success, claims = _join(now, before, people, known)
        shared = set().union(*now.values()) & set().union(*before.values())
        return judge(
            "token join",
            ratio(success, np.ones(success.size)),
            baseline=1 / len(known) if len(known) > 1 else 0.0,
            attempts=len(people),
            planted=_planted(now, before, people, known),
            faults=[] if len(known) > 1 else ["the earlier release has one person only"],
            details={
                "people": len(people),
                "candidates": len(known),
                "claims": claims,
                "joined": int((success == 1).sum()),
                "columns": columns,
                "shared tokens": len(shared),
            },
            seconds=time.perf_counter() - start,
        )


def _drawn(people: Sequence[str]) -> list[str]:
    chosen = np.sort(np.random.default_rng(_SEED).permutation(len(people))[:ATTACKED])
    return [people[i] for i in chosen]


def _join(now: Tokens, before: Tokens, people: Sequence[str], known: Sequence[str]) -> tuple[Floats, int]:
    """Give each person's chance of being named rightly, and the number of people about whom anything is claimed."""
    if not people:
        return np.zeros(0), 0
    holders = Counter(token for person in known for token in before[person])
    column = {token: number for number, token in enumerate(sorted(holders))}
    weight = np.array([np.log1p(len(known) / holders[token]) for token in column] or [1.0])
    place = {person: number for number, person in enumerate(known)}
    asked, offered = _matrix(now, people, column), _matrix(before, known, column)
    truth: Integers = np.array([place[person] for person in people], dtype=np.int64)
    ranks = rank(asked.multiply(weight).tocsr(), offered, truth)
    own = np.asarray(asked.multiply(offered[truth]).sum(axis=1)).ravel() > 0
    return np.where(own, ranks.top, 0.0), int((asked.getnnz(axis=1) > 0).sum())


def _matrix(found: Tokens, people: Sequence[str], column: Mapping[str, int]) -> Sparse:
    pairs = [(row, column[t]) for row, person in enumerate(people) for t in sorted(found[person]) if t in column]
    rows, columns = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return sparse.csr_matrix((np.ones(rows.size), (rows, columns)), shape=(len(people), max(1, len(column))))


def _planted(now: Tokens, before: Tokens, people: Sequence[str], known: Sequence[str]) -> Control:
    if not people or len(known) < 2:
        return Control.failed()
    first, second = (_with_key(side) for side in (now, before))
    success, _ = _join(first, second, people, known)
    return Control.above(float(success.mean()), 1 / len(known))


def _with_key(side: Tokens) -> Tokens:
    return {person: {*found, codeword("join", person)} for person, found in side.items()}
