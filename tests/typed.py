"""Examples of shells, typed as they stand: `tamis` in this process, which is warm, and all else in a shell."""

import shlex
import subprocess
from pathlib import Path

from pipelines.cli import run_app


def type_in(example: str, folder: Path) -> list[tuple[list[str], int]]:
    """Run every line of an example in a folder, which is the working folder; return the calls of `tamis` with codes."""
    called: list[tuple[list[str], int]] = []
    for line in example.splitlines():
        words = shlex.split(line, comments=True)
        if words[:1] == ["tamis"]:
            called.append((words[1:], run_app(words[1:])))
        elif words:
            subprocess.run(["sh", "-e", "-c", line], cwd=folder, check=True)
    return called
