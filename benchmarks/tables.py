"""`tamis redact` and `tamis synth` as commands on real tables: plan, seconds, memory, and how near MST comes."""

import itertools
import json
import statistics
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from benchmarks.data import locate
from benchmarks.outcome import Grid, Outcome
from benchmarks.stopwatch import HEAD, Usage, tamis
from synth import MST, Independent, Schema
from synth.distance import mean_variation
from synth.encode import encode

TABLES = ("adult", "acs_ma2019", "nltcs", "titanic")
METHODS = {"mst": MST, "independent": Independent}
EPSILON, DELTA = 1, "1e-9"
RUNS = 5

_SYNTH_NOTE = (
    "ε = 1, δ = 10⁻⁹, as the command has it; seconds and memory are the command's, with start-up. “bought”: without a "
    "schema, so that part of the budget buys one. “drafted”: with the file of `tamis synth --draft-schema`, read from "
    "the private rows and reviewed by nobody: no guarantee covers what it says. TV2 is the mean total variation "
    "distance over all 2-way marginals of the drafted schema's columns and bins, for both, mean ± standard deviation "
    "of 5 runs, the first of them the command's own output. A column that the bought schema does not model comes out "
    "empty and counts in full. Floor: a resample of the real rows, as large as the table."
)


@dataclass(frozen=True, slots=True)
class Made:
    """One table made by one method under one schema: the command's usage, the distances, the columns modelled."""

    table: str
    method: str
    schema: str
    usage: Usage
    tv2: tuple[float, ...]
    modelled: int


@dataclass(frozen=True, slots=True)
class Truth:
    """A real table, the schema drafted from it for measuring, and how near a resample comes."""

    frame: pd.DataFrame
    draft: Schema
    floor: float


def run() -> Outcome:
    """Redact and synthesise every table. Raises MissingDataError."""
    paths = {name: locate(f"tables/{name}.csv") for name in TABLES}
    with tempfile.TemporaryDirectory() as folder:
        redacted = [_redact(path, Path(folder)) for path in paths.values()]
        truths = {name: _truth(path) for name, path in paths.items()}
        made = [
            _make(paths[name], Path(folder), truths[name], method, schema)
            for name, schema, method in itertools.product(TABLES, ("bought", "drafted"), METHODS)
        ]
    figures: dict[str, object] = {"redact": [figure for _, figure in redacted], "synth": [asdict(one) for one in made]}
    figures["floor"] = {name: truth.floor for name, truth in truths.items()}
    head = ["table", "rows", *HEAD, "columns flagged: label, action", "columns not flagged"]
    grids = [Grid("tamis redact", head, [row for row, _ in redacted]), _synth_grid(made, truths)]
    return Outcome("tables", grids, figures, list(paths.values()))


def _redact(path: Path, folder: Path) -> tuple[list[str], dict[str, object]]:
    out = folder / f"{path.stem}.redacted.csv"
    usage = tamis("redact", path, "-o", out)
    report = json.loads(Path(f"{out}.report.json").read_text(encoding="utf-8"))
    (table,) = report["tables"].values()
    told = [column for column in table["columns"] if column["pii"] or column["action"] != "keep"]
    words = "; ".join(f"{column['column']}: {column['label'] or 'no label'}, {column['action']}" for column in told)
    plain = str(len(table["columns"]) - len(told))
    row = [path.stem, str(table["items"]), *usage.cells(), words or "none", plain]
    return row, {"table": path.stem, **asdict(usage), "columns": table["columns"]}


def _truth(path: Path) -> Truth:
    frame = _read(path)
    draft = Schema.draft(frame)
    resample = frame.sample(len(frame), replace=True, random_state=0)
    return Truth(frame, draft, _distance(frame, resample, draft))


def _make(path: Path, folder: Path, truth: Truth, method: str, schema: str) -> Made:
    out = folder / f"{path.stem}.{method}.{schema}.csv"
    options: list[str | Path] = ["--epsilon", str(EPSILON), "--delta", DELTA, "--method", method]
    if schema == "drafted":
        draft = out.with_suffix(".toml")
        tamis("synth", path, "--draft-schema", draft)
        options += ["--schema", draft]
    usage = tamis("synth", path, "-o", out, *options)
    report = json.loads(Path(f"{out}.report.json").read_text(encoding="utf-8"))
    given = truth.draft if schema == "drafted" else None
    frames = itertools.chain(
        [_read(out)], (METHODS[method](EPSILON, DELTA).fit(truth.frame, given).sample() for _ in range(RUNS - 1))
    )
    tv2 = tuple(_distance(truth.frame, frame, truth.draft) for frame in frames)
    return Made(path.stem, method, schema, usage, tv2, len(report["schema"]["modelled"]))


def _synth_grid(made: list[Made], truths: Mapping[str, Truth]) -> Grid:
    head = ["table", "rows", "schema", "method", "columns modelled", "TV2", "floor", *HEAD]
    rows = [
        [
            one.table,
            str(len(truths[one.table].frame)),
            one.schema,
            "MST" if one.method == "mst" else "Independent",
            f"{one.modelled} of {truths[one.table].frame.shape[1]}",
            f"{statistics.mean(one.tv2):.4f} ± {statistics.stdev(one.tv2):.4f}",
            f"{truths[one.table].floor:.4f}",
            *one.usage.cells(),
        ]
        for one in made
    ]
    return Grid("tamis synth", head, rows, _SYNTH_NOTE)


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _distance(real: pd.DataFrame, other: pd.DataFrame, schema: Schema) -> float:
    distance = mean_variation(encode(real, schema), encode(other, schema), 2)
    if distance is None:
        raise ValueError("a table of fewer than two modelled columns has no 2-way marginals")
    return distance
