"""What surrogates and a vault cost by the size of a table: seconds and the memory of all processes."""

import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.outcome import Grid, Outcome
from benchmarks.sizes import watched, write
from pipelines.digest import digest

SIZES = (20_000, 100_000, 300_000)
_NOTE = (
    "The table of `sizes`, nearly every name, address and number in it another, by one process. Surrogates: policy "
    "`surrogates`, which reads the table, scans its shards, draws who plays whom, and writes. Vault: policy `tokens` "
    "with `--vault`; restored: back from the release and its vault, to the byte. Memory as in `sizes`."
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Rows, what was done, seconds, the memory of all processes in MiB."""

    rows: int
    what: str
    seconds: float
    peak_mib: float


def run() -> Outcome:
    """Redact tables of all sizes with surrogates and with a vault, and restore them."""
    costs: list[Cost] = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        key = place / "key"
        key.write_bytes(bytes(range(64)))
        key.chmod(0o600)
        for size in SIZES:
            write(place / "customers.csv", size)
            costs += _costs(place, size)
            print(costs[-3:], flush=True)
    rows = [
        [f"{one.rows:,}", one.what, f"{one.seconds:,.1f}", f"{one.rows / one.seconds:,.0f}", f"{one.peak_mib:,.0f}"]
        for one in costs
    ]
    head = ["rows", "what", "seconds", "rows a second", "peak MiB"]
    figures = {"runs": [asdict(one) for one in costs]}
    return Outcome("surrogate-sizes", [Grid("Surrogates and vaults by size", head, rows, _NOTE)], figures)


def _costs(place: Path, size: int) -> list[Cost]:
    source, target, vault, back = (place / name for name in ("customers.csv", "out.csv", "vault", "back.csv"))
    keyed = ("--key-file", place / "key", "--overwrite")
    drawn = watched("redact", source, "-o", target, *keyed, "--policy", "surrogates")
    kept = watched("redact", source, "-o", target, *keyed, "--policy", "tokens", "--vault", vault)
    restored = watched("restore", target, "--vault", vault, "-o", back, *keyed)
    if digest(back) != digest(source):
        raise RuntimeError("the vault did not bring the table back")
    vault.unlink()
    return [Cost(size, what, *cost) for what, cost in (("surrogates", drawn), ("vault", kept), ("restored", restored))]
