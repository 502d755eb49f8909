"""Singling out, linkability and inference on Adult beside anonymeter: a copied, a fresh and a synthetic release."""

import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from benchmarks.data import locate
from benchmarks.environments import Environment, EnvironmentFailedError, ScriptFailedError
from benchmarks.outcome import Grid, Outcome
from benchmarks.peers.anonymeter import CONTROL, ORIGINAL, RELEASED
from benchmarks.protocol_adult import SCHEMA
from leakage.interval import Estimate, excess, wilson
from leakage.risk import Risk
from leakage.tables.inference import ColumnInference
from leakage.tables.linkability import Linkability
from leakage.tables.singling_out import SinglingOut
from synth.synthesizer import MST

ROWS, ATTEMPTS, SECRET = 16_000, 2000, "income"
EPSILON, DELTA = 1, "1e-9"
_PEER = Environment("anonymeter")
_SEED = 216
_EXPECTED = {
    "copied": "the original rows themselves: must be found",
    "fresh": "as many other rows of the same table: nothing to find",
    "MST": f"MST at ε = {EPSILON}, δ = {DELTA}, fitted to the original: little to find",
}
_NOTE = (
    "Adult without `education`, shuffled (seed {seed}): {rows:,} original rows, {rows:,} for the fresh release and "
    "{rows:,} as control. {attempts:,} attempts by each. anonymeter 1.1.0 in an environment of its own, with its "
    "defaults (three columns, one neighbour, one process), seeds left to it; its rates are the centres of Wilson's "
    "interval, so that 0 of 2,000 reads 0.001. Residual: (attack − control)/(1 − control), with tamis's one-sided 95 % "
    "upper bound and the upper end of anonymeter's 95 % interval. tamis decides on the row `singling out, strongest`, "
    "the others are its parts. Seconds include each side's own controls."
)


@dataclass(frozen=True, slots=True)
class Figures:
    """The success of an attack with its 95 % interval, and what is left of it above the control, with upper bound."""

    attack: float
    low: float
    high: float
    control: float
    residual: float
    upper: float
    attempts: float
    seconds: float
    state: str = "OK"

    def cells(self) -> list[str]:
        """Show them."""
        shown = [f"{self.attack:.3f} ({self.low:.3f}–{self.high:.3f})", f"{self.control:.3f}", f"{self.residual:.3f}"]
        return [*shown, f"{self.upper:.3f}", f"{self.attempts:.0f}", f"{self.seconds:.1f}", self.state]


def run(rows: int = ROWS, attempts: int = ATTEMPTS) -> Outcome:
    """Attack the three releases by both. Raises MissingDataError."""
    path = locate("tables/adult.csv")
    text = pd.read_csv(path, dtype=str, keep_default_na=False).drop(columns="education")
    text = text.sample(frac=1, random_state=_SEED).reset_index(drop=True)
    original, other, control = (text.iloc[start : start + rows] for start in (0, rows, 2 * rows))
    releases = {
        "copied": original,
        "fresh": other,
        "MST": MST(EPSILON, DELTA).fit(original, SCHEMA).sample(len(original)),
    }
    grids, figures = [], {}
    for name, released in releases.items():
        found = {**_tamis(original, released, control, attempts), **_peer(original, released, control, attempts)}
        cells = [[*key, *(f.cells() if isinstance(f, Figures) else [f, *[""] * 6])] for key, f in sorted(found.items())]
        head = ["attack", "by", "success (95 %)", "control", "residual", "upper", "attempts", "seconds", "state"]
        grids.append(Grid(f"{name}: {_EXPECTED[name]}", head, cells))
        figures[name] = {", ".join(key): _plain(f) for key, f in found.items()}
    note = _NOTE.format(rows=rows, attempts=attempts, seed=_SEED)
    grids[-1] = Grid(grids[-1].title, grids[-1].head, grids[-1].rows, note)
    return Outcome("wp216", grids, figures, [path])


Found = dict[tuple[str, str], Figures | str]


def _tamis(original: pd.DataFrame, released: pd.DataFrame, control: pd.DataFrame, attempts: int) -> Found:
    known = [name for name in original.columns if name != SECRET]
    single = SinglingOut(attempts=attempts).run(original, released, control)
    linked = Linkability(attempts=attempts).run(original, released, control)
    inferred = ColumnInference(known, SECRET, attempts).run(original, released, control)
    found: Found = {("singling out, strongest", "tamis"): _of(single), ("linkability", "tamis"): _of(linked)}
    found["inference", "tamis"] = _of(inferred)
    for name in ("univariate", "multivariate", "whole row"):
        found[f"singling out, {name}", "tamis"] = _part(single.details, name, single.seconds)
    return found


def _of(risk: Risk) -> Figures:
    control = risk.held_out or Estimate.unknown()
    residual, upper = excess(risk.estimate, control)
    shares = (risk.value, *risk.interval, control.value, residual, upper)
    return Figures(*shares, risk.attempts, risk.seconds, risk.state if risk.state == "OK" else risk.reason)


def _part(details: Mapping[str, float], name: str, seconds: float) -> Figures:
    made = details[f"predicates {name}"]
    share = wilson(round(details[name] * made), made)
    above = details[f"residual {name}"], details[f"residual {name} upper"]
    return Figures(share.value, share.low, share.high, details[f"control {name}"], *above, made, seconds, "part")


def _peer(original: pd.DataFrame, released: pd.DataFrame, control: pd.DataFrame, attempts: int) -> Found:
    names = {"univariate": "singling out, univariate", "multivariate": "singling out, multivariate"}
    found: Found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, frame in ((ORIGINAL, original), (RELEASED, released), (CONTROL, control)):
            frame.to_csv(Path(folder) / name, index=False)
        for attack in ("univariate", "multivariate", "linkability", "inference"):
            try:
                told = _PEER.run("anonymeter", folder, attack, attempts, SECRET)
                found[names.get(attack, attack), "anonymeter"] = _told(told)
            except (EnvironmentFailedError, ScriptFailedError) as error:
                found[names.get(attack, attack), "anonymeter"] = getattr(error, "reason", str(error))
    return found


def _told(told: Mapping[str, float]) -> Figures:
    share, error = told["attack"], told["attack error"]
    ends = max(0.0, share - error), min(1.0, share + error)
    above = told["residual"], told["residual high"]
    return Figures(share, *ends, told["control"], *above, told["attempts"], told["seconds"])


def _plain(found: Figures | str) -> object:
    if isinstance(found, str):
        return found
    return {name: None if value != value else value for name, value in asdict(found).items()}  # noqa: PLR0124 NaN
