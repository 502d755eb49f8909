"""The secret that pseudonyms and offsets come from: in a file or the environment, never an argument, never a log."""

import hashlib
import os
import secrets
import stat
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from deid.errors import KeyFileError

ENVIRONMENT = "TAMIS_KEY"
NO_KEY = f"the policy works with a key, and none was given (--key-file FILE, or {ENVIRONMENT})"
_SHORTEST = 32
_BLOCK = 64
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


@dataclass(frozen=True, slots=True)
class Key:
    """A secret of at least 32 bytes. Its `id` is public and stands in every token; its repr hides the rest.

    It cannot be pickled. Raises `KeyFileError` where the secret is too short.
    """

    secret: bytes = field(repr=False)
    _inner: "hashlib._Hash" = field(init=False, repr=False, compare=False)
    _outer: "hashlib._Hash" = field(init=False, repr=False, compare=False)
    _id: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.secret) < _SHORTEST:
            raise KeyFileError(f"a key has at least {_SHORTEST} bytes; this one has {len(self.secret)}")
        short = self.secret if len(self.secret) <= _BLOCK else hashlib.sha256(self.secret).digest()
        padded = short.ljust(_BLOCK, b"\0")
        object.__setattr__(self, "_inner", hashlib.sha256(padded.translate(_INNER)))
        object.__setattr__(self, "_outer", hashlib.sha256(padded.translate(_OUTER)))
        object.__setattr__(self, "_id", self.digest("key-id", b"")[:4])

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is never pickled")

    @property
    def id(self) -> str:
        """Four hexadecimal digits that tell keys apart and say nothing about them."""
        return self._id

    def digest(self, domain: str, value: bytes) -> str:
        """Return HMAC-SHA-256 of a value, apart for each domain (RFC 2104; FIPS 198-1), as hexadecimal digits."""
        return self.seed(domain, value).hex()

    def seed(self, domain: str, value: bytes) -> bytes:
        """Return the same as 32 bytes."""
        # both halves of HMAC begin with the key alone: from there on, copies are twice as fast as to begin anew
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(_opening(domain) + value)
        outer.update(inner.digest())
        return outer.digest()

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes that serve one purpose and say nothing about those of another (HKDF-SHA-256, RFC 5869)."""
        return HKDF(SHA256(), _SHORTEST, None, f"tamis/{purpose}".encode()).derive(self.secret)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> "Key":
        """Read a key. Raises `KeyFileError` where the file is missing, or others than its owner can read it."""
        file = Path(path)
        try:
            mode = file.stat().st_mode
            if not stat.S_ISREG(mode):
                raise KeyFileError(f"the key file {file.name!r} is no regular file")
            if mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise KeyFileError(
                    f"the key file {file.name!r} can be read by others; mend it with: chmod 600 {file.name}"
                )
            return cls(file.read_bytes())
        except OSError as error:
            raise KeyFileError(f"the key file {file.name!r} cannot be read: {error.strerror}") from None

    @classmethod
    def from_environment(cls, variable: str = ENVIRONMENT) -> "Key | None":
        """Read a hexadecimal key from an environment variable; None where it is not set."""
        text = os.environ.get(variable)
        if text is None:
            return None
        try:
            return cls(bytes.fromhex(text))
        except ValueError:
            raise KeyFileError(f"{variable} is not hexadecimal") from None

    @classmethod
    def ephemeral(cls) -> "Key":
        """Make a key that is forgotten with the process: its tokens join within one release and nowhere else."""
        return cls(secrets.token_bytes(_SHORTEST))


@lru_cache(maxsize=256)
def _opening(domain: str) -> bytes:
    return len(domain).to_bytes(2, "big") + domain.encode()
