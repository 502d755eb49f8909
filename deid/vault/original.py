"""One file of a release, and what its original was."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import BinaryIO

from deid.errors import VaultError
from deid.vault.packing import Unpacked
from deid.vault.slice import PIECE, Slice, digest_of
from deid.vault.splices import splice

WHOLE, SPLICES = "whole", "splices"


@dataclass(frozen=True, slots=True)
class Original:
    """What it takes to rebuild a file: splices over the released file where these are few, else the whole, compressed.

    `name` is the released file's path inside the release, `source` the original's inside the input, both empty where
    the release is one file; `released` and `digest` are their SHA-256.
    """

    name: str
    source: str
    released: str
    digest: str
    form: str
    data: Slice = field(repr=False, compare=False)

    @classmethod
    def of(cls, name: str, source: str, released: bytes, original: bytes) -> "Original":
        """Take the smaller of splices and whole.

        >>> text = b"Of all that she wrote only the name goes: %b."
        >>> Original.of("a.txt", "a.txt", text % b"[PERSON]", text % b"Ann").form
        'splices'
        """
        from deid.vault.spool import Spool  # noqa: PLC0415 it makes originals

        return Spool(io.BytesIO).take(name, source, io.BytesIO(released), io.BytesIO(original))

    def restored(self, released: bytes) -> bytes:
        """Return the original, to the byte. Raises `VaultError` where the released file is not the one it was."""
        target = io.BytesIO()
        self.restore(io.BytesIO(released), target)
        return target.getvalue()

    def restore(self, released: BinaryIO, target: BinaryIO) -> None:
        """Write the original, to the byte; what is written is worth nothing where this raises.

        Raises `VaultError` where the released file is not the one it was.
        """
        if digest_of(released) != self.released:
            raise VaultError(f"the released file {self.name!r} was changed since the vault was made")
        unpacked, made = Unpacked(self.data), sha256()
        pieces = _all(unpacked) if self.form == WHOLE else splice(released, io.BufferedReader(unpacked))
        for piece in pieces:
            made.update(piece)
            target.write(piece)
        if made.hexdigest() != self.digest:
            raise VaultError(f"the original of {self.name!r} cannot be rebuilt")


def _all(file: io.RawIOBase) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
