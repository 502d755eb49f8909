"""Where what a vault will keep is gathered: files may be larger than memory."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO

from deid.vault.original import SPLICES, WHOLE, Original
from deid.vault.packing import pack
from deid.vault.slice import Slice, digest_of, pieces_of
from deid.vault.splices import UnpairedError, splicing

if TYPE_CHECKING:
    from hashlib import _Hash as HASH


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
        made = sha256()
        form, chosen = WHOLE, pack(_noted(pieces_of(original), made), self._whole)
        with suppress(UnpairedError):
            over = pack(splicing(released, original), self._over)
            form, chosen = (SPLICES, over) if over.size < chosen.size else (form, chosen)
        start, self._size = self._size, self._size + chosen.size
        self._kept.seek(start)
        self._kept.writelines(chosen.pieces())
        digests = digest_of(released), made.hexdigest()
        return Original(name, source, *digests, form, Slice(self._kept, start, chosen.size))


def _noted(pieces: Iterable[bytes], made: "HASH") -> Iterator[bytes]:
    """Give pieces on, and take them into a digest."""
    for piece in pieces:
        made.update(piece)
        yield piece
