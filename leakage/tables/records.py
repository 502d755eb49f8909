"""Linkage of records: finding the released row of a person by known quasi-identifiers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leakage.arrays import Booleans, Floats, Integers
from leakage.cells import require_columns, require_disjoint, require_rows, texts
from leakage.codeword import codeword
from leakage.control import Control
from leakage.errors import ConfigurationError, IdentityError
from leakage.interval import Estimate, ratio
from leakage.risk import Risk, judge

_SEED = 20020501


@dataclass(frozen=True, slots=True)
class RecordLinkage:
    """The expected share of released rows that an attacker claims rightly from the columns known of a person.

    Sources: Sweeney 2002 (doi:10.1142/S0218488502001648) for the attack; the expected success 1/|class| is the
    marketer's risk of El Emam & Dankar 2008 (doi:10.1197/jamia.M2716).

    Threat: someone knows the quasi-identifiers of a person whose row was released and looks for the row. Knowledge:
    the original cells of the columns `known`, and that the row is there. All released rows that agree in every
    known column are the matching class, of which one is named at random: right with 1/|class| if the true row is
    among them. Cells are compared trimmed and case-folded, numbers as numbers. Columns that were not released, and
    columns in which no released cell equals any original one (tokens, masks, coarser classes), are of no use to
    this attacker, who then goes by the others: that a coarser class still holds the value is not used.

    Rows are joined by index: the release must keep the index of the rows it was made from. That makes it an attack
    on redacted tables; synthetic rows have no true row. The baseline is chance, 1/n. At most `attempts` people are
    attacked, drawn at random but always alike.

    The control are rows of people who were not released: there is no right claim, so it gives no control value but
    the detail "false claims", how often exactly one row matches such a person.

    Details: "unique" (share of the attacked with a class of one, the true row), "mean class", "columns used".
    """

    known: Sequence[str]
    attempts: int = 5000

    def __post_init__(self) -> None:
        """Check the settings."""
        if not self.known or self.attempts < 1:
            raise ConfigurationError("record linkage needs known columns and at least one attempt")

    def run(self, original: pd.DataFrame, released: pd.DataFrame, control: pd.DataFrame | None = None) -> Risk:
        """Measure the expected right claims; INVALID under 30 rows, or when copied rows with a key are not found."""
        start = time.perf_counter()
        self._check(original, released, control)
        true_row = original.index.get_indexer(released.index)
        rows = np.sort(np.random.default_rng(_SEED).permutation(len(released))[: self.attempts])
        targets = original.iloc[true_row[rows]]
        used = [name for name in self.known if name in released.columns and _comparable(targets, released, name)]
        claims = _claims(targets[used], released[used], rows)
        details = {"unique": float((claims.success == 1).mean()), "mean class": float(claims.sizes.mean())}
        if control is not None:
            nobody = np.full(len(control), -1)
            details["false claims"] = float((_claims(control[used], released[used], nobody).sizes == 1).mean())
        return judge(
            "record linkage",
            _rate(claims.success),
            baseline=1 / len(released) if len(released) > 1 else 0.0,
            attempts=len(rows),
            planted=_planted(targets[list(self.known)], released, rows),
            faults=[] if len(released) > 1 else ["one row was released only"],
            details={**details, "columns used": len(used), "columns known": len(self.known)},
            seconds=time.perf_counter() - start,
        )

    def _check(self, original: pd.DataFrame, released: pd.DataFrame, control: pd.DataFrame | None) -> None:
        require_rows(released, "released")
        require_columns(original, self.known, "original")
        require_columns(released, [name for name in self.known if name in released.columns], "released")
        if control is not None:
            require_disjoint(original, control)
            require_columns(control, self.known, "control")
        if original.index.has_duplicates or released.index.has_duplicates:
            raise IdentityError("the index of the original and of the released table must name each row once")
        unknown = int((~released.index.isin(original.index)).sum())
        if unknown:
            raise IdentityError(f"{unknown} of {len(released)} released rows have an index the original lacks")


@dataclass(frozen=True, slots=True, repr=False)
class _Claims:
    success: Floats
    sizes: Integers


def _comparable(targets: pd.DataFrame, released: pd.DataFrame, name: str) -> bool:
    there = set(texts(released[name])) - {""}
    return any(cell in there for cell in texts(targets[name]))


def _claims(targets: pd.DataFrame, released: pd.DataFrame, true_row: Integers) -> _Claims:
    """For each target the size of its matching class, and 1/size if the true released row is in it."""
    sought, offered = _keys(targets, released)
    counts = np.bincount(offered, minlength=int(sought.max(initial=-1)) + 1)
    sizes = counts[sought]
    inside: Booleans = (true_row >= 0) & (offered[true_row] == sought)
    return _Claims(np.where(inside, 1 / np.maximum(sizes, 1), 0.0), sizes)


def _keys(targets: pd.DataFrame, released: pd.DataFrame) -> tuple[Integers, Integers]:
    """One number a distinct combination of cells, shared by both tables."""
    key = np.zeros(len(targets) + len(released), dtype=np.int64)
    for name in targets.columns:
        codes, values = pd.factorize(np.array([*texts(targets[name]), *texts(released[name])], dtype=object))
        key = np.unique(key * len(values) + codes, return_inverse=True)[1]
    return key[: len(targets)], key[len(targets) :]


def _rate(success: Floats) -> Estimate:
    return ratio(success, np.ones(success.size))


def _planted(targets: pd.DataFrame, released: pd.DataFrame, rows: Integers) -> Control:
    """Copy the known cells of every target into its released row, with a key that the attacker knows too."""
    key = [codeword("row", row) for row in rows]
    knowing = pd.DataFrame({**{name: texts(targets[name]) for name in targets}, codeword("key"): key})
    others = pd.DataFrame("", index=range(len(released) - len(rows)), columns=knowing.columns)
    copied = pd.concat([knowing, others], ignore_index=True)
    success = _claims(knowing, copied, np.arange(len(rows))).success
    return Control.above(float(success.mean()), 1 / len(released) if len(released) > 1 else 0.0)
