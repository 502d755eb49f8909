"""The second voter: which arithmetic its weights are run in, what that costs and what it saves."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper

from benchmarks.annotated import Annotated, read_annotated
from benchmarks.coverage import Span, by_characters
from benchmarks.data import locate
from benchmarks.outcome import Grid, Outcome
from deid.detectors.models.bert_graph import EXACT, RANGES, Precision, build, read_weights
from deid.detectors.models.transformer import Reader, TransformerDetector, find_voter, load_reader

_STORED = "as stored (4 bits)"
_SETTINGS: Mapping[str, Precision] = {
    "32-bit floats": EXACT,
    "32-bit floats, tanh": Precision(levels=0),
    "±63 by column, fixed ranges, tanh (in use)": Precision(),
    "±63 by column, fixed ranges": Precision(tanh=False),
    "±63 by column, ranges of the batch, tanh": Precision(fixed=False),
    "±127 by column, fixed ranges, tanh": Precision(levels=127),
    "±127 by column, ranges of the batch, tanh": Precision(levels=127, fixed=False),
    "±63 by matrix, fixed ranges, tanh": Precision(by_column=False),
    "±127 by matrix, fixed ranges, tanh": Precision(levels=127, by_column=False),
    **{
        f"as in use, layer {layer} in 32-bit floats": Precision(floating=frozenset({layer}))
        for layer in range(len(RANGES["output"]))
    },
}
_THRESHOLD = 0.5
_NOTE = (
    "The second voter alone on presidio_v2, findings of a score from 0.5. Pace: processor time of one thread, the "
    "better of two rounds, tokenising and decoding included; all rows share windows and decoding."
)


def run() -> Outcome:
    path = locate("text/presidio_v2.jsonl")
    texts = read_annotated(path)
    voter = find_voter()
    readers: dict[str, Reader] = {_STORED: _stored(voter.path)}
    readers |= {name: load_reader(voter, precision) for name, precision in _SETTINGS.items()}
    figures = {name: _measure(texts, reader) for name, reader in readers.items()}
    rows = [
        [name, *(f"{found[key]:.4f}" for key in ("hidden", "precision", "recall", "F2")), *_paces(found, figures)]
        for name, found in figures.items()
    ]
    head = ["arithmetic", "spans hidden", "char precision", "char recall", "char F2", "characters/s", "over stored"]
    ranges = _ranges(voter.path, [text.text for text in texts])
    return Outcome(
        "voter", [Grid("Arithmetic of the second voter", head, rows, _NOTE), ranges], {"arithmetic": figures}, [path]
    )


def _paces(found: Mapping[str, float], figures: Mapping[str, Mapping[str, float]]) -> list[str]:
    return [f"{found['pace']:,.0f}", f"{found['pace'] / figures[_STORED]['pace']:.2f}"]


def _measure(texts: Sequence[Annotated], reader: Reader) -> dict[str, float]:
    detector = TransformerDetector(reader=reader)
    raw = [text.text for text in texts]
    times: list[float] = []
    for _ in range(2):
        begun = time.thread_time()
        found = detector.detect(raw)
        times.append(time.thread_time() - begun)
    masks = [[(f.start, f.end) for f in findings if f.score >= _THRESHOLD] for findings in found]
    scores = by_characters(texts, masks)
    return {
        "hidden": _hidden(texts, masks),
        "precision": scores.precision.value,
        "recall": scores.recall.value,
        "F2": scores.f2.value,
        "pace": sum(map(len, raw)) / min(times),
    }


def _hidden(texts: Sequence[Annotated], masks: Sequence[Sequence[Span]]) -> float:
    """Give the share of gold spans all of whose letters and digits are masked."""
    outcomes = []
    for text, spans in zip(texts, masks, strict=True):
        masked = {place for start, end in spans for place in range(start, end)}
        outcomes += [
            all(place in masked for place in range(start, end) if text.text[place].isalnum())
            for start, end, _ in text.spans
        ]
    return sum(outcomes) / len(outcomes)


def _session(model: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _stored(folder: Path) -> Reader:
    session = _session((folder / "onnx" / "model_q4.onnx").read_bytes())

    def read(ids: NDArray[np.int32]) -> NDArray[np.float32]:
        wide = ids.astype(np.int64)
        fed = {"input_ids": wide, "attention_mask": np.ones_like(wide), "token_type_ids": np.zeros_like(wide)}
        logits: NDArray[np.float32] = session.run(None, fed)[0]
        return logits

    return read


def _ranges(folder: Path, texts: Sequence[str]) -> Grid:
    """Measure what goes into each multiplication, beside the fixed range that is used."""
    session, names = _probed(folder)
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in names}

    def read(ids: NDArray[np.int32]) -> NDArray[np.float32]:
        logits, *inputs = session.run(None, {"ids": ids})
        for name, values in zip(names, inputs, strict=True):
            seen[name].append((float(values.min()), float(values.max())))
        answer: NDArray[np.float32] = logits
        return answer

    TransformerDetector(reader=read).detect(texts)
    rows = []
    for name, pairs in seen.items():
        site, layer = name.split()
        used = RANGES[site][int(layer)]
        rows.append([name, f"{min(low for low, _ in pairs):.2f} to {max(high for _, high in pairs):.2f}", f"{used}"])
    return Grid("Inputs of the multiplications", ["multiplication, layer", "seen", "range in use"], rows)


def _probed(folder: Path) -> tuple[onnxruntime.InferenceSession, list[str]]:
    model = onnx.load_from_string(build(read_weights((folder / "onnx" / "model_q4.onnx").read_bytes()), EXACT))
    multiplications = [node for node in model.graph.node if node.op_type == "MatMul"]
    for node in multiplications:
        model.graph.output.append(helper.make_tensor_value_info(node.input[0], TensorProto.FLOAT, None))
    return _session(model.SerializeToString()), [node.name.removesuffix(" product") for node in multiplications]
