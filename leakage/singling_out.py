"""Singling out: whether the release tells a predicate that holds for exactly one of the people it was made from."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from leakage.arrays import Floats, Integers
from leakage.cells import require_columns, require_disjoint, require_rows
from leakage.codeword import codeword
from leakage.control import Control
from leakage.errors import ConfigurationError, UnknownColumnError
from leakage.interval import Estimate, excess, ratio
from leakage.predicates import FAMILIES, Coded, Found, Release
from leakage.risk import FEWEST, Risk, judge

_SEED = 20140410
_PLANTED = 300
_BLIND = 500  # predicates that are made without the release, for the baseline


@dataclass(frozen=True, slots=True)
class SinglingOut:
    """The share of predicates, read off the release, that hold for exactly one of the original rows.

    Sources: Article 29 Working Party, Opinion 05/2014 (WP216), for the criterion; Cohen & Nissim 2020
    (doi:10.1073/pnas.1914598117) for the attack: a predicate isolates if it holds for exactly one row, and one of
    weight w that was chosen without the data does with n·w·(1−w)^(n−1), up to 37 %, so that isolation alone proves
    nothing; Sweeney 2002 (doi:10.1142/S0218488502001648) for the uniques of a table as what points at people.

    Threat: someone holds the whole release (synthetic or redacted) and wants to say of a person "the only one
    who…". Knowledge: the release; and, from people of the same kind, what its columns look like unmasked. Predicates
    are made without the original: each is read off a released row and holds for that one alone. Attackers:
    "univariate" (a value that one row has, the ends of the numbers and all beyond, a lone missing cell),
    "multivariate" (columns in random order, at least `size`, as many as it takes to be alone) and "whole row" (all
    columns); classes must be equal, numbers lie in a half-open range that holds a tenth of the release. A column or
    value that other people lack (a token, a coarser class) is left out. Each half of the released rows is scored by
    the attacker whose lower bound of residual risk was highest on the other half; `attempts` predicates each.

    The control are rows that were not in the source of the release, of which the same predicates isolate as many as
    the weights of the predicates explain. To be alone among few is easier than among many, so both sides are compared
    in crowds of s rows, s being the size of the smaller table: a predicate that holds for c of N rows isolates in a
    random crowd with the hypergeometric probability c·C(N−c, s−1)/C(N, s), which is averaged rather than drawn.
    An original of n > s rows makes n/s such crowds, in one of which each leaked row is, and is only counted once in
    them all: both rates are therefore the number of people isolated in n/s crowds (cut at 1). With a control at
    least as large as the original the value is plainly the share that isolates in the original. A small control
    never hides a leak; it makes the interval wide. Without it the result is INVALID. Fewer than 30 predicates: too.

    The baseline are predicates read off the control in place of the release (without a control, 37 %).

    Details: "crowd" (s), "trivial" (the most that a predicate made without data may expect), and for each attacker
    the share "X isolated" of exactly one original row, "X", "control X", "residual X", "residual X upper", and
    "predicates X" found of "candidates X" tried.

    >>> frame = pd.DataFrame({"age": np.arange(200) * 7 % 101, "town": [f"T{i * i % 13}" for i in range(200)]})
    >>> SinglingOut(attempts=50).run(frame[:100], frame[:100], frame[100:]).value
    1.0
    """

    columns: Sequence[str] = ()
    size: int = 3
    attempts: int = 2000

    def __post_init__(self) -> None:
        """Check the settings."""
        if self.size < 1 or self.attempts < 1 or isinstance(self.columns, str):
            raise ConfigurationError("singling out needs a list of columns, a size and attempts of at least 1")

    def run(self, original: pd.DataFrame, released: pd.DataFrame, control: pd.DataFrame | None = None) -> Risk:
        """Measure isolation with control and baseline; INVALID without control or under 30 rows or predicates."""
        start = time.perf_counter()
        used = self._check(original, released, control)
        asked = [frame[used] for frame in (original, control) if frame is not None]
        families = self._attack(released[used], asked, self.attempts)
        picked = _strongest(families)
        scored = _mixed(families, picked)
        baseline = self._baseline(asked, picked)
        return judge(
            "singling out",
            scored.attack,
            baseline=baseline,
            attempts=scored.rows.size,
            planted=self._planted(asked, baseline),
            held_out=scored.held_out if control is not None else None,
            faults=_faults(control),
            details={**_details(families), "crowd": scored.crowd, "trivial": _trivial(len(original))},
            seconds=time.perf_counter() - start,
        )

    def _check(self, original: pd.DataFrame, released: pd.DataFrame, control: pd.DataFrame | None) -> list[str]:
        wanted = list(self.columns or original.columns)
        require_rows(original, "original")
        require_rows(released, "released")
        require_columns(original, wanted, "original")
        used = [name for name in wanted if name in released.columns]
        if not used:
            raise UnknownColumnError("the released table has none of the columns to single out by")
        require_columns(released, used, "released")
        if control is not None:
            require_disjoint(original, control)
            require_columns(control, used, "control")
        return used

    def _attack(self, released: pd.DataFrame, asked: Sequence[pd.DataFrame], attempts: int) -> dict[str, _Tally]:
        """Make predicates of every family from the release, then count whom they hold for."""
        others = asked[-1] if len(asked[-1]) else asked[0]
        release = Release.of(released, others)
        tables = [Coded.of(frame, release.scales) for frame in asked]
        return {name: _tally(make(release, attempts, self.size), tables) for name, make in FAMILIES.items()}

    def _baseline(self, asked: Sequence[pd.DataFrame], picked: Sequence[str]) -> float:
        if len(asked) == 1 or not len(asked[1]):
            return _trivial(len(asked[0]))
        blind = self._attack(asked[1], [asked[0], asked[1]], min(self.attempts, _BLIND))
        found = _mixed(blind, picked).attack
        return found.value if found.known else 0.0

    def _planted(self, asked: Sequence[pd.DataFrame], baseline: float) -> Control:
        """Release original rows as they are, each with a key of its own that the original has too."""
        people = asked[0].iloc[np.random.default_rng(_SEED).permutation(len(asked[0]))[:_PLANTED]]
        leaky, others = (
            frame.assign(**{codeword("key"): [codeword(who, row) for row in range(len(frame))]})
            for who, frame in (("person", people), ("other", asked[-1].iloc[:_PLANTED]))
        )
        # one cell in common: a column of which other people have nothing would be taken for tokens
        others.iloc[:1, -1] = leaky.iloc[:1, -1].tolist()
        families = self._attack(leaky, [leaky, others], self.attempts)
        found = _mixed(families, _strongest(families)).attack
        return Control.above(found.value, baseline)


@dataclass(frozen=True, slots=True, repr=False)
class _Tally:
    """Of each predicate: the released row it was read off, the people it isolates in n/s crowds, and of strangers."""

    rows: Integers
    isolated: Floats
    strangers: Floats
    alone: Floats
    crowd: int
    scale: float
    tried: int = 0

    @property
    def attack(self) -> Estimate:
        """Isolation in the original."""
        return _rate(self.rows, self.isolated)

    @property
    def held_out(self) -> Estimate:
        """Isolation in the control."""
        return _scaled(_rate(self.rows, self.strangers), self.scale)

    @property
    def floor(self) -> float:
        """A lower bound of the residual risk; −1 for too few predicates."""
        low, high = self.attack.lower, self.held_out.upper
        return -1.0 if self.rows.size < FEWEST // 2 or high >= 1 else (low - high) / (1 - high)

    def half(self, odd: int) -> _Tally:
        """Keep the predicates of every other released row."""
        kept = np.flatnonzero(self.rows % 2 == odd)
        parts = (part[kept] for part in (self.rows, self.isolated, self.strangers, self.alone))
        return _Tally(*parts, self.crowd, self.scale)


def _tally(found: Found, tables: Sequence[Coded]) -> _Tally:
    sizes = [table.codes.shape[1] for table in tables]
    crowd = max(1, min(sizes))
    counts = [np.array([table.count(p) for p in found.predicates], dtype=np.int64) for table in tables]
    scale = sizes[0] / crowd
    return _Tally(
        np.array([predicate.row for predicate in found.predicates], dtype=np.int64),
        _isolation(counts[0], sizes[0], crowd, scale),
        _isolation(counts[-1], sizes[-1], crowd),
        (counts[0] == 1).astype(np.float64),
        crowd,
        scale,
        found.tried,
    )


def _isolation(counts: Integers, rows: int, crowd: int, crowds: float = 1.0) -> Floats:
    """How many people are isolated in so many random crowds by a predicate that holds for `counts` of all rows.

    Rounded, so that sure is 1 and next to never is 0.
    """
    return np.asarray(crowds * stats.hypergeom.pmf(1, rows, counts, crowd), dtype=np.float64).round(4)


def _rate(rows: Integers, amounts: Floats) -> Estimate:
    """Mean over predicates, the released row being the independent unit."""
    return ratio(np.bincount(rows, amounts).astype(np.float64), np.bincount(rows).astype(np.float64))


def _scaled(rate: Estimate, factor: float) -> Estimate:
    if not rate.known:
        return rate
    return Estimate(
        *(min(1.0, factor * figure) for figure in (rate.value, rate.low, rate.high, rate.lower, rate.upper))
    )


def _strongest(families: Mapping[str, _Tally]) -> tuple[str, str]:
    """Choose the attacker for the even rows on the odd ones, and the other way round."""
    odd, even = (max(families, key=lambda name: families[name].half(half).floor) for half in (1, 0))
    return odd, even


def _mixed(families: Mapping[str, _Tally], picked: Sequence[str]) -> _Tally:
    halves = [families[name].half(half) for half, name in enumerate(picked)]
    parts = (np.concatenate([getattr(h, part) for h in halves]) for part in ("rows", "isolated", "strangers", "alone"))
    return _Tally(*parts, halves[0].crowd, halves[0].scale)


def _trivial(rows: int) -> float:
    return float((1 - 1 / rows) ** (rows - 1))


def _details(families: Mapping[str, _Tally]) -> dict[str, float]:
    details: dict[str, float] = {}
    for name, tally in families.items():
        residual, upper = excess(tally.attack, tally.held_out)
        details[f"{name} isolated"] = float(tally.alone.mean()) if tally.rows.size else float("nan")
        details[name] = tally.attack.value
        details[f"control {name}"] = tally.held_out.value
        details[f"residual {name}"], details[f"residual {name} upper"] = residual, upper
        details[f"predicates {name}"], details[f"candidates {name}"] = tally.rows.size, tally.tried
    return details


def _faults(control: pd.DataFrame | None) -> list[str]:
    if control is None:
        return ["there are no hold-out rows, so what holds by chance cannot be told from a leak"]
    if len(control) < FEWEST:
        return [f"only {len(control)} hold-out rows, at least {FEWEST} are needed"]
    return []
