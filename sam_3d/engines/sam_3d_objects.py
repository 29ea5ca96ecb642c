"""SAM 3D Objects: a whole object with colours and place, by Meta's model in an environment of its own."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.types import Shape
from shared.elsewhere import Elsewhere, official_weights
from shared.errors import EngineUnavailable
from shared.media import Image
from shared.progress import Progress
from shared.prompts import MaskHint
from shared.registry import EngineSpec

SEED = 42
TITLE = "SAM 3D Objects"
_NOTE = "All sides that the photo does not show were made up by SAM 3D Objects."

PLACE = Elsewhere(
    title=TITLE,
    package="sam3d_objects",
    marker="pipeline/inference_pipeline_pointmap.py",
    model=official_weights(
        "sam-3d-objects", TITLE, summary="whole objects of one photo", repo="facebook/sam-3d-objects"
    ),
    task=Path(__file__).parents[1] / "official" / "worker.py",
    install="Make the conda environment of a clone of facebookresearch/sam-3d-objects as its doc/setup.md "
    "says (Linux, NVIDIA GPU with 32 GB).",
)
CURES = {
    "memory": "The model wants a GPU with 32 GB, free of other programs; name another one by "
    "SEGSTUDIO_SAM_3D_OBJECTS_DEVICE, such as cuda:1.",
    "device": "The model runs on NVIDIA GPUs only. Here, lift_net, inflate and triposr run without one.",
    "weights": "Name the folder with pipeline.yaml and all checkpoints beside it.",
    "failure": "Where it misses files of its own, such as MoGe or DINOv2, let Meta's demo.py run once in "
    "that environment: nothing is downloaded from here.",
}


class Sam3dObjects:
    """Asks Meta's model, which runs in a process of its own."""

    def __call__(
        self, image: Image, mask: NDArray[np.bool_], *, thickness: float, progress: Progress
    ) -> Shape:
        """Lift the object under the mask; see `sam_3d.types.Lifter`. `thickness` says nothing here."""
        from sam_3d.official.placing import shape_of

        progress.step(0.02, f"load {TITLE} and make the object")
        worker = PLACE.worker(CURES)
        arrays = {"image": image.pixels, "mask": mask}
        told, made = worker.ask({"seed": SEED}, arrays, check=progress.check, step=progress.step)
        progress.step(0.92, "close the mesh")
        shape = shape_of(made, image, mask)
        return Shape(shape.mesh, shape.camera, shape.position, (_NOTE, *shape.warnings), shape.tilt_rad)


def _load(device: str) -> Any:
    if lacking := PLACE.missing():
        raise EngineUnavailable(f"{TITLE} cannot run here: {lacking.reason}", lacking.cure)
    return Sam3dObjects()


SPECS = (
    EngineSpec(
        id="sam-3d-objects",
        task="lift",
        tier="official",
        title=TITLE,
        summary="Meta's whole object with hidden sides, colours and place; tested here without its weights.",
        accepts=frozenset({MaskHint}),
        licence="SAM License (gated)",
        version="facebookresearch/sam-3d-objects cf06676",
        load=_load,
        missing=PLACE.missing,
        origin=PLACE.origin,
    ),
)
