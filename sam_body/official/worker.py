"""Answer requests with Meta's SAM 3D Body, in the environment where its packages are.

See `shared.worker_child`; imports nothing of the suite. Written to the interface of
facebookresearch/sam-3d-body at commit b5c765a; not run with its weights.
"""

import importlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

# Of one person; what the official code returns under these names.
_PARTS = {
    "vertices": "pred_vertices",
    "keypoints_3d": "pred_keypoints_3d",
    "keypoints_2d": "pred_keypoints_2d",
    "camera": "pred_cam_t",
    "parameters": "mhr_model_params",
    "identity": "shape_params",
    "focal_px": "focal_length",
}


class Unfit(Exception):
    """What this environment lacks; `kind` is one of those of `shared.worker_child`."""

    def __init__(self, kind: str, text: str) -> None:
        self.kind = kind
        super().__init__(text)


@dataclass
class State:
    """The loaded estimator."""

    estimator: Any


def load(settings: dict[str, Any]) -> State:
    """Load the model.

    Args:
        settings: "folder" with model.ckpt, model_config.yaml and assets/mhr_model.pt, "code" (a clone of the
            repository, or "" where it is on that environment's path), "device" ("" or "cuda:0" and the like;
            "cpu" for code that was changed to run there), "fov" ("" or "moge2").
    """
    if settings["code"]:
        sys.path.insert(0, settings["code"])
    # With pymomentum installed, the code would read other files of MHR than the one beside the checkpoint.
    os.environ["MOMENTUM_ENABLED"] = "0"
    import torch

    device = settings["device"] or "cuda"
    if device != "cpu" and not torch.cuda.is_available():
        raise Unfit("device", f"torch {torch.__version__} there sees no CUDA device.")
    if ":" in device:
        torch.cuda.set_device(device)  # the code says "cuda" in places, which is then this one
    package: Any = importlib.import_module("sam_3d_body")
    folder = Path(settings["folder"])
    model, config = package.load_sam_3d_body(
        str(folder / "model.ckpt"), device=device, mhr_path=str(folder / "assets" / "mhr_model.pt")
    )
    fov = None
    if settings["fov"]:
        fov = importlib.import_module("tools.build_fov_estimator").FOVEstimator(
            settings["fov"], device=device
        )
    return State(package.SAM3DBodyEstimator(model, config, fov_estimator=fov))


def answer(
    state: State, told: dict[str, Any], arrays: dict[str, np.ndarray], step: Any
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Estimate people.

    Args:
        state: Of `load`.
        told: "inference": "full", "body" or "hand".
        arrays: "image" (H, W, 3) uint8 RGB, "boxes" (N, 4) left, top, right, bottom; may have "masks"
            (N, H, W) bool and "intrinsics" (3, 3).
        step: Not used.

    Returns:
        "faces" (F, 3) and, N rows each, what `_PARTS` names.
    """
    import torch

    more: dict[str, Any] = {}
    if "masks" in arrays:
        more["masks"] = arrays["masks"].astype(np.uint8)
    if "intrinsics" in arrays:
        more["cam_int"] = torch.from_numpy(arrays["intrinsics"].astype(np.float32))[None]
    people = state.estimator.process_one_image(
        arrays["image"],
        bboxes=arrays["boxes"].astype(np.float32),
        inference_type=told["inference"],
        **more,
    )
    if not people:
        raise Unfit("refused", "The model saw no person in the boxes.")
    made = {
        name: np.stack([np.asarray(person[key], np.float64) for person in people])
        for name, key in _PARTS.items()
    }
    return {}, {**made, "faces": np.asarray(state.estimator.faces, np.int64)}
