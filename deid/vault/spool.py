"""Where what a vault will keep is gathered: files may be larger than memory."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import BinaryIO

from deid.vault.original import SPLICES, WHOLE, Original
from deid.vault.slice import PIECE, Slice
from deid.vault.splices import UnpairedError, splicing


class Spool:
    """Takes originals, one after the other, into files that `new` opens empty, to be written and read.

    What is in them is as personal as the originals.
    """

    def __init__(self, new: Callable[[], BinaryIO]) -> None:
        self._kept, self._whole, self._over = new(), new(), new()
        self._size = 0

    def take(self, name: str, source: str, released: BinaryIO, original: BinaryIO) -> Original:
        """Take the smaller of splices and whole.

        >>> import io
        >>> text = b"Of all that she wrote only the name goes: %b."
        >>> released, original = io.BytesIO(text % b"[PERSON]"), io.BytesIO(text % b"Ann")
        >>> Spool(io.BytesIO).take("a.txt", "a.txt", released, original).form
        'splices'
        """
        digests = _digest(released), _digest(original)
        form, chosen, size = WHOLE, self._whole, _pack(_read(original), self._whole)
        try:
            over = _pack(splicing(released, original), self._over)
        except UnpairedError:
            over = size
        if over < size:
            form, chosen, size = SPLICES, self._over, over
        start, self._size = self._size, self._size + size
        self._kept.seek(start)
        for piece in Slice(chosen, 0, size).pieces():
            self._kept.write(piece)
        return Original(name, source, *digests, form, Slice(self._kept, start, size))


def _read(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece


def _digest(file: BinaryIO) -> str:
    made = sha256()
    for piece in _read(file):
        made.update(piece)
    return made.hexdigest()


def _pack(pieces: Iterable[bytes], target: BinaryIO) -> int:
    """Write pieces, compressed, in place of what a file held; return how many bytes that are."""
    packer = zlib.compressobj()
    target.seek(0)
    target.truncate()
    size = sum(target.write(packer.compress(piece)) for piece in pieces)
    return size + target.write(packer.flush())
