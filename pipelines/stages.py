"""The folder beside an output in which it is made: locked while its process lives, swept away once that was killed."""

import contextlib
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

_LOCK = "lock"
_NAME = ".tamis-"
_LENGTH = 12
_SOON = 60.0  # seconds in which a stage that was begun has its lock, and its name


@contextlib.contextmanager
def stage_in(folder: Path, name: str) -> Iterator[Path]:
    """Make a stage of mode 0700 in a folder and hold it; it gets its name with its lock, so that none is swept away."""
    begun = folder / f"{_NAME}new-{secrets.token_hex(_LENGTH // 2)}"
    try:
        begun.mkdir(mode=0o700)
        with (begun / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield begun.rename(folder / name)
    finally:
        shutil.rmtree(begun, ignore_errors=True)


def new_name() -> str:
    """Return a name for stages that no other run has."""
    return f"{_NAME}{secrets.token_hex(_LENGTH // 2)}"


def sweep(folder: Path) -> None:
    """Take away the stages that killed runs left in a folder; an output that one of them had moved aside comes back."""
    with contextlib.suppress(OSError):
        begun = [path for path in folder.glob(f"{_NAME}new-*") if time.time() - path.stat().st_mtime > _SOON]
        for stage in sorted([*folder.glob(_NAME + "?" * _LENGTH), *begun]):
            if not stage.is_symlink() and stage.stat().st_uid == os.getuid():
                _sweep(stage)


def _sweep(stage: Path) -> None:
    """Take a stage away unless its process lives; one without a lock was being taken away already."""
    with contextlib.ExitStack() as held, contextlib.suppress(BlockingIOError):
        with contextlib.suppress(FileNotFoundError):
            fcntl.flock(held.enter_context((stage / _LOCK).open("r+")), fcntl.LOCK_EX | fcntl.LOCK_NB)
        for before in stage.glob("*/before/*"):
            if not os.path.lexists(stage.parent / before.name):
                before.rename(stage.parent / before.name)
        shutil.rmtree(stage, ignore_errors=True)
