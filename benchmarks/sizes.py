"""What redaction costs by the size of a table: seconds, rows a second, the memory of all processes."""

import csv
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.madeup import CITIES, FAMILY, GIVEN
from benchmarks.outcome import Grid, Outcome
from pipelines.digest import digest
from pipelines.errors import ExtraError
from pipelines.extras import check_spark

SIZES = (10_000, 100_000, 1_000_000, 5_000_000)
ENGINES = {"1 process": ("--jobs", "1"), "2 processes": ("--jobs", "2"), "Spark, local[2,4]": ("--engine", "spark")}
_POLICY = "tokens"
_EVERY = 0.2
_HEAD = "customer_id first_name last_name email phone date_of_birth street city postcode plan visits amount".split()
_NOTE = (
    "A table of made-up customers in 12 columns, nearly every name, address and number another; policy `tokens`, each "
    "run from an empty folder to the CSV and its report. Seconds by the clock, with the start of the program and the "
    "language model in them. Memory is the largest sum, over time, of the memory of all processes, read five times a "
    "second, pages that several share counted once (Pss), Spark's Java among them. Output: whether it was the same, to "
    "the byte, by every engine."
)


@dataclass(frozen=True, slots=True)
class Run:
    """Rows, who works, seconds, the memory of all processes in MiB, and the SHA-256 of the output."""

    rows: int
    engine: str
    seconds: float
    peak_mib: float
    sha256: str


def run() -> Outcome:
    """Redact tables of all sizes by every engine; without PySpark or Java, by those of this machine."""
    runs: list[Run] = []
    engines = [name for name in ENGINES if not name.startswith("Spark") or _has_spark()]
    with tempfile.TemporaryDirectory() as folder:
        key = Path(folder) / "key"
        key.write_bytes(bytes(range(64)))
        key.chmod(0o600)
        megabytes: dict[int, float] = {}
        for size in SIZES:
            source = Path(folder) / "customers.csv"
            write(source, size)
            megabytes[size] = source.stat().st_size / 1e6
            for engine in engines:
                runs.append(measure(source, key, size, engine))
                print(runs[-1], flush=True)
    rows = [_row(one, megabytes[one.rows], runs) for one in runs]
    head = ["rows", "MB", "engine", "seconds", "rows a second", "peak MiB", "same output"]
    return Outcome("sizes", [Grid("Cost by size", head, rows, _NOTE)], {"runs": [asdict(one) for one in runs]})


def write(path: Path, rows: int) -> None:
    """Write a table of customers; the same for the same number of rows."""
    rng = random.Random(rows)  # noqa: S311 a made-up table
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_HEAD)
        writer.writerows(_people(rows, rng))


def _people(rows: int, rng: random.Random) -> Iterator[list[object]]:
    for number in range(rows):
        given, family = rng.choice(GIVEN), f"{rng.choice(FAMILY)}{rng.choice(FAMILY).lower()}"
        digits = f"{rng.randrange(10**9):09}"
        born = f"{rng.randrange(1930, 2006)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
        yield [
            f"C{number:08}",
            given,
            family,
            f"{given}.{family}{digits[:5]}@example.com".lower(),
            f"+44 20 7946 {digits[:4]}",
            born,
            f"{rng.randrange(1, 400)} {rng.choice(FAMILY)} Street",
            rng.choice(CITIES),
            f"{digits[4:9]}",
            rng.choice(("basic", "plus", "gold")),
            rng.randrange(0, 60),
            f"{rng.randrange(0, 10**6) / 100:.2f}",
        ]


def _has_spark() -> bool:
    try:
        check_spark()
    except ExtraError as error:
        print(f"sizes: without Spark, {error}", file=sys.stderr)
        return False
    return True


def measure(source: Path, key: Path, rows: int, engine: str) -> Run:
    """Redact a table in processes of their own, and watch their memory."""
    target = source.with_name("out.csv")
    command: list[str | Path] = ["redact", source, "-o", target, "--overwrite", "--policy", _POLICY, "--key-file", key]
    return Run(rows, engine, *watched(*command, *ENGINES[engine]), digest(target))


def watched(*arguments: str | Path) -> tuple[float, float]:
    """Run `tamis` in a process of its own; return its seconds, and the most memory that it and its children took."""
    command = [Path(sys.executable).with_name("tamis"), *arguments]
    start, peak = time.perf_counter(), 0.0
    nothing = subprocess.DEVNULL
    with subprocess.Popen(list(map(str, command)), stdout=nothing, stderr=nothing) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(_resident, _family_of(process.pid))))
            time.sleep(_EVERY)
    if process.returncode:
        raise RuntimeError(f"tamis {arguments[0]} ended with {process.returncode}")
    return time.perf_counter() - start, peak


def _family_of(pid: int) -> list[int]:
    """Return a process and all that it started."""
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += map(int, task.read_text().split())
            except OSError:
                continue
    return found


def _resident(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def _row(one: Run, megabytes: float, runs: list[Run]) -> list[str]:
    same = len({other.sha256 for other in runs if other.rows == one.rows}) == 1
    cells = [f"{one.rows:,}", f"{megabytes:,.0f}", one.engine, f"{one.seconds:,.1f}"]
    return [*cells, f"{one.rows / one.seconds:,.0f}", f"{one.peak_mib:,.0f}", "yes" if same else "NO"]
