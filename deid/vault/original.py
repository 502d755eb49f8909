"""One file of a release, and what its original was."""

import zlib
from dataclasses import dataclass, field
from hashlib import sha256

from deid.errors import VaultError
from deid.vault.splices import spliced, splices

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
    data: bytes = field(repr=False)

    @classmethod
    def of(cls, name: str, source: str, released: bytes, original: bytes) -> "Original":
        """Take the smaller of splices and whole.

        >>> text = b"Of all that she wrote only the name goes: %b."
        >>> Original.of("a.txt", "a.txt", text % b"[PERSON]", text % b"Ann").form
        'splices'
        """
        whole, over = zlib.compress(original), splices(released, original)
        packed = None if over is None else zlib.compress(over)
        digests = (sha256(released).hexdigest(), sha256(original).hexdigest())
        if packed is not None and len(packed) < len(whole):
            return cls(name, source, *digests, SPLICES, packed)
        return cls(name, source, *digests, WHOLE, whole)

    def restored(self, released: bytes) -> bytes:
        """Return the original, to the byte. Raises `VaultError` where the released file is not the one it was."""
        if sha256(released).hexdigest() != self.released:
            raise VaultError(f"the released file {self.name!r} was changed since the vault was made")
        data = zlib.decompress(self.data)
        original = data if self.form == WHOLE else spliced(released, data)
        if sha256(original).hexdigest() != self.digest:
            raise VaultError(f"the original of {self.name!r} cannot be rebuilt")
        return original
