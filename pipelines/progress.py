"""Say on the terminal how far the work is; say nothing where there is none."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from pipelines.visible import visible


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of work under way. `advance` moves its bar."""

    progress: Progress | None = None
    task: TaskID | None = None

    def advance(self, amount: int = 1) -> None:
        """Say that `amount` more is done."""
        if self.progress is not None and self.task is not None:
            self.progress.advance(self.task, amount)

    def reach(self, share: float) -> None:
        """Say which share of the whole is done, where the total is 100."""
        if self.progress is not None and self.task is not None:
            self.progress.update(self.task, completed=100 * share)


@contextmanager
def step(title: str, total: int | None = None) -> Iterator[Step]:
    """Show a bar (or, without a total, a clock) on standard error while the block runs, if that is a terminal."""
    if not sys.stderr.isatty():
        yield Step()
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Step(progress, progress.add_task(visible(title), total=total))


def say(message: str) -> None:
    """Write one line to standard error, whatever stands in it."""
    sys.stderr.write(f"{visible(message)}\n")


@contextmanager
def timed(title: str, total: int | None = None) -> Iterator[Step]:
    """Like `step`, and leave one line with the seconds behind on a terminal."""
    start = time.monotonic()
    with step(title, total) as moving:
        yield moving
    if sys.stderr.isatty():
        say(f"  {title}: {time.monotonic() - start:.1f} s")
