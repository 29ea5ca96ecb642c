"""Make `shared/weights/blazepose_landmark_full.onnx` from the mediapipe wheel.

    python -m venv v && v/bin/pip install tensorflow-cpu tf2onnx onnx onnxruntime ai-edge-litert
    pip download --no-deps mediapipe==0.10.21
    v/bin/python tools/convert_pose.py mediapipe-0.10.21-*.whl

Checks the result against the original file in its own runtime before it is kept.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from ai_edge_litert.interpreter import Interpreter
from onnx_files import WEIGHTS, halve, publish, rename

MEMBER = "mediapipe/modules/pose_landmark/pose_landmark_full.tflite"
NAMES = {
    "input_1": "crop",
    "Identity": "landmarks",
    "Identity_1": "score",
    "Identity_2": "mask",
    "Identity_3": "heatmaps",
    "Identity_4": "world",
}
LOGITS = ("mask", "heatmaps")  # compared after the sigmoid, as they are used
WORST = {"landmarks": 0.3, "score": 0.001, "mask": 0.02, "heatmaps": 0.01, "world": 0.002}  # px, m


def main(wheel: str) -> None:
    """Convert, compare and publish."""
    with tempfile.TemporaryDirectory() as folder:
        original, converted = Path(folder) / "pose.tflite", Path(folder) / "pose.onnx"
        original.write_bytes(zipfile.ZipFile(wheel).read(MEMBER))
        command = ["-m", "tf2onnx.convert", "--opset", "15", "--tflite", original, "--output", converted]
        subprocess.run([sys.executable, *map(str, command)], check=True)
        model = halve(rename(onnx.load(converted), NAMES))
        onnx.checker.check_model(model)
        file = WEIGHTS / "blazepose_landmark_full.onnx"
        compare(original, model.SerializeToString())
        onnx.save(model, file)
    publish(
        file,
        title="BlazePose GHUM full: 33 body landmarks, world metres, person mask from a 256 px crop",
        source=f"PyPI mediapipe 0.10.21, {MEMBER}; float16 weights as in the original",
        licence="Apache-2.0 (Google, MediaPipe)",
        made_by="tools/convert_pose.py",
    )


def compare(original: Path, converted: bytes) -> None:
    """Run both on noise and smooth pictures; raise SystemExit when any output differs too much."""
    lite = Interpreter(model_path=str(original), num_threads=1)
    lite.allocate_tensors()
    session = onnxruntime.InferenceSession(converted, providers=["CPUExecutionProvider"])
    names = {tuple(o.shape): o.name for o in session.get_outputs()}
    random = np.random.default_rng(0)
    for trial in range(8):
        crop = random.random((1, 256, 256, 3), np.float32)
        if trial % 2:
            coarse = random.random((1, 8, 8, 3), np.float32)
            crop = coarse.repeat(32, axis=1).repeat(32, axis=2)
        lite.set_tensor(lite.get_input_details()[0]["index"], crop)
        lite.invoke()
        ours = dict(zip(names.values(), session.run(list(names.values()), {"crop": crop}), strict=True))
        for detail in lite.get_output_details():
            name = names[tuple(int(n) for n in detail["shape"])]
            pair = np.stack([lite.get_tensor(detail["index"]), ours[name]])
            pair = 1 / (1 + np.exp(-np.clip(pair, -60, 60))) if name in LOGITS else pair
            worst = float(np.abs(pair[0] - pair[1]).max())
            print(f"trial {trial} {name:10s} largest difference {worst:.2g}")
            if worst > WORST[name]:
                raise SystemExit(f"{name} differs by {worst}")


if __name__ == "__main__":
    main(sys.argv[1])
