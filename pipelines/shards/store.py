"""A file of SQLite for what is too much for memory: its owner's alone, without a journal, gone in the end."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pipelines.errors import WriteError


@contextmanager
def opened_store(path: Path, cache: int, *tables: str) -> Iterator[sqlite3.Connection]:
    """Give an empty store with these tables, in a file that is gone afterwards; `cache` is in KiB.

    After a kill it is made anew. Raises `WriteError` where the file cannot be made.
    """
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    try:
        with disk_errors():
            store = sqlite3.connect(path, isolation_level=None)
        with closing(store):
            with disk_errors():
                for setting in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{cache}"):
                    store.execute(f"PRAGMA {setting}")
                for table in tables:
                    store.execute(f"CREATE TABLE {table} WITHOUT ROWID")
            yield store
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def disk_errors() -> Iterator[None]:
    """Say that the disk failed; SQLite's own message may quote. Raises `WriteError`."""
    try:
        yield
    except sqlite3.Error as error:
        why = getattr(error, "sqlite_errorname", type(error).__name__)
        raise WriteError(f"the output could not be written: {why}") from None


def marks_for(values: int) -> str:
    """Return so many question marks.

    >>> marks_for(3)
    '?, ?, ?'
    """
    return ", ".join("?" * values)


def as_bytes(text: str) -> bytes:
    """Return a text as it is kept, in the order of its code points."""
    return text.encode("utf-8", "surrogatepass")


def as_text(kept: bytes) -> str:
    """Return a text that was kept."""
    return kept.decode("utf-8", "surrogatepass")
