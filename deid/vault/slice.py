"""A stretch of a file: what a vault keeps of an original, wherever that file lies."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import BinaryIO

from deid.errors import VaultError

PIECE = 1 << 16
UNREADABLE = "the vault opens, but says nothing that this tamis can read"


@dataclass(frozen=True, slots=True)
class Slice:
    """So many bytes of a file, from a place on; they are read when they are wanted."""

    file: BinaryIO = field(repr=False)
    start: int
    size: int

    def pieces(self) -> Iterator[bytes]:
        """Give the bytes, at most 65,536 at once. Raises `VaultError` where the file has fewer.

        >>> import io
        >>> list(Slice(io.BytesIO(b"Of all that"), 3, 3).pieces())
        [b'all']
        """
        place, end = self.start, self.start + self.size
        while place < end:
            self.file.seek(place)
            piece = self.file.read(min(PIECE, end - place))
            if not piece:
                raise VaultError(UNREADABLE)
            yield piece
            place += len(piece)


def pieces_of(file: BinaryIO) -> Iterator[bytes]:
    """Give a file from its beginning to its end, piece by piece."""
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece


def digest_of(file: BinaryIO) -> str:
    """Return the SHA-256 of a file."""
    made = sha256()
    for piece in pieces_of(file):
        made.update(piece)
    return made.hexdigest()
