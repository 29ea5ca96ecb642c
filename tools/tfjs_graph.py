"""Read a TF.js graph model into a plain TensorFlow GraphDef that tf2onnx understands.

Needs tensorflow (a tool environment of its own).
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from google.protobuf import json_format
from tensorflow.core.framework import graph_pb2, node_def_pb2
from tensorflow.python.framework import tensor_util

FUSED = {"_FusedConv2D": "Conv2D", "FusedDepthwiseConv2dNative": "DepthwiseConv2dNative"}
KEPT = ("strides", "padding", "data_format", "dilations", "explicit_paddings")


def read_weights(model: Path) -> dict[str, np.ndarray]:
    """Return all weights by name; float16 and integer quantised ones as float32."""
    weights: dict[str, np.ndarray] = {}
    for group in json.loads(model.read_text("utf8"))["weightsManifest"]:
        data = b"".join((model.parent / part).read_bytes() for part in group["paths"])
        start = 0
        for spec in group["weights"]:
            count, packed = int(np.prod(spec["shape"])), spec.get("quantization")
            stored = np.dtype(packed["dtype"] if packed else spec["dtype"])
            values = np.frombuffer(data, stored, count, start)
            start += values.nbytes
            if packed and "scale" in packed:
                values = values * np.float32(packed["scale"]) + np.float32(packed["min"])
            weights[spec["name"]] = values.astype(spec["dtype"]).reshape(spec["shape"])
    return weights


def read_graph(model: Path) -> graph_pb2.GraphDef:
    """Return the graph with constants filled in, fused convolutions split, and index zeros made dense."""
    weights = read_weights(model)
    source = [_node(n) for n in json.loads(model.read_text("utf8"))["modelTopology"]["node"]]
    indices = _index_operands(source)
    graph = graph_pb2.GraphDef()
    for node in source:
        if node.op == "Const":
            values = weights[node.name]
            _constant(graph, node.name, values.astype(np.int64) if node.name in indices else values)
        elif node.op == "SparseToDense":  # always of no entries here: zeros added to a shape
            shape = weights[node.input[1].split(":")[0]]
            _constant(graph, node.name, np.zeros(np.atleast_1d(shape), np.int64))
        elif node.op in FUSED:
            _split(graph, node)
        else:
            graph.node.add().CopyFrom(node)
    return graph


def run_graph(
    graph: graph_pb2.GraphDef, feeds: dict[str, np.ndarray], outputs: list[str]
) -> list[np.ndarray]:
    """Compute outputs of a graph in TensorFlow itself."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tf.import_graph_def(graph, name="")
        return session.run(outputs, feeds)


def _node(item: dict[str, Any]) -> node_def_pb2.NodeDef:
    attributes = {k: v for k, v in item.get("attr", {}).items() if item["op"] != "Const" or k != "value"}
    node = node_def_pb2.NodeDef()
    return json_format.ParseDict({**item, "attr": attributes}, node, ignore_unknown_fields=True)


def _index_operands(nodes: list[node_def_pb2.NodeDef]) -> set[str]:
    """Inputs of 64-bit integer sums, which TF.js could only store as 32-bit."""
    sums = [n for n in nodes if n.op in ("Add", "AddV2") and n.attr["T"].type == tf.int64.as_datatype_enum]
    return {name.split(":")[0] for node in sums for name in node.input}


def _constant(graph: graph_pb2.GraphDef, name: str, values: np.ndarray) -> None:
    node = graph.node.add(name=name, op="Const")
    node.attr["dtype"].type = tf.as_dtype(values.dtype).as_datatype_enum
    node.attr["value"].tensor.CopyFrom(tensor_util.make_tensor_proto(values))


def _split(graph: graph_pb2.GraphDef, node: node_def_pb2.NodeDef) -> None:
    """Write convolution, bias and activation as the separate nodes that they stand for."""
    stages = [name.decode() for name in node.attr["fused_ops"].list.s]
    current = f"{node.name}/convolution"
    plain = graph.node.add(name=current, op=FUSED[node.op], input=list(node.input[:2]))
    for key in KEPT:
        if key in node.attr:
            plain.attr[key].CopyFrom(node.attr[key])
    plain.attr["T"].type = tf.float32.as_datatype_enum
    for index, stage in enumerate(stages):
        if stage not in ("BiasAdd", "Relu", "Relu6"):
            raise SystemExit(f"cannot split {stage} of {node.name}")
        name = node.name if index == len(stages) - 1 else f"{node.name}/{stage}"
        operands = [current, node.input[2]] if stage == "BiasAdd" else [current]
        step = graph.node.add(name=name, op=stage, input=operands)
        step.attr["T"].type = tf.float32.as_datatype_enum
        current = name
