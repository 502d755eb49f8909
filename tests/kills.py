"""A run that is killed on the way: it leaves nothing half, and goes on to the bytes of one that was not."""

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.faults import die_at, in_a_child


def check_kill(folder: Path, name: str, step: int, redact: Callable[..., Any]) -> None:
    """Kill `redact(target, resume=True)` at a step that it makes on the disk, and let it go on."""
    clean, target = redact(folder / "clean" / name), folder / "killed" / name

    def dying() -> None:
        die_at(step)
        redact(target, resume=True)

    assert in_a_child(dying) == -signal.SIGKILL
    assert not target.exists()
    assert redact(target, resume=True) == clean
    assert sorted(path.name for path in target.parent.iterdir()) == [name, f"{name}.report.json"]
