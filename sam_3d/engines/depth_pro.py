"""Depth Pro: the front from a network's depth in metres and its focal length, the back inflated.

Bochkovskii et al., "Depth Pro: Sharp Monocular Metric Depth in Less Than a Second", 2024 (arXiv 2410.02073),
run through transformers' `DepthProForDepthEstimation`. Apple's licence of the weights allows research only,
so the suite neither offers nor fetches them: it uses those that SEGSTUDIO_DEPTH_PRO names.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.types import Shape
from shared import hub
from shared.engines.pretrained import encoding, load_model, load_processor, missing_model, model_folder
from shared.media import Image
from shared.progress import Progress
from shared.prompts import MaskHint
from shared.registry import EngineSpec, Missing

_TITLE, _LICENCE = "Depth Pro", "apple-amlr (research only)"
_NOTE = "The licence of Depth Pro's weights (apple-amlr) allows research only, no commercial use."
_MM_A_METRE = 1000.0
_MOST_PX = 1536
WANTED = hub.Model(
    id="depth-pro",
    title=_TITLE,
    summary="depth in metres",
    repo="apple/DepthPro-hf",
    revision="",
    licence=_LICENCE,
    gated=False,
    setting="SEGSTUDIO_DEPTH_PRO",
    files=(),
)


class DepthPro:
    """A loaded Depth Pro.

    Args:
        folder: Holds config.json, model.safetensors and preprocessor_config.json.
        device: "cpu", "cuda" or "mps".

    Raises:
        WeightsError: The files are incomplete or of another model.
    """

    def __init__(self, folder: Path, device: str) -> None:
        from transformers import AutoImageProcessor, DepthProForDepthEstimation

        self._model = load_model(DepthProForDepthEstimation, folder, device, title=_TITLE)
        self._processor = load_processor(AutoImageProcessor, folder, title=_TITLE)
        self._device = device

    def __call__(
        self, image: Image, mask: NDArray[np.bool_], *, thickness: float, progress: Progress
    ) -> Shape:
        """Lift the object under the mask; see `sam_3d.types.Lifter`."""
        from sam_3d.depth.depth_map import DISTANCE, DepthMap
        from sam_3d.depth.lifting import lifted_by_depth

        progress.step(0.05, f"look at the picture with {_TITLE}")
        metres, focal_px = self.distance(image)
        unit_mm = _MM_A_METRE if focal_px else 0.0
        found = DepthMap(metres, DISTANCE, focal_px, unit_mm, (_NOTE,))
        return lifted_by_depth(image, mask, found, thickness=thickness, progress=progress)

    def distance(self, image: Image) -> tuple[NDArray[np.float32], float]:
        """Return metres (h, w) of the photo's proportions, and the focal length in pixels of the photo.

        The focal length is 0 where the checkpoint does not tell the field of view.
        """
        scale = min(1.0, _MOST_PX / max(image.width, image.height))
        size = (max(8, round(image.height * scale)), max(8, round(image.width * scale)))
        inputs = self._processor(images=image.pixels.copy(), return_tensors="pt")["pixel_values"]
        with encoding(self._device, title=_TITLE):
            outputs = self._model(pixel_values=inputs.to(self._device))
            said = self._processor.post_process_depth_estimation(outputs, target_sizes=[size])[0]
        focal = said["focal_length"]
        metres = said["predicted_depth"].float().cpu().numpy()
        return metres, 0.0 if focal is None else float(focal) * image.width / size[1]


def _missing() -> Missing | None:
    return missing_model(hub.locate_unlisted(WANTED))


def _load(device: str) -> Any:
    return DepthPro(model_folder(hub.locate_unlisted(WANTED), title=_TITLE), device)


def _origin() -> dict[str, Any]:
    found = hub.locate_unlisted(WANTED)
    return {} if isinstance(found, Missing) else {"setting": WANTED.setting, "folder": found.name}


SPECS = (
    EngineSpec(
        id="depth-pro",
        task="lift",
        tier="open",
        title=_TITLE,
        summary="Takes the front from a network that measures metres in one photo, and inflates the back.",
        accepts=frozenset({MaskHint}),
        licence=_LICENCE,
        version="1",
        load=_load,
        missing=_missing,
        origin=_origin,
    ),
)
