"""1−X on tables: how well a secret column of original rows is inferred from the release."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leakage.arrays import Booleans
from leakage.cells import classes, require_columns, require_disjoint, require_rows
from leakage.codeword import codeword
from leakage.control import Control
from leakage.errors import ConfigurationError, UnknownColumnError
from leakage.interval import Estimate, wilson
from leakage.risk import FEWEST, Risk, judge
from leakage.tables.guessers import GUESSERS, Guess, guess
from leakage.tables.hardness import clean_hits, matched
from leakage.texts.labels import Labels

_SEED = 20230414


@dataclass(frozen=True, slots=True)
class ColumnInference:
    """X, the accuracy of an attacker who infers a secret column of original rows from the release; privacy is 1−X.

    Sources: Coavoux, Narayan & Cohen 2018 (arXiv:1808.09408) for X; the comparison with people who were not in the
    source of the release is WP216's inference criterion, residual = (X − control)/(1 − control).

    Threat: someone holds the whole release (synthetic or redacted) and knows some columns of a person whose row went
    into it. Knowledge: the original cells of the columns `known`. Attackers: logistic regression and a random
    forest trained on the release, and the nearest released row where one is very near (a memorised row), the
    forest elsewhere. Each half of the people attacked is scored by the attacker that was strongest on the other.

    The control are rows that were not in the source of the release. Without it a correlation that holds for
    everybody cannot be told from a leak, so the result is INVALID. The residual risk compares rows that are equally
    hard: what a model trained on other control rows gets right by itself is regressed out on both sides. A numeric
    secret with more than 20 values is inferred by tenth. Missing secrets are not scored. At most `attempts` rows are
    attacked on each side.

    Details: accuracy and control accuracy per attacker.
    """

    known: Sequence[str]
    secret: str
    attempts: int = 2000

    def __post_init__(self) -> None:
        """Check the settings."""
        if not self.known or self.secret in self.known or self.attempts < 1:
            raise ConfigurationError("column inference needs known columns, a secret not among them, and attempts")

    def run(self, original: pd.DataFrame, released: pd.DataFrame, control: pd.DataFrame | None = None) -> Risk:
        """X with control and baseline; INVALID without control, under 30 rows, or when a coded column is not read."""
        start = time.perf_counter()
        used = self._check(original, released, control)
        sides = [_drawn(original, self.secret, self.attempts)]
        if control is not None:
            sides.append(_drawn(control, self.secret, self.attempts))
        secrets = classes([original[self.secret], released[self.secret], *(side[self.secret] for side in sides)])
        labels = Labels.of([secret for column in secrets[1:] for secret in column])
        parts = _parts(labels.truth, [len(released), *(len(side) for side in sides)])
        guessed = guess(released[used], parts[0], [side[used] for side in sides])
        right = [{name: _right(g[i], parts[1 + i]) for name, g in guessed.items()} for i in range(len(sides))]
        labelled = [np.asarray(part.any(axis=1), dtype=np.bool_) for part in parts[1:]]
        picked = _strongest(right[0])
        hits = [_mixed(one, picked) for one in right]
        rates = [_rate(*one) for one in zip(hits, labelled, strict=True)]
        return judge(
            "1-X",
            rates[0],
            baseline=_majority(parts[1]),
            attempts=int(labelled[0].sum()),
            planted=self._planted(released[used], parts[0], sides[0][used], parts[1]),
            held_out=rates[1] if control is not None else None,
            matched=None if control is None else _matched([side[used] for side in sides], parts[1:], hits, labelled),
            faults=_faults(right, labelled),
            details=_details(right, labelled),
            seconds=time.perf_counter() - start,
        )

    def _check(self, original: pd.DataFrame, released: pd.DataFrame, control: pd.DataFrame | None) -> list[str]:
        require_rows(original, "original")
        require_rows(released, "released")
        require_columns(original, [*self.known, self.secret], "original")
        require_columns(released, [self.secret], "released")
        if control is not None:
            require_disjoint(original, control)
            require_columns(control, [*self.known, self.secret], "control")
        used = [name for name in self.known if name in released.columns]
        if not used:
            raise UnknownColumnError("the released table has none of the known columns")
        require_columns(released, used, "released")
        return used

    def _planted(self, released: pd.DataFrame, train: Booleans, side: pd.DataFrame, truth: Booleans) -> Control:
        """Add a column that codes the secret, known to the attacker."""
        if not truth.any() or not train.any():
            return Control.failed()
        leaky, asked = (f.assign(**{codeword("column"): _codes(t)}) for f, t in ((released, train), (side, truth)))
        guessed = guess(leaky, train, [asked])
        right = {name: _right(g[0], truth) for name, g in guessed.items()}
        found = _mixed(right, _strongest(right))
        return Control.above(float(found[truth.any(axis=1)].mean()), _majority(truth))


def _drawn(frame: pd.DataFrame, secret: str, most: int) -> pd.DataFrame:
    order = np.random.default_rng(_SEED).permutation(len(frame))
    with_secret = order[np.asarray(frame[secret].notna(), dtype=np.bool_)[order]]
    return frame.iloc[with_secret[:most]]


def _parts(truth: Booleans, sizes: Sequence[int]) -> list[Booleans]:
    return np.split(truth, np.cumsum(sizes)[:-1])


def _codes(truth: Booleans) -> list[str]:
    return [codeword("class", int(row.argmax())) if row.any() else "" for row in truth]


def _right(guessed: Guess, truth: Booleans) -> Booleans:
    return np.asarray(truth[np.arange(len(truth)), guessed], dtype=np.bool_)


def _strongest(right: dict[str, Booleans]) -> tuple[str, str]:
    """Choose the attacker for the even rows on the odd ones, and the other way round."""
    odd, even = (max(GUESSERS, key=lambda name: int(right[name][half::2].sum())) for half in (1, 0))
    return odd, even


def _mixed(right: dict[str, Booleans], picked: tuple[str, str]) -> Booleans:
    even = np.arange(next(iter(right.values())).size) % 2 == 0
    return np.where(even, right[picked[0]], right[picked[1]])


def _rate(right: Booleans, labelled: Booleans) -> Estimate:
    return wilson(int(right[labelled].sum()), int(labelled.sum()))


def _matched(
    sides: Sequence[pd.DataFrame], truth: Sequence[Booleans], hits: Sequence[Booleans], labelled: Sequence[Booleans]
) -> tuple[Estimate, Estimate]:
    clean = clean_hits(sides, truth)
    scored, honest = ([one[rows] for one, rows in zip(both, labelled, strict=True)] for both in (hits, clean))
    return matched(scored, honest)


def _majority(truth: Booleans) -> float:
    return float(truth.sum(axis=0).max() / truth.sum()) if truth.any() else 0.0


def _details(right: Sequence[dict[str, Booleans]], labelled: Sequence[Booleans]) -> dict[str, float]:
    details: dict[str, float] = {}
    for side, found, rows in zip(("X", "control"), right, labelled, strict=False):
        for name, hits in found.items():
            details[f"{side} {name}"] = float(hits[rows].mean()) if rows.any() else math.nan
    return details


def _faults(right: Sequence[dict[str, Booleans]], labelled: Sequence[Booleans]) -> list[str]:
    if len(labelled) == 1:
        return ["there are no hold-out rows, so what holds for everybody cannot be told from a leak"]
    held_out = int(labelled[1].sum())
    if held_out < FEWEST:
        return [f"only {held_out} hold-out rows, at least {FEWEST} are needed"]
    for name in GUESSERS:
        original, control = (_rate(found[name], rows) for found, rows in zip(right, labelled, strict=True))
        if control.surely_above(original):
            return ["an attacker does better on the hold-out: it is not like the original, or it is in the release"]
    return []
