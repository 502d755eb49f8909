"""The ways in which bytes may hold numbers: as they are, as strings and numbers of a pickle, as decimals of a text."""

from __future__ import annotations

import pickletools
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

_NUMBERS = frozenset("FLOAT BINFLOAT INT BININT BININT1 BININT2 LONG LONG1 LONG4".split())
_PICKLE = (b"\x80", b"(", b"c", b"]", b"}")
_DECIMAL = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_TEXT = 0.97  # share of printable bytes from which a file is a text


def readings(data: bytes) -> list[bytes]:
    """Give the bytes, and what can be read out of them otherwise; a pickle's steps are listed, never run."""
    found = [data]
    if data.startswith(_PICKLE):
        found += _pickled(data)
    if _is_text(data):
        found.append(_packed(float(word) for word in _DECIMAL.findall(data)))
    return [reading for reading in found if reading]


def _pickled(data: bytes) -> list[bytes]:
    """Read a pickle's numbers, one after the other, and its texts as bytes: before protocol 3 arrays are such."""
    numbers: list[float] = []
    texts: list[bytes] = []
    for name, value in _operations(data):
        if name in _NUMBERS:
            numbers.append(float(value))
        elif isinstance(value, str) and data[:2] < b"\x80\x03":
            texts.append(value.encode("latin-1", "ignore"))
    return [_packed(iter(numbers)), b"\x00".join(texts)]


def _operations(data: bytes) -> Iterator[tuple[str, Any]]:
    try:
        for operation, value, _ in pickletools.genops(data):
            yield operation.name, value
    except (ValueError, OverflowError, IndexError, UnicodeError):
        return  # joblib puts arrays between the steps of a pickle; these are among the bytes as they are


def _packed(numbers: Iterator[float]) -> bytes:
    return np.fromiter(numbers, dtype="<f8").tobytes()


def _is_text(data: bytes) -> bool:
    kinds = np.bincount(np.frombuffer(data, dtype=np.uint8), minlength=256)
    printable = kinds[32:127].sum() + kinds[9:11].sum() + kinds[13]
    return bool(printable >= _TEXT * len(data))
