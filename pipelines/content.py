"""The bytes of a file: of a regular file only, no more than a limit, and no others than were there when it began."""

import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.compression import EXPANDED_LIMIT, is_packed, unpack, unpacking
from pipelines.errors import SizeError, SourceError

_PIECE = 1 << 20


def read_content(path: Path) -> bytes:
    """Read what a file holds, unpacked where it is under gzip. Raises as `read_bytes`, and `FormatError`."""
    data = read_bytes(path)
    return unpack(data, path.name) if is_packed(path) and data else data


def read_bytes(path: Path) -> bytes:
    """Read a whole file as it is.

    Raises `SourceError` for what is no file, may not be read or changes meanwhile, and `SizeError`.
    """
    with open_file(path) as file, reading_errors(path):
        before = os.fstat(file.fileno())
        data = file.read(EXPANDED_LIMIT + 1)
        _check_size(max(before.st_size, len(data)), path)
        if _state(os.fstat(file.fileno())) != _state(before) or len(data) != before.st_size:
            raise SourceError(f"{path.name!r} changed while it was read; run again when nobody writes to it")
        return data


@contextmanager
def open_content(path: Path) -> Iterator[Callable[[int], bytes]]:
    """Give what reads on in a file of any size, unpacked where it is under gzip; it raises as `read_content` does."""
    with open_file(path) as file:

        def read(count: int) -> bytes:
            with reading_errors(path):
                return file.read(count)

        yield unpacking(file, os.fstat(file.fileno()).st_size, path.name) if is_packed(path) else read


def check_unpacking(path: Path) -> None:
    """Read a file under gzip to its end, before anything is made of it. Raises as `read_content` does."""
    if is_packed(path):
        with open_content(path) as read:
            while read(_PIECE):
                pass


@contextmanager
def open_file(path: Path) -> Iterator[io.BufferedReader]:
    """Open a regular file to read its bytes; a pipe that nobody writes to is not waited for. Raises `SourceError`."""
    check_name(path)
    with reading_errors(path):
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        _check_kind(os.fstat(handle), path)
    except SourceError:
        os.close(handle)
        raise
    with os.fdopen(handle, "rb") as file:
        yield file


@contextmanager
def reading_errors(path: Path) -> Iterator[None]:
    """Turn the system's errors into `SourceError`."""
    try:
        yield
    except FileNotFoundError:
        raise SourceError(f"{path.name!r} does not exist") from None
    except OSError as error:
        raise SourceError(f"{path.name!r} cannot be read: {_reason(error, path)}") from None


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
