"""How often the gate was run on a source, counted in the source's own ledger.

A figure computed on private data tells a little about it, and whoever tunes a release until the figures please has
looked often: ReconSyn (arXiv:2312.05114) rebuilds outliers from nothing but such answers.
"""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from synth import Ledger
from synth.ledger import Entry

STEP = "gate run"
_RUN = Entry(STEP, "attacks on the private data; their figures are not private", Fraction(0), epsilon=Fraction(0))


@dataclass(frozen=True, slots=True)
class Book:
    """What a ledger's file says: how often the gate was run, all rho that was spent, and the hash of its last line.

    `before` is the rho that was in it before this run.
    """

    runs: int
    rho: Fraction
    head: str
    before: Fraction = Fraction(0)


def spent_before(path: Path) -> Fraction:
    """Return the rho that a ledger's file records; 0 where there is none. Raises the errors of a ledger."""
    return Ledger(path).rho if path.is_file() else Fraction(0)


def count_run(path: Path, before: Fraction = Fraction(0)) -> Book:
    """Write a run of the gate into a ledger's file, which is made where there is none, and read it from the disk.

    Raises the errors of a ledger.
    """
    ledger = Ledger(path)
    with ledger.held():
        ledger.charge(_RUN)
    return Book(sum(entry.step == STEP for entry in ledger.entries), ledger.rho, ledger.head, before)
