"""Seconds and memory of tamis's synthesizers and their fastest peers on Adult at epsilon = 1, taking turns.

Example: `python -m benchmarks synth-pace`; `TAMIS_ROUNDS=1` sets how often each takes its turn.
"""

import os
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.coded import Coded
from benchmarks.environments import EnvironmentFailedError, ScriptFailedError
from benchmarks.outcome import Grid, Outcome
from benchmarks.paces import ratios, spread, verdict
from benchmarks.synthesizers import AIM, DPMM_AIM, DPMM_MST, MST, OPENDP_MST, SMARTNOISE_MST, Made, System

ROUNDS = 3
_LIMIT = 900
_SYSTEMS = (AIM, MST, DPMM_AIM, DPMM_MST, OPENDP_MST, SMARTNOISE_MST)
_NOTE = (
    "Adult's train rows, ε = 1, δ = 10⁻⁹. Every system is a process of its own on one core with one thread; they take "
    "turns, and every figure is the median of the rounds (lowest to highest). Seconds are of fit and sample, without "
    "imports; memory is the process's peak. dpmm's AIM is capped at 48 rounds, 200 iterations and a model of 1 MB."
)


@dataclass(frozen=True, slots=True)
class Pace:
    """What a system took in each round."""

    seconds: tuple[float, ...]
    cpu_seconds: tuple[float, ...]
    peak_mib: tuple[float, ...]

    @classmethod
    def of(cls, made: Sequence[Made]) -> "Pace":
        """Take the figures of the rounds."""
        columns = zip(*((one.seconds, one.cpu_seconds, one.peak_mib) for one in made), strict=True)
        return cls(*columns)


def run() -> Outcome:
    """Let the systems take turns. Raises MissingDataError."""
    adult = Coded.of("adult")
    made: dict[System, list[Made]] = {}
    failed: dict[System, str] = {}
    for _ in range(int(os.environ.get("TAMIS_ROUNDS", ROUNDS))):
        for system in _SYSTEMS:
            if system not in failed:
                try:
                    made.setdefault(system, []).append(system.make(adult.real, "1", _LIMIT))
                except (EnvironmentFailedError, ScriptFailedError) as error:
                    failed[system] = getattr(error, "reason", type(error).__name__)
    paces = {system: Pace.of(rounds) for system, rounds in made.items() if system not in failed}
    rows = [
        [system.name, spread(pace.seconds, 2), spread(pace.cpu_seconds, 2), spread(pace.peak_mib, 0)]
        for system, pace in paces.items()
    ]
    rows += [[system.name, reason, "", ""] for system, reason in failed.items()]
    grid = Grid("Pace", ["system", "wall seconds", "CPU seconds", "peak MiB"], rows, _NOTE)
    figures = {system.name: {"seconds": pace.seconds, "peak_mib": pace.peak_mib} for system, pace in paces.items()}
    return Outcome("synth-pace", [_targets(paces), grid], figures, [adult.path])


def _targets(paces: Mapping[System, Pace]) -> Grid:
    """Compare with what is aimed at; a peer that did not run is left out."""
    aim, mst = paces[AIM], paces[MST]
    rows = [
        _most("tamis AIM, seconds", aim.seconds, 25, 2),
        _most("tamis AIM, peak MiB", aim.peak_mib, 400, 0),
        _most("tamis MST, seconds", mst.seconds, 1.5, 2),
    ]
    if DPMM_AIM in paces:
        rows.append(_least("dpmm's capped AIM over tamis AIM", ratios(paces[DPMM_AIM].seconds, aim.seconds), 3))
    peers = [paces[system].seconds for system in (DPMM_MST, OPENDP_MST, SMARTNOISE_MST) if system in paces]
    if peers:
        fastest = min(peers, key=statistics.median)
        rows.append(_least("the fastest peer's MST over tamis MST", ratios(fastest, mst.seconds), 15))
    return Grid("Targets", ["what", "median (lowest to highest)", "target", ""], rows)


def _most(what: str, values: Sequence[float], target: float, digits: int) -> list[str]:
    return [what, spread(values, digits), f"at most {target:g}", verdict(statistics.median(values) <= target)]


def _least(what: str, values: Sequence[float], target: float) -> list[str]:
    return [what, spread(values, 1), f"at least {target:g}", verdict(statistics.median(values) >= target)]
