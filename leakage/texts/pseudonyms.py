"""The tokens that stand for each person in a release, and in an earlier one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeAlias

import pandas as pd

from leakage.cells import require_columns, require_rows, texts
from leakage.errors import ConfigurationError, IdentityError
from leakage.texts.corpus import pair
from leakage.texts.document import Document
from leakage.texts.fold import tokens

_LEFT = 0.5  # share of people's own original cells up to which a column counts as replaced
_ONE_TO_ONE = 0.9  # distinct released cells over distinct original ones from which on a column holds tokens

Tokens: TypeAlias = Mapping[str, AbstractSet[str]]
"""For each person the tokens that stand for them."""


def pseudonyms(
    original: Sequence[Document] | pd.DataFrame,
    released: Sequence[Document] | pd.DataFrame,
    earlier: Sequence[Document] | pd.DataFrame,
    columns: Sequence[str] = (),
) -> tuple[Tokens, Tokens, int]:
    """Give the tokens of each person in the release and in the earlier one, and how many columns they are from.

    Raises ConfigurationError when not all are documents or all frames, UnknownColumnError for `columns` that the
    original lacks or that occur more than once, EmptyInputError when nothing was released, and IdentityError for
    a released row (document) that the original does not name.
    """
    if isinstance(original, pd.DataFrame):
        if isinstance(released, pd.DataFrame) and isinstance(earlier, pd.DataFrame):
            return _of_tables(original, released, earlier, columns)
    elif not isinstance(released, pd.DataFrame) and not isinstance(earlier, pd.DataFrame):
        return _of_documents(original, released, earlier)
    raise ConfigurationError("original, release and earlier release must all be documents or all be frames")


def _of_tables(
    original: pd.DataFrame, released: pd.DataFrame, earlier: pd.DataFrame, columns: Sequence[str]
) -> tuple[Tokens, Tokens, int]:
    require_rows(released, "released")
    strangers = int((~released.index.isin(original.index)).sum())
    if strangers:
        raise IdentityError(f"{strangers} of {len(released)} released rows have an index the original lacks")
    require_columns(original, columns, "original")
    names = [name for name in columns or released.columns if name in released.columns]
    require_columns(released, names, "released")
    require_columns(earlier, list(earlier.columns), "earlier")
    used = names if columns else [name for name in names if _tokenised(original, released, name)]
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
