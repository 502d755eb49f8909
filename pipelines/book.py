"""How often the gate was run on a source, counted in the source's own ledger.

A figure computed on private data tells a little about it, and whoever tunes a release until the figures please has
looked often: ReconSyn (arXiv:2312.05114) rebuilds outliers from nothing but such answers.
"""

from fractions import Fraction
from pathlib import Path

from synth import Ledger
from synth.ledger import Entry

STEP = "gate run"
_RUN = Entry(STEP, "attacks on the private data; their figures are not private", Fraction(0), epsilon=Fraction(0))


def count_run(path: Path) -> tuple[int, str]:
    """Write a run of the gate into a ledger; return how many it now holds, and its head.

    The file is made where there is none. Raises the errors of a ledger.
    """
    ledger = Ledger(path)
    with ledger.held():
        ledger.charge(_RUN)
    return sum(entry.step == STEP for entry in ledger.entries), ledger.head
