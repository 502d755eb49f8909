"""Run a command and say how long it took, how much of a processor it used and how much memory it held at most.

The command is started by a small process of its own: a child counts the memory of the process that forked it as
its own peak (getrusage(2) on Linux), and a benchmark holds models and tables.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
HEAD = ("wall seconds", "CPU seconds", "peak MiB")
_KIB = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Usage:
    """Wall seconds, processor seconds and peak resident memory in MiB of a command that ended well."""

    seconds: float
    cpu_seconds: float
    peak_mib: float

    def cells(self) -> list[str]:
        """Write the three for a table, under `HEAD`."""
        return [f"{self.seconds:.1f}", f"{self.cpu_seconds:.1f}", f"{self.peak_mib:.0f}"]


class CommandFailedError(RuntimeError):
    """A command of a benchmark did not end with 0; its own message is above."""


def tamis(*arguments: str | Path, endings: Collection[int] = (0,)) -> Usage:
    """Run `tamis` of this environment; what it prints is dropped. Raises CommandFailedError for another ending."""
    command = [str(Path(sys.executable).with_name("tamis")), *map(str, arguments)]
    watcher = [sys.executable, "-m", "benchmarks.stopwatch", *command]
    done = subprocess.run(watcher, cwd=_ROOT, capture_output=True, text=True, check=False)
    if done.returncode not in endings:
        raise CommandFailedError(f"tamis {arguments[0]} ended with {done.returncode}: {done.stderr.strip()[-200:]}")
    return Usage(**json.loads(done.stdout))


def main(command: Sequence[str]) -> int:
    """Run the command, its output dropped, print its usage as JSON, and return its exit status."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as child:
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    busy = used.ru_utime + used.ru_stime
    print(json.dumps({"seconds": seconds, "cpu_seconds": busy, "peak_mib": used.ru_maxrss * _KIB / 2**20}))
    return child.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
