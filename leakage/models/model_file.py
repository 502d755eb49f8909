"""A model file as bytes, searched for rows without unpickling it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from leakage.arrays import Booleans, Floats, Integers
from leakage.errors import ConfigurationError, EmptyInputError
from leakage.models.readings import readings
from leakage.models.rowkeys import Keys, multipliers
from leakage.models.unpack import opaque, unpacked

_FORMS = ("<f8", "<f4", "<i8")
_RUN = 8  # consecutive cells of a column that are looked for together
_VARIED = 10  # values that a column needs at least to be looked for as such
_SIEVE = 20  # bits of the sieve through which all places of a file go
_WORDS = 500  # texts looked for at most
_NAME = re.compile(rb"[A-Za-z_][A-Za-z0-9_]{2,60}")


@dataclass(frozen=True, slots=True, repr=False)
class ModelFile:
    """The unpacked bytes of a file, or of its members, in every way that they can be read."""

    blobs: Sequence[bytes]

    @classmethod
    def read(cls, path: Path) -> ModelFile:
        """Read and unpack it; nothing in it is run."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ConfigurationError(f"the model file cannot be read: {error.strerror}") from None
        if not data:
            raise EmptyInputError("the model file is empty")
        return cls([reading for blob in unpacked(data) for reading in readings(blob)])

    def with_rows(self, rows: Floats) -> ModelFile:
        """Add rows at an odd place."""
        return ModelFile([*self.blobs, b"\x80" + rows.astype("<f8").tobytes() + b"."])

    def faults(self) -> list[str]:
        """Say what keeps the file from being searched."""
        if any(opaque(blob) for blob in self.blobs):
            return ["the file is packed or encrypted in a way that cannot be undone: nothing can be said of it"]
        return []

    def names(self) -> frozenset[str]:
        """Every word of the file that could be the name of a class or attribute."""
        return frozenset(word.decode("ascii") for blob in self.blobs for word in _NAME.findall(blob))

    def texts_inside(self, words: Sequence[str]) -> int:
        """Count which of at most 500 texts, spread over all given, are in the file, in 8 or 32 bits a character."""
        some = words[:: max(1, -(-len(words) // _WORDS))]
        forms = [{spelt.encode(code) for spelt in (w, w.casefold()) for code in ("utf-8", "utf-32-le")} for w in some]
        return sum(any(form in blob for form in spelt for blob in self.blobs) for spelt in forms)

    def rows_inside(self, rows: Floats) -> Booleans:
        """Tell which rows are in the file, cell beside cell, or in columns, eight rows of a column together.

        Rows whose cells are all alike are not looked for: zeros are everywhere.
        """
        found = np.zeros(len(rows), dtype=np.bool_)
        if not rows.shape[1]:
            return found
        told = (rows != rows[:, :1]).any(axis=1) if rows.shape[1] > 1 else np.zeros(len(rows), dtype=np.bool_)
        for form in _FORMS:
            held = _as(rows, form)
            if held is None:
                continue
            for blob in self.blobs:
                found |= told & _sought(blob, held)
                found |= _columns(blob, held)
        return found


def _as(rows: Floats, form: str) -> Any:
    """Write the rows in a form of numbers; None where it cannot hold them."""
    if form == "<i8" and not (
        np.isfinite(rows).all() and (np.abs(rows) < 2**53).all() and (rows == np.rint(rows)).all()
    ):
        return None
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(rows.astype(form))


def _columns(blob: bytes, held: Any) -> Booleans:
    """Tell which rows are in the file by every column of many values, in the order given."""
    found = np.zeros(len(held), dtype=np.bool_)
    varied = [place for place in range(held.shape[1]) if np.unique(held[:, place]).size > _VARIED]
    if len(held) < _RUN or not varied:
        return found
    starts = np.minimum(np.arange(0, len(held), _RUN), len(held) - _RUN)
    cells = starts[:, None] + np.arange(_RUN)
    runs = np.ones(len(starts), dtype=np.bool_)
    for place in varied:
        runs &= _sought(blob, np.ascontiguousarray(held[cells, place]))
        if not runs.any():
            return found
    found[cells[runs]] = True
    return found


def _sought(blob: bytes, held: Any) -> Booleans:
    """Tell which rows stand in the bytes, at whatever place."""
    size = held.dtype.itemsize
    bits = held.view(f"<u{size}")
    anchor = int(np.argmax([np.unique(bits[:, place]).size for place in range(bits.shape[1])]))
    factors = multipliers(bits.shape[1])
    wanted = _sums(bits, factors)
    met = [
        _met(np.frombuffer(blob, f"<u{size}", (len(blob) - shift) // size, shift), bits, anchor, factors)
        for shift in range(min(size, len(blob)))
    ]
    return np.isin(wanted, np.concatenate([np.zeros(0, dtype=np.uint64), *met]))


def _met(words: Any, bits: Any, anchor: int, factors: Keys) -> Keys:
    """Keys of the windows of the file that have a sought cell in the anchor's place."""
    width = bits.shape[1]
    sieve = np.zeros(2**_SIEVE, dtype=np.bool_)
    sieve[_slot(bits[:, anchor])] = True
    places = np.flatnonzero(sieve[_slot(words)]) - anchor
    places = places[(places >= 0) & (places + width <= words.size)]
    places = places[np.isin(words[places + anchor], np.unique(bits[:, anchor]))]
    return _sums_at(words, places, factors)


def _slot(words: Any) -> Integers:
    mixed: Keys = words.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return (mixed >> np.uint64(64 - _SIEVE)).astype(np.int64)


def _sums(bits: Any, factors: Keys) -> Keys:
    total = np.zeros(len(bits), dtype=np.uint64)
    for place, factor in enumerate(factors):
        total += bits[:, place].astype(np.uint64) * factor
    return total


def _sums_at(words: Any, places: Integers, factors: Keys) -> Keys:
    total = np.zeros(places.size, dtype=np.uint64)
    for place, factor in enumerate(factors):
        total += words[places + place].astype(np.uint64) * factor
    return total
