"""The difference between a release and its original as splices: where which bytes of the original go."""

from collections.abc import Iterator

from deid.errors import VaultError

_MORE = 0x80


def splices(released: bytes, original: bytes) -> bytes | None:
    r"""Return what turns the released bytes into the original ones, line beside line; None where lines do not pair.

    Each splice is three numbers, how many bytes to take over, to leave out and to put in, and the bytes to put in.

    >>> splices(b"x,[PERSON]\n", b"x,Ann\n")
    b'\x02\x08\x03Ann'
    """
    new, old = released.splitlines(keepends=True), original.splitlines(keepends=True)
    if len(new) != len(old):
        return None
    made, start, done = bytearray(), 0, 0
    for theirs, ours in zip(new, old, strict=True):
        if theirs != ours:
            head, tail = _common(theirs, ours)
            put = ours[head : len(ours) - tail]
            _write(made, start + head - done, len(theirs) - head - tail, len(put))
            made += put
            done = start + len(theirs) - tail
        start += len(theirs)
    return bytes(made)


def spliced(released: bytes, made: bytes) -> bytes:
    """Return the original. Raises `VaultError` where the splices do not fit."""
    pieces: list[bytes] = []
    place = 0
    for taken, left_out, put in _read(made):
        pieces += [released[place : place + taken], put]
        place += taken + left_out
        if place > len(released):
            raise VaultError("the vault speaks of more than the released file holds")
    return b"".join([*pieces, released[place:]])


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


def _write(made: bytearray, *numbers: int) -> None:
    """Write numbers in base 128, lowest digits first."""
    for number in numbers:
        rest = number
        while rest >= _MORE:
            made.append(rest % _MORE | _MORE)
            rest //= _MORE
        made.append(rest)


def _read(made: bytes) -> Iterator[tuple[int, int, bytes]]:
    place = 0
    while place < len(made):
        numbers = []
        for _ in range(3):
            number, place = _number(made, place)
            numbers.append(number)
        end = place + numbers[2]
        yield numbers[0], numbers[1], made[place:end]
        place = end


def _number(made: bytes, place: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        digit = made[place]
        place += 1
        number |= (digit & ~_MORE) << shift
        shift += 7
        if digit < _MORE:
            return number, place
