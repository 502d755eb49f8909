"""Files under gzip: what kind of file is inside, and its bytes, never more of them than a limit."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import IO, BinaryIO

from pipelines.errors import FormatError, SizeError

GZIP = ".gz"
EXPANDED_LIMIT = 4 << 30
"""The most bytes that a file may hold, packed or not."""

RATIO_LIMIT = 200
"""How many times larger than itself a packed file may become, above the first 64 MiB."""

_UNSUSPECTED = 64 << 20
_PIECE = 1 << 20
_PACKED = frozenset({".csv", ".tsv", ".txt", ".md", ".jsonl", ".ndjson"})
_UNREAD = frozenset(".zip .tar .tgz .tbz2 .txz .7z .rar .bz2 .xz .lzma .zst .zstd .lz4 .br .z .cab .gz".split())


def ending_of(path: Path) -> str:
    """Return the end of a file's name that says its kind, as it is spelled.

    >>> ending_of(Path("visits.2021.CSV.gz")), ending_of(Path("visits.csv")), ending_of(Path("visits.xlsx.gz"))
    ('.CSV.gz', '.csv', '.gz')
    """
    inner = Path(path.stem).suffix
    return f"{inner}{path.suffix}" if is_packed(path) else path.suffix


def kind_of(path: Path) -> str:
    """Return the kind of a file by its name, packed or not: ".csv" for "visits.csv" and "visits.CSV.gz"."""
    return (Path(path.stem) if is_packed(path) else path).suffix.lower()


def stem_of(path: Path) -> str:
    """Return a file's name without what says its kind.

    >>> stem_of(Path("in/visits.2021.csv.gz"))
    'visits.2021'
    """
    return path.name.removesuffix(ending_of(path))


def is_packed(path: Path) -> bool:
    """Whether a file's name says that it is under gzip, and tamis reads what is inside."""
    return path.suffix.lower() == GZIP and Path(path.stem).suffix.lower() in _PACKED


def refuse_archive(path: Path) -> None:
    """Raise `FormatError`, saying what to do, for an archive or a compression that tamis does not read."""
    if path.suffix.lower() in _UNREAD and not is_packed(path):
        raise FormatError(
            f"{path.name!r} is an archive, or compressed in a way that tamis does not read: unpack it first "
            f"(read as they are: {', '.join(f'{kind}{GZIP}' for kind in sorted(_PACKED))})"
        )


def check_growth(size: int, packed: int, file: str) -> None:
    """Raise `SizeError` for what unpacks to too much: above the limit, or far above what data do."""
    if size > EXPANDED_LIMIT or _is_swollen(size, packed):
        raise SizeError(
            f"{file!r} unpacks to more than {EXPANDED_LIMIT >> 30} GiB, or to more than {RATIO_LIMIT} times its size"
        )


def _is_swollen(size: int, packed: int) -> bool:
    return size > _UNSUSPECTED and size > RATIO_LIMIT * packed


def unpack(data: bytes, file: str) -> bytes:
    """Return what is under gzip; `file` is the name in messages. Raises `FormatError` and `SizeError`.

    >>> unpack(gzip.compress(b"a,b"), "x.csv.gz")
    b'a,b'
    """
    pieces: list[bytes] = []
    size = 0
    read = unpacking(BytesIO(data), len(data), file)
    while piece := read(_PIECE):
        size += len(piece)
        check_growth(size, len(data), file)
        pieces.append(piece)
    return b"".join(pieces)


def unpacking(packed: BinaryIO, size: int, file: str) -> Callable[[int], bytes]:
    """Return what reads on in what is under gzip, `size` bytes long. It raises `FormatError` and `SizeError`."""
    inside, grown = gzip.GzipFile(fileobj=packed), 0

    def read(count: int) -> bytes:
        nonlocal grown
        try:
            piece = inside.read(count)
        except (OSError, EOFError, zlib.error):
            raise FormatError(f"{file!r} is no gzip file, or broken or cut off inside") from None
        grown += len(piece)
        if _is_swollen(grown, size):
            raise SizeError(f"{file!r} unpacks to more than {RATIO_LIMIT} times its size")
        return piece

    return read


@contextmanager
def writing(path: Path, encoding: str) -> Iterator[IO[str]]:
    """Open a text file to write, line ends as they come, under gzip where the name says so: without name or time."""
    if not is_packed(path):
        with path.open("w", encoding=encoding, newline="") as file:
            yield file
        return
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed,
        TextIOWrapper(packed, encoding=encoding, newline="") as file,
    ):
        yield file
