"""Linkability: whether the release joins two parts of what is known of a person."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leakage.arrays import Booleans, Integers
from leakage.cells import require_columns, require_disjoint, require_rows
from leakage.codeword import codeword
from leakage.control import Control
from leakage.errors import ConfigurationError, UnknownColumnError
from leakage.interval import Estimate, excess, wilson
from leakage.risk import FEWEST, Risk, judge
from leakage.tables.proximity import MEASURES, Near, nearest

_SEED = 20140414
_PLANTED = 300

_Claims = dict[str, Booleans]


@dataclass(frozen=True, slots=True)
class Linkability:
    """The share of people whose two parts, held by two sources, point at the same released row.

    Sources: Article 29 Working Party, Opinion 05/2014 (WP216), for the criterion; distance-based record linkage,
    Domingo-Ferrer & Torra 2003 (doi:10.1023/A:1022640513191), and the weights of Fellegi & Sunter 1969
    (doi:10.1080/01621459.1969.10501049) for the attackers.

    Threat: someone has one table with the columns `left` and another with the columns `right`, and joins them by
    the release (synthetic or redacted), which has both. Knowledge: the original cells of both parts. For each part the
    `neighbours` nearest released rows are found; a link is claimed where the two lists share a row. Rows at equal
    distance are taken in a random order that is the same for both parts, so that parts which tell little agree
    little. Attackers: "distance", which adds the squared differences of the columns (1 for different classes or
    the ends of the numbers), and "weighted", which gives each column minus the logarithm of how often two released
    rows agree in it. Each half of the people is scored by the attacker whose lower bound of residual risk was highest
    on the other half.

    The control are rows that were not in the source of the release: parts of strangers are linked too where left
    tells right. Without it the result is INVALID, as with fewer than 30 rows on either side. The baseline is how often
    the left part of one person and the right part of another are linked. At most `attempts` rows on each side. Without
    `left` and `right` the columns are halved. Columns that were not released are of no use to the attacker.

    Details: success, "control …", "strangers …" (the baseline), "residual …" and "residual … upper" per attacker.

    >>> frame = pd.DataFrame({"age": np.arange(200) * 7 % 101, "pay": np.arange(200) ** 2 % 997})
    >>> Linkability(["age"], ["pay"]).run(frame[:100], frame[:100], frame[100:]).value
    1.0
    """

    left: Sequence[str] = ()
    right: Sequence[str] = ()
    neighbours: int = 1
    attempts: int = 2000

    def __post_init__(self) -> None:
        """Check the settings."""
        if isinstance(self.left, str) or isinstance(self.right, str) or bool(self.left) != bool(self.right):
            raise ConfigurationError("linkability needs a list of left and one of right columns, or neither")
        if set(self.left) & set(self.right):
            raise ConfigurationError("a column is in both parts: parts that share one are joined without the release")
        if self.neighbours < 1 or self.attempts < 1:
            raise ConfigurationError("linkability needs at least one neighbour and one attempt")

    def run(self, original: pd.DataFrame, released: pd.DataFrame, control: pd.DataFrame | None = None) -> Risk:
        """Measure the links with control and baseline; INVALID without control or under 30 rows on either side."""
        start = time.perf_counter()
        left, right = self._check(original, released, control)
        sides = [_drawn(frame, self.attempts) for frame in (original, control) if frame is not None]
        found = self._attack(released, sides, left, right)
        strangers = {name: near.linked(_shifted(near)) for name, near in found[0].items()}
        linked = [{name: near.linked(near.right) for name, near in side.items()} for side in found]
        picked = _strongest(linked)
        baseline = float(_mixed(strangers, picked).mean())
        return judge(
            "linkability",
            _rate(_mixed(linked[0], picked)),
            baseline=baseline,
            attempts=len(sides[0]),
            planted=self._planted(sides[0], left, right, baseline),
            held_out=_rate(_mixed(linked[1], picked)) if control is not None else None,
            faults=_faults(control),
            details=_details(linked, strangers),
            seconds=time.perf_counter() - start,
        )

    def _check(
        self, original: pd.DataFrame, released: pd.DataFrame, control: pd.DataFrame | None
    ) -> tuple[list[str], list[str]]:
        require_rows(original, "original")
        require_rows(released, "released")
        shared = [name for name in original.columns if name in released.columns]
        parts = (self.left, self.right) if self.left else (shared[: len(shared) // 2], shared[len(shared) // 2 :])
        require_columns(original, [*parts[0], *parts[1]], "original")
        left, right = ([name for name in part if name in released.columns] for part in parts)
        if not left or not right:
            raise UnknownColumnError("the released table lacks the columns of one of the two parts")
        require_columns(released, [*left, *right], "released")
        if control is not None:
            require_rows(control, "control")
            require_disjoint(original, control)
            require_columns(control, [*left, *right], "control")
        return left, right

    def _attack(
        self, released: pd.DataFrame, sides: Sequence[pd.DataFrame], left: Sequence[str], right: Sequence[str]
    ) -> list[dict[str, Near]]:
        """Find the released rows nearest to each part, for the rows of each side, by each measure."""
        near = [nearest(released[part], [side[part] for side in sides], self.neighbours) for part in (left, right)]
        return [{m: Near(near[0][i][m], near[1][i][m]) for m in MEASURES} for i in range(len(sides))]

    def _planted(self, people: pd.DataFrame, left: list[str], right: list[str], baseline: float) -> Control:
        """Release original rows as they are, with a key in each part that their owners have there too."""
        few = people.iloc[:_PLANTED]
        keys = [codeword("left key"), codeword("right key")]
        leaky = few.assign(**{key: [codeword(key, row) for row in range(len(few))] for key in keys})
        found = self._attack(leaky, [leaky], [*left, keys[0]], [*right, keys[1]])[0]
        linked = {name: near.linked(near.right) for name, near in found.items()}
        return Control.above(float(_mixed(linked, _strongest([linked])).mean()), baseline)


def _drawn(frame: pd.DataFrame, most: int) -> pd.DataFrame:
    return frame.iloc[np.random.default_rng(_SEED).permutation(len(frame))[:most]]


def _shifted(near: Near) -> Integers:
    """Give each person the right part of the one before."""
    return np.roll(near.right, 1, axis=0)


def _rate(linked: Booleans) -> Estimate:
    return wilson(int(linked.sum()), linked.size)


def _floor(linked: Sequence[_Claims], name: str, half: int) -> float:
    """Bound the residual risk in a half of the people from below; without a control, the success itself."""
    attack = _rate(linked[0][name][half::2]).lower
    control = _rate(linked[1][name][half::2]).upper if len(linked) > 1 else 0.0
    return (attack - control) / (1 - control) if control < 1 else -1.0


def _strongest(linked: Sequence[_Claims]) -> tuple[str, str]:
    """Choose the attacker for the even rows on the odd ones, and the other way round."""
    odd, even = (max(MEASURES, key=lambda name: _floor(linked, name, half)) for half in (1, 0))
    return odd, even


def _mixed(claims: _Claims, picked: Sequence[str]) -> Booleans:
    even = np.arange(claims[picked[0]].size) % 2 == 0
    return np.where(even, claims[picked[0]], claims[picked[1]])


def _details(linked: Sequence[_Claims], strangers: _Claims) -> dict[str, float]:
    details: dict[str, float] = {}
    for name in MEASURES:
        attack, control = (_rate(side[name]) for side in (linked[0], linked[-1]))
        held_out = control if len(linked) > 1 else Estimate.unknown()
        residual, upper = excess(attack, held_out)
        details |= {name: attack.value, f"control {name}": held_out.value}
        details |= {f"strangers {name}": float(strangers[name].mean())}
        details |= {f"residual {name}": residual, f"residual {name} upper": upper}
    return details


def _faults(control: pd.DataFrame | None) -> list[str]:
    if control is None:
        return ["there are no hold-out rows, so what holds for everybody cannot be told from a leak"]
    if len(control) < FEWEST:
        return [f"only {len(control)} hold-out rows, at least {FEWEST} are needed"]
    return []
