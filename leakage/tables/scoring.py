"""Scoreboard-RH: how well each released person agrees with the few events known of somebody."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from leakage.arrays import Booleans, Floats, Integers
from leakage.tables.events import Events

_PAIRS = 1_000_000  # known events beside released ones held in memory at a time
_CELLS = 2_000_000  # scores held in memory at a time
_DAYS = 30.0  # d₀
TERMS = {"amounts and dates": ("amounts", "dates"), "amounts": ("amounts",), "dates": ("dates",), "items": ()}
"""Attackers, and what each of them counts of an event beside its item."""


@dataclass(frozen=True, slots=True, repr=False)
class Claims:
    """Whom the attacker names for each person he looks for, and whether he dares to."""

    named: Integers
    made: Booleans


@dataclass(frozen=True, slots=True, repr=False)
class Board:
    """The released events by item and person; a person's weight in the score is 1/log(1 + people with the item).

    The paper's 1/log|supp| is infinite where one person has the item; one is added, which changes nothing
    for the items of many. `scale` is ρ₀.
    """

    events: Events
    first: Integers
    weight: Floats
    people: int
    scale: float

    @classmethod
    def of(cls, released: Events, items: int, scale: float) -> Board:
        """Sort the release."""
        events = released.take(released.item >= 0)
        events = events.take(np.lexsort((events.person, events.item)))
        fresh = (np.diff(events.item, prepend=-1) != 0) | (np.diff(events.person, prepend=-1) != 0)
        support = np.bincount(events.item[fresh], minlength=items)
        first = np.searchsorted(events.item, np.arange(items + 1))
        people = int(released.person.max(initial=-1)) + 1
        return cls(events, first.astype(np.int64), 1 / np.log1p(np.maximum(support, 1)), people, scale)


def claim(board: Board, known: Events, sought: int, attackers: Collection[str], threshold: float) -> dict[str, Claims]:
    """Let each attacker name a released person for each of `sought` people, of whom events are known, in their order.

    A claim is made if (max − second max)/σ > threshold, σ being the deviation of the scores of all released people.
    """
    found = {name: Claims(np.zeros(sought, dtype=np.int64), np.zeros(sought, dtype=np.bool_)) for name in attackers}
    for some, events in _blocks(board, known, sought):
        for name, score in _scores(board, events, some.size, attackers):
            found[name].named[some], found[name].made[some] = _stands_out(score, threshold)
    return found


def _blocks(board: Board, known: Events, sought: int) -> Iterator[tuple[Integers, Events]]:
    pairs = np.bincount(known.person, board.first[known.item + 1] - board.first[known.item], minlength=sought)
    load = np.maximum(pairs / _PAIRS, board.people / _CELLS)
    block = np.floor(np.cumsum(load) - load / 2).astype(np.int64)
    for number in np.unique(block):
        some = np.flatnonzero(block == number).astype(np.int64)
        events = known.take((known.person >= some[0]) & (known.person <= some[-1]))
        yield some, Events(events.person - some[0], events.item, events.amount, events.day)


def _scores(board: Board, known: Events, sought: int, attackers: Collection[str]) -> Iterator[tuple[str, Floats]]:
    """Σ over known events of weight·(sum of the terms), a person's best event with the item counting."""
    length = board.first[known.item + 1] - board.first[known.item]
    event = np.repeat(np.arange(known.item.size), length)
    row = np.arange(event.size) + np.repeat(board.first[known.item] + length - np.cumsum(length), length)
    person = board.events.person[row]
    start = np.flatnonzero((np.diff(event, prepend=-1) != 0) | (np.diff(person, prepend=-1) != 0))
    cell = known.person[event[start]] * board.people + person[start]
    weight = board.weight[known.item[event[start]]]
    terms = _terms(board, known, event, row, {term for name in attackers for term in TERMS[name]})
    for name in attackers:
        near = [terms[term] for term in TERMS[name]]
        likeness = np.maximum.reduceat(sum(near[1:], near[0]), start) if near and start.size else 1.0
        total = np.bincount(cell, likeness * weight, minlength=sought * board.people)
        yield name, total.astype(np.float64).reshape(sought, board.people)  # whole numbers where there is no pair


def _terms(board: Board, known: Events, event: Integers, row: Integers, wanted: Collection[str]) -> dict[str, Floats]:
    terms = {}
    if "amounts" in wanted:
        terms["amounts"] = _near(known.amount[event] - board.events.amount[row], board.scale)
    if "dates" in wanted:
        terms["dates"] = _near(known.day[event] - board.events.day[row], _DAYS)
    return terms


def _near(difference: Floats, scale: float) -> Floats:
    return np.nan_to_num(np.exp(np.abs(difference) / -scale), nan=0.0, copy=False)


def _stands_out(score: Floats, threshold: float) -> tuple[Integers, Booleans]:
    """Name the best scored person of each row, and tell whether far enough before the second."""
    rows, people = np.arange(len(score)), score.shape[1]
    spread = np.sqrt(np.maximum(np.einsum("ij,ij->i", score, score) / people - score.mean(axis=1) ** 2, 0))
    named = score.argmax(axis=1)
    best = score[rows, named]
    score[rows, named] = -np.inf
    ahead = best - score.max(axis=1)
    return named, (people > 1) & (ahead > 0) & (ahead > threshold * spread)
