"""A classifier in an ONNX file, which is data: it can be asked without running what somebody put into a pickle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pandas as pd
from numpy.typing import NDArray

from deid.tables.table import as_texts
from pipelines.errors import SourceError

SUFFIX = ".onnx"
_KINDS = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(int64)": np.int64}
_LABELS = frozenset({"classlabels_int64s", "classlabels_strings", "classlabels_ints"})
_TRUTH = {"true": "1", "false": "0"}
_STATE = vars(onnxruntime.capi.onnxruntime_pybind11_state).values()
_FAILURES = tuple(one for one in _STATE if isinstance(one, type) and issubclass(one, Exception))


@dataclass(frozen=True, slots=True, repr=False)
class OnnxClassifier:
    """A classifier as `leakage` asks one: the class, and the probabilities of all `classes_`, of rows.

    The first output of the file names the class, the second tells probabilities, as a matrix or as maps. One input
    takes all columns, or one each goes by its name; `inputs` has the kinds.
    """

    feature_names_in_: list[str]
    classes_: NDArray[Any]
    inputs: Mapping[str, str]
    outputs: Sequence[str]
    session: onnxruntime.InferenceSession = field(repr=False)

    @classmethod
    def read(cls, path: Path, features: Sequence[str]) -> OnnxClassifier:
        """Open a file whose inputs are these, in this order. Raises `SourceError` for what is no such classifier."""
        content = path.read_bytes()
        try:
            session = onnxruntime.InferenceSession(content, _options(), providers=["CPUExecutionProvider"])
        except _FAILURES:
            raise SourceError(f"{path.name!r} is no ONNX model that can be opened") from None
        graph = onnx.load_model_from_string(content).graph
        inputs = {one.name: one.type for one in session.get_inputs()}
        outputs = [one.name for one in session.get_outputs()]
        if len(inputs) > 1 and set(inputs) != set(features):
            raise SourceError(f"{path.name!r} has {len(inputs)} inputs that are not called as `features` says")
        if len(outputs) < 2 or len(classes := _classes(graph)) < 2:
            raise SourceError(
                f"{path.name!r} is no classifier: it tells no probabilities, or does not name two classes"
            )
        return cls(list(features), np.array(classes, dtype=object), inputs, outputs[:2], session)

    def predict(self, rows: pd.DataFrame) -> NDArray[Any]:
        """Name a class for each row. Raises ValueError for rows that it does not take."""
        return np.asarray(self._answers(rows)[0], dtype=object).ravel()

    def predict_proba(self, rows: pd.DataFrame) -> NDArray[np.float64]:
        """Tell the probability of each class. Raises ValueError for rows that it does not take."""
        told = self._answers(rows)[1]
        if isinstance(told, list):
            told = [[one.get(name, 0.0) for name in self.classes_] for one in told]
        return np.asarray(told, dtype=np.float64)

    def labels(self, cells: pd.Series) -> pd.Series:
        """Return labels as the classes are named: texts, or numbers; what is no number is missing."""
        texts = pd.Series(as_texts(cells), index=cells.index, dtype=object)
        if isinstance(self.classes_[0], str):
            return texts
        return pd.to_numeric(texts.map(lambda text: _TRUTH.get(text.lower(), text)), errors="coerce")

    def _answers(self, rows: pd.DataFrame) -> Sequence[Any]:
        if len(self.inputs) == 1:
            fed = {name: _cells(rows[self.feature_names_in_], kind) for name, kind in self.inputs.items()}
        else:
            fed = {name: _cells(rows[[name]], kind) for name, kind in self.inputs.items()}
        try:
            answers: Sequence[Any] = self.session.run(self.outputs, fed)
        except _FAILURES:
            raise ValueError("the model does not take these rows") from None
        return answers


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return options


def _classes(graph: onnx.GraphProto) -> list[Any]:
    """Find the names of the classes: the last node that names any."""
    for node in reversed(graph.node):
        for attribute in node.attribute:
            if attribute.name in _LABELS and (attribute.ints or attribute.strings):
                return [*attribute.ints, *(text.decode("utf-8") for text in attribute.strings)]
    return []


def _cells(rows: pd.DataFrame, kind: str) -> NDArray[Any]:
    """Lay cells out as an input takes them. Raises ValueError for what is no such number."""
    values = rows.to_numpy()
    return values.astype(_KINDS[kind]) if kind in _KINDS else values.astype(str).astype(object)
