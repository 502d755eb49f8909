"""Mondrian of anonypy 0.2.1: a table in groups of at least k rows, written with one row a person."""

import argparse
from collections.abc import Callable
from pathlib import Path

from benchmarks.peers.seam import timed

ORIGINAL, RELEASED = "original.csv", "released.csv"
_LIMIT = 1800


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("folder", type=Path)
    asked.add_argument("k", type=int)
    asked.add_argument("secret")
    asked.add_argument("quasi", nargs="+")
    options = asked.parse_args()

    def ready() -> Callable[[], None]:
        import anonypy  # type: ignore[import-not-found]
        import pandas as pd

        frame = pd.read_csv(options.folder / ORIGINAL)
        for name in options.quasi:
            if frame[name].dtype == object:
                frame[name] = frame[name].astype("category")

        def work() -> None:
            preserver = anonypy.Preserver(frame, options.quasi, options.secret)
            groups = pd.DataFrame(preserver.anonymize_k_anonymity(options.k))
            for name in options.quasi:  # a cell is a list of one text
                groups[name] = [cell[0] if isinstance(cell, list) else str(cell) for cell in groups[name]]
            rows = groups.loc[groups.index.repeat(groups["count"])].drop(columns="count")
            rows.to_csv(options.folder / RELEASED, index=False)

        return work

    timed(_LIMIT, ready, {})


if __name__ == "__main__":
    main()
