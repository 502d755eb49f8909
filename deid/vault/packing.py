"""Compress what comes in pieces, and read it again piece by piece."""

import io
import zlib
from collections.abc import Iterable
from typing import BinaryIO

from deid.errors import VaultError
from deid.vault.slice import UNREADABLE, Slice


def pack(pieces: Iterable[bytes], target: BinaryIO) -> Slice:
    """Write pieces, compressed, in place of what a file held; return where they stand.

    >>> io.BufferedReader(Unpacked(pack([b"Of all ", b"that"], io.BytesIO()))).read()
    b'Of all that'
    """
    packer = zlib.compressobj()
    target.seek(0)
    target.truncate()
    size = sum(target.write(packer.compress(piece)) for piece in pieces)
    return Slice(target, 0, size + target.write(packer.flush()))


class Unpacked(io.RawIOBase):
    """What is compressed in a slice, to be read once. Raises `VaultError` where that is nothing, or cut off."""

    def __init__(self, data: Slice) -> None:
        super().__init__()
        self._pieces, self._unpacker = data.pieces(), zlib.decompressobj()

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read on; nothing is left where this returns 0."""
        unpacker, data = self._unpacker, b""
        while not data and not unpacker.eof:
            packed = unpacker.unconsumed_tail or next(self._pieces, b"")
            if not packed:
                raise VaultError(UNREADABLE)
            try:
                data = unpacker.decompress(packed, len(buffer))
            except zlib.error:
                raise VaultError(UNREADABLE) from None
        buffer[: len(data)] = data
        return len(data)
