"""Redaction of a large table: rows a second and peak memory of tamis, and the rate of Presidio on a sample of it."""

import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.madeup import CITIES, FAMILY, GIVEN
from benchmarks.maskers import presidio_masker
from benchmarks.outcome import Grid, Outcome
from deid import Policy, Scanner
from deid.tables.table import plan_table, redact_table

ROWS, DISTINCT, SAMPLE = 1_000_000, 50_000, 500
_ROOT = Path(__file__).resolve().parents[1]
_NOTE = (
    "{rows:,} rows of made-up people, {distinct:,} distinct values of each of name, e-mail and note (city: 10), rows "
    "drawn at random; half of the notes name their own row’s person. tamis: plan and redaction of the whole frame in a "
    "process of its own, models loaded before; peak memory is that process’s (VmHWM), models and frame included. "
    "Presidio: BatchAnalyzerEngine over the cells of the first {sample} rows, as its analyzer for tables does, each "
    "row anew and without replacing anything; its time for the whole frame is that rate scaled, not a run. Presidio on "
    "distinct values: the same rate, as if a caller handed it each distinct value once."
)


@dataclass(frozen=True, slots=True)
class Run:
    """Rows, seconds by the clock and of the processor, and the peak memory of the process in MiB."""

    rows: int
    seconds: float
    cpu_seconds: float
    peak_mib: float

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds

    @property
    def cpu_rate(self) -> float:
        """Rows a second of the processor, which other programs slow down less."""
        return self.rows / self.cpu_seconds


def run() -> Outcome:
    """Measure each system in a process of its own."""
    runs = {name: _apart(name) for name in ("standard", "fast", "presidio")}
    titles = {"standard": "tamis, standard", "fast": "tamis, fast", "presidio": "Presidio, every cell"}
    peer, cpu_peer = runs["presidio"].rate, runs["presidio"].cpu_rate
    rows = [
        [
            titles[name],
            f"{one.rate:,.0f}",
            f"{ROWS / one.rate:,.0f}" + (" (scaled)" if name == "presidio" else ""),
            f"{one.peak_mib:,.0f}",
            f"{one.rate / peer:,.1f}",
            f"{one.cpu_rate / cpu_peer:,.1f}",
        ]
        for name, one in runs.items()
    ]
    once = peer * ROWS / DISTINCT
    scaled = f"{ROWS / once:,.0f} (scaled)"
    rows.append(["Presidio, distinct values", f"{once:,.0f}", scaled, "–", *[f"{ROWS / DISTINCT:,.1f}"] * 2])
    head = ["system", "rows a second", "seconds for the table", "peak MiB", "over Presidio", "over Presidio, CPU"]
    note = _NOTE.format(rows=ROWS, distinct=DISTINCT, sample=SAMPLE)
    figures = {name: {**asdict(one), "rate": one.rate} for name, one in runs.items()}
    return Outcome("rows", [Grid("A table of a million rows", head, rows, note)], figures)


def made_up(rows: int, distinct: int) -> pd.DataFrame:
    """Make a table of people that do not exist, the same on every call."""
    draw = random.Random(20)  # noqa: S311 made-up people must repeat
    names = [f"{draw.choice(GIVEN)} {draw.choice(FAMILY)}{_ending(i)}" for i in range(distinct)]
    mails = [f"{name.split()[0].lower()}.{i}@example.com" for i, name in enumerate(names)]
    notes = [_note(draw, name if i % 2 else "", i) for i, name in enumerate(names)]
    choice = np.random.default_rng(20).integers(0, distinct, rows)
    cities = np.array([draw.choice(CITIES) for _ in range(distinct)], dtype=object)
    columns = {"name": names, "email": mails, "note": notes}
    frame = {name: np.array(values, dtype=object)[choice] for name, values in columns.items()}
    return pd.DataFrame({**frame, "city": cities[choice]})[["name", "email", "city", "note"]]


def _ending(number: int) -> str:
    return "".join(chr(97 + number // 26**place % 26) for place in range(3))


def _note(draw: random.Random, name: str, number: int) -> str:
    who = name.rsplit(maxsplit=1)[-1].upper() if name else "The customer"
    day, year = draw.randint(1, 28), draw.randint(2001, 2024)
    return f"{who} called on {day} March {year} about parcel {number} and was content."


def _apart(name: str) -> Run:
    command = [sys.executable, "-m", "benchmarks.rows", name]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=True)
    return Run(**json.loads(done.stdout.splitlines()[-1]))


def main(name: str) -> int:
    """Measure one system in this process and print its run as JSON."""
    frame = made_up(ROWS, DISTINCT)
    work = _presidio(frame) if name == "presidio" else _tamis(frame, name)
    start, busy = time.perf_counter(), time.process_time()
    rows = work()
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - busy
    print(json.dumps(asdict(Run(rows, seconds, cpu_seconds, _peak_mib()))))
    return 0


def _peak_mib() -> float:
    """Return this process's own peak: what getrusage says on Linux is at least that of the process that started it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 2**10


def _tamis(frame: pd.DataFrame, policy: str) -> Callable[[], int]:
    scanner = Scanner(Policy.load(policy))
    scanner.scan(["Ann Lee left."])

    def work() -> int:
        return len(redact_table(frame, plan_table(frame, scanner), scanner).frame)

    return work


def _presidio(frame: pd.DataFrame) -> Callable[[], int]:
    masker = presidio_masker(organizations=False)
    masker(["Ann Lee left."])
    sample = frame.head(SAMPLE)

    def work() -> int:
        for column in sample:
            masker(sample[column].tolist())
        return len(sample)

    return work


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
