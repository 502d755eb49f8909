"""The signature of an attestation: Ed25519 (RFC 8032), the key from a file or the environment."""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from pipelines.errors import SigningKeyError, SourceError

ENVIRONMENT = "TAMIS_SIGNING_KEY"


@dataclass(frozen=True, slots=True)
class Seal:
    """A private key that signs. Its repr hides it and it cannot be pickled."""

    key: Ed25519PrivateKey = field(repr=False)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is never pickled")

    @property
    def public(self) -> str:
        """The public key as hexadecimal digits."""
        return self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    def sign(self, message: bytes) -> str:
        """Return the signature of a message as hexadecimal digits."""
        return self.key.sign(message).hex()

    @classmethod
    def from_file(cls, path: Path) -> "Seal":
        """Read a private key in PEM form. Raises `SigningKeyError` where others can read it or it is none."""
        try:
            if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise SigningKeyError(f"{path.name!r} can be read by others; mend it with: chmod 600 {path.name}")
            return cls._from_pem(path.read_bytes(), path.name)
        except OSError as error:
            raise SigningKeyError(f"{path.name!r} cannot be read: {error.strerror}") from None

    @classmethod
    def from_environment(cls) -> "Seal | None":
        """Read a private key in PEM form from TAMIS_SIGNING_KEY; None where it is not set."""
        text = os.environ.get(ENVIRONMENT)
        return None if text is None else cls._from_pem(text.encode(), ENVIRONMENT)

    @classmethod
    def _from_pem(cls, pem: bytes, name: str) -> "Seal":
        try:
            key = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise SigningKeyError(f"{name!r} is no private key in PEM form, or one with a password") from None
        if not isinstance(key, Ed25519PrivateKey):
            raise SigningKeyError(f"{name!r} holds a key of another kind than Ed25519")
        return cls(key)


def read_public_key(path: Path) -> str:
    """Read a public key in PEM form and return it as hexadecimal digits. Raises `SourceError`, `SigningKeyError`."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise SourceError(f"{path.name!r} cannot be read: {error.strerror}") from None
    except (ValueError, UnsupportedAlgorithm):
        raise SigningKeyError(f"{path.name!r} is no public key in PEM form") from None
    if not isinstance(key, Ed25519PublicKey):
        raise SigningKeyError(f"{path.name!r} holds a key of another kind than Ed25519")
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def is_signed(message: bytes, signature: str, public: str) -> bool:
    """Tell whether a signature is that of a message under a public key, both in hexadecimal digits."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), message)
    except (ValueError, InvalidSignature):
        return False
    return True
