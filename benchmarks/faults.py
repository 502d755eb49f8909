"""Kill a process at the n-th thing that it does on the disk: what a power cut, or SIGKILL, may leave behind."""

import os
import signal
import sys
from collections.abc import Callable
from itertools import count
from typing import Any

from pipelines import durable

_CHANGES = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir"})
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def in_a_child(work: Callable[[], object]) -> int:
    """Do something in a process of its own, a copy of this one; give its exit code, negative for a signal."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001 a copy must not go on as this one does
            os._exit(7)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def die_at(step: int) -> None:
    """Make the step-th operation on the disk the last: a write is cut in half, any other does not happen.

    Operations are what opens a file to write, syncs, renames, removes or makes, and each write of `pipelines.durable`.
    Only for a process that is to end, as `in_a_child`.
    """
    steps, synced = count(1), os.fsync

    def reached(*_: object) -> None:
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def sync(fd: Any) -> None:
        reached()
        synced(fd)

    def heard(event: str, arguments: tuple[Any, ...]) -> None:
        opens = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITES
        if opens or event in _CHANGES:
            reached()

    os.fsync = sync
    setattr(durable, "os", _System(reached))  # noqa: B010 a module in the place of a module
    sys.addaudithook(heard)


class _System:
    """The module `os`, of which files are torn."""

    def __init__(self, reached: Callable[[], None]) -> None:
        self._reached = reached

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def fdopen(self, *arguments: Any) -> "_Torn":
        """Open a file that dies in the middle of a write."""
        return _Torn(os.fdopen(*arguments), self._reached)


class _Torn:
    """A file that writes half, then lets somebody decide whether there is another half."""

    def __init__(self, file: Any, reached: Callable[[], None]) -> None:
        self._file, self._reached = file, reached

    def write(self, content: bytes) -> int:
        """Write in two halves."""
        half = len(content) // 2
        self._file.write(content[:half])
        self._file.flush()
        self._reached()
        return half + int(self._file.write(content[half:]))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> "_Torn":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
