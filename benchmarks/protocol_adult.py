"""The Adult protocol: which rows, which columns, which public bins and categories.

The bins and the order of the categories come from UCI's documentation of the census income data, not from its
rows.
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmarks.data import DATA
from synth.column import Column
from synth.schema import Schema

TRAIN_ROWS = 32_561

_WORKCLASS = "Private Self-emp-not-inc Self-emp-inc Federal-gov Local-gov State-gov Without-pay Never-worked"
_MARITAL = "Married-civ-spouse Divorced Never-married Separated Widowed Married-spouse-absent Married-AF-spouse"
_OCCUPATION = (
    "Tech-support Craft-repair Other-service Sales Exec-managerial Prof-specialty Handlers-cleaners "
    "Machine-op-inspct Adm-clerical Farming-fishing Transport-moving Priv-house-serv Protective-serv "
    "Armed-Forces"
)
_RELATIONSHIP = "Wife Own-child Husband Not-in-family Other-relative Unmarried"
_RACE = "White Asian-Pac-Islander Amer-Indian-Eskimo Other Black"
_COUNTRY = (
    "United-States Cambodia England Puerto-Rico Canada Germany Outlying-US(Guam-USVI-etc) India Japan Greece "
    "South China Cuba Iran Honduras Philippines Italy Poland Jamaica Vietnam Mexico Portugal Ireland France "
    "Dominican-Republic Laos Ecuador Taiwan Haiti Columbia Hungary Guatemala Nicaragua Scotland Thailand "
    "Yugoslavia El-Salvador Trinadad&Tobago Peru Hong Holand-Netherlands"
)
_GAIN = (1, 1000, 2000, 3000, 4000, 5000, 7500, 10000, 15000, 20000, 50000, 99999)
_LOSS = (1, 500, 1000, 1500, 1600, 1700, 1800, 1900, 2000, 2250, 2500, 3000)


@dataclass(frozen=True, slots=True)
class Adult:
    """The rows to fit on, the rows to test on, and the public schema of both."""

    train: pd.DataFrame
    test: pd.DataFrame
    schema: Schema


def load(path: Path = DATA / "tables" / "adult.csv") -> Adult:
    """Read the table as text and split it; raises FileNotFoundError with what to do."""
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: put UCI's census income table there, with a header")
    table = pd.read_csv(path, dtype=str, keep_default_na=False).drop(columns="education")
    return Adult(table.iloc[:TRAIN_ROWS], table.iloc[TRAIN_ROWS:].reset_index(drop=True), SCHEMA)


def _category(name: str, values: str, nullable: bool = False) -> Column:
    return Column(name, "category", categories=tuple(values.split()), nullable=nullable)


def _integer(name: str, low: int, high: int, bins: tuple[int, ...]) -> Column:
    return Column(name, "integer", min=low, max=high, bins=bins, nullable=False)


SCHEMA = Schema(
    (
        _integer("age", 17, 90, tuple(range(20, 90, 5))),
        _category("workclass", _WORKCLASS, nullable=True),
        _integer("fnlwgt", 0, 1_500_000, tuple(range(50_000, 500_001, 25_000))),
        _integer("education_num", 1, 16, tuple(range(2, 17))),
        _category("marital_status", _MARITAL),
        _category("occupation", _OCCUPATION, nullable=True),
        _category("relationship", _RELATIONSHIP),
        _category("race", _RACE),
        _category("sex", "Female Male"),
        _integer("capital_gain", 0, 99_999, _GAIN),
        _integer("capital_loss", 0, 4_500, _LOSS),
        _integer("hours_per_week", 1, 99, tuple(range(10, 90, 5))),
        _category("native_country", _COUNTRY, nullable=True),
        _category("income", "<=50K >50K"),
    )
)
