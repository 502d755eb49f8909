"""SDV behind our own seam: baselines WITHOUT any privacy guarantee, and SDMetrics' score.

The one module that knows SDV (2.x) and SDMetrics. Both print, draw progress bars, warn and keep a log file of
row counts; here they do none of it. SDV is under the Business Source Licence (BUSL-1.1): see the README.
"""

import contextlib
import importlib.util
import io
import logging
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synth.column import Column
from synth.draft import draft_columns
from synth.encode import encode
from synth.errors import BaselineFailedError, PackageMissingError, QueryInvalidError
from synth.reading import check_table, numbers
from synth.schema import Schema
from synth.writing import fill, write_labels, write_numbers

Floats = NDArray[np.float64]

_TABLE = "table"
_TYPES = {"integer": "numerical", "real": "numerical", "date": "datetime", "datetime": "datetime"}
_LOGGERS = ("SingleTableSynthesizer", "MultiTableSynthesizer", "Metadata", "SingleTableMetadata")
_EPOCH = pd.Timestamp("1970-01-01")
_STEPS = {"date": pd.Timedelta(days=1), "datetime": pd.Timedelta(seconds=1)}


@dataclass(frozen=True, slots=True)
class SdvModel:
    """A fitted SDV synthesizer: no privacy, `spent` is None; it may hold and repeat values of the real rows."""

    schema: Schema
    rows: int
    fitted: Any = field(repr=False)
    method: str
    spent: None = None
    private: bool = False

    def sample(self, n: int | None = None, *, text: bool = False) -> pd.DataFrame:
        """Draw `n` rows (default: as many as were fitted), marked `attrs["epsilon"] == "none"`.

        `text` as for `Model.sample`.

        Raises QueryInvalidError, BaselineFailedError.
        """
        rows = self.rows if n is None else n
        if rows < 0:
            raise QueryInvalidError("the number of rows must not be negative")
        drawn = _quietly(lambda: self.fitted.sample(num_rows=rows)[_TABLE]) if rows else pd.DataFrame()
        columns = {c.name: _written(drawn, c, rows, text) for c in self.schema.columns}
        table = pd.DataFrame(columns, index=pd.RangeIndex(rows))
        table.attrs["epsilon"] = "none"
        return table

    def _repr_html_(self) -> str:
        return f"<p>{self.method}: <strong>epsilon: none</strong>, no privacy guarantee</p>"


@dataclass(frozen=True, slots=True)
class Baseline:
    """One of SDV's synthesizers with its defaults: costs no budget, gives no privacy.

    The others than GaussianCopula need torch, which SDV's extra [sdv] leaves out here.
    """

    name: Literal["GaussianCopula", "CTGAN", "TVAE", "CopulaGAN"] = "GaussianCopula"

    def fit(self, frame: pd.DataFrame, schema: Schema | None = None) -> SdvModel:
        """Fit to a table, which is left as it is; without a schema one is drafted from the data.

        Raises PackageMissingError, TableInvalidError, SchemaMismatchError, BaselineFailedError.
        """
        check_table(frame)
        if importlib.util.find_spec("sdv") is None:
            raise PackageMissingError("SDV is not installed; install tamis with its extra [sdv]")
        if self.name != "GaussianCopula" and importlib.util.find_spec("ctgan") is None:
            raise PackageMissingError(f"SDV's {self.name} needs the packages ctgan and torch, which are not installed")
        described = Schema(draft_columns(frame), origin="draft", reviewed=False) if schema is None else schema
        described.check(tuple(frame.columns))
        if not described.modelled or described.open or frame.empty:
            raise BaselineFailedError("SDV needs at least one row, and a column with declared categories or bounds")
        typed, metadata = plain(frame, described), _metadata(described)
        fitted = _quietly(lambda: _fit(self.name, typed, metadata))
        return SdvModel(described, len(frame), fitted, f"SDV {self.name}")


def sdmetrics_score(real: pd.DataFrame, synthetic: pd.DataFrame, schema: Schema) -> float | None:
    """Give SDMetrics' overall quality score of the modelled columns, 0 to 1.

    None if SDMetrics is not installed, a table is empty, or it gives no score.
    """
    if importlib.util.find_spec("sdmetrics") is None or real.empty or synthetic.empty or not schema.modelled:
        return None

    def score() -> float:
        from sdmetrics.reports.single_table import QualityReport  # noqa: PLC0415 - optional package

        report = QualityReport()
        columns = _metadata(schema)["tables"][_TABLE]
        report.generate(plain(real, schema), plain(synthetic, schema), columns, verbose=False)
        return float(report.get_score())

    value = _quietly(score)
    return value if np.isfinite(value) else None


def plain(frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Give the modelled columns in the types SDV expects: float64, datetime64 or object, missing as NaN or None."""
    codes = encode(frame, schema)
    columns = {}
    for place, column in enumerate(schema.modelled):
        if column.numeric:
            values = np.clip(numbers(frame[column.name], column), column.edges[0], _top(column))
            columns[column.name] = _EPOCH + values * _STEPS[column.type] if column.type in _STEPS else values
        else:
            labels = np.array([*column.categories, None], dtype=object)
            columns[column.name] = labels[codes.array[:, place]]
    return pd.DataFrame(columns, index=pd.RangeIndex(len(frame)))


def _fit(name: str, frame: pd.DataFrame, metadata: dict[str, Any]) -> Any:
    from sdv import single_table  # noqa: PLC0415 - optional package
    from sdv.metadata import Metadata  # noqa: PLC0415 - optional package

    with _without_log():
        synthesizer = getattr(single_table, f"{name}Synthesizer")(Metadata.load_from_dict(metadata))
        synthesizer.fit({_TABLE: frame})
    return synthesizer


def _metadata(schema: Schema) -> dict[str, Any]:
    columns = {column.name: {"sdtype": _TYPES.get(column.type, "categorical")} for column in schema.modelled}
    return {"METADATA_SPEC_VERSION": "V1", "tables": {_TABLE: {"columns": columns}}, "relationships": []}


def _written(drawn: pd.DataFrame, column: Column, rows: int, text: bool) -> pd.Series:
    if not column.modelled:
        return fill(column, rows, text)
    if rows == 0:
        return write_labels(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool), column, text)
    cells = drawn[column.name]
    missing = cells.isna().to_numpy(dtype=bool)
    if not column.numeric:
        codes = pd.Index(column.categories, dtype=object).get_indexer(pd.Index(cells, dtype=object))
        return write_labels(np.asarray(codes, dtype=np.int64), missing | (codes < 0), column, text)
    timed = column.type in _STEPS
    values = (pd.to_datetime(cells) - _EPOCH) / _STEPS[column.type] if timed else cells
    figures = values.to_numpy(dtype=np.float64, na_value=np.nan)
    rounded = np.round(figures, column.digits if column.type == "real" else 0)
    inside = np.clip(np.where(missing, column.edges[0], rounded), column.edges[0], _top(column))
    return write_numbers(inside, missing, column, text)


def _top(column: Column) -> float:
    return column.edges[-1] - (0 if column.type == "real" else 1)


def _quietly(work: Any) -> Any:
    """Run another library's code without its prints, bars, warnings and log; its errors may quote values."""
    silence = io.StringIO()
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(silence),
        contextlib.redirect_stderr(silence),
        _without_log(),
    ):
        warnings.simplefilter("ignore")
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - whatever it is, its text must not get out
            name = type(error).__name__
    raise BaselineFailedError(f"SDV stopped with {name}; its message is withheld")


@contextlib.contextmanager
def _without_log() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    kept = [(logger, logger.handlers, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.handlers, logger.propagate = [logging.NullHandler()], False
    try:
        yield
    finally:
        for logger, handlers, propagate in kept:
            logger.handlers, logger.propagate = handlers, propagate
