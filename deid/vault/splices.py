"""The difference between a release and its original as splices: where which bytes of the original go."""

import io
from collections.abc import Iterator
from typing import BinaryIO

from deid.errors import VaultError
from deid.vault.slice import PIECE

_MORE = 0x80
_LONGEST = 1 << 22  # bytes of a line: of longer ones nothing is compared


class UnpairedError(Exception):
    """The lines of two files do not pair."""


def splicing(released: BinaryIO, original: BinaryIO) -> Iterator[bytes]:
    r"""Give what turns the released bytes into the original ones, line beside line, piece by piece.

    Each splice is three numbers, how many bytes to take over, to leave out and to put in, and the bytes to put in.
    Raises `UnpairedError`, also on the way, where there are more lines in one than in the other, or very long ones.

    >>> list(splicing(io.BytesIO(b"x,[PERSON]\n"), io.BytesIO(b"x,Ann\n")))
    [b'\x02\x08\x03Ann']
    """
    start, done = 0, 0
    for theirs, ours in _paired(released, original):
        if theirs != ours:
            head, tail = _common(theirs, ours)
            put = ours[head : len(ours) - tail]
            yield _written(start + head - done, len(theirs) - head - tail, len(put)) + put
            done = start + len(theirs) - tail
        start += len(theirs)


def splice(released: BinaryIO, made: BinaryIO) -> Iterator[bytes]:
    """Give the original, piece by piece. Raises `VaultError` where the splices do not fit."""
    released.seek(0)
    while (taken := _number(made)) is not None:
        left_out, put = _next(made), _next(made)
        yield from _read(released, taken)
        released.seek(left_out, io.SEEK_CUR)
        yield from _read(made, put)
    while piece := released.read(PIECE):
        yield piece


def _paired(released: BinaryIO, original: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    released.seek(0)
    original.seek(0)
    while True:
        theirs, ours = released.readline(_LONGEST), original.readline(_LONGEST)
        if not theirs and not ours:
            return
        if not theirs or not ours or max(len(theirs), len(ours)) == _LONGEST:
            raise UnpairedError
        yield theirs, ours


def _read(file: BinaryIO, count: int) -> Iterator[bytes]:
    while count:
        piece = file.read(min(PIECE, count))
        if not piece:
            raise VaultError("the vault speaks of more than the released file holds")
        yield piece
        count -= len(piece)


def _common(one: bytes, other: bytes) -> tuple[int, int]:
    """Return how many bytes two lines share at their start, and how many of the rest at their end."""
    head = _head(one, other)
    return head, _head(one[head:][::-1], other[head:][::-1])


def _head(one: bytes, other: bytes) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    return low


def _written(*numbers: int) -> bytes:
    """Return numbers in base 128, lowest digits first."""
    made = bytearray()
    for number in numbers:
        rest = number
        while rest >= _MORE:
            made.append(rest % _MORE | _MORE)
            rest //= _MORE
        made.append(rest)
    return bytes(made)


def _next(made: BinaryIO) -> int:
    number = _number(made)
    if number is None:
        raise VaultError("the vault speaks of more than the released file holds")
    return number


def _number(made: BinaryIO) -> int | None:
    """Read a number; None at the end."""
    number = shift = 0
    while digit := made.read(1):
        number |= (digit[0] & ~_MORE) << shift
        shift += 7
        if digit[0] < _MORE:
            return number
    return None
