"""Open tier: the joints of ViTPose, then the same fit of the body (Apache-2.0).

Xu et al., "ViTPose: Simple Vision Transformer Baselines for Human Pose Estimation", 2022 (arXiv
2204.12484), run through transformers. It places COCO's 17 keypoints, but tells neither depth nor feet nor
fingers: those, the mask, and who is there, stay the embedded nets'.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_body.engines.landmark_fit import LandmarkFit
from sam_body.export.coco import COCO_17
from sam_body.observation import INDEX, Observation, trust
from sam_body.people import Wanted
from shared import hub
from shared.arrays import content_key
from shared.encoders.cache import EMBEDDINGS
from shared.engines.pretrained import encoding, load_model, load_processor, missing_model, model_folder
from shared.errors import WeightsError
from shared.masks import box_of
from shared.media import Image
from shared.prompts import Box, Keypoints, MaskHint, Points
from shared.registry import EngineSpec, Missing

MODEL = "vitpose-base"
_TITLE = "ViTPose"
# The embedded net's depth is believed less the further its joint lies from ViTPose's, in sizes of the person.
_APART = 0.05

Array = NDArray[np.float64]


class VitPose:
    """A loaded ViTPose.

    Args:
        folder: Holds config.json, model.safetensors and preprocessor_config.json.
        device: "cpu", "cuda" or "mps".

    Raises:
        WeightsError: The files are incomplete or of another model, such as one of other keypoints.
    """

    def __init__(self, folder: Path, device: str) -> None:
        from transformers import AutoImageProcessor, VitPoseForPoseEstimation

        self._model = load_model(VitPoseForPoseEstimation, folder, device, title=_TITLE)
        self._processor = load_processor(AutoImageProcessor, folder, title=_TITLE)
        self._device = device
        self._name = f"vitpose:{folder}:{device}"
        if self._model.config.num_labels != len(COCO_17):
            raise WeightsError(
                f"The ViTPose in {folder} draws {self._model.config.num_labels} keypoints, not COCO's 17.",
                "Use one that was trained on COCO people, such as usyd-community/vitpose-base-simple.",
            )

    def keypoints(self, image: Image, box_xyxy: tuple[float, ...]) -> Array:
        """Return (17, 3) column, row, and belief in 0..1 of COCO's keypoints of the person in a box.

        Args:
            image: The photo.
            box_xyxy: Left, top, right, bottom in pixels.
        """
        key = content_key(image.content_key, repr(box_xyxy))
        return EMBEDDINGS.get(self._name, key, lambda: (self._look(image, box_xyxy), 1024))

    def _look(self, image: Image, box_xyxy: tuple[float, ...]) -> Array:
        import torch

        left, top, right, bottom = box_xyxy
        boxes = [[[left, top, right - left, bottom - top]]]
        inputs = self._processor(images=image.pixels.copy(), boxes=boxes, return_tensors="pt")
        given = {"pixel_values": inputs["pixel_values"].to(self._device)}
        if self._model.config.backbone_config.num_experts > 1:  # ViTPose+: the first of its data sets is COCO
            given["dataset_index"] = torch.zeros(1, dtype=torch.long, device=self._device)
        with encoding(self._device, title=_TITLE):
            out = self._model(**given)
            out.heatmaps = out.heatmaps.float()
            (found,) = self._processor.post_process_pose_estimation(out, boxes=boxes)[0]
        table = torch.cat([found["keypoints"], found["scores"][:, None].clamp(0, 1)], dim=1)
        return table.double().numpy()


class VitPoseFit(LandmarkFit):
    """The embedded engine with ViTPose's joints.

    Args:
        net: A loaded ViTPose.
    """

    def __init__(self, net: VitPose) -> None:
        self._net = net

    def sharpened(self, image: Image, wanted: Wanted, seen: Observation) -> Observation:
        """Put COCO's joints where ViTPose draws them; trust them, and the depth there, accordingly."""
        table = self._net.keypoints(image, _box(wanted))
        rows = [INDEX[name] for name in COCO_17]
        inside = ((table[:, :2] >= 0) & (table[:, :2] < seen.camera.size_px)).all(axis=1)
        xy, visibility, weight = seen.xy_px.copy(), seen.visibility.copy(), seen.weight.copy()
        apart = np.linalg.norm(table[:, :2] - xy[rows], axis=1) / (_APART * seen.size_px)
        depth = seen.depth_weight.copy()
        depth[rows] *= 1 / (1 + apart**2)
        xy[rows], visibility[rows] = table[:, :2], table[:, 2] * inside
        weight[rows] = trust(visibility[rows])
        return replace(seen, xy_px=xy, visibility=visibility, weight=weight, depth_weight=depth)


def _box(wanted: Wanted) -> tuple[float, ...]:
    """Return the box around the person's mask and landmarks."""
    boxes = [wanted.person.box_xyxy()] if wanted.person else []
    if wanted.mask is not None and wanted.mask.any():
        boxes.append(box_of(wanted.mask))
    table = np.array(boxes, np.float64)
    return (*table[:, :2].min(0).tolist(), *table[:, 2:].max(0).tolist())


def _missing() -> Missing | None:
    return missing_model(hub.locate(MODEL))


def _load(device: str) -> Any:
    return VitPoseFit(VitPose(model_folder(hub.locate(MODEL), title=_TITLE), device))


SPECS = (
    EngineSpec(
        id="vitpose",
        task="estimate",
        tier="open",
        title="ViTPose fit",
        summary="Fits the body to the 17 joints that ViTPose draws, with depth and feet of the embedded net.",
        accepts=frozenset({Points, Box, MaskHint, Keypoints}),
        licence="Apache-2.0 (nets, keypoints), CC0-1.0 (body)",
        version="1",
        load=_load,
        missing=_missing,
        model=MODEL,
        origin=lambda: hub.origin(MODEL),
        default=True,
    ),
)
