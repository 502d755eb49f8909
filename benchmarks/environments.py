"""The peers' environments, one each, built once from its pinned list, and the scripts that run in them."""

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
_PEERS = Path(__file__).parent / "peers"
_PYTHON = "3.11"
_PATIENCE = 7200.0  # wall seconds, for a script that waits for what never comes
_ONE_THREAD = {
    **dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS", "POLARS_MAX_THREADS"), "1"
    ),
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
}


class EnvironmentFailedError(RuntimeError):
    """A peer's environment cannot be built: uv is missing, or the packages do not install."""


class ScriptFailedError(RuntimeError):
    """A script gave no result: `reason` is the class of its error, or what it did instead."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Environment:
    """What `peers/NAME.txt` lists, in a folder of its own; without a name, the environment of this process."""

    name: str = ""

    def python(self) -> Path:
        """Give its interpreter; builds what is missing or out of date. Raises EnvironmentFailedError."""
        if not self.name:
            return Path(sys.executable)
        folder, listed = _home() / self.name, (_PEERS / f"{self.name}.txt").read_text(encoding="utf-8")
        python, stamp = folder / "bin" / "python", folder / "installed.txt"
        if not stamp.is_file() or stamp.read_text(encoding="utf-8") != listed:
            _uv("venv", "--quiet", "--clear", "--python", _PYTHON, folder)
            _uv("pip", "install", "--quiet", "--python", python, "--no-deps", "-r", _PEERS / f"{self.name}.txt")
            stamp.write_text(listed, encoding="utf-8")
        return python

    def run(self, script: str, *arguments: object) -> dict[str, float]:
        """Run a script of `peers` with one thread, and give the figures that it prints in its last line.

        Raises EnvironmentFailedError, ScriptFailedError.
        """
        command = [str(self.python()), "-m", f"benchmarks.peers.{script}", *map(str, arguments)]
        environment = {**os.environ, **_ONE_THREAD}
        try:
            done = subprocess.run(
                command, cwd=_ROOT, env=environment, capture_output=True, text=True, timeout=_PATIENCE, check=False
            )
        except subprocess.TimeoutExpired:
            raise ScriptFailedError("out of time") from None
        last = done.stdout.rstrip().rpartition("\n")[2]
        if done.returncode == -signal.SIGXCPU:
            raise ScriptFailedError("out of time")
        if done.returncode and not last.startswith('{"error"'):
            raise ScriptFailedError(f"ended with {done.returncode}", done.stderr[-300:])
        told: dict[str, Any] = json.loads(last)
        if "error" in told:
            raise ScriptFailedError(told["error"], done.stderr[-300:])
        return told


OWN = Environment()


def beside(name: str) -> Path:
    """Install what `peers/NAME.txt` lists into a folder for PYTHONPATH: it sees the packages of this process too.

    Raises EnvironmentFailedError.
    """
    folder, listed = _home() / name, (_PEERS / f"{name}.txt").read_text(encoding="utf-8")
    stamp, made = folder / "installed.txt", f"{sys.version}\n{listed}"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != made:
        shutil.rmtree(folder, ignore_errors=True)
        source = _PEERS / f"{name}.txt"
        _uv("pip", "install", "--quiet", "--python", sys.executable, "--no-deps", "--target", folder, "-r", source)
        stamp.write_text(made, encoding="utf-8")
    return folder


def _home() -> Path:
    return Path(os.environ.get("TAMIS_PEERS") or _PEERS / ".envs")


def _uv(*arguments: str | Path) -> None:
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        raise EnvironmentFailedError("uv, which builds the peers' environments, is not installed")
    done = subprocess.run([uv, *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise EnvironmentFailedError(f"uv {arguments[0]} ended with {done.returncode}: {done.stderr.strip()[-300:]}")
