"""Where what a vault will keep is gathered: files may be larger than memory."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from typing import BinaryIO

from deid.vault.original import SPLICES, WHOLE, Original
from deid.vault.packing import pack
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
        form, chosen = WHOLE, pack(_read(original), self._whole)
        with suppress(UnpairedError):
            over = pack(splicing(released, original), self._over)
            form, chosen = (SPLICES, over) if over.size < chosen.size else (form, chosen)
        start, self._size = self._size, self._size + chosen.size
        self._kept.seek(start)
        self._kept.writelines(chosen.pieces())
        return Original(name, source, *digests, form, Slice(self._kept, start, chosen.size))


def _read(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece


def _digest(file: BinaryIO) -> str:
    made = sha256()
    for piece in _read(file):
        made.update(piece)
    return made.hexdigest()
