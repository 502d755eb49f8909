"""Copies: rows of the original that stand in the release as they are."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leakage.cells import forms
from leakage.codeword import codeword
from leakage.control import Control
from leakage.interval import Estimate, clopper_pearson
from leakage.risk import FEWEST, Risk, judge
from leakage.tables.equivalence import keys
from leakage.tables.points import common

TOLERATED = 1.1  # times as many copies of original rows as of hold-out rows that a release may hold
_FEW = 20  # values above which a column counts as identifying
_PLANTED = 1000


@dataclass(frozen=True, slots=True)
class Copies:
    """The share of original rows that occur in the release, beside that of rows that never went into it.

    Source: the identical-match share, train against hold-out, of Platzer & Reutterer 2021
    (doi:10.3389/fdata.2021.679939), here with bounds.

    Threat: someone looks a full row up in the release. Knowledge: the row. The attacker is equality in all columns
    that both tables have, cells read trimmed and case-folded, numbers as numbers, missing like missing.

    The control are rows that were not in the source of the release. In a table of few columns with few values
    most rows occur by chance; only what goes beyond the control's share was copied. Without control, or with fewer
    than 30 such rows, the result is INVALID. The baseline is 0: without the release there is nothing to look in.

    Details: "ratio" of the two shares and "ratio upper", by MOVER-R (Donner & Zou 2012,
    doi:10.1177/0962280210383082) from the exact limits of both; both are NaN where no hold-out row occurs, for then
    no ratio is bounded. "surplus", share − 1.1 × control share, and "surplus upper" (MOVER, Zou & Donner 2008,
    doi:10.1002/sim.3095) say the same of rare copies too: at most 0 where the ratio is at most 1.1. If some columns
    have more than 20 values and others have not, the same with "identifying " before it over the former alone,
    where a copy with one of the latter changed still shows. "columns compared", "hold-out rows".

    >>> original = pd.DataFrame({"id": range(0, 100)})
    >>> release = pd.DataFrame({"id": [*range(0, 20), *range(180, 200)]})
    >>> Copies().run(original, release, pd.DataFrame({"id": range(100, 200)}))
    Risk(copies: 0.200 [0.127, 0.292], baseline 0.000, control 0.200, 100 attempts, OK)
    """

    def run(self, original: pd.DataFrame, released: pd.DataFrame, control: pd.DataFrame | None = None) -> Risk:
        """Count them; INVALID without 30 rows on both sides, or when planted copies are not told from other rows."""
        start = time.perf_counter()
        names = common(original, released, control)
        others = original.head(0) if control is None else control
        share, held_out = _shares(original, released, others, names)
        return judge(
            "copies",
            share,
            baseline=0.0,
            attempts=len(original),
            planted=_planted(original[names], released[names]),
            held_out=held_out if control is not None else None,
            faults=_faults(control),
            details={
                **_details("", share, held_out),
                **_identifying(original, released, others, names),
                "columns compared": len(names),
                "hold-out rows": len(others),
            },
            seconds=time.perf_counter() - start,
        )


def _faults(control: pd.DataFrame | None) -> list[str]:
    if control is None:
        return ["there are no hold-out rows, so copies cannot be told from rows that are alike by chance"]
    if len(control) < FEWEST:
        return [f"only {len(control)} hold-out rows, at least {FEWEST} are needed"]
    return []


def _shares(
    original: pd.DataFrame, released: pd.DataFrame, others: pd.DataFrame, names: Sequence[str]
) -> tuple[Estimate, Estimate]:
    *sides, there = keys([original, others, released], names)
    share, held_out = (clopper_pearson(int(np.isin(side, there).sum()), side.size) for side in sides)
    return share, held_out


def _details(prefix: str, share: Estimate, held_out: Estimate) -> dict[str, float]:
    figures = {"ratio": ratio_of(share, held_out), "surplus": _surplus(share, held_out)}
    return {
        f"{prefix}{name}{suffix}": value
        for name, pair in figures.items()
        for suffix, value in zip(("", " upper"), pair, strict=True)
    }


def ratio_of(share: Estimate, other: Estimate) -> tuple[float, float]:
    """Divide one proportion by another of an independent sample: the ratio and its one-sided 95 % upper bound.

    >>> value, upper = ratio_of(clopper_pearson(500, 1000), clopper_pearson(500, 1000))
    >>> value, round(upper, 2)
    (1.0, 1.08)
    """
    if not (share.known and other.known and other.value > 0):
        return math.nan, math.nan
    p, q, high, low = share.value, other.value, share.upper, other.lower
    # (pq + √(p²q² − h(2p − h)·l(2q − l))) / l(2q − l), with h above p and l below q
    spread = low * (2 * q - low)
    return p / q, (p * q + math.sqrt(max(0.0, (p * q) ** 2 - high * (2 * p - high) * spread))) / spread


def _surplus(share: Estimate, other: Estimate) -> tuple[float, float]:
    if not (share.known and other.known):
        return math.nan, math.nan
    value = share.value - TOLERATED * other.value
    return value, value + math.hypot(share.upper - share.value, TOLERATED * (other.value - other.lower))


def _identifying(
    original: pd.DataFrame, released: pd.DataFrame, others: pd.DataFrame, names: Sequence[str]
) -> dict[str, float]:
    few = [name for name in names if len(set(forms(original[name]))) > _FEW]
    if not 0 < len(few) < len(names):
        return {}
    return _details("identifying ", *_shares(original, released, others, few))


def _planted(original: pd.DataFrame, released: pd.DataFrame) -> Control:
    """Copy every second row of some, with a word that names it, and ask which of them are in the release."""
    known = original.head(_PLANTED).astype(object)
    known = known.assign(**{codeword("row"): [codeword(place) for place in range(len(known))]})
    copied = np.arange(len(known)) % 2 == 0
    leaky = pd.concat([released.head(_PLANTED).astype(object).assign(**{codeword("row"): ""}), known[copied]])
    asked, there = keys([known, leaky], list(known.columns))
    return Control.above(float((np.isin(asked, there) == copied).mean()), 0.5)
