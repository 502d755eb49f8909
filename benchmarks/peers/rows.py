"""Fit and sample a generated table of many rows by tamis, and say how much of it was reading and counting."""

import argparse
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import synth.select
import synth.synthesizer
import synth.till
from benchmarks.peers.seam import timed
from synth.aim import AIM
from synth.column import Column
from synth.schema import Schema
from synth.synthesizer import MST

SIZES = (2, 3, 5, 8, 12, 16, 24, 4, 6, 10, 2, 30, 7, 3, 9, 20, 2, 5, 14, 40)
_LIMIT = 3600


def generate(rows: int) -> tuple[pd.DataFrame, Schema]:
    """Make the table: each column follows an earlier one in seven rows of ten, and is skewed in the others."""
    rng = np.random.default_rng(0)
    kept: list[NDArray[np.int16]] = []
    frame = pd.DataFrame(index=pd.RangeIndex(rows))
    for place, size in enumerate(SIZES):
        own = (rng.random(rows, dtype=np.float32) ** 2 * size).astype(np.int16)
        if kept:
            follows = rng.random(rows, dtype=np.float32) < 0.7
            own = np.where(follows, (kept[rng.integers(0, place)] * 7 + place) % size, own).astype(np.int16)
        kept.append(own)
        frame[f"c{place}"] = pd.Categorical.from_codes(own, pd.Index(_labels(size)))  # type: ignore[arg-type]  # it takes arrays
    columns = (Column(f"c{i}", "category", categories=tuple(_labels(n)), nullable=False) for i, n in enumerate(SIZES))
    return frame, Schema(tuple(columns))


def _labels(size: int) -> list[str]:
    return [str(code) for code in range(size)]


def clocked(module: Any, name: str, spent: dict[str, float], part: str) -> None:
    """Let a function of a module add the seconds it takes to a part."""
    work: Callable[..., Any] = getattr(module, name)

    @wraps(work)
    def watched(*arguments: Any) -> Any:
        start = time.perf_counter()
        made = work(*arguments)
        spent[part] += time.perf_counter() - start
        return made

    setattr(module, name, watched)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("method", choices=("aim", "mst"))
    asked.add_argument("rows", type=int)
    options = asked.parse_args()
    spent = dict.fromkeys(("encoding", "counting", "fit", "sampling"), 0.0)
    clocked(synth.synthesizer, "encode", spent, "encoding")
    for module in (synth.till, synth.select):
        clocked(module, "count", spent, "counting")

    def ready() -> Callable[[], None]:
        frame, schema = generate(options.rows)

        def work() -> None:
            start = time.perf_counter()
            model = (AIM if options.method == "aim" else MST)(1, "1e-9").fit(frame, schema)
            spent["fit"] = time.perf_counter() - start
            model.sample(options.rows)
            spent["sampling"] = time.perf_counter() - start - spent["fit"]

        return work

    timed(_LIMIT, ready, spent)


if __name__ == "__main__":
    main()
