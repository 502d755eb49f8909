"""The folder that a run in shards works in: beside its output, its owner's alone, and kept where it may go on."""

import contextlib
import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

from pipelines.errors import UsageError

_LOCK = "lock"


@contextlib.contextmanager
def working_folder(target: Path, *, resume: bool) -> Iterator[Path]:
    """Give the working folder of an output, which no other run may use meanwhile.

    What a killed run left in it is there with `resume`, and else gone. After an error it is taken away, but kept with
    `resume`; after a good end it is for `clear` to take away, once the output is in its place. Raises `UsageError`
    where another run works in it.
    """
    folder = place_of(target)
    if folder.is_symlink():
        raise UsageError(f"{folder.name!r} beside the output is a link; tamis needs that name")
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError("another run is at work on this output") from None
        if not resume:
            empty(folder)
        try:
            yield folder
        except BaseException:
            if not resume:
                clear(target)
            raise


def place_of(target: Path) -> Path:
    """Return where an output's working folder lies."""
    return target.with_name(f".{target.name}.tamis")


def empty(folder: Path) -> None:
    """Take all out of a working folder that another run left there."""
    for path in folder.iterdir():
        if path.name != _LOCK:
            path.unlink()


def clear(target: Path) -> None:
    """Take an output's working folder away, if there is one."""
    shutil.rmtree(place_of(target), ignore_errors=True)
