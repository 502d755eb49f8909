"""The laws of `laws.py` on cases that a fuzzer leads by the branches that they reach (atheris, which is libFuzzer).

Example: `python -m benchmarks guided`; `TAMIS_GUIDED=10000` sets the number of cases of all laws together.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.environments import beside
from benchmarks.fuzz import SCRAPS, SEEDS, SHARES
from benchmarks.outcome import Grid, Outcome

CASES = 500_000
_ROOT = Path(__file__).resolve().parents[1]
_FIGURES = {
    "cases": r"stat::number_of_executed_units:\s*(\d+)",
    "branches": r"cov: (\d+)",
    "slowest_seconds": r"stat::slowest_unit_time_sec:\s*(\d+)",
}
_NOTE = (
    "A fuzzer that sees which branches of `deid` and `pipelines` a case reaches changes and joins cases, from a few "
    "seeds on, to reach others: at most 600 bytes long, each stopped after 2 seconds. The laws are those of "
    "`benchmarks/laws.py`; wrong is a case that breaks one, ends in an error without a code of its own, or hangs."
)


def run() -> Outcome:
    """Search each law with its share of the cases. Raises EnvironmentFailedError."""
    total = int(os.environ.get("TAMIS_GUIDED", CASES))
    figures = {name: _search(name, round(total * share)) for name, share in SHARES.items()}
    rows = [
        [name, f"{told['cases']:,}", f"{told['branches']:,}", str(told["wrong"]), str(told["slowest_seconds"])]
        for name, told in figures.items()
    ]
    head = ["law", "cases", "branches reached", "wrong", "slowest, whole s"]
    return Outcome("guided", [Grid("Led by branches", head, rows, _NOTE)], figures, [])


def _search(name: str, cases: int) -> dict[str, int]:
    with tempfile.TemporaryDirectory() as place:
        seeds = Path(place, "seeds")
        seeds.mkdir()
        for number, text in enumerate([*SEEDS, *SCRAPS]):
            (seeds / str(number)).write_bytes(text.encode("utf-8", "replace"))
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.peers.guided", name, str(cases), str(seeds)],
            cwd=place,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(_ROOT), str(beside("atheris"))])},
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    told = {what: int((re.findall(shape, done.stderr) or ["0"])[-1]) for what, shape in _FIGURES.items()}
    print(f"{name}: {told}", *([done.stderr[-2000:]] if done.returncode else []), sep="\n", flush=True)
    return {**told, "wrong": int(done.returncode != 0)}
