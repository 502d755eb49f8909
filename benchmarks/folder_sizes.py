"""What tables that belong together cost by their number of rows: seconds and the memory of all processes."""

import csv
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import sizes
from benchmarks.madeup import FAMILY
from benchmarks.outcome import Grid, Outcome
from benchmarks.sizes import watched

SIZES = (10_000, 100_000, 300_000)
CALLS = 2_000
_POLICY = "tokens"
_NOTE = (
    f"A folder of made-up customers in 12 columns, twice as many orders of theirs in 4, and {CALLS:,} calls, each with "
    f"a note that names its customer by the family name alone; policy `{_POLICY}`, one process. Columns that join are "
    "found, planned alike, and compared afterwards, value by value; whom a note may name is read from the customers. "
    "Names left: calls whose note still holds the family name. Seconds by the clock, with the start of the program in "
    "them. Memory as in `sizes`."
)


def run() -> Outcome:
    """Scan and redact folders of all sizes."""
    rows, figures = list[list[str]](), list[dict[str, object]]()
    for size in SIZES:
        with tempfile.TemporaryDirectory() as place:
            source, out, key = Path(place) / "shop", Path(place) / "out" / "shop", Path(place) / "key"
            names = write(source, size)
            key.write_bytes(bytes(range(64)))
            key.chmod(0o600)
            for verb, seconds, peak in _measured(source, out, key):
                left = str(_left(out, names)) if verb == "redact" else ""
                total = 3 * size + CALLS
                rows.append([f"{total:,}", verb, f"{seconds:,.1f}", f"{total / seconds:,.0f}", f"{peak:,.0f}", left])
                figures.append({"rows": total, "verb": verb, "seconds": seconds, "mib": peak, "left": left})
                print(rows[-1], flush=True)
    head = ["rows of three tables", "verb", "seconds", "rows a second", "peak MiB", "names left"]
    return Outcome("folder-sizes", [Grid("Cost of tables together", head, rows, _NOTE)], {"runs": figures})


def _measured(source: Path, out: Path, key: Path) -> Iterator[tuple[str, float, float]]:
    yield "scan", *watched("scan", source, "--format", "jsonl", "--policy", _POLICY)
    yield "redact", *watched("redact", source, "-o", out, "--policy", _POLICY, "--key-file", key)


def write(folder: Path, size: int) -> list[str]:
    """Write the tables, the same for the same size; return the family name of whom each call is from."""
    folder.mkdir()
    rng = random.Random(size)  # noqa: S311 made-up tables
    sizes.write(folder / "customers.csv", size)
    orders = ((f"O{n:09}", f"C{rng.randrange(size):08}", n % 17, n % 9999) for n in range(2 * size))
    _write(folder / "orders.csv", ("order_id", "customer_id", "item", "pence"), orders)
    wanted = {rng.randrange(size): "" for _ in range(CALLS)}
    with (folder / "customers.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            if number in wanted:
                wanted[number] = row["last_name"]
    calls = [
        (f"C{number:08}", f"{name} called about a {rng.choice(FAMILY).lower()}") for number, name in wanted.items()
    ]
    _write(folder / "calls.csv", ("customer_id", "note"), iter(calls))
    return list(wanted.values())


def _left(out: Path, names: list[str]) -> int:
    with (out / "calls.csv").open(encoding="utf-8", newline="") as file:
        return sum(name in row["note"] for name, row in zip(names, csv.DictReader(file), strict=True))


def _write(path: Path, head: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)
