"""What constraints do to a synthetic table: rows that break them, and distance from the real one, with and without."""

import datetime as dt
import statistics
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from benchmarks.data import locate
from benchmarks.outcome import Grid, Outcome
from benchmarks.protocol_adult import SCHEMA as ADULT
from benchmarks.protocol_adult import TRAIN_ROWS
from synth.aim import AIM
from synth.column import Column
from synth.constraint import Determines, Never, Order, Sum
from synth.distance import mean_variation
from synth.encode import encode
from synth.schema import Schema
from synth.synthesizer import MST

EPSILON, DELTA = 1, "1e-9"
RUNS = 5
METHODS = {"AIM": AIM, "MST": MST}
_EDUCATION = (
    "Preschool 1st-4th 5th-6th 7th-8th 9th 10th 11th 12th HS-grad Some-college Assoc-voc Assoc-acdm Bachelors Masters "
    "Prof-school Doctorate"
).split()
_NOTE = (
    "ε = 1, δ = 10⁻⁹, mean ± standard deviation of 5 runs; TV2 over all pairs of columns of the declared domain, those "
    "that follow from others included. Adult: `education` follows from `education_num`, and a husband is no woman, a "
    "wife no man (which 3 of the 32,561 real rows break). Stays: 20,000 generated rows, in which a stay ends no "
    "earlier than it begins and the total is the sum of two amounts."
)


@dataclass(frozen=True, slots=True)
class Case:
    """A table, its schema with constraints, and a count of the rows that break one."""

    name: str
    frame: pd.DataFrame
    schema: Schema
    broken: Callable[[pd.DataFrame], int]


def run() -> Outcome:
    """Fit with and without constraints. Raises MissingDataError."""
    path = locate("tables/adult.csv")
    cases = [_adult(pd.read_csv(path, dtype=str, keep_default_na=False).iloc[:TRAIN_ROWS]), _stays(20_000)]
    rows, figures = [], {}
    for case in cases:
        plain = replace(case.schema, constraints=())
        for method, make in METHODS.items():
            for name, schema in (("with", case.schema), ("without", plain)):
                made = [
                    make(EPSILON, DELTA).fit(case.frame, schema).sample(len(case.frame), text=True) for _ in range(RUNS)
                ]
                real = encode(case.frame, plain)
                tv2 = [mean_variation(real, encode(one, plain), 2) or 0.0 for one in made]
                broken = [case.broken(one) / len(one) for one in made]
                figures[f"{case.name}, {method}, {name}"] = {"tv2": tv2, "broken": broken}
                spread = f"{statistics.mean(tv2):.4f} ± {statistics.stdev(tv2):.4f}"
                rows.append([case.name, method, name, f"{statistics.mean(broken):.2%}", spread])
    head = ["table", "method", "constraints", "rows that break one", "TV2"]
    return Outcome("synth-constraints", [Grid("Constraints", head, rows, _NOTE)], {"runs": figures}, [path])


def _adult(frame: pd.DataFrame) -> Case:
    numbers = {str(n): name for n, name in enumerate(_EDUCATION, 1)}
    columns = (*ADULT.columns, Column("education", "category", categories=tuple(_EDUCATION), nullable=False))
    husband = Never({"relationship": ("Husband",), "sex": ("Female",)})
    wife = Never({"relationship": ("Wife",), "sex": ("Male",)})
    rules = (Determines("education", "education_num", numbers), husband, wife)

    def broken(made: pd.DataFrame) -> int:
        wrong = made["education_num"].map(numbers) != made["education"]
        for one in (husband, wife):
            wrong |= np.logical_and.reduce([made[name].isin(values) for name, values in one.values.items()])
        return int(wrong.sum())

    return Case("Adult", frame, Schema(columns, constraints=rules), broken)


def _stays(rows: int) -> Case:
    rng = np.random.default_rng(0)
    ward = rng.choice(["surgery", "birth", "heart"], rows, p=[0.5, 0.2, 0.3])
    begun = rng.integers(0, 300, rows)
    length = rng.poisson(np.select([ward == "birth", ward == "heart"], [3, 12], 6), rows)
    care, drugs = rng.poisson(8 + 2 * length, rows), rng.poisson(5 + length, rows)
    first = pd.Timestamp("2024-01-01")
    days = [(first + pd.to_timedelta(day, unit="D")).strftime("%Y-%m-%d") for day in (begun, begun + length)]
    frame = pd.DataFrame({"ward": ward, "begun": days[0], "ended": days[1], "care": care, "drugs": drugs})
    frame["total"] = care + drugs
    low, high = dt.date(2024, 1, 1), dt.date(2025, 3, 31)
    columns = (
        Column("ward", "category", categories=("birth", "heart", "surgery"), nullable=False),
        *(Column(name, "date", min=low, max=high, nullable=False) for name in ("begun", "ended")),
        *(Column(name, "integer", min=0, max=99, nullable=False) for name in ("care", "drugs")),
        Column("total", "integer", min=0, max=198, nullable=False),
    )

    def broken(made: pd.DataFrame) -> int:
        parts = [pd.to_numeric(made[name]) for name in ("care", "drugs", "total")]
        return int(((made["begun"] > made["ended"]) | (parts[0] + parts[1] != parts[2])).sum())

    rules = (Order(("begun", "ended")), Sum("total", ("care", "drugs")))
    return Case("Stays", frame.astype(str), Schema(columns, constraints=rules), broken)
