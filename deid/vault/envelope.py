"""Seal bytes under a key: a random data key, wrapped by a key of the house, encrypts the content in segments.

```
magic 8 · version 1 · id 16 | key id 2 · nonce 12 · wrapped data key 48 | segments of 65,536 bytes and a tag of 16 each
```

AES-256-GCM throughout (NIST SP 800-38D). The first three parts are authenticated with the wrapped key and with each
segment; the key id with the wrapped key. The nonce of a segment is its number and whether it is the last (STREAM:
Hoang, Reyhanitabar, Rogaway, Vizár 2015, doi:10.1007/978-3-662-47989-6_24), so that none can be left out, added or
moved. Each sealing has a data key of its own; another house key rewraps it and touches no segment.
"""

import secrets
import struct
from collections.abc import Iterator

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
    prelude = MAGIC + bytes([VERSION]) + secrets.token_bytes(16)
    secret = secrets.token_bytes(_SECRET)
    cipher = AESGCM(secret)
    pieces = [cipher.encrypt(nonce, content[start:end], prelude) for nonce, start, end in _segments(len(content), 0)]
    return b"".join([prelude, _wrapped(secret, prelude, key), *pieces])


def unseal(sealed: bytes, key: Key) -> bytes:
    """Return what was sealed. Raises `VaultError` for another key, and where a single bit is not as it was."""
    secret, prelude = _unwrapped(sealed, key), sealed[:_PRELUDE]
    body = memoryview(sealed)[HEADER:]
    cipher = AESGCM(secret)
    try:
        return b"".join(
            cipher.decrypt(nonce, body[start:end], prelude) for nonce, start, end in _segments(len(body), _TAG)
        )
    except (InvalidTag, ValueError):
        raise VaultError(_DAMAGED) from None


def rewrap(sealed: bytes, old: Key, new: Key) -> bytes:
    """Return the same content under a new key: only the header differs. Raises `VaultError` as `unseal` does."""
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


def _segments(size: int, tag: int) -> Iterator[tuple[bytes, int, int]]:
    """Cut so many bytes: the nonce of each segment, where it starts and where it ends."""
    step = SEGMENT + tag
    count = max(1, -(-size // step))
    for number in range(count):
        yield struct.pack(">7xI?", number, number == count - 1), number * step, min(size, (number + 1) * step)
