"""A BERT token classifier of 4-bit weights, rewritten in memory as a lean 8-bit graph of fused operators.

The graph takes windows of one length (`ids`, int32, windows × tokens), so it needs no mask and no padding. Its 8-bit
arithmetic uses fixed ranges for what goes into each multiplication: what a window is answered does not depend on the
windows beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Floats = NDArray[np.float32]
Weights = Mapping[str, Floats]
Range = tuple[float, float]

_LAYERS = 6
_HEADS = 12
_WIDTH = 384
_BLOCK = 32
_EPSILON = 1e-12
_FUSED = "com.microsoft"

RANGES: Mapping[str, tuple[Range, ...]] = {
    "attention": ((-3.2, 7.6), (-5.4, 9.1), (-5.3, 8.0), (-5.6, 9.6), (-5.8, 10.7), (-5.2, 10.1)),
    "context": ((-4.4, 3.0), (-2.9, 3.6), (-3.3, 3.3), (-3.6, 3.5), (-4.2, 4.0), (-4.8, 4.6)),
    "intermediate": ((-5.8, 22.3), (-6.4, 26.9), (-11.0, 22.4), (-13.2, 22.1), (-9.2, 16.8), (-4.3, 17.3)),
    "output": ((-0.17, 20.3), (-0.17, 16.0), (-0.17, 14.6), (-0.17, 10.1), (-0.17, 6.0), (-0.17, 5.4)),
    "classifier": ((-3.6, 11.4),),
}
"""Smallest and largest input of each multiplication, by layer, as the benchmark `voter` measures them."""


@dataclass(frozen=True, slots=True)
class Precision:
    """How exactly the graph computes.

    Weights become whole numbers up to ±`levels` (63 is safe on processors that add 8-bit products in 16 bits; 0 keeps
    32-bit floats), scaled by column or by matrix. Inputs are rounded within `RANGES` where `fixed`, else within those
    of the batch. `tanh` approximates the activation. The layers named by `floating` keep 32-bit floats.
    """

    levels: int = 63
    by_column: bool = True
    fixed: bool = True
    tanh: bool = True
    floating: frozenset[int] = frozenset()


EXACT = Precision(levels=0, tanh=False)
"""The arithmetic of the stored graph, in 32-bit floats."""


def read_weights(model: bytes) -> Weights:
    """Return the weights of a stored model by name, 4-bit and 8-bit ones as 32-bit floats."""
    graph = onnx.load_from_string(model).graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    weights = {name: array for name, array in stored.items() if array.dtype == np.float32}
    for node in graph.node:
        if node.op_type == "MatMulNBits":
            weights[_path(node.name)] = _unpack(stored[node.input[1]], stored[node.input[2]])
    for name in [name for name in stored if name.endswith("_quantized")]:
        base = name.removesuffix("_quantized")
        zero = stored[f"{base}_zero_point"].astype(np.float32)
        weights[base] = (stored[name].astype(np.float32) - zero) * stored[f"{base}_scale"]
    return weights


def build(weights: Weights, precision: Precision) -> bytes:
    """Return the graph as a serialised model: `ids` in, `logits` out; multiplications are named as in `RANGES`."""
    return _Builder(weights, precision).model()


def _path(node: str) -> str:
    """Turn "/bert/encoder/layer.0/output/dense/MatMul_Q4" into "bert.encoder.layer.0.output.dense"."""
    return node.strip("/").rpartition("/")[0].replace("/", ".")


def _unpack(packed: NDArray[np.uint8], scales: Floats) -> Floats:
    """Unpack 4-bit numbers, the low half of a byte first, in blocks with a scale each: (q − 8) · scale."""
    halves = np.stack([packed & 15, packed >> 4], axis=-1).astype(np.float32) - 8
    blocks = halves.reshape(len(packed), -1, _BLOCK) * scales.reshape(len(packed), -1, 1)
    return np.ascontiguousarray(blocks.reshape(len(packed), -1).T)


class _Builder:
    """Collects the nodes and constants of one graph. Methods that add a node return the name of what it gives."""

    def __init__(self, weights: Weights, precision: Precision) -> None:
        self._weights = weights
        self._precision = precision
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def model(self) -> bytes:
        hidden = self._embeddings()
        for layer in range(_LAYERS):
            hidden = self._layer(hidden, layer)
        self._dense(hidden, "classifier", 0, *self._linear("classifier"))
        ids = helper.make_tensor_value_info("ids", TensorProto.INT32, ["windows", "tokens"])
        logits = helper.make_tensor_value_info("classifier 0", TensorProto.FLOAT, ["windows", "tokens", "labels"])
        graph = helper.make_graph(self._nodes, "voter", [ids], [logits], list(self._constants.values()))
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_FUSED, 1)]
        return bytes(helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString())

    def _embeddings(self) -> str:
        prefix = "bert.embeddings"
        kind = self._weights[f"{prefix}.token_type_embeddings.weight"][0]
        words = self._constant("words", self._weights[f"{prefix}.word_embeddings.weight"])
        places = self._constant("places", self._weights[f"{prefix}.position_embeddings.weight"] + kind)
        inputs = ["ids", "", words, places, "", *self._norm(f"{prefix}.LayerNorm")]
        outputs = ["embedded", "not used"]
        self._nodes.append(
            helper.make_node("EmbedLayerNormalization", inputs, outputs, domain=_FUSED, epsilon=_EPSILON)
        )
        return outputs[0]

    def _layer(self, hidden: str, layer: int) -> str:
        prefix = f"bert.encoder.layer.{layer}"
        context = self._attention(hidden, layer, f"{prefix}.attention.self")
        mixed = self._dense(context, "context", layer, *self._linear(f"{prefix}.attention.output.dense"))
        seen = self._add(mixed, hidden, f"{prefix}.attention.output.LayerNorm")
        wide = self._dense(seen, "intermediate", layer, *self._linear(f"{prefix}.intermediate.dense"))
        active = self._fused("FastGelu" if self._precision.tanh else "Gelu", [wide], f"active {layer}")
        narrow = self._dense(active, "output", layer, *self._linear(f"{prefix}.output.dense"))
        return self._add(narrow, seen, f"{prefix}.output.LayerNorm")

    def _attention(self, hidden: str, layer: int, prefix: str) -> str:
        """Add attention with query, key and value in one multiplication."""
        parts = [self._linear(f"{prefix}.{part}") for part in ("query", "key", "value")]
        weight, bias = np.concatenate([w for w, _ in parts], axis=1), np.concatenate([b for _, b in parts])
        joined = self._dense(hidden, "attention", layer, weight, bias)
        names = [f"{part} {layer}" for part in ("query", "key", "value")]
        thirds = self._constant("thirds", np.array([_WIDTH] * 3, dtype=np.int64))
        self._nodes.append(helper.make_node("Split", [joined, thirds], names, axis=2))
        return self._fused("MultiHeadAttention", names, f"seen {layer}", num_heads=_HEADS)

    def _dense(self, inputs: str, site: str, layer: int, weight: Floats, bias: Floats) -> str:
        """Add a multiplication by a weight, and a bias, in the arithmetic that the layer is to have."""
        name, precision = f"{site} {layer}", self._precision
        added = self._constant(f"{name} bias", bias)
        if not precision.levels or (layer in precision.floating and site != "classifier"):
            product = self._node("MatMul", [inputs, self._constant(f"{name} weight", weight)], f"{name} product")
            return self._node("Add", [product, added], name)
        whole, scale = self._round(weight)
        weight_name, scale_name = self._constant(f"{name} weight", whole), self._constant(f"{name} scale", scale)
        if not precision.fixed:
            return self._fused("DynamicQuantizeMatMul", [inputs, weight_name, scale_name, "", added], name)
        step, zero = self._range(name, RANGES[site][layer])
        rounded = self._node("QuantizeLinear", [inputs, step, zero], f"{name} rounded")
        fed = [rounded, weight_name, step, scale_name, zero, "", added]
        return self._fused("MatMulIntegerToFloat", fed, name)

    def _round(self, weight: Floats) -> tuple[NDArray[np.int8], Floats]:
        """Return the weight as whole numbers and the scale of each column."""
        largest = np.abs(weight).max(axis=0)
        if not self._precision.by_column:
            largest = np.full_like(largest, largest.max())
        scale = (np.maximum(largest, np.finfo(np.float32).tiny) / self._precision.levels).astype(np.float32)
        return np.rint(weight / scale).astype(np.int8), scale

    def _range(self, name: str, limits: Range) -> tuple[str, str]:
        """Add the step and the zero of inputs that are rounded to 0…255."""
        step = (limits[1] - limits[0]) / 255
        zero = np.array(round(-limits[0] / step), dtype=np.uint8)
        return self._constant(f"{name} step", np.array(step, dtype=np.float32)), self._constant(f"{name} zero", zero)

    def _add(self, inputs: str, skipped: str, norm: str) -> str:
        return self._fused("SkipLayerNormalization", [inputs, skipped, *self._norm(norm)], norm, epsilon=_EPSILON)

    def _norm(self, path: str) -> list[str]:
        return [self._constant(f"{path}.{part}", self._weights[f"{path}.{part}"]) for part in ("weight", "bias")]

    def _linear(self, path: str) -> tuple[Floats, Floats]:
        return self._weights[path], self._weights[f"{path}.bias"]

    def _constant(self, name: str, array: NDArray[np.generic]) -> str:
        self._constants[name] = numpy_helper.from_array(np.asarray(array), name)
        return name

    def _node(self, operator: str, inputs: Sequence[str], output: str, domain: str = "", **settings: float) -> str:
        self._nodes.append(helper.make_node(operator, inputs, [output], name=output, domain=domain, **settings))
        return output

    def _fused(self, operator: str, inputs: Sequence[str], output: str, **settings: float) -> str:
        return self._node(operator, inputs, output, _FUSED, **settings)
