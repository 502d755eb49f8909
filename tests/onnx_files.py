"""Classifiers of scikit-learn as ONNX files, node by node."""

from pathlib import Path

import numpy as np
from onnx import TensorProto, helper
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier


def write_tree(path: Path, tree: DecisionTreeClassifier, width: int) -> Path:
    """Write a decision tree of two classes that takes a matrix; probabilities come as a matrix."""
    inner = tree.tree_
    nodes, leaves = range(inner.node_count), np.flatnonzero(inner.children_left < 0)
    shares = inner.value[:, 0, 1] / inner.value[:, 0, :].sum(axis=1) + 1e-9  # of the second class; none may be 0
    node = helper.make_node(
        "TreeEnsembleClassifier",
        ["rows"],
        ["label", "probabilities"],
        domain="ai.onnx.ml",
        nodes_treeids=[0] * inner.node_count,
        nodes_nodeids=list(nodes),
        nodes_featureids=[max(0, int(n)) for n in inner.feature],
        nodes_values=[float(v) for v in inner.threshold],
        nodes_modes=["LEAF" if inner.children_left[n] < 0 else "BRANCH_LEQ" for n in nodes],
        nodes_truenodeids=[max(0, int(n)) for n in inner.children_left],
        nodes_falsenodeids=[max(0, int(n)) for n in inner.children_right],
        class_treeids=[0] * len(leaves),
        class_nodeids=leaves.tolist(),
        class_ids=[0] * len(leaves),
        class_weights=shares[leaves].tolist(),
        classlabels_int64s=[int(c) for c in tree.classes_],
        post_transform="NONE",
    )
    rows = helper.make_tensor_value_info("rows", TensorProto.FLOAT, [None, width])
    label = helper.make_tensor_value_info("label", TensorProto.INT64, [None])
    scores = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, len(tree.classes_)])
    return _write(path, [node], [rows], [label, scores])


def write_regression(path: Path, model: LogisticRegression, names: list[str]) -> Path:
    """Write a logistic regression of two classes with texts for names and an input a column; answers are maps."""
    joined = helper.make_node("Concat", names, ["rows"], axis=1)
    weights, bias = model.coef_[0], float(model.intercept_[0])
    linear = helper.make_node(
        "LinearClassifier",
        ["rows"],
        ["label", "scores"],
        domain="ai.onnx.ml",
        coefficients=[*(-weights / 2).tolist(), *(weights / 2).tolist()],
        intercepts=[-bias / 2, bias / 2],
        classlabels_strings=[str(c) for c in model.classes_],
        post_transform="SOFTMAX",
    )
    maps = helper.make_node(
        "ZipMap", ["scores"], ["told"], domain="ai.onnx.ml", classlabels_strings=[str(c) for c in model.classes_]
    )
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, 1]) for name in names]
    label = helper.make_tensor_value_info("label", TensorProto.STRING, [None])
    of_maps = helper.make_sequence_type_proto(
        helper.make_map_type_proto(TensorProto.STRING, helper.make_tensor_type_proto(TensorProto.FLOAT, []))
    )
    return _write(path, [joined, linear, maps], inputs, [label, helper.make_value_info("told", of_maps)])


def _write(path, nodes, inputs, outputs):
    graph = helper.make_graph(nodes, "classifier", inputs, outputs)
    versions = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    path.write_bytes(helper.make_model(graph, opset_imports=versions, ir_version=8).SerializeToString())
    return path
