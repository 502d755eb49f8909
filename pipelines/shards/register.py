"""What belongs to each of many keys, on the disk: as many as there are rows would not fit into memory."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipelines.shards.store import as_bytes, disk_errors, marks_for, opened_store

_CACHE, _LEAST = 64 << 10, 1 << 10  # KiB of pages in memory, of all registers together and of each
_AT_ONCE = 500  # keys in one question


class Register:
    """Texts by key; of what is said of one key, the first counts."""

    def __init__(self, rows: sqlite3.Connection) -> None:
        self._rows = rows

    def add(self, said: Mapping[str, Sequence[str]]) -> None:
        """Take what is said of some keys. Raises `WriteError` where the disk is full."""
        rows = sorted((as_bytes(key), json.dumps(texts)) for key, texts in said.items())  # neighbours lie together
        with disk_errors():
            self._rows.execute("BEGIN")
            self._rows.executemany("INSERT OR IGNORE INTO said VALUES (?, ?)", rows)
            self._rows.execute("COMMIT")

    def look(self, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return what is said of those of the keys of which anything is.

        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder, opened_register(Path(folder) / "register") as register:
        ...     register.add({"P-1": ["Ann Lee"], "P-2": ["Bo Chan"]})
        ...     register.look(["P-2", "P-3"])
        {'P-2': ('Bo Chan',)}
        """
        found: dict[str, tuple[str, ...]] = {}
        for first in range(0, len(keys), _AT_ONCE):
            some = keys[first : first + _AT_ONCE]
            question = f"SELECT key, texts FROM said WHERE key IN ({marks_for(len(some))})"  # noqa: S608 nothing but question marks
            with disk_errors():
                rows = self._rows.execute(question, [*map(as_bytes, some)])
                told = {bytes(key): tuple(json.loads(texts)) for key, texts in rows}
            found |= {key: told[as_bytes(key)] for key in some if as_bytes(key) in told}
        return found


@contextmanager
def opened_register(path: Path, beside: int = 1) -> Iterator[Register]:
    """Give an empty register in a file, which is gone afterwards; so many are open at once.

    Raises `WriteError` where the file cannot be made.
    """
    cache = max(_LEAST, _CACHE // beside)
    with opened_store(path, cache, "said (key BLOB PRIMARY KEY, texts TEXT NOT NULL)") as rows:
        yield Register(rows)
