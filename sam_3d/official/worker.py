"""Answer requests with Meta's SAM 3D Objects, in the environment where it is installed.

See `shared.worker_child`; imports nothing of the suite. Written to the interface of
facebookresearch/sam-3d-objects at commit cf06676; not run with its weights.
"""

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np

_MOST_POINTS = 200  # along each side of the point map that is sent back


class Unfit(Exception):
    """What this environment lacks; `kind` is one of those of `shared.worker_child`."""

    def __init__(self, kind: str, text: str) -> None:
        self.kind = kind
        super().__init__(text)


def load(settings: dict[str, Any]) -> Any:
    """Load Meta's `Inference`, which lies beside the package in `notebook/inference.py`.

    Args:
        settings: "folder" with pipeline.yaml, "code" ("" or a clone of the repository), "device" ("" or
            "cuda:0" and the like; "cpu" for code that was changed to run there).
    """
    if settings["code"]:
        sys.path.insert(0, settings["code"])
    import torch

    if settings["device"] != "cpu" and not torch.cuda.is_available():
        raise Unfit("device", f"torch {torch.__version__} there sees no CUDA device.")
    if ":" in settings["device"]:
        torch.cuda.set_device(settings["device"])
    found = importlib.util.find_spec("sam3d_objects")
    places = list(found.submodule_search_locations or ()) if found else []
    scripts = [Path(place).parent / "notebook" / "inference.py" for place in places]
    script = next((path for path in scripts if path.is_file()), None)
    if script is None:
        raise Unfit("package", f"No notebook/inference.py lies beside sam3d_objects ({', '.join(places)}).")
    spec = importlib.util.spec_from_file_location("inference", script)
    if spec is None or spec.loader is None:
        raise Unfit("package", f"{script} cannot be run.")
    made = importlib.util.module_from_spec(spec)
    sys.modules["inference"] = made
    spec.loader.exec_module(made)
    return made.Inference(str(Path(settings["folder"]) / "pipeline.yaml"), compile=False)


def answer(
    inference: Any, told: dict[str, Any], arrays: dict[str, np.ndarray], step: Any
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Make one object.

    Args:
        inference: Of `load`.
        told: "seed".
        arrays: "image" (H, W, 3) uint8 RGB, "mask" (H, W) bool.
        step: Told when the object is made.

    Returns:
        "iou" where Meta's code placed the object anew, else None; "vertices" (V, 3) y up, "faces" (F, 3),
        "colors" (V, 3) uint8, "rotation" (4,) w x y z, "translation" (3,), "scale" (n,) and "pointmap"
        (h, w, 3), all as they come.
    """
    made = inference(arrays["image"], arrays["mask"], seed=told["seed"])
    step(0.9, "send the mesh")
    mesh = made.get("glb")
    if mesh is None:
        raise Unfit("refused", "The model made no mesh of this mask.")
    points = _array(made["pointmap"])
    stride = max(1, -(-max(points.shape[:2]) // _MOST_POINTS))
    iou = made.get("iou")
    arrays = {
        "vertices": np.asarray(mesh.vertices, np.float64),
        "faces": np.asarray(mesh.faces, np.int64),
        "colors": np.asarray(mesh.visual.vertex_colors, np.uint8)[:, :3],
        "rotation": _array(made["rotation"]).reshape(-1),
        "translation": _array(made["translation"]).reshape(-1),
        "scale": _array(made["scale"]).reshape(-1),
        "pointmap": points[stride // 2 :: stride, stride // 2 :: stride],
        "pointmap_size": np.array([points.shape[1], points.shape[0], stride]),
    }
    return {"iou": None if iou is None else float(iou)}, arrays


def _array(value: Any) -> np.ndarray:
    """Return a tensor of any device, or an array, as float64."""
    return np.asarray(value.detach().cpu().numpy() if hasattr(value, "detach") else value, np.float64)
