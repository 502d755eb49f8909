"""How far the very synthesizer that made a table gives away rows that are planted in a toy table."""

import secrets

import pandas as pd

from leakage import Exposure, Risk
from leakage.mechanisms.canary import Rows
from leakage.mechanisms.nearness import Nearness
from pipelines.mechanism import claimed
from pipelines.synthesizers import METHODS
from synth import Budget, Column, Schema

CANARIES = 8
BITS = 13.0
"""The most that the most exposed canary may show: more has a probability of 1/1024 at most where nothing is kept."""

_ALPHA = CANARIES / 2**BITS
_REFERENCES, _ROWS = 12_000, 500
_KINDS = tuple(f"kind {number}" for number in range(64))
_DOMAINS = {f"column {number}": _KINDS for number in range(6)}
_SCHEMA = Schema(tuple(Column(name, "category", kinds, nullable=False) for name, kinds in _DOMAINS.items()))


def expose_method(method: str, spent: Budget) -> Risk:
    """Plant 8 of 508 random rows, synthesise as many, and see whether 12,000 rows not planted lie farther from them.

    The budget is that of `audit_method`. The canaries are drawn by the operating system's randomness, so that no
    synthesizer can know them. Raises the errors of `synth` and of `leakage`.
    """
    space = Rows(_DOMAINS)
    drawn = space.draw(CANARIES + _ROWS + _REFERENCES, seed=secrets.randbits(63))
    canaries, table, others = (
        drawn.iloc[part].reset_index(drop=True)
        for part in (slice(CANARIES), slice(CANARIES + _ROWS), slice(CANARIES + _ROWS, None))
    )
    model = METHODS[method](*claimed(spent)).fit(table, _SCHEMA)
    sample = model.sample(len(table))[list(_DOMAINS)]

    def with_one(canary: pd.DataFrame) -> Nearness:
        return Nearness(pd.concat([sample, canary], ignore_index=True))

    return Exposure(_ALPHA).run(Nearness(sample), canaries, others, space.bits, retrain=with_one)
