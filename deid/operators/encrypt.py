"""Encrypt a value, so that who has the key can have it back: AES-256-GCM, bound to its column and policy."""

import hmac
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from deid.errors import SealedError
from deid.keys import Key
from deid.operators.operator import Context

_NONCE = 12
_FORM = re.compile(r"(.+?)_e([0-9a-f]{4})_([A-Za-z0-9_-]+)")
_PURPOSE, _NONCES = "encrypt", "encrypt/nonce"


@dataclass(frozen=True, slots=True)
class Encrypt:
    """The value becomes LABEL_e<key id>_<base64url of nonce, AES-256-GCM ciphertext and tag>; `deid.decrypt` opens it.

    The key is derived (HKDF) from the key of the run; label, column and policy are authenticated with the value: it
    opens nowhere else. Each cell has a fresh random nonce of 96 bits: equal values look different, and nothing can
    be joined on them. With `repeatable` the nonce comes from the value (by HMAC): equal values of a column look equal,
    which joins, and shows how often each occurs. The length of a value shows either way. A key is good for 2^32 values.
    """

    keyed: ClassVar[bool] = True
    by_subject: ClassVar[bool] = False

    repeatable: bool = False

    @property
    def fresh(self) -> bool:
        """Whether it answers anew each time."""
        return not self.repeatable

    def apply(self, value: str, context: Context) -> str:
        """Return the encrypted value. Raises `KeyFileError` without a key.

        >>> here = Context("PERSON", Key(bytes(32)), column="name")
        >>> Encrypt().apply("Ann", here) == Encrypt().apply("Ann", here)
        False
        >>> Encrypt(repeatable=True).apply("Ann", here)[:13]
        'PERSON_e83e8_'
        """
        key = context.needed_key()
        data, place = value.encode("utf-8", "surrogatepass"), _place(context)
        nonce = _nonce_of(key, place, data) if self.repeatable else secrets.token_bytes(_NONCE)
        sealed = nonce + AESGCM(key.derive(_PURPOSE)).encrypt(nonce, data, place)
        return f"{context.label}_e{key.id}_{urlsafe_b64encode(sealed).decode().rstrip('=')}"


def opened(sealed: str, context: Context) -> str:
    """Return the value that `Encrypt` made; the context says which key, column and policy it must be of.

    The label is read from the value. Raises `SealedError` where any of these is another, or the value was changed.

    >>> here = Context("PERSON", Key(bytes(32)), column="name")
    >>> opened(Encrypt().apply("Ann", here), here)
    'Ann'
    """
    match, key = _FORM.fullmatch(sealed), context.needed_key()
    if match is None:
        raise SealedError("this is no encrypted value: it has the form LABEL_e<key id>_<base64url>")
    label, key_id, body = match.groups()
    if key_id != key.id:
        raise SealedError(f"the value was encrypted with the key {key_id}, and this is the key {key.id}")
    data = _bytes_of(body)
    try:
        place = _place(Context(label, column=context.column, policy=context.policy))
        value = AESGCM(key.derive(_PURPOSE)).decrypt(data[:_NONCE], data[_NONCE:], place)
    except (InvalidTag, ValueError):
        where = f"another column than {context.column!r}" if context.column else "a column, which has to be named"
        raise SealedError(
            f"the value does not open: it was changed, or comes from {where}, from another policy, or from another key "
            f"with the id {key_id}"
        ) from None
    return value.decode("utf-8", "surrogatepass")


def _place(context: Context) -> bytes:
    """Return what is authenticated with a value, each part with its length before it."""
    parts = [part.encode("utf-8", "surrogatepass") for part in (context.label, context.column, context.policy)]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _nonce_of(key: Key, place: bytes, data: bytes) -> bytes:
    message = len(place).to_bytes(4, "big") + place + data
    return hmac.digest(key.derive(_NONCES), message, sha256)[:_NONCE]


def _bytes_of(body: str) -> bytes:
    """Decode base64url; the one spelling that encoding it gives, so that no character can be changed unseen."""
    try:
        data = urlsafe_b64decode(body + "=" * (-len(body) % 4))
    except ValueError:
        data = b""
    return data if urlsafe_b64encode(data).decode().rstrip("=") == body else b""
