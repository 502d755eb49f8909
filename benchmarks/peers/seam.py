"""What every system does in a process of its own: read codes, fit, sample as many rows, write codes, say what it took.

This file is run by the Python of every peer, so it needs numpy and nothing else.
"""

import argparse
import json
import os
import resource
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
T = TypeVar("T")

TABLE, DOMAIN, MADE = "codes.npy", "domain.json", "made.npy"


@dataclass(frozen=True, slots=True)
class Task:
    """A table of codes (rows, columns), column j holding 0 … sizes[j] - 1, and how it is to be synthesised.

    `rho` is what zCDP may spend for (epsilon, delta), for a system that is not told these two.
    """

    codes: Ints
    names: tuple[str, ...]
    sizes: tuple[int, ...]
    method: str
    epsilon: float
    delta: float
    rho: float


Solve = Callable[[Task], Ints]


def serve(load: Callable[[], Solve]) -> None:
    """Solve the task of the command line and write its codes, as `timed` says."""
    asked = argparse.ArgumentParser()
    asked.add_argument("folder", type=Path)
    asked.add_argument("method")
    asked.add_argument("limit", type=int)
    for name in ("epsilon", "delta", "rho"):
        asked.add_argument(name, type=float)
    options = asked.parse_args()
    task = _read(options.folder, options.method, options.epsilon, options.delta, options.rho)

    def ready() -> Callable[[], Ints]:
        solve = load()
        return lambda: solve(task)

    np.save(options.folder / MADE, np.asarray(timed(options.limit, ready), dtype=np.int64))


def timed(limit: int, load: Callable[[], Callable[[], T]], parts: Mapping[str, float] | None = None) -> T:
    """Import and prepare (not timed), do the work on one core, and print one line of JSON that says what it took.

    `parts`: figures that the work itself has taken, to be told too.

    An error is a result too, and is named by its class. After `limit` processor seconds the process is ended.
    """
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    try:
        work = load()
        start, busy = time.perf_counter(), time.process_time()
        made = work()
        spent = {"seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - busy}
    except Exception as error:  # noqa: BLE001 - whatever a peer raises is what the table shows
        traceback.print_exc()
        print("\n" + json.dumps({"error": type(error).__name__}))
        sys.exit(1)
    print("\n" + json.dumps({**spent, **(parts or {}), "peak_mib": peak_mib()}))
    return made


def peak_mib() -> float:
    """Give the most memory that this process held.

    Linux's getrusage would count what the process that forked it held, where that is more.
    """
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)


def write(folder: Path, codes: Ints, names: tuple[str, ...], sizes: tuple[int, ...]) -> None:
    """Lay a table out for a system to read."""
    np.save(folder / TABLE, np.ascontiguousarray(codes, dtype=np.int64))
    (folder / DOMAIN).write_text(json.dumps({"names": names, "sizes": sizes}), encoding="utf-8")


def _read(folder: Path, method: str, epsilon: float, delta: float, rho: float) -> Task:
    domain = json.loads((folder / DOMAIN).read_text(encoding="utf-8"))
    return Task(np.load(folder / TABLE), tuple(domain["names"]), tuple(domain["sizes"]), method, epsilon, delta, rho)
