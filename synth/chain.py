"""A file of JSON lines, each with its own SHA-256 and the one before; appended to, never rewritten."""

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from synth.errors import LedgerBusyError, LedgerDamagedError, LedgerUnusableError

START = "0" * 64
_TURN = 0.05  # seconds between two tries at the lock


@contextmanager
def locked(path: Path, patience: float = 0.0) -> Iterator[int]:
    """Open the file (created with mode 0600) and hold it, after waiting for at most `patience` seconds.

    Raises LedgerUnusableError, LedgerBusyError.
    """
    try:
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise LedgerUnusableError(f"{path}: cannot be opened for writing ({error.strerror})") from None
    try:
        if os.fstat(file).st_mode & 0o077:
            raise LedgerUnusableError(f"{path}: other users may read or write it; run chmod 600 on it")
        end = time.monotonic() + patience
        while not _taken(file):
            if time.monotonic() >= end:
                raise LedgerBusyError(f"{path}: in use by another run")
            time.sleep(_TURN)
        yield file
    finally:
        os.close(file)


def _taken(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def chained(record: dict[str, Any], previous: str) -> str:
    """Write a record as a line that follows the line with hash `previous`."""
    body = {**record, "previous": previous}
    return _dump({**body, "hash": _digest(_dump(body))})


def head(line: str) -> str:
    """Give the hash that a line states for itself."""
    return str(json.loads(line)["hash"])


def append(file: int, lines: Sequence[str]) -> None:
    """Add lines; when this returns they are on the disk. Raises LedgerUnusableError."""
    data = "".join(line + "\n" for line in lines).encode()
    try:
        written = os.write(file, data)
        os.fsync(file)
    except OSError as error:
        raise LedgerUnusableError(f"the ledger cannot be written ({error.strerror})") from None
    if written != len(data):
        raise LedgerUnusableError("the disk took only part of a ledger entry")


def settle(path: Path) -> None:
    """Put the folder's entry for a new file on the disk too."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read(file: int, path: Path) -> tuple[str, ...]:
    """Read all lines. Raises LedgerDamagedError if the last is incomplete or the file is no text."""
    data = bytearray()
    while chunk := os.pread(file, 1 << 20, len(data)):
        data += chunk
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise LedgerDamagedError(f"{path}: not a ledger (not UTF-8)") from None
    lines = text.split("\n")
    if lines.pop() != "":
        raise LedgerDamagedError(f"{path}: line {len(lines) + 1}, the last, is incomplete; nothing was released for it")
    return tuple(lines)


def verified(lines: tuple[str, ...], path: Path) -> list[dict[str, Any]]:
    """Parse the lines and check every link of the chain. Raises LedgerDamagedError, naming the line."""
    records, previous = [], START
    for place, line in enumerate(lines, 1):
        try:
            record = json.loads(line)
            stated = record.pop("hash")
            sound = record["previous"] == previous and stated == _digest(_dump(record))
        except (ValueError, KeyError, TypeError, AttributeError):
            sound = False
        if not sound:
            raise LedgerDamagedError(f"{path}: the chain breaks at line {place}")
        records.append(record)
        previous = stated
    return records


def _dump(record: dict[str, Any]) -> str:
    return json.dumps(record, sort_keys=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
