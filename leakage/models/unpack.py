"""Unpacking a file's bytes without running anything in them."""

from __future__ import annotations

import bz2
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

from leakage.arrays import Floats
from leakage.errors import ConfigurationError

_LARGEST = 2**31  # bytes of one file or of what is unpacked from it
_DEPTH = 3
_OPAQUE = 7.97  # bits a byte: neither numbers nor text or code come near it, only packed and encrypted bytes do

_PACKED: dict[bytes, Callable[[], Any]] = {
    b"\x1f\x8b": lambda: zlib.decompressobj(31),
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\x00": lzma.LZMADecompressor,
    b"\x5d\x00\x00": lzma.LZMADecompressor,
    **{bytes([0x78, second]): zlib.decompressobj for second in (0x01, 0x5E, 0x9C, 0xDA)},
}


def unpacked(data: bytes, depth: int = _DEPTH) -> list[bytes]:
    """Give the bytes as they are, or those of each member of a zip archive or of a compressed stream.

    Raises ConfigurationError when they unpack to more than 2 GiB.
    """
    if len(data) > _LARGEST:
        raise ConfigurationError("the model file holds more than 2 GiB")
    if depth and data.startswith(b"PK\x03\x04"):
        return _members(data, depth)
    for magic, decompressor in _PACKED.items():
        if depth and data.startswith(magic):
            found = _stream(data, decompressor())
            return [data] if found is None else unpacked(found, depth - 1)
    return [data]


def _stream(data: bytes, decompressor: Any) -> bytes | None:
    try:
        found: bytes = decompressor.decompress(data, _LARGEST + 1)
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError):
        return None
    return found


def _members(data: bytes, depth: int) -> list[bytes]:
    found: list[bytes] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > _LARGEST:
                raise ConfigurationError("the model file unpacks to more than 2 GiB")
            for member in archive.infolist():
                found += unpacked(archive.read(member), depth - 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        return [data]
    return found


def opaque(data: bytes) -> bool:
    """Whether the bytes look packed or encrypted, so that nothing can be said of what is in them."""
    counts: Floats = np.bincount(np.frombuffer(data, dtype=np.uint8), minlength=256).astype(np.float64)
    shares = counts[counts > 0] / max(1, len(data))
    return len(data) >= 2**12 and float(-(shares * np.log2(shares)).sum()) > _OPAQUE
