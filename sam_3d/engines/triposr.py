"""TripoSR: a whole object from one picture, hidden sides included (MIT); see `sam_3d.triposr`."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.types import Shape
from shared import hub
from shared.engines.pretrained import missing_model, model_folder
from shared.errors import InputError
from shared.masks import box_of
from shared.media import Image
from shared.mesh import Camera, Mesh
from shared.progress import Progress
from shared.prompts import MaskHint
from shared.registry import EngineSpec, Missing

MODEL, _TITLE = "triposr", "TripoSR"
_NOTE = "All sides that the photo does not show were made up by TripoSR."
# As published: the object's box is this part of the picture's side, on grey, before this camera.
_PART, _GREY, _FIELD_DEG, _DISTANCE = 0.85, 127, 40.0, 1.9
_CELLS = {"cuda": 256}
_CELLS_ELSEWHERE = 160
_LEAST_BODY = 0.25  # cells
_MOST_PX = 512


class TripoSR:
    """TripoSR in a process of its own.

    Args:
        folder: Holds config.yaml and model.ckpt.
        device: "cpu", "cuda" or "mps".
        cells: Of the grid along each side; 0 takes what suits the device.
    """

    def __init__(self, folder: Path, device: str, cells: int = 0) -> None:
        self._folder, self._device = folder, device
        self._cells = cells or _CELLS.get(device, _CELLS_ELSEWHERE)

    def __call__(
        self, image: Image, mask: NDArray[np.bool_], *, thickness: float, progress: Progress
    ) -> Shape:
        """Lift the object under the mask; see `sam_3d.types.Lifter`. `thickness` says nothing here."""
        from sam_3d.triposr.worker import made_in_worker

        progress.step(0.05, f"make the object with {_TITLE}")
        picture, middle, side = framed(image, mask)
        vertices, faces, colors = made_in_worker(
            self._folder, self._device, picture, cells=self._cells, progress=progress
        )
        progress.step(0.9, "close the mesh")
        mesh = _solid_mesh(vertices, faces, colors, _LEAST_BODY * 1.74 / self._cells)
        low, high = mesh.vertices.min(0), mesh.vertices.max(0)
        center, scale = (low + high) / 2, 1 / float((high - low).max())
        mesh = Mesh((mesh.vertices - center) * scale, mesh.faces, colors=mesh.colors)
        focal = 0.5 * side / np.tan(np.radians(_FIELD_DEG / 2))
        camera = Camera(float(focal), middle, (image.width, image.height))
        position = (center - (0.0, 0.0, _DISTANCE)) * scale
        return Shape(mesh, camera, position, (_NOTE,))


def framed(image: Image, mask: NDArray[np.bool_]) -> tuple[NDArray[np.float32], tuple[float, float], float]:
    """Cut the object out and put it on grey, in the middle of a square that it fills for the most part.

    Returns:
        (n, n, 3) float32, 0..1, n at most 512; and the square's middle (column, row) and side in pixels of
        the photo.
    """
    import cv2

    left, top, right, bottom = box_of(mask)
    height, width = bottom - top, right - left
    side = max(height, width) / _PART
    middle = (left + width / 2, top + height / 2)
    scale = min(1.0, _MOST_PX / side)
    n = max(8, round(side * scale))
    part = (slice(top, top + height), slice(left, left + width))
    cover = mask[part].astype(np.float32)[..., None]
    cut = image.pixels[part] * cover + _GREY * (1 - cover)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    cut = cv2.resize(cut.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    square = np.full((n, n, 3), _GREY, np.float32)
    x, y = (n - size[0]) // 2, (n - size[1]) // 2
    square[y : y + size[1], x : x + size[0]] = cut
    return np.asarray(square / 255, np.float32), middle, side


def _solid_mesh(
    vertices: NDArray[np.float64], faces: NDArray[np.int64], colors: NDArray[np.uint8], tolerance: float
) -> Mesh:
    """Return the largest closed body, its flat parts of fewer triangles."""
    from sam_3d.solid import to_mesh, to_solid

    mesh = Mesh(vertices, faces, colors=colors)
    made = to_mesh(to_solid(mesh).simplify(tolerance), mesh)
    if not len(made.faces):
        raise InputError("TripoSR saw no solid object in the picture.", "Mark the whole object.")
    return made


def _missing() -> Missing | None:
    return missing_model(hub.locate(MODEL))


def _load(device: str) -> Any:
    return TripoSR(model_folder(hub.locate(MODEL), title=_TITLE), device)


SPECS = (
    EngineSpec(
        id="triposr",
        task="lift",
        tier="open",
        title=_TITLE,
        summary="Makes a whole object of one picture, hidden sides included, by a large trained network.",
        accepts=frozenset({MaskHint}),
        licence="MIT",
        version="1",
        load=_load,
        missing=_missing,
        model=MODEL,
        origin=lambda: hub.origin(MODEL),
    ),
)
