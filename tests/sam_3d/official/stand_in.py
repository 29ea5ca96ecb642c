"""What stands in for `notebook/inference.py` of Meta's sam-3d-objects: the same call, shapes, axes and units.

Its object is a box of half, a quarter and one unit along the local x, y and z (up): red where x, green where
z is positive, blue where y is negative. It is put where the mask is, three units away: local x to the right,
z up, −y towards the viewer.
"""

import os
from pathlib import Path
from typing import Any

import numpy as np
import torch
import trimesh

os.environ["CUDA_HOME"] = os.environ["CONDA_PREFIX"]  # as the original does, which fails without

FOCAL = 1.2  # of the photo's width
DEPTH = 3.0


class Inference:
    """As the official one."""

    def __init__(self, config_file: str, compile: bool = False) -> None:
        if not Path(config_file).is_file():
            raise FileNotFoundError(config_file)
        self.kind = Path(config_file).read_text().strip()

    def __call__(
        self, image: Any, mask: Any, seed: int | None = None, pointmap: Any = None
    ) -> dict[str, Any]:
        """Return what the official pipeline returns, without its splats."""
        assert image.dtype == np.uint8 and mask.dtype == bool and mask.shape == image.shape[:2]
        if self.kind == "memory":
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 30.00 GiB.")
        height, width = mask.shape
        rows, columns = np.nonzero(mask)
        middle = np.array([columns.min() + columns.max() + 1, rows.min() + rows.max() + 1]) / 2
        size = (rows.max() + 1 - rows.min()) * DEPTH / (FOCAL * width)
        place = (middle - [width / 2, height / 2]) * DEPTH / (FOCAL * width)
        turn = torch.tensor([[0.0, 0.0, 0.5**0.5, 0.5**0.5]])  # wxyz: x to −x, y to z, z to y
        made = {
            "glb": self._mesh(),
            "rotation": turn,
            "translation": torch.tensor([[-place[0], -place[1], DEPTH]], dtype=torch.float32),
            "scale": torch.full((1, 3), float(size)),
            "pointmap": torch.from_numpy(self._points(height, width)).float(),
            "iou": torch.tensor(0.9),
        }
        if self.kind == "shapes":
            made["rotation"] = torch.zeros(1, 3, 3)
        return made

    def _mesh(self) -> trimesh.Trimesh:
        box = trimesh.creation.box((0.5, 0.25, 1.0)).subdivide().subdivide()
        x, y, z = box.vertices.T
        colors = (
            np.stack([x > 0.01, z > 0.01, y < -0.01, np.ones(len(x), bool)], axis=1).astype(np.uint8) * 255
        )
        turned = box.vertices @ np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]])
        faces = box.faces[1:] if self.kind == "open" else box.faces
        mesh = trimesh.Trimesh(vertices=turned, faces=faces, process=False)
        mesh.visual.vertex_colors = colors
        return mesh

    def _points(self, height: int, width: int) -> np.ndarray:
        """A wall at the object's depth, x left, y up, z away, with unknown pixels."""
        rows, columns = np.mgrid[:height, :width] + 0.5
        x = -(columns - width / 2) * DEPTH / (FOCAL * width)
        y = -(rows - height / 2) * DEPTH / (FOCAL * width)
        points = np.stack([x, y, np.full_like(x, DEPTH)], axis=2)
        points[:5] = np.nan
        return points
