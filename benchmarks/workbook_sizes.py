"""What a folder of workbooks costs by their number: seconds and the memory of all processes."""

import tempfile
from pathlib import Path

import pandas as pd

from benchmarks import sizes
from benchmarks.outcome import Grid, Outcome
from benchmarks.sizes import watched

BOOKS = (1, 4, 16)
ROWS = 5_000
_POLICY = "tokens"
_NOTE = (
    f"A folder of workbooks, each of one sheet of {ROWS:,} other made-up customers in 12 columns; policy `{_POLICY}`, "
    "one process. Seconds by the clock, with the start of the program in them. Memory as in `sizes`."
)


def run() -> Outcome:
    """Scan and redact folders with few and with many workbooks."""
    rows, figures = list[list[str]](), list[dict[str, object]]()
    with tempfile.TemporaryDirectory() as place:
        source, out, key = Path(place) / "in", Path(place) / "out", Path(place) / "key"
        source.mkdir()
        key.write_bytes(bytes(range(64)))
        key.chmod(0o600)
        for number in range(max(BOOKS)):
            write(source / f"customers {number}.xlsx", number)
            if number + 1 not in BOOKS:
                continue
            for verb, (seconds, peak) in {
                "scan": watched("scan", source, "--format", "jsonl", "--policy", _POLICY),
                "redact": watched("redact", source, "-o", out, "--overwrite", "--policy", _POLICY, "--key-file", key),
            }.items():
                rows.append([str(number + 1), verb, f"{seconds:,.1f}", f"{peak:,.0f}"])
                figures.append({"workbooks": number + 1, "verb": verb, "seconds": seconds, "mib": peak})
                print(rows[-1], flush=True)
    grid = Grid("Cost of workbooks", ["workbooks", "verb", "seconds", "peak MiB"], rows, _NOTE)
    return Outcome("workbook-sizes", [grid], {"runs": figures})


def write(path: Path, number: int) -> None:
    """Write a workbook, the same for the same number."""
    table = path.with_suffix(".csv")
    sizes.write(table, ROWS + number)
    pd.read_csv(table, dtype=str).tail(ROWS).to_excel(path, index=False)
    table.unlink()
