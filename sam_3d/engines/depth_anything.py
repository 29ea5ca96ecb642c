"""Depth Anything V2 Small: the front from a network's relative depth, the back inflated (Apache-2.0).

Yang et al., "Depth Anything V2", 2024 (arXiv 2406.09414), run through transformers'
`DepthAnythingForDepthEstimation`.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.types import Shape
from shared import hub
from shared.engines.pretrained import encoding, load_model, load_processor, missing_model, model_folder
from shared.masks import box_of
from shared.media import Image
from shared.progress import Progress
from shared.prompts import MaskHint
from shared.registry import EngineSpec, Missing

MODEL = "depth-anything-v2-small"
_TITLE = "Depth Anything V2 Small"
# The network looks at the object's box with this much around each side, and the map has at most these pixels.
_AROUND, _MOST_PX = 0.35, 1024


class DepthAnything:
    """A loaded Depth Anything V2.

    Args:
        folder: Holds config.json, model.safetensors and preprocessor_config.json.
        device: "cpu", "cuda" or "mps".

    Raises:
        WeightsError: The files are incomplete or of another model.
    """

    def __init__(self, folder: Path, device: str) -> None:
        from transformers import AutoImageProcessor, DepthAnythingForDepthEstimation

        self._model = load_model(DepthAnythingForDepthEstimation, folder, device, title=_TITLE)
        self._processor = load_processor(AutoImageProcessor, folder, title=_TITLE)
        self._device = device

    def __call__(
        self, image: Image, mask: NDArray[np.bool_], *, thickness: float, progress: Progress
    ) -> Shape:
        """Lift the object under the mask; see `sam_3d.types.Lifter`."""
        from sam_3d.depth.depth_map import NEARNESS, DepthMap
        from sam_3d.depth.lifting import lifted_by_depth

        progress.step(0.05, f"look at the picture with {_TITLE}")
        found = DepthMap(self.nearness(image, mask), NEARNESS)
        return lifted_by_depth(image, mask, found, thickness=thickness, progress=progress)

    def nearness(self, image: Image, mask: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Return the network's relative depth (h, w) of the photo's proportions; NaN away from the object."""
        import cv2

        left, top, right, bottom = _box(mask)
        pixels = image.pixels[top:bottom, left:right].copy()
        inputs = self._processor(images=pixels, return_tensors="pt")["pixel_values"]
        with encoding(self._device, title=_TITLE):
            said = self._model(pixel_values=inputs.to(self._device)).predicted_depth[0].float().cpu().numpy()
        scale = min(1.0, _MOST_PX / max(image.width, image.height))
        height, width = max(8, round(image.height * scale)), max(8, round(image.width * scale))
        columns = np.round(np.array([left, right]) * width / image.width).astype(int)
        rows = np.round(np.array([top, bottom]) * height / image.height).astype(int)
        size = (max(1, columns[1] - columns[0]), max(1, rows[1] - rows[0]))
        values = np.full((height, width), np.nan, np.float32)
        values[rows[0] : rows[0] + size[1], columns[0] : columns[0] + size[0]] = cv2.resize(
            said, size, interpolation=cv2.INTER_LINEAR
        )
        return values


def _box(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of the object with its surroundings, within the photo."""
    left, top, right, bottom = box_of(mask)
    around = int(np.ceil(_AROUND * max(bottom - top - 1, right - left - 1, 16)))
    height, width = mask.shape
    return (
        max(0, left - around),
        max(0, top - around),
        min(width, right + around),
        min(height, bottom + around),
    )


def _missing() -> Missing | None:
    return missing_model(hub.locate(MODEL))


def _load(device: str) -> Any:
    return DepthAnything(model_folder(hub.locate(MODEL), title=_TITLE), device)


SPECS = (
    EngineSpec(
        id="depth-anything",
        task="lift",
        tier="open",
        title=_TITLE,
        summary="Takes the front from a network that sees depth in one photo, and inflates the back.",
        accepts=frozenset({MaskHint}),
        licence="Apache-2.0",
        version="2",
        load=_load,
        missing=_missing,
        model=MODEL,
        origin=lambda: hub.origin(MODEL),
        default=True,
    ),
)
