"""How long `tamis audit` takes on a table of 50,000 × 15 and on 2,000 documents, and which checks pass."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.data import locate
from benchmarks.mutants.people import figures
from benchmarks.outcome import Grid, Outcome
from benchmarks.stopwatch import HEAD, Usage, tamis

ROWS, DOCUMENTS = 50_000, 2_000
LIMIT = 180.0


def run() -> Outcome:
    """Audit a synthetic table and a redacted corpus, each by one command. Raises MissingDataError for the corpus."""
    path = locate("leak/ag_news.csv")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        usages = {
            f"{ROWS:,} rows × 15 columns, as many held out": _table(folder),
            f"{DOCUMENTS:,} documents": _texts(folder, path),
        }
    rows = [[name, *usage.cells(), "met" if usage.seconds <= LIMIT else "NOT met"] for name, usage in usages.items()]
    grid = Grid("tamis audit", ["what", *HEAD, "under 3 minutes"], rows)
    return Outcome("audit-pace", [grid], {name: usage.seconds for name, usage in usages.items()}, [path])


def _table(folder: Path) -> Usage:
    names = ("original", "released", "holdout")
    paths = [folder / f"{name}.csv" for name in names]
    for seed, path in enumerate(paths):
        first, second = figures(ROWS, 10 + seed), figures(ROWS, 20 + seed)
        wide = pd.concat([first, second.add_suffix(" 2")], axis=1)
        wide["day"] = np.random.default_rng(seed).integers(1, 29, ROWS)
        wide.to_csv(path, index=False)
    sides = ("--original", paths[0], "--released", paths[1], "--holdout", paths[2])
    return tamis("audit", *sides, "--out", folder / "a", endings=(0, 1))


def _texts(folder: Path, source: Path) -> Usage:
    news = pd.read_csv(source, header=None, dtype=str, keep_default_na=False)
    (folder / "texts").mkdir()
    for number, text in enumerate((news[1] + " " + news[2]).head(DOCUMENTS)):
        (folder / "texts" / f"{number:04}.txt").write_text(f"{text}\n", encoding="utf-8")
    tamis("redact", folder / "texts", "-o", folder / "clean")
    sides = ("--original", folder / "texts", "--released", folder / "clean")
    return tamis("audit", *sides, "--out", folder / "b", endings=(0, 1))
