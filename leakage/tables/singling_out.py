"""Singling out: whether the release tells a predicate that holds for exactly one of the people it was made from."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leakage.arrays import Booleans
from leakage.cells import require_columns, require_disjoint, require_rows
from leakage.codeword import codeword
from leakage.control import Control
from leakage.errors import ConfigurationError, UnknownColumnError
from leakage.interval import excess
from leakage.risk import FEWEST, Risk, judge
from leakage.tables.isolation import Tally, mixed, strongest, tally
from leakage.tables.predicates import FAMILIES, Coded, Found, Release
from leakage.tables.scales import Scale

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

    Details: "crowd" (s), "trivial" (the most that a predicate made without data may expect), "columns used" of
    "columns", and for each attacker "X", "control X", "residual X", "residual X upper", and "predicates X" of
    "candidates X" (lone values; rows tried).

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
        made = self._attack(released[used], asked, self.attempts)
        picked = strongest(made.families)
        scored = mixed(made.families, picked)
        baseline = self._baseline(asked, picked)
        sizes = {"crowd": scored.crowd, "trivial": _trivial(len(original)), "columns": len(used)}
        return judge(
            "singling out",
            scored.attack,
            baseline=baseline,
            attempts=scored.rows.size,
            planted=self._planted(asked, baseline),
            held_out=scored.held_out if control is not None else None,
            faults=_faults(control, made),
            details={**sizes, **_details(made)},
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
            require_rows(control, "control")
            require_disjoint(original, control)
            require_columns(control, used, "control")
        return used

    def _attack(self, released: pd.DataFrame, asked: Sequence[pd.DataFrame], attempts: int) -> _Made:
        """Make the predicates of every family from the release, then count whom they hold for."""
        release = Release.of(released, asked[-1])
        tables = [Coded.of(frame, release.scales) for frame in asked]
        found = {name: make(release, attempts, self.size) for name, make in FAMILIES.items()}
        families = {name: tally(predicates, tables[0], tables[-1]) for name, predicates in found.items()}
        return _Made(release, tables[0], found, families)

    def _baseline(self, asked: Sequence[pd.DataFrame], picked: Sequence[str]) -> float:
        if len(asked) == 1:
            return _trivial(len(asked[0]))
        blind = self._attack(asked[1], asked, min(self.attempts, _BLIND))
        found = mixed(blind.families, picked).attack
        return found.value if found.known else 0.0

    def _planted(self, asked: Sequence[pd.DataFrame], baseline: float) -> Control:
        """Release original rows as they are, each with a key of its own that the original has too."""
        people = asked[0].iloc[np.random.default_rng(_SEED).permutation(len(asked[0]))[:_PLANTED]]
        leaky, others = (
            frame.assign(**{codeword("key"): [codeword(who, row) for row in range(len(frame))]})
            for who, frame in (("person", people), ("other", asked[-1].iloc[:_PLANTED]))
        )
        # one key in common: a column of which other people have nothing would be taken for tokens
        others.iloc[:1, -1] = leaky.iloc[:1, -1].tolist()
        families = self._attack(leaky, [leaky, others], self.attempts).families
        return Control.above(mixed(families, strongest(families)).attack.value, baseline)


@dataclass(frozen=True, slots=True, repr=False)
class _Made:
    """An attack as it was made: what was read, found, and held for whom."""

    release: Release
    original: Coded
    found: Mapping[str, Found]
    families: Mapping[str, Tally]

    def used(self) -> Booleans:
        """Tell the columns of which any cell was used."""
        return np.asarray(~self.release.masked.all(axis=1), dtype=np.bool_)

    def odd(self) -> int:
        """Count the columns that were left out because of the control, though the original has what was released."""
        pairs = zip(self.release.table.codes, self.original.codes, self.used(), strict=True)
        return sum(not used and not Scale.masked(released, original).all() for released, original, used in pairs)


def _trivial(rows: int) -> float:
    return float((1 - 1 / rows) ** (rows - 1))


def _details(made: _Made) -> dict[str, float]:
    details: dict[str, float] = {"columns used": int(made.used().sum())}
    for name, one in made.families.items():
        residual, upper = excess(one.attack, one.held_out)
        details |= {name: one.attack.value, f"control {name}": one.held_out.value}
        details |= {f"residual {name}": residual, f"residual {name} upper": upper}
        details |= {f"predicates {name}": one.rows.size, f"candidates {name}": made.found[name].tried}
    return details


def _faults(control: pd.DataFrame | None, made: _Made) -> list[str]:
    if control is None:
        return ["there are no hold-out rows, so what holds by chance cannot be told from a leak"]
    if len(control) < FEWEST:
        return [f"only {len(control)} hold-out rows, at least {FEWEST} are needed"]
    if odd := made.odd():
        return [f"{odd} columns of the hold-out have nothing in common with the release, though the original has"]
    return []
