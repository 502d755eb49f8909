"""Seal bytes under a key: a random data key, wrapped by a key of the house, encrypts the content in segments.

```
magic 8 · version 1 · id 16 | key id 2 · nonce 12 · wrapped data key 48 | segments of 65,536 bytes and a tag of 16 each
```

AES-256-GCM throughout (NIST SP 800-38D). The first three parts are authenticated with the wrapped key and with each
segment; the key id with the wrapped key. The nonce of a segment is its number and whether it is the last (STREAM:
Hoang, Reyhanitabar, Rogaway, Vizár 2015, doi:10.1007/978-3-662-47989-6_24), so that none can be left out, added or
moved. Each sealing has a data key of its own; another house key rewraps it and touches no segment.
"""

import io
import secrets
import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from deid.errors import VaultError
from deid.keys import Key

MAGIC, VERSION = b"tamisvlt", 1
SEGMENT = 1 << 16
_TAG, _NONCE, _SECRET = 16, 12, 32
_PRELUDE = len(MAGIC) + 1 + 16
_KEY_ID = slice(_PRELUDE, _PRELUDE + 2)
_WRAP = slice(_KEY_ID.stop, _KEY_ID.stop + _NONCE + _SECRET + _TAG)
HEADER = _WRAP.stop
_PURPOSE = "vault"
_DAMAGED = "the vault was changed or cut off, or another key has the same id"


def seal(content: bytes, key: Key) -> bytes:
    """Return content encrypted under a key."""
    return b"".join(sealing([content], len(content), key))


def sealing(pieces: Iterable[bytes], size: int, key: Key) -> Iterator[bytes]:
    """Encrypt content that comes in pieces, of so many bytes in all. Raises `VaultError` where they are not so many."""
    prelude = MAGIC + bytes([VERSION]) + secrets.token_bytes(16)
    secret = secrets.token_bytes(_SECRET)
    cipher, count, number, held = AESGCM(secret), _count(size, SEGMENT), 0, bytearray()
    yield prelude + _wrapped(secret, prelude, key)
    for piece in pieces:
        held += piece
        while len(held) > SEGMENT:
            yield cipher.encrypt(_nonce(number, count), bytes(held[:SEGMENT]), prelude)
            del held[:SEGMENT]
            number += 1
    if number * SEGMENT + len(held) != size:
        raise VaultError("what goes into the vault changed while it was written; run again")
    yield cipher.encrypt(_nonce(number, count), bytes(held), prelude)


class Unsealed(io.RawIOBase):
    """The content of a sealed file, decrypted where it is read; `read` and `seek` as of any file.

    Raises `VaultError` for another key and for what is no vault, and wherever a single bit is not as it was.
    """

    def __init__(self, sealed: BinaryIO, key: Key) -> None:
        super().__init__()
        self._sealed, self._place, self._held = sealed, 0, (-1, b"")
        body = sealed.seek(0, io.SEEK_END) - HEADER
        sealed.seek(0)
        header = sealed.read(HEADER + _TAG)
        self._prelude, self._cipher = header[:_PRELUDE], AESGCM(_unwrapped(header, key))
        self._count = _count(body, SEGMENT + _TAG)
        self.size = body - self._count * _TAG

    def check(self) -> None:
        """Read all of it."""
        for number in range(self._count):
            self._segment(number)

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        self._place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self.size}[whence]
        return self._place

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read on to the end of a segment at most."""
        number, start = divmod(self._place, SEGMENT)
        if self._place >= self.size:
            return 0
        data = self._segment(number)[start : start + len(buffer)]
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)

    def _segment(self, number: int) -> bytes:
        if self._held[0] != number:
            self._sealed.seek(HEADER + number * (SEGMENT + _TAG))
            sealed = self._sealed.read(SEGMENT + _TAG)
            try:
                opened = self._cipher.decrypt(_nonce(number, self._count), sealed, self._prelude)
            except (InvalidTag, ValueError):
                raise VaultError(_DAMAGED) from None
            self._held = number, opened
        return self._held[1]


def unseal(sealed: bytes, key: Key) -> bytes:
    """Return what was sealed. Raises `VaultError` for another key, and where a single bit is not as it was."""
    content = Unsealed(io.BytesIO(sealed), key)
    content.check()
    return content.readall()


def rewrap(sealed: bytes, old: Key, new: Key) -> bytes:
    """Return the same content under a new key: only the header differs. Raises `VaultError` as `unseal` does.

    The beginning of a sealed file, 103 bytes or more, will do: what becomes of it is the beginning of the new one.
    """
    return sealed[:_PRELUDE] + _wrapped(_unwrapped(sealed, old), sealed[:_PRELUDE], new) + sealed[HEADER:]


def sealed_by(sealed: bytes) -> str:
    """Return the id of the key that a vault opens with. Raises `VaultError` for what is no vault."""
    if len(sealed) < HEADER + _TAG or sealed[: len(MAGIC)] != MAGIC:
        raise VaultError("the file is no vault, or was cut off")
    if sealed[len(MAGIC)] != VERSION:
        raise VaultError("the vault has another version than this tamis knows, or was changed")
    return sealed[_KEY_ID].hex()


def _wrapped(secret: bytes, prelude: bytes, key: Key) -> bytes:
    key_id, nonce = bytes.fromhex(key.id), secrets.token_bytes(_NONCE)
    return key_id + nonce + AESGCM(key.derive(_PURPOSE)).encrypt(nonce, secret, prelude + key_id)


def _unwrapped(sealed: bytes, key: Key) -> bytes:
    made_by = sealed_by(sealed)
    if made_by != key.id:
        raise VaultError(f"the vault opens with the key {made_by}, and this is the key {key.id}")
    wrap, known = sealed[_WRAP], sealed[:_PRELUDE] + sealed[_KEY_ID]
    try:
        return AESGCM(key.derive(_PURPOSE)).decrypt(wrap[:_NONCE], wrap[_NONCE:], known)
    except InvalidTag:
        raise VaultError(_DAMAGED) from None


def _count(size: int, step: int) -> int:
    """Return into how many segments so many bytes go."""
    return max(1, -(-size // step))


def _nonce(number: int, count: int) -> bytes:
    return struct.pack(">7xI?", number, number == count - 1)
