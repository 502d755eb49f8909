"""The peers' environments: one each, from its pinned list, built once."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_PEERS = Path(__file__).parent / "peers"
_PYTHON = "3.11"


class EnvironmentFailedError(RuntimeError):
    """A peer's environment cannot be built: uv is missing, or the packages do not install."""


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


def _home() -> Path:
    return Path(os.environ.get("TAMIS_PEERS") or _PEERS / ".envs")


def _uv(*arguments: str | Path) -> None:
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        raise EnvironmentFailedError("uv, which builds the peers' environments, is not installed")
    done = subprocess.run([uv, *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise EnvironmentFailedError(f"uv {arguments[0]} ended with {done.returncode}: {done.stderr.strip()[-300:]}")
