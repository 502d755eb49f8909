"""Pace: characters a second of one core, tamis beside Presidio in turn, and two processes against one."""

import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

from benchmarks.annotated import read_annotated
from benchmarks.contest import FAST, PRESIDIO, TAMIS, policies
from benchmarks.data import locate
from benchmarks.maskers import Masker, presidio_masker, tamis_masker
from benchmarks.outcome import Grid
from benchmarks.prose import paragraphs
from deid import Policy, Scanner
from pipelines.engine import Engine

CORPORA = ("tab_dev", "presidio_v2")
"""The annotated sets whose texts are timed, beside prose."""

_ROUNDS = 5
_SIZE = 60_000
_COPIES, _POOL_ROUNDS = 8, 5

_NOTE = (
    "Median (slowest to fastest) of {rounds} rounds, the systems in turn on the same {size:,} characters, each "
    "in one process of its own, models loaded before, no text twice in a round. Seconds are those of a processor, all "
    "threads added up: what one core does. Prose: the paragraphs without personal data. Records: presidio_v2."
)
_POOL_NOTE = (
    "Records, over and over with a number appended so that no two are the same, by two processes and by one in turn, "
    "all started before. Median (lowest to highest) of {rounds} rounds; there are {cores} processors."
)


@dataclass(frozen=True, slots=True)
class Pace:
    """Characters a second in each round."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle round."""
        return statistics.median(self.rounds)

    def over(self, peer: "Pace") -> "Pace":
        """How many times as fast as the peer, round by round."""
        return Pace(tuple(own / other for own, other in zip(self.rounds, peer.rounds, strict=True)))

    def show(self, digits: int = 0) -> str:
        """Write the median with the slowest and the fastest round."""
        low, high = min(self.rounds), max(self.rounds)
        return f"{self.median:,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})"


def paces() -> dict[str, dict[str, Pace]]:
    """Time every system on every sample, by the seconds of a processor that it used. Raises MissingDataError."""
    samples = {
        "prose": _first(paragraphs()),
        "court cases": _sample(CORPORA[0]),
        "records": _sample(CORPORA[1]),
    }
    with ExitStack() as stack:
        systems = {name: stack.enter_context(_apart(name)) for name in (PRESIDIO, TAMIS, FAST)}
        return {kind: _time(systems, texts) for kind, texts in samples.items()}


def scaling() -> dict[str, Pace]:
    """Time two processes against one. Raises MissingDataError."""
    texts = [f"{text} {number}" for number in range(_COPIES) for text in _sample(CORPORA[1])]
    return {name: _scaling(policy, texts) for name, policy in policies().items() if name in {TAMIS, FAST}}


def relative(timed: Mapping[str, Mapping[str, Pace]], name: str) -> Pace:
    """How many times as fast as Presidio a system is, by kind of text."""
    return Pace(tuple(by_name[name].over(by_name[PRESIDIO]).median for by_name in timed.values()))


def tables(timed: Mapping[str, Mapping[str, Pace]], scaled: Mapping[str, Pace]) -> list[Grid]:
    """Put the paces into tables."""
    rows = [
        [kind, name, pace.show(), pace.over(by_name[PRESIDIO]).show(2)]
        for kind, by_name in timed.items()
        for name, pace in by_name.items()
    ]
    head = ["texts", "system", "characters/s", "over Presidio"]
    first = Grid("Pace", head, rows, _NOTE.format(rounds=_ROUNDS, size=_SIZE))
    pool = [[name, ratio.show(2)] for name, ratio in scaled.items()]
    note = _POOL_NOTE.format(rounds=_POOL_ROUNDS, cores=os.cpu_count())
    return [first, Grid("Two processes", ["system", "two over one"], pool, note)]


def _apart(name: str) -> ProcessPoolExecutor:
    """Give a system a process of its own: in one, what it sets for its libraries would hold for the others too."""
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _load, (name,))


_loaded: list[Masker] = []


def _load(name: str) -> None:
    masker = presidio_masker(organizations=False) if name == PRESIDIO else tamis_masker(policies()[name])
    masker(["A first call."])
    _loaded[:] = [masker]


def _mask(texts: Sequence[str]) -> float:
    return _seconds(_loaded[0], texts, time.process_time)


def _time(systems: Mapping[str, ProcessPoolExecutor], texts: Sequence[str]) -> dict[str, Pace]:
    seconds: dict[str, list[float]] = {name: [] for name in systems}
    for _ in range(_ROUNDS):
        for name, process in systems.items():
            seconds[name].append(process.submit(_mask, texts).result())
    size = sum(map(len, texts))
    return {name: Pace(tuple(size / taken for taken in rounds)) for name, rounds in seconds.items()}


def _seconds(run: Callable[[Sequence[str]], object], texts: Sequence[str], clock: Callable[[], float]) -> float:
    start = clock()
    run(texts)
    return clock() - start


def _scaling(policy: Policy, texts: Sequence[str]) -> Pace:
    engine, alone = Engine(policy), Scanner(policy)
    ratios = []
    with engine.pool(2):
        engine.scan(texts)  # both processes have loaded their models
        for _ in range(_POOL_ROUNDS):
            double, single = (_seconds(one.scan, texts, time.perf_counter) for one in (engine, alone))
            ratios.append(single / double)
    return Pace(tuple(ratios))


def _sample(name: str) -> list[str]:
    return _first(text.text for text in read_annotated(locate(f"text/{name}.jsonl")))


def _first(source: Iterable[str]) -> list[str]:
    """Take distinct texts from the start, up to so many characters, the last one cut."""
    texts: list[str] = []
    left = _SIZE
    for text in dict.fromkeys(source):
        texts.append(text[:left])
        left -= len(texts[-1])
        if not left:
            break
    return texts
