"""Who plays whom, written down as it is read again, one after the other: it may be more than memory holds."""

import io
import json
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from deid.surrogates.cast import read_role, told_role
from deid.surrogates.part import Part
from deid.vault import Slice, Unpacked, pack


def write_roles(roles: Iterable[tuple[Part, str]], file: BinaryIO) -> Slice:
    """Write roles in place of what a file held."""
    return pack((json.dumps(told_role(*one)).encode() + b"\n" for one in roles), file)


def read_roles(told: Slice) -> Iterator[tuple[Part, str]]:
    """Give roles that were written down. Raises `InputError` for anything else.

    >>> roles = [(Part("PERSON", "ann lee"), "Stone, Maria")]
    >>> list(read_roles(write_roles(roles, io.BytesIO()))) == roles
    True
    """
    lines = io.BufferedReader(Unpacked(told))
    return (read_role(number, json.loads(line)) for number, line in enumerate(lines))
