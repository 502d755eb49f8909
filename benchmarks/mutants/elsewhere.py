"""What was made elsewhere and leaves as it is: tables of counts and model files, sound and not."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import joblib  # type: ignore[import-untyped]
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from benchmarks.mutants.case import Case
from benchmarks.mutants.people import figures

ROWS = 2_000
_FEATURES = ["age", "income", "weight"]
_HEAD = 'schema_version = 1\nname = "elsewhere"\n'
_JOBS = '[[aggregate]]\npath = "jobs.csv"\ntable = "rows.csv"\nkeys = ["region", "job"]\ncount = "n"\n'
_REGIONS = '[[aggregate]]\npath = "regions.csv"\ntable = "rows.csv"\nkeys = ["region"]\ncount = "n"\n'
_MODEL = f'[[model]]\npath = "model.joblib"\ntable = "rows.csv"\nfeatures = {_FEATURES}\n'


def build_counts(folder: Path, seed: int, *, alone: bool = False, suppressed: bool = False, rich: bool = False) -> Path:
    """Write counts and mean incomes by region and job, counts by region, and a recipe that releases both.

    `alone`: three people have a job of their own, whose cell is `suppressed` or not. `rich`: one earns nearly all.
    """
    frame = figures(ROWS, seed)
    if alone:
        frame.loc[frame.index[frame["region"] == "north"][:3], "job"] = "alone"
    if rich:
        frame.loc[0, "income"] = 10**9
    frame.to_csv(folder / "rows.csv", index=False)
    jobs = frame.groupby(["region", "job"])["income"].agg(n="size", mean="mean").reset_index()
    if suppressed:
        jobs[["n", "mean"]] = jobs[["n", "mean"]].where(jobs["n"] >= 10)
    jobs.to_csv(folder / "jobs.csv", index=False)
    frame.groupby("region").size().rename("n").reset_index().to_csv(folder / "regions.csv", index=False)
    return _recipe(folder, _JOBS + 'values = { mean = "income" }\n' + _REGIONS)


def build_model(folder: Path, seed: int, *, keeping: bool = False) -> Path:
    """Write a classifier, one that keeps its rows or not, and a recipe that releases it."""
    frame = figures(ROWS, seed)
    frame.to_csv(folder / "rows.csv", index=False)
    model = KNeighborsClassifier() if keeping else LogisticRegression(max_iter=1_000)
    joblib.dump(model.fit(pd.read_csv(folder / "rows.csv")[_FEATURES], frame["ill"]), folder / "model.joblib")
    return _recipe(folder, _MODEL)


def _recipe(folder: Path, parts: str) -> Path:
    recipe = folder / "recipe.toml"
    recipe.write_text(_HEAD + parts, encoding="utf-8")
    return recipe


SOUND: Sequence[Case] = (
    Case("counts and means of crowds", build_counts),
    Case("a linear model", build_model),
)
BROKEN: Sequence[Case] = (
    Case("a cell of three people", partial(build_counts, alone=True), "jobs: cells"),
    Case(
        "a total that tells a suppressed cell", partial(build_counts, alone=True, suppressed=True), "regions: cells, d"
    ),
    Case("a mean that one outweighs", partial(build_counts, rich=True), "jobs: cells"),
    Case("a model that keeps its rows", partial(build_model, keeping=True), "model: stored-rows"),
)
