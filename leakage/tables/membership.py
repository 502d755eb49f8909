"""Membership inference on tables: whether a person's row went into the release."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from leakage.cells import require_columns
from leakage.control import Control
from leakage.errors import ConfigurationError
from leakage.interval import Estimate
from leakage.risk import Risk, judge
from leakage.roc import Scores, auc, strongest, tpr_at
from leakage.tables.histograms import pairs
from leakage.tables.points import common, drawn, encode
from leakage.tables.sides import REFERENCE, Sides

RATE = 0.01  # the false positive rate at which membership is claimed
_RARE = 0.001
_STRANGE = 4  # standard errors below one half at which an area under the curve is no accident


@dataclass(frozen=True, slots=True)
class MembershipInference:
    """The share of rows that went into the release and are told from others, at 1 % false alarms.

    Sources: Stadler, Oprisanu & Troncoso 2022 (arXiv:2011.07018) for the attack on synthetic data; Carlini et al.
    2022 (arXiv:2112.03570) for the true positive rate at a low false positive rate; the attackers' own papers stand
    in `leakage.tables.scorers`.

    Threat: someone holds the whole release and the full row of a person, and asks whether this person was among
    those it was made from. Knowledge: rows of other people of the same kind who were not, and the sets of columns
    (`marginals`) whose histograms the synthesizer kept, all pairs of columns if none are named. Attackers: the
    seven of `scorers`, by distance, by density and by histograms. The strongest counts, chosen on one half
    of the people and scored on the other; its upper bound is the largest of any attacker.

    The control are rows that were not in the source of the release: without them there is no false positive rate,
    so the result is INVALID, as it is with fewer than 200 of them. One half of them is what the attackers compare
    rows with while the other is scored, and the other way round, so that no row is compared with itself. The
    threshold is set by the hold-out rows that are scored; the bounds count its uncertainty and that of the hits
    (`leakage.roc.tpr`). So value and baseline (1 %) already are success on members and on others, and the risk has
    no `control` figure of its own.

    With `exposed`, only that share of the rows is scored that lies furthest from its five nearest reference rows
    (Meeus et al. 2023, arXiv:2306.10308), members and others by the same rule; so 200 / `exposed` hold-out rows are
    needed. At most `attempts` rows are scored on each side. Time grows with attempts × released rows.

    The positive control is the same attack on a small copy of the release that also holds the members' rows, with a
    column that names each row.

    Details: "auc" and "auc upper" of the strongest attacker; "tpr at 0.1%" (NaN under 2,000 hold-out rows) and
    "tpr at 0.1% upper"; "auc NAME" of each attacker; "copied rows found", the true positive rate against a release
    that holds the members' rows as they are: what the attack sees of plain copies in this table; "hold-out scored";
    "columns compared".

    >>> import numpy as np
    >>> rows = np.random.default_rng(0).normal(size=(900, 3))
    >>> members, others = (pd.DataFrame(part, columns=list("abc")) for part in (rows[:400], rows[400:]))
    >>> found = MembershipInference().run(members, members, others)
    >>> found.state, found.value, found.baseline
    ('OK', 1.0, 0.01)
    """

    marginals: Sequence[tuple[str, ...]] = ()
    exposed: float | None = None
    attempts: int = 4000

    def __post_init__(self) -> None:
        """Check the settings."""
        if any(not names or len(set(names)) < len(names) for names in self.marginals):
            raise ConfigurationError("a marginal names one column or several, each once")
        if self.exposed is not None and not 0 < self.exposed <= 1:
            raise ConfigurationError("the share of exposed rows lies between 0 and 1")
        if self.attempts < 1:
            raise ConfigurationError("membership inference needs at least one attempt")

    def run(self, original: pd.DataFrame, released: pd.DataFrame, control: pd.DataFrame | None = None) -> Risk:
        """Measure the rate; INVALID without enough control, or when members that were copied are not found."""
        start = time.perf_counter()
        names = self._columns(original, released, control)
        sides = self._encoded(original[names], released[names], original.head(0) if control is None else control[names])
        found = sides.scores(self.attempts, self.exposed)
        members, held_out = _sizes(found)
        return judge(
            "membership inference",
            strongest(found, tpr_at(RATE)) if held_out >= _needed(RATE) else Estimate.unknown(),
            baseline=RATE,
            attempts=members,
            planted=Control.above(_copied(sides.named()).value, RATE),
            faults=self._faults(found, control),
            details={
                **_details(found),
                "copied rows found": _copied(sides).value,
                "hold-out scored": held_out,
                "columns compared": len(names),
            },
            seconds=time.perf_counter() - start,
        )

    def _encoded(self, original: pd.DataFrame, released: pd.DataFrame, others: pd.DataFrame) -> Sides:
        names = list(released.columns)
        most = len(original) if self.exposed is not None else self.attempts
        frames = [released, drawn(original, most), drawn(others[names], most + 2 * REFERENCE)]
        encoded = encode(frames)
        lines = [tuple(names.index(name) for name in marginal) for marginal in self.marginals]
        return Sides(encoded[0], encoded[1], encoded[2], lines or pairs(len(names)))

    def _columns(self, original: pd.DataFrame, released: pd.DataFrame, control: pd.DataFrame | None) -> list[str]:
        names = common(original, released, control)
        own = list(dict.fromkeys(name for marginal in self.marginals for name in marginal))
        require_columns(original, own, "original")
        require_columns(released, own, "released")
        return names

    def _faults(self, found: Mapping[str, Scores], control: pd.DataFrame | None) -> list[str]:
        if control is None:
            return ["there are no hold-out rows, so no false positive rate can be set"]
        members, held_out = _sizes(found)
        faults = []
        if held_out < _needed(RATE):
            kind = "" if self.exposed is None else "exposed "
            faults.append(
                f"only {held_out} {kind}hold-out rows to set a false positive rate of 1 %, "
                f"at least {_needed(RATE)} are needed"
            )
        if members and held_out:
            strange = 0.5 - _STRANGE * math.sqrt((1 / members + 1 / held_out) / 12)
            if min(auc(scores).value for scores in found.values()) < strange:
                faults.append("the hold-out looks more released than the original: it is in the release, or unlike it")
        return faults


def _needed(rate: float) -> int:
    # the strongest attacker is chosen on one half, in which one false alarm at least must be allowed
    return round(2 / rate)


def _sizes(found: Mapping[str, Scores]) -> tuple[int, int]:
    scores = next(iter(found.values()))
    return scores.members.size, scores.others.size


def _details(found: Mapping[str, Scores]) -> dict[str, float]:
    area, rare = strongest(found, auc), strongest(found, tpr_at(_RARE))
    enough = _sizes(found)[1] >= _needed(_RARE)
    return {
        "auc": area.value,
        "auc upper": area.upper,
        "tpr at 0.1%": rare.value if enough else math.nan,
        "tpr at 0.1% upper": rare.upper,
        **{f"auc {name}": auc(scores).value for name, scores in found.items()},
    }


def _copied(sides: Sides) -> Estimate:
    return strongest(sides.copied().scores(), tpr_at(RATE))
