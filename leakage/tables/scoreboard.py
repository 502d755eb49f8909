"""Sparse linkage: finding a person among event histories by a few events known of them."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leakage.arrays import Booleans, Integers
from leakage.cells import require_columns, require_disjoint, require_rows
from leakage.control import Control
from leakage.errors import ConfigurationError, IdentityError
from leakage.interval import wilson
from leakage.risk import Risk, judge
from leakage.tables.events import Events, read
from leakage.tables.memory import Memory, recall
from leakage.tables.pairing import Pairing
from leakage.tables.scoring import TERMS, Board, Claims, claim

_SEED = 20080518
_FEWER = (2, 4, 8)  # numbers of known events reported beside the one asked for


@dataclass(frozen=True, slots=True)
class SparseLinkage:
    """The share of people whom an attacker, knowing a few of their events, claims rightly among the released ones.

    Source: Narayanan & Shmatikov 2008 (doi:10.1109/SP.2008.33), algorithm Scoreboard-RH: each released person
    scores Σ wt(i)·(e^(−|ρ − ρ′|/ρ₀) + e^(−|d − d′|/d₀)) over the known events of items i, wt(i) = 1/log of the
    people with the item (plus one, so that it is finite), d₀ = 30 days; the best is claimed if
    (max − second)/σ > `threshold`, and otherwise the attacker abstains.

    Threat: someone knows a few events of a person (visits, purchases, ratings) and looks for their history in a
    release whose persons are pseudonyms. Knowledge: `known` original events of the person, drawn at random, of
    which `wrong` are events of somebody else; items and amounts as they were, dates to within ± `days`. Of people
    with fewer events all are known, and proportionally fewer are wrong, rounded down. Attackers: the formula with
    amounts and dates, with either, and with items alone (for histories whose dates were shifted); each half of the
    people is attacked by the one that was strongest on the other. ρ₀ is the standard deviation of the released
    amounts. Items that were recoded are not recognised: that a coarser item still holds the known one is not used.

    Tables have a row an event: `person`, `item`, and perhaps an amount in `value` and a `date` (a number counts as
    a day). Rows are joined by index: the release must keep the index of the rows it was made from, so that a
    pseudonym is taken for the person who has most of its rows. Histories that are synthetic have no true person.
    The baseline is chance, one over the released people. At most `attempts` people are attacked.

    The control are events of people who are not in the release: any claim on them is false, so they give no
    control value but "false claims". The positive control is a copy into which the known events are put, as items
    that nobody else has.

    Details: "precision" (right claims among the claims; NaN without any), "coverage" (claims), "false claims"
    (claims on people of the control); "right known k" with its "upper", "precision known k" and "coverage known k"
    for k = 2, 4, 8 below `known`; "right" per attacker; "candidates"; "mean known".

    >>> visits = pd.DataFrame({"who": np.repeat(range(50), 6), "what": np.random.default_rng(0).integers(0, 500, 300)})
    >>> pseudonyms = visits.assign(who=[f"P{7 * who % 50}" for who in visits["who"]])
    >>> SparseLinkage(person="who", item="what", known=4, wrong=1).run(visits, pseudonyms).value > 0.9
    True
    """

    person: str
    item: str
    value: str | None = None
    date: str | None = None
    known: int = 8
    wrong: int = 2
    days: float = 14.0
    threshold: float = 1.5
    attempts: int = 1000

    def __post_init__(self) -> None:
        """Check the settings."""
        names = [name for name in (self.person, self.item, self.value, self.date) if name is not None]
        if len(set(names)) < len(names) or not all(names):
            raise ConfigurationError("sparse linkage needs columns of a person, an item, and others that differ")
        if not 0 <= self.wrong < self.known or self.attempts < 1:
            raise ConfigurationError("fewer of the known events must be wrong than are known, and attempts above 0")
        if not (math.isfinite(self.threshold) and self.threshold >= 0 and math.isfinite(self.days) and self.days >= 0):
            raise ConfigurationError("the threshold and the days of tolerance must be numbers from 0")

    def run(self, original: pd.DataFrame, released: pd.DataFrame, control: pd.DataFrame | None = None) -> Risk:
        """Claim people; INVALID under 30 people, two released ones, or when planted events are not found."""
        start = time.perf_counter()
        self._check(original, released, control)
        sides, attackers = self._read(original, released, control)
        pairing = Pairing.of(sides[0], sides[1], original.index.get_indexer(released.index))
        sought = pairing.sought(sides[0], self.attempts, _SEED)
        board = _board(sides[1], sides)
        memory = self._recall(sides[0], sought, sides[1])
        hits = {most: self._attack(board, memory.first(most), attackers, sought, pairing) for most in self._sizes()}
        main = hits[self.known]
        details = {**_details(hits, self.known), "candidates": board.people}
        details["mean known"] = memory.rank.size / max(1, sought.size)
        if control is not None:
            details["false claims"] = self._false_claims(board, sides, attackers, main)
        return judge(
            "sparse linkage",
            wilson(int(main.mixed(main.right).sum()), sought.size),
            baseline=1 / board.people if board.people > 1 else 0.0,
            attempts=sought.size,
            planted=self._planted(sides, memory, attackers, pairing.home[sought]),
            faults=[] if board.people > 1 else ["fewer than two people were released"],
            details=details,
            seconds=time.perf_counter() - start,
        )

    def _check(self, original: pd.DataFrame, released: pd.DataFrame, control: pd.DataFrame | None) -> None:
        names = [name for name in (self.person, self.item, self.value, self.date) if name is not None]
        require_rows(released, "released")
        require_columns(original, names, "original")
        require_columns(released, [self.person, self.item], "released")
        require_columns(released, [name for name in names if name in released.columns], "released")
        if control is not None:
            require_disjoint(original, control)
            require_columns(control, names, "control")
        if original.index.has_duplicates or released.index.has_duplicates:
            raise IdentityError("the index of the original and of the released table must name each row once")
        unknown = int((~released.index.isin(original.index)).sum())
        if unknown:
            raise IdentityError(f"{unknown} of {len(released)} released rows have an index the original lacks")

    def _read(
        self, original: pd.DataFrame, released: pd.DataFrame, control: pd.DataFrame | None
    ) -> tuple[list[Events], list[str]]:
        """Read the tables, and tell which attackers have anything to go by."""
        value, date = (name if name in released.columns else None for name in (self.value, self.date))
        frames = [original, released, *([] if control is None else [control])]
        there = {"amounts": value is not None, "dates": date is not None}
        attackers = [name for name, terms in TERMS.items() if all(there[term] for term in terms)]
        return read(frames, self.person, self.item, value, date), attackers

    def _recall(self, events: Events, people: Integers, others: Events) -> Memory:
        return recall(events, people, others, known=self.known, wrong=self.wrong, days=self.days)

    def _sizes(self) -> list[int]:
        return sorted({*(most for most in _FEWER if most < self.known), self.known})

    def _claims(self, board: Board, known: Events, sought: int, attackers: Sequence[str]) -> dict[str, Claims]:
        return claim(board, known, sought, attackers, self.threshold)

    def _attack(
        self, board: Board, known: Events, attackers: Sequence[str], sought: Integers, pairing: Pairing
    ) -> _Hits:
        claims = self._claims(board, known, sought.size, attackers)
        return _Hits.of(claims, {name: pairing.owner[one.named] == sought for name, one in claims.items()})

    def _false_claims(self, board: Board, sides: Sequence[Events], attackers: Sequence[str], main: _Hits) -> float:
        """Look for people who are not there, as the attackers do that were picked."""
        nobody = np.unique(sides[2].person[sides[2].item >= 0])
        nobody = np.sort(np.random.default_rng(_SEED).permutation(nobody)[: self.attempts])
        known = self._recall(sides[2], nobody, sides[1]).first(self.known)
        claims = self._claims(board, known, nobody.size, attackers)
        return float(main.mixed({name: one.made for name, one in claims.items()}).mean()) if nobody.size else math.nan

    def _planted(self, sides: Sequence[Events], memory: Memory, attackers: Sequence[str], home: Integers) -> Control:
        """Put what is rightly remembered into the released histories, as items that nobody else has."""
        if not home.size:
            return Control.failed()
        rightly = ~memory.wrongly(self.known)
        new = 1 + max(int(side.item.max(initial=-1)) for side in sides) + np.arange(memory.rank.size)
        true = memory.true
        item = np.where(rightly, new, memory.false.item)
        known = Events(true.person, item, np.nan_to_num(true.amount), np.nan_to_num(true.day))
        leak = known.take(rightly)
        leaky = sides[1].join(Events(home[leak.person], leak.item, leak.amount, leak.day))
        claims = self._claims(_board(leaky, [leaky, known]), known, home.size, attackers)
        hits = _Hits.of(claims, {name: one.named == home for name, one in claims.items()})
        people = int(sides[1].person.max()) + 1
        return Control.above(float(hits.mixed(hits.right).mean()), 1 / people)


@dataclass(frozen=True, slots=True, repr=False)
class _Hits:
    """The claims of each attacker, and those of them that are right."""

    made: Mapping[str, Booleans]
    right: Mapping[str, Booleans]

    @classmethod
    def of(cls, claims: Mapping[str, Claims], true: Mapping[str, Booleans]) -> _Hits:
        made = {name: one.made for name, one in claims.items()}
        return cls(made, {name: made[name] & true[name] for name in made})

    def mixed(self, found: Mapping[str, Booleans]) -> Booleans:
        """Let the strongest on the odd people stand for the even ones, and the other way round."""
        odd, even = (max(self.right, key=lambda name: int(self.right[name][half::2].sum())) for half in (1, 0))
        return np.where(np.arange(found[odd].size) % 2 == 0, found[odd], found[even])


def _board(released: Events, sides: Sequence[Events]) -> Board:
    items = 1 + max(int(side.item.max(initial=-1)) for side in sides)
    amounts = released.amount[np.isfinite(released.amount)]
    spread = float(amounts.std()) if amounts.size else 0.0
    return Board.of(released, items, spread if spread > 0 and math.isfinite(spread) else 1.0)


def _details(hits: Mapping[int, _Hits], known: int) -> dict[str, float]:
    details: dict[str, float] = {}
    for most, found in hits.items():
        right, made = found.mixed(found.right), found.mixed(found.made)
        rate = wilson(int(right.sum()), right.size)
        end = "" if most == known else f" known {most}"
        details[f"precision{end}"] = float(right.sum() / made.sum()) if made.any() else math.nan
        details[f"coverage{end}"] = float(made.mean()) if made.size else math.nan
        if end:
            details[f"right{end}"], details[f"right{end} upper"] = rate.value, rate.upper
    for name, right in hits[known].right.items():
        details[f"right {name}"] = float(right.mean()) if right.size else math.nan
    return details
