"""Who trains an attacker and who is scored: whole persons, never on both sides."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from leakage.arrays import Booleans, Integers

_SEED = 18090840  # fixed, so that the same input gives the same folds
_TRAIN_ONLY = -1
_HELD_OUT = -2
_SMALL = 350  # training documents below which one validation part is too few to choose by


@dataclass(frozen=True, slots=True, repr=False)
class Split:
    """The fold of every document: 0 … k−1 are scored in turn, the rest only trains, the control only is scored."""

    fold: Integers

    @property
    def scored(self) -> Booleans:
        """Documents of the release that are scored."""
        return np.asarray(self.fold >= 0, dtype=np.bool_)

    @property
    def held_out(self) -> Booleans:
        """Documents of the control, scored by an attacker trained on the whole release."""
        return np.asarray(self.fold == _HELD_OUT, dtype=np.bool_)

    def rounds(self) -> Iterator[tuple[Booleans, Booleans]]:
        """(train, test) for every fold, then for the control if there is one."""
        released = ~self.held_out
        for number in range(int(self.fold.max(initial=-1)) + 1):
            yield released & (self.fold != number), self.fold == number
        if self.held_out.any():
            yield released, self.held_out


def split(owners: Sequence[str], folds: int, *, targets: AbstractSet[str] | None = None, held_out: int = 0) -> Split:
    """Spread the persons over folds of about equal numbers of documents, at random but always alike.

    The last `held_out` documents are the control. With `targets`, only the documents of these persons are
    scored and all others train.
    """
    released = len(owners) - held_out
    sizes = Counter(o for o in owners[:released] if targets is None or o in targets)
    place = _balance(sizes, folds)
    fold = [place.get(owner, _TRAIN_ONLY) for owner in owners[:released]] + [_HELD_OUT] * held_out
    return Split(np.array(fold, dtype=np.int64))


def validation(owners: Sequence[str], train: Booleans) -> Iterator[tuple[Booleans, Booleans]]:
    """(fit, validate) within the training documents, for choosing between attackers without the scored fold.

    One quarter of the persons validates; with few documents three thirds do in turn, since a choice made on a
    handful of documents would be a coin's.
    """
    sizes = Counter(owner for owner, used in zip(owners, train, strict=True) if used)
    small = int(train.sum()) <= _SMALL
    place = _balance(sizes, 3 if small else 4)
    fold = np.array([place.get(owner, _TRAIN_ONLY) for owner in owners], dtype=np.int64)
    for number in range(3 if small else 1):
        yield train & (fold != number), train & (fold == number)


def _balance(sizes: Counter[str], folds: int) -> dict[str, int]:
    names = sorted(sizes)
    np.random.default_rng(_SEED).shuffle(names)
    heap = [(0, number) for number in range(min(folds, len(names)))]
    place: dict[str, int] = {}
    for name in sorted(names, key=lambda n: -sizes[n]):
        load, number = heapq.heappop(heap)
        place[name] = number
        heapq.heappush(heap, (load + sizes[name], number))
    return place


def sample(owners: Sequence[str], most: int) -> list[int]:
    """Positions of at most about `most` documents, whole persons, at random but always alike.

    >>> sample(["a", "b"], 5)
    [0, 1]
    """
    if len(owners) <= most:
        return list(range(len(owners)))
    sizes = Counter(owners)
    names = sorted(sizes)
    np.random.default_rng(_SEED).shuffle(names)
    kept: set[str] = set()
    total = 0
    for name in names:
        if total + sizes[name] <= most:
            kept.add(name)
            total += sizes[name]
    return [i for i, owner in enumerate(owners) if owner in kept]
