"""Choose an engine and have it ready while it is needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deid.keys import Key
from deid.scanner import Scanner
from pipelines.engines.local import Local
from pipelines.engines.seam import Engine

_TRIES = 4  # of a task; without them, Spark in this machine's own processes tries but once


@dataclass(frozen=True, slots=True)
class Place:
    """Where Spark works: at which master, and in which file its executors find the key if not in their environment."""

    master: str
    key_file: Path | None = None


def place_of(engine: str, master: str | None = None, jobs: int = 1, key_file: Path | None = None) -> Place | None:
    """Return the place that the options of a command name; None for this machine's own processes.

    >>> place_of("spark").master
    'local[2,4]'
    """
    if engine != "spark":
        return None
    return Place(master or f"local[{max(2, jobs)},{_TRIES}]", key_file)


@contextmanager
def opened(
    place: Place | None, jobs: int = 1, scanner: Scanner | None = None, key: Key | None = None
) -> Iterator[Engine]:
    """Give the engine: Spark at a place, or else so many processes of this machine.

    Raises `ExtraError` where Spark or Java is not installed, `UsageError` where Spark does not start.
    """
    if place is None:
        yield Local(jobs, scanner)
        return
    from pipelines.engines.session import session  # noqa: PLC0415 only who wants Spark waits for it
    from pipelines.engines.spark import Spark  # noqa: PLC0415 the same

    with session(place.master) as spark:
        yield Spark(spark, key, place.key_file)
