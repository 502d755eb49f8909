"""Finished runs of a benchmark that takes hours, one line of JSON each, so that it can be stopped and continued."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
Kept = TypeVar("Kept", bound="DataclassInstance")


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a system on a table, from 1: its figures, or the class of the error that it ended with.

    `epsilon` is None for a system that has none. `load` is the machine's when the run began, `seconds` the
    wall time.
    """

    system: str
    table: str
    epsilon: str | None
    number: int
    date: str
    revision: str
    load: float
    tv1: float | None = None
    tv2: float | None = None
    tv3: float | None = None
    auc: float | None = None
    f1: float | None = None
    seconds: float | None = None
    cpu_seconds: float | None = None
    peak_mib: float | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Runs(Generic[Kept]):
    """A file of runs of one kind, a dataclass, which only grows."""

    path: Path
    kind: type[Kept]

    def read(self) -> list[Kept]:
        """Give all that are finished. A line cut off by an interruption is a run that is not."""
        if not self.path.is_file():
            return []
        text = self.path.read_text(encoding="utf-8")
        return [self.kind(**json.loads(line)) for line in text.splitlines() if line.endswith("}")]

    def add(self, run: Kept) -> None:
        """Write one more."""
        begun = self.path.read_text(encoding="utf-8") if self.path.is_file() else ""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(("" if begun.endswith("\n") or not begun else "\n") + json.dumps(asdict(run)) + "\n")


def of(runs: Sequence[Run], system: str, table: str, epsilon: str | None) -> list[Run]:
    """Select the runs of one cell."""
    return [run for run in runs if (run.system, run.table, run.epsilon) == (system, table, epsilon)]
