"""How often the gate was run on a source, counted in the source's own ledger.

A figure computed on private data tells a little about it, and whoever tunes a release until the figures please has
looked often: ReconSyn (arXiv:2312.05114) rebuilds outliers from nothing but such answers.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pipelines.corpus import LEDGER
from pipelines.progress import say
from synth import Ledger
from synth.ledger import Entry

STEP = "gate run"
_ANYBODY_WRITES = 0o222
PATIENCE = 600.0  # seconds that a run waits for another one on the same source
_RUN = Entry(STEP, "attacks on the private data; their figures are not private", Fraction(0), epsilon=Fraction(0))


@dataclass(frozen=True, slots=True)
class Book:
    """What the ledgers of a run say: how often the gate was run, and of the first, all rho and its last line's hash.

    `before` is the rho that was in it before this run.
    """

    runs: int
    rho: Fraction
    head: str
    before: Fraction = Fraction(0)


def book_of(source: Path, otherwise: Path) -> Path:
    """Return where the ledger of a source lies: beside it, so that each run finds what all others spent.

    Where that folder takes no new file it is `otherwise`, and a line on standard error says so.
    """
    place = Path(os.path.realpath(source))
    beside = place.with_name(f"{place.name}{LEDGER}")
    if beside.exists() or _takes_files(place.parent):
        return beside
    say(f"the folder of {source.name!r} cannot be written to: its ledger is {otherwise.name!r} instead")
    return otherwise


def _takes_files(folder: Path) -> bool:
    """Tell whether a folder may be written to; one whose mode lets nobody write stays as it is, even by root."""
    return os.access(folder, os.W_OK) and bool(folder.stat().st_mode & _ANYBODY_WRITES)


def spent_before(path: Path) -> Fraction:
    """Return the rho that a ledger's file records; 0 where there is none. Raises the errors of a ledger."""
    return Ledger(path, patience=PATIENCE).rho if path.is_file() else Fraction(0)


def count_runs(paths: Sequence[Path], before: Fraction = Fraction(0)) -> Book:
    """Write a run of the gate into every source's ledger, made where there is none, and read them from the disk.

    Of several sources the one that was looked at most often counts. Raises the errors of a ledger.
    """
    ledgers = [Ledger(path, patience=PATIENCE) for path in paths]
    for ledger in ledgers:
        with ledger.held():
            ledger.charge(_RUN)
    runs = [sum(entry.step == STEP for entry in ledger.entries) for ledger in ledgers]
    return Book(max(runs), ledgers[0].rho, ledgers[0].head, before)
