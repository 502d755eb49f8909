"""The bytes of a file: of a regular file only, no more than a limit, and no others than were there when it began."""

import os
import stat
from pathlib import Path

from pipelines.compression import EXPANDED_LIMIT, is_packed, unpack
from pipelines.errors import SizeError, SourceError


def read_content(path: Path) -> bytes:
    """Read what a file holds, unpacked where it is under gzip. Raises as `read_bytes`, and `FormatError`."""
    data = read_bytes(path)
    return unpack(data, path.name) if is_packed(path) and data else data


def read_bytes(path: Path) -> bytes:
    """Read a whole file as it is.

    Raises `SourceError` for what is no file, may not be read or changes meanwhile, and `SizeError`.
    """
    check_name(path)
    try:
        with open(path, "rb", opener=_open) as file:
            before = os.fstat(file.fileno())
            _check_kind(before, path)
            data = file.read(EXPANDED_LIMIT + 1)
            _check_size(max(before.st_size, len(data)), path)
            if _state(os.fstat(file.fileno())) != _state(before) or len(data) != before.st_size:
                raise SourceError(f"{path.name!r} changed while it was read; run again when nobody writes to it")
            return data
    except FileNotFoundError:
        raise SourceError(f"{path.name!r} does not exist") from None
    except OSError as error:
        raise SourceError(f"{path.name!r} cannot be read: {_reason(error, path)}") from None


def _open(path: str, flags: int) -> int:
    """Open without waiting: a pipe that nobody writes to is there at once, and can be looked at."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def check_name(path: Path) -> None:
    """Raise `SourceError` for a path whose name is no text."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise SourceError(f"{path.name!r}: the file's name is not UTF-8; give it another") from None


def _check_kind(state: os.stat_result, path: Path) -> None:
    if stat.S_ISDIR(state.st_mode):
        raise SourceError(f"{path.name!r} cannot be read: Is a directory")
    if not stat.S_ISREG(state.st_mode):
        raise SourceError(f"{path.name!r} is no file")


def _check_size(size: int, path: Path) -> None:
    if size > EXPANDED_LIMIT:
        raise SizeError(f"{path.name!r} is larger than {EXPANDED_LIMIT >> 30} GiB")


def _state(one: os.stat_result) -> tuple[int, int]:
    return one.st_size, one.st_mtime_ns


def _reason(error: OSError, path: Path) -> str:
    return "it is no file" if path.is_socket() else str(error.strerror)
