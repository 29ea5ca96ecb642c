"""SAM 3D Body's keypoints on the shipped body: all rigs, rest poses, clothes, textures and corrections.

Meta's model tells where 70 keypoints are, in the photo and in metres; 27 of them are points that the shipped
body has, which is fitted to them. Which of them are in sight stays the embedded net's finding: the model
does not tell. See `sam_body.engines.sam3d_body` for its own surface.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sam_body.engines.landmark_fit import LandmarkFit
from sam_body.engines.sam3d_body import CURES, PLACE, TITLE, box_around
from sam_body.observation import Observation
from sam_body.people import Wanted
from sam_body.settings import Wishes
from sam_body.skeletons import Skeleton
from sam_body.types import Body
from shared.arrays import content_key
from shared.encoders.cache import EMBEDDINGS
from shared.errors import EngineUnavailable
from shared.media import Image
from shared.progress import Progress
from shared.prompts import Box, Keypoints, MaskHint, Points, Prompts
from shared.registry import EngineSpec

Array = NDArray[np.float64]

_OTHER_NAMES = {
    f"{side}_{ours}": f"{side}_{theirs}"
    for side in ("left", "right")
    for ours, theirs in {
        "foot_index": "big_toe_tip",
        "index": "index_third_joint",
        "pinky": "pinky_third_joint",
        "thumb": "thumb_second_joint",
    }.items()
}
"""Landmarks of the shipped body that the model calls otherwise."""


class Sam3dBodyFit(LandmarkFit):
    """The embedded engine with SAM 3D Body's keypoints.

    Args:
        check: Called while the model works; what it raises, such as `Cancelled`, ends it.
    """

    def __init__(self, check: Callable[[], None] = lambda: None) -> None:
        self._check = check

    def estimate(
        self, image: Image, prompts: Prompts, skeleton: Skeleton, wishes: Wishes, progress: Progress
    ) -> tuple[tuple[Body, ...], tuple[str, ...]]:
        """Return the bodies of the people meant, and warnings; see `LandmarkFit.estimate`."""
        run = Sam3dBodyFit(progress.check)
        return LandmarkFit.estimate(run, image, prompts, skeleton, wishes, progress)

    def sharpened(self, image: Image, wanted: Wanted, seen: Observation) -> Observation:
        """Put all landmarks and their depth where the model has them, and believe them."""
        from sam_body.observation import NAMES
        from sam_body.official.keypoints import NAMES as THEIRS

        rows = [THEIRS.index(_OTHER_NAMES.get(name, name)) for name in NAMES]
        flat, solid = self._keypoints(image, box_around(wanted), seen)
        places = solid[rows] * [1.0, -1.0, -1.0]  # its camera has y down and z away
        hips = places[[NAMES.index("left_hip"), NAMES.index("right_hip")]].mean(0)
        sure = np.ones(len(rows))
        return replace(
            seen, xy_px=flat[rows], relative_m=places - hips, weight=sure, depth_weight=sure.copy()
        )

    def deepened(self, seen: Observation) -> Observation:
        """Return what is seen as it is: the model has better depths than our joint net."""
        return seen

    def _keypoints(self, image: Image, box: Array, seen: Observation) -> tuple[Array, Array]:
        """Return (70, 2) pixels and (70, 3) metres in the model's camera; kept for the next correction."""
        from sam_body.official.person import keypoints_of

        worker, camera = PLACE.worker(CURES, fov=""), seen.camera
        x, y = camera.center_px
        arrays = {
            "image": image.pixels,
            "boxes": box[None].astype(np.float32),
            "intrinsics": np.array([[camera.focal_px, 0, x], [0, camera.focal_px, y], [0, 0, 1]]),
        }

        def ask() -> tuple[tuple[Array, Array], int]:
            _, reply = worker.ask({"inference": "full"}, arrays, check=self._check)
            return keypoints_of(reply, camera), 4096

        asked = content_key(image.content_key, repr((box.tolist(), camera, worker.job.settings)))
        return EMBEDDINGS.get(f"{PLACE.package}-keypoints", asked, ask)


def _load(device: str) -> Sam3dBodyFit:
    if lacking := PLACE.missing():
        raise EngineUnavailable(f"{TITLE} cannot run here: {lacking.reason}", lacking.cure)
    return Sam3dBodyFit()


SPECS = (
    EngineSpec(
        id="sam-3d-body-rig",
        task="estimate",
        tier="official",
        title="SAM 3D Body on the shipped body",
        summary="The shipped body, fitted to the keypoints of Meta's model; tested here without its weights.",
        accepts=frozenset({Points, Box, MaskHint, Keypoints}),
        licence="SAM License (gated)",
        version="facebookresearch/sam-3d-body b5c765a",
        load=_load,
        missing=PLACE.missing,
        origin=PLACE.origin,
        default=True,
    ),
)
