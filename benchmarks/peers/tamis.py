"""tamis itself, through the same seam as its peers; also SDV, which runs in the same environment."""

import numpy as np
import pandas as pd

from benchmarks.peers.seam import Ints, Solve, Task, serve
from synth.aim import AIM
from synth.column import Column
from synth.encode import encode
from synth.schema import Schema
from synth.sdv import Baseline
from synth.synthesizer import MST, Independent

_METHODS = {"aim": AIM, "mst": MST, "independent": Independent}


def load() -> Solve:
    return solve


def solve(task: Task) -> Ints:
    """Fit to a table of texts under a declared schema of categories, sample, and give the codes again."""
    schema = Schema(tuple(map(_column, task.names, task.sizes)))
    frame = pd.DataFrame({name: _texts(task.codes[:, place]) for place, name in enumerate(task.names)})
    model = Baseline() if task.method == "copula" else _METHODS[task.method](str(task.epsilon), str(task.delta))
    return encode(model.fit(frame, schema).sample(len(frame)), schema).array


def _column(name: str, size: int) -> Column:
    return Column(name, "category", categories=tuple(map(str, range(size))), nullable=False)


def _texts(codes: Ints) -> pd.Series:
    labels = np.array([str(code) for code in range(int(codes.max(initial=0)) + 1)], dtype=object)
    return pd.Series(labels[codes])


if __name__ == "__main__":
    serve(load)
