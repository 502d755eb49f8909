"""Who plays whom, written down as it is read again, one after the other: it may be more than memory holds."""

import io
import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from deid.errors import InputError
from deid.keys import Key
from deid.surrogates.cast import read_role, told_role
from deid.surrogates.part import Part
from deid.vault import Slice, Unpacked, pack
from deid.vault.envelope import Unsealed, sealing
from pipelines.durable import sync
from pipelines.output import open_private


def write_roles(roles: Iterable[tuple[Part, str]], file: BinaryIO) -> Slice:
    """Write roles in place of what a file held."""
    return pack((json.dumps(told_role(*one)).encode() + b"\n" for one in roles), file)


def read_roles(told: Slice) -> Iterator[tuple[Part, str]]:
    """Give roles that were written down. Raises `InputError` or `VaultError` for anything else.

    >>> roles = [(Part("PERSON", "ann lee"), "Stone, Maria")]
    >>> list(read_roles(write_roles(roles, io.BytesIO()))) == roles
    True
    """
    return (read_role(number, _loaded(number, line)) for number, line in enumerate(io.BufferedReader(Unpacked(told))))


def seal_roles(roles: Iterable[tuple[Part, str]], path: Path, key: Key) -> None:
    """Write roles to a file, in place of what was there, encrypted under a key."""
    path.unlink(missing_ok=True)
    with tempfile.TemporaryFile(dir=path.parent) as plain, open_private(path) as file:
        told = write_roles(roles, plain)
        file.writelines(sealing(told.pieces(), told.size, key))
    sync(path)


@contextmanager
def opened_roles(path: Path, key: Key) -> Iterator[Slice]:
    """Give the roles in a file that `seal_roles` wrote. Raises `VaultError` where it is not as it was."""
    with path.open("rb") as file:
        content = Unsealed(file, key)
        yield Slice(io.BufferedReader(content), 0, content.size)


def _loaded(number: int, line: bytes) -> object:
    try:
        return json.loads(line)
    except ValueError:
        raise InputError(f"role {number} of the cast is no JSON") from None
