"""Joins across releases: whether the tokens of two releases that were meant to stay apart name the same people."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import pandas as pd
from scipy import sparse

from leakage.arrays import Floats, Integers, Sparse
from leakage.cells import require_columns, require_rows, texts
from leakage.codeword import codeword
from leakage.control import Control
from leakage.corpus import pair
from leakage.document import Document
from leakage.errors import ConfigurationError, EmptyInputError, IdentityError
from leakage.fold import tokens
from leakage.interval import ratio
from leakage.ranking import rank
from leakage.risk import Risk, judge

ATTACKED = 5_000  # people that are attacked at most
_SEED = 20140410
_LEFT = 0.5  # share of people's own original cells up to which a column counts as replaced
_ONE_TO_ONE = 0.9  # distinct released cells over distinct original ones from which on a column holds tokens

Tokens: TypeAlias = Mapping[str, AbstractSet[str]]
"""For each person the tokens that stand for them."""


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
        now, before, columns = self._read(original, released)
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

    def _read(
        self, original: Sequence[Document] | pd.DataFrame, released: Sequence[Document] | pd.DataFrame
    ) -> tuple[Tokens, Tokens, int]:
        """Give the tokens of each person here and in the earlier release, and the number of columns they are from."""
        frames = [isinstance(data, pd.DataFrame) for data in (original, released, self.earlier)]
        if any(frames) != all(frames):
            raise ConfigurationError("original, release and earlier release must all be documents or all be frames")
        if isinstance(original, pd.DataFrame):
            assert isinstance(released, pd.DataFrame)
            assert isinstance(self.earlier, pd.DataFrame)
            return self._of_tables(original, released, self.earlier)
        assert not isinstance(released, pd.DataFrame)
        assert not isinstance(self.earlier, pd.DataFrame)
        return _of_documents(original, released, self.earlier)

    def _of_tables(
        self, original: pd.DataFrame, released: pd.DataFrame, earlier: pd.DataFrame
    ) -> tuple[Tokens, Tokens, int]:
        require_rows(released, "released")
        strangers = int((~released.index.isin(original.index)).sum())
        if strangers:
            raise IdentityError(f"{strangers} of {len(released)} released rows have an index the original lacks")
        if self.columns:
            require_columns(original, self.columns, "original")
        names = [name for name in self.columns or released.columns if name in released.columns]
        require_columns(released, names, "released")
        require_columns(earlier, list(dict.fromkeys(earlier.columns)), "earlier")
        used = names if self.columns else [name for name in names if _tokenised(original, released, name)]
        return _cells_by_person(released, used), _cells_by_person(earlier, list(earlier.columns)), len(used)


def _tokenised(original: pd.DataFrame, released: pd.DataFrame, name: str) -> bool:
    """Whether a column holds a token for each original cell: most people's own is gone, but they are told apart."""
    if list(original.columns).count(name) != 1:
        return False
    before, after = ({*zip(f.index.astype(str), texts(f[name]), strict=True)} for f in (original, released))
    there = {person for person, _ in after}
    replaced = {(person, cell) for person, cell in before if person in there and cell}
    made = {(person, cell) for person, cell in after if cell}
    cells, distinct = len({cell for _, cell in replaced}), len({cell for _, cell in made})
    return cells > 1 and len(replaced & made) <= _LEFT * len(made) and distinct >= _ONE_TO_ONE * cells


def _cells_by_person(frame: pd.DataFrame, columns: Sequence[str]) -> Tokens:
    found: dict[str, set[str]] = {str(person): set() for person in frame.index}
    for name in columns:
        for person, cell in zip(frame.index, texts(frame[name]), strict=True):
            found[str(person)].add(cell)
    return {person: cells - {""} for person, cells in found.items()}


def _of_documents(
    original: Sequence[Document], released: Sequence[Document], earlier: Sequence[Document]
) -> tuple[Tokens, Tokens, int]:
    corpus = pair(original, released)
    usual = {word for document in original for word in tokens(document.text)}
    now, before = _words(corpus.owners, corpus.texts), _words([d.owner for d in earlier], [d.text for d in earlier])
    return {p: words - usual for p, words in now.items()}, {p: words - usual for p, words in before.items()}, 0


def _words(owners: Sequence[str], written: Sequence[str]) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for owner, text in zip(owners, written, strict=True):
        if owner.startswith("person:"):
            found[owner].update(tokens(text))
    return dict(found)


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
