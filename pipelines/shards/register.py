"""What belongs to each of many keys, on the disk: as many as there are rows would not fit into memory."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from pipelines.errors import WriteError

_CACHE, _LEAST = 64 << 10, 1 << 10  # KiB of pages in memory, of all registers together and of each
_AT_ONCE = 500  # keys in one question


class Register:
    """Texts by key; of what is said of one key, the first counts.

    It is a file of SQLite without a journal: after a kill it is made anew.
    """

    def __init__(self, rows: sqlite3.Connection) -> None:
        self._rows = rows

    def add(self, said: Mapping[str, Sequence[str]]) -> None:
        """Take what is said of some keys. Raises `WriteError` where the disk is full."""
        rows = sorted((_key(key), json.dumps(texts)) for key, texts in said.items())  # neighbours lie together
        with _disk_errors():
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
            marks = ", ".join("?" * len(some))
            question = f"SELECT key, texts FROM said WHERE key IN ({marks})"  # noqa: S608 nothing but question marks
            with _disk_errors():
                rows = self._rows.execute(question, [*map(_key, some)])
                told = {bytes(key): tuple(json.loads(texts)) for key, texts in rows}
            found |= {key: told[_key(key)] for key in some if _key(key) in told}
        return found


@contextmanager
def opened_register(path: Path, beside: int = 1) -> Iterator[Register]:
    """Give an empty register in a file, which is gone afterwards; so many are open at once.

    Raises `WriteError` where the file cannot be made.
    """
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    cache = max(_LEAST, _CACHE // beside)
    try:
        with _disk_errors():
            rows = sqlite3.connect(path, isolation_level=None)
        with closing(rows):
            with _disk_errors():
                for setting in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{cache}"):
                    rows.execute(f"PRAGMA {setting}")
                rows.execute("CREATE TABLE said (key BLOB PRIMARY KEY, texts TEXT NOT NULL) WITHOUT ROWID")
            yield Register(rows)
    finally:
        path.unlink(missing_ok=True)


def _key(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@contextmanager
def _disk_errors() -> Iterator[None]:
    """Say that the disk failed; SQLite's own message may quote."""
    try:
        yield
    except sqlite3.Error as error:
        why = getattr(error, "sqlite_errorname", type(error).__name__)
        raise WriteError(f"the output could not be written: {why}") from None
