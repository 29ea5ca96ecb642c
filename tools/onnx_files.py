"""Shared by the conversion scripts: store ONNX weights as float16, and keep the table of weights.

Needs onnx (a tool environment of its own; the suite itself does not depend on it).
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

WEIGHTS = Path(__file__).parents[1] / "shared" / "weights"
SMALLEST_HALVED = 64  # elements; shapes, strides and tiny biases stay as they are


def halve(model: Any) -> Any:
    """Store float32 initialisers as float16, each followed by a Cast to float32.

    The runtime folds the casts when it opens the file, so that it computes in float32 at full speed.

    Args:
        model: onnx.ModelProto; changed in place and returned.
    """
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for tensor in model.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT:
            continue
        values = numpy_helper.to_array(tensor)
        if values.size < SMALLEST_HALVED or np.abs(values).max() > np.finfo(np.float16).max:
            continue
        name = tensor.name
        stored = numpy_helper.from_array(values.astype(np.float16), f"{name}__half")
        tensor.CopyFrom(stored)
        casts.append(helper.make_node("Cast", [stored.name], [name], f"{name}__cast", to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model


def rename(model: Any, names: dict[str, str]) -> Any:
    """Rename tensors (inputs, outputs, inner ones) throughout a graph; changed in place and returned."""
    graph = model.graph
    for value in (*graph.input, *graph.output):
        value.name = names.get(value.name, value.name)
    for node in graph.node:
        node.input[:] = [names.get(n, n) for n in node.input]
        node.output[:] = [names.get(n, n) for n in node.output]
    return model


def expose(model: Any, inner: dict[str, str]) -> Any:
    """Rename inner tensors and make them outputs; changed in place and returned.

    Args:
        model: onnx.ModelProto.
        inner: New name of each inner tensor.
    """
    from onnx import TensorProto, helper, shape_inference

    known = {value.name: value for value in shape_inference.infer_shapes(model).graph.value_info}
    for tensor, name in inner.items():
        shape = [side.dim_value for side in known[tensor].type.tensor_type.shape.dim]
        model.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
    stale = [value for value in model.graph.value_info if value.name in inner]
    for value in stale:
        model.graph.value_info.remove(value)
    return rename(model, inner)


def publish(file: Path, *, title: str, source: str, licence: str, made_by: str) -> None:
    """Write or replace the row of a shipped file in `shared/weights/table.json`.

    Args:
        file: The file, already inside `shared/weights/`.
        title: What it is.
        source: Package and version that it was made from.
        licence: SPDX name, with the upstream that grants it.
        made_by: The script under `tools/`.
    """
    row = {
        "file": file.name,
        "bytes": file.stat().st_size,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "title": title,
        "source": source,
        "licence": licence,
        "made_by": made_by,
    }
    table = WEIGHTS / "table.json"
    rows = [r for r in json.loads(table.read_text("utf8")) if r["file"] != file.name]
    rows = sorted([*rows, row], key=lambda r: r["file"])
    table.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", "utf8")
