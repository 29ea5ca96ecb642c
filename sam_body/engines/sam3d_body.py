"""SAM 3D Body: people as MHR, Meta's own rig, by Meta's model in an environment of its own.

The official code takes boxes, masks with boxes, and a camera; who is there is found by the suite's own nets
where nobody is marked with a box or a mask. It takes no keypoints.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sam_body.settings import Wishes
from sam_body.skeletons import Skeleton
from sam_body.types import Body
from shared.elsewhere import Elsewhere, official_weights
from shared.errors import EngineUnavailable, InputError, PromptError
from shared.masks import box_of
from shared.media import Image
from shared.progress import Progress
from shared.prompts import Box, MaskHint, Points, Prompt, Prompts, of_kind
from shared.registry import EngineSpec

if TYPE_CHECKING:
    from sam_body.people import Wanted

ID, TITLE = "sam-3d-body", "SAM 3D Body"
FOV_SETTING, FOVS = "SEGSTUDIO_SAM_3D_BODY_FOV", ("", "moge2")
MHR_FILE = "assets/mhr_model.pt"

PLACE = Elsewhere(
    title=TITLE,
    package="sam_3d_body",
    marker="sam_3d_body_estimator.py",
    model=official_weights(
        ID, TITLE, summary="people with hands, as MHR", repo="facebook/sam-3d-body-dinov3"
    ),
    task=Path(__file__).parents[1] / "official" / "worker.py",
    install="Clone facebookresearch/sam-3d-body, make the environment of its INSTALL.md (NVIDIA GPU), and "
    "set SEGSTUDIO_SAM_3D_BODY_CODE to the clone.",
)
CURES = {
    "memory": "Free the GPU's memory, mark fewer people at once, or name another one by "
    "SEGSTUDIO_SAM_3D_BODY_DEVICE, such as cuda:1.",
    "device": "The official code runs on NVIDIA GPUs only. Here, landmark-fit and vitpose run without one.",
    "weights": "Name the whole repository's folder: model.ckpt, model_config.yaml, assets/mhr_model.pt.",
    "failure": "Where it misses code or weights of its own, such as DINOv3's, let Meta's demo.py run once in "
    "that environment: nothing is downloaded from here.",
}
NOTE = (
    "The bodies are MHR's own, with its 127 joints: the rig {rig}, measures and beliefs about the pose are "
    "of the shipped body. Files hold the surface as joints move it: up to {bent:.0f} mm from the model's own."
)


class Sam3dBody:
    """Asks Meta's model, which runs in a process of its own."""

    def estimate(
        self, image: Image, prompts: Prompts, skeleton: Skeleton, wishes: Wishes, progress: Progress
    ) -> tuple[tuple[Body, ...], tuple[str, ...]]:
        """Return the bodies of the people meant, and warnings.

        Raises:
            InputError: No person is there.
            PromptError: An object has only prompts that say what it is not.
            EngineUnavailable: The model cannot be reached or loaded, or answers what does not fit.
            WeightsError: Its files cannot be used.
        """
        from sam_body.mhr.model import mhr_of
        from sam_body.official.person import people

        progress.step(0.0, "finding people")
        meant, warnings = _meant(image, prompts, wishes.most_people)
        progress.step(0.2, f"load {TITLE} and estimate {len(meant)} of them")
        worker = PLACE.worker(CURES, fov=_fov())
        model = mhr_of(Path(worker.job.settings["folder"]) / MHR_FILE)
        made: dict[int, Any] = {}
        for group in (
            [one for one in meant if one["mask"] is None],
            [one for one in meant if one["mask"] is not None],
        ):
            if group:
                _, reply = worker.ask(
                    {"inference": "full"}, _request(image, group, wishes), check=progress.check
                )
                known = [
                    {"object_id": one["object_id"], "score": one["score"], "focal_source": wishes.view.source}
                    for one in group
                ]
                found = people(reply, model, (image.width, image.height), known)
                made |= {one["object_id"]: body for one, body in zip(group, found, strict=True)}
        ordered = [made[one["object_id"]] for one in meant]
        bent = 1000 * max(one.bent_m for one in ordered)
        note = NOTE.format(rig=skeleton.name, bent=bent)
        return tuple(one.person for one in ordered), (*warnings, note)


def _meant(image: Image, prompts: Prompts, most_people: int) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Return who is meant: object_id, box (left, top, right, bottom), mask or None, the nets' score or 0."""
    from sam_body.people import wanted_people

    if not prompts:
        found, warnings = wanted_people(image, (), most_people=most_people)
        return [_told(one) for one in found], warnings
    numbers = sorted({getattr(prompt, "object_id", 0) for prompt in prompts})
    groups = {n: tuple(p for p in prompts if getattr(p, "object_id", 0) == n) for n in numbers}
    return [_marked(image, n, group) for n, group in groups.items()], ()


def _marked(image: Image, number: int, group: tuple[Prompt, ...]) -> dict[str, Any]:
    from sam_body.people import wanted_people

    masks: list[MaskHint] = of_kind(group, MaskHint)
    boxes = [box.xyxy_px for box in of_kind(group, Box) if box.keep]
    if masks:
        mask = np.logical_or.reduce([hint.mask for hint in masks])
        return {"object_id": number, "box": box_of(mask), "mask": mask, "score": 0.0}
    if boxes:
        edges = np.array(boxes)
        low = np.maximum(edges[:, :2].min(0), 0)
        high = np.minimum(edges[:, 2:].max(0), (image.width, image.height))
        return {"object_id": number, "box": (*low, *high), "mask": None, "score": 0.0}
    if not of_kind(group, Points):
        raise PromptError("The prompts only say where the person is not.", "Mark the person.")
    return _told(wanted_people(image, group)[0][0])


def _told(wanted: "Wanted") -> dict[str, Any]:
    score = wanted.person.score if wanted.person else 0.0
    known = {"object_id": wanted.object_id, "mask": None, "score": min(max(score, 0.0), 1.0)}
    return known | {"box": box_around(wanted)}


def box_around(wanted: "Wanted") -> NDArray[np.float64]:
    """Return left, top, right, bottom around a person's landmarks and pixels."""
    boxes = [wanted.person.box_xyxy()] if wanted.person else []
    if wanted.mask is not None and wanted.mask.any():
        boxes.append(box_of(wanted.mask))
    edges = np.array(boxes, np.float64)
    return np.concatenate([edges[:, :2].min(0), edges[:, 2:].max(0)])


def _request(image: Image, group: list[dict[str, Any]], wishes: Wishes) -> dict[str, NDArray[Any]]:
    arrays = {"image": image.pixels, "boxes": np.array([one["box"] for one in group], np.float32)}
    if group[0]["mask"] is not None:
        arrays["masks"] = np.stack([one["mask"] for one in group])
    if wishes.view.source != "assumed":
        camera = wishes.view.camera
        x, y = camera.center_px
        arrays["intrinsics"] = np.array([[camera.focal_px, 0, x], [0, camera.focal_px, y], [0, 0, 1]])
    return arrays


def _fov() -> str:
    """Return what estimates the camera's field of view where nothing tells it; "" for the usual one."""
    value = os.environ.get(FOV_SETTING, "").strip()
    if value not in FOVS:
        raise InputError(f"{FOV_SETTING} wants moge2 or nothing, but got {value!r}.")
    return value


def _load(device: str) -> Sam3dBody:
    if lacking := PLACE.missing():
        raise EngineUnavailable(f"{TITLE} cannot run here: {lacking.reason}", lacking.cure)
    return Sam3dBody()


SPECS = (
    EngineSpec(
        id=ID,
        task="estimate",
        tier="official",
        title=TITLE,
        summary="Meta's people with hands from one photo, as MHR; tested here without its weights.",
        accepts=frozenset({Points, Box, MaskHint}),
        licence="SAM License (gated)",
        version="facebookresearch/sam-3d-body b5c765a",
        load=_load,
        missing=PLACE.missing,
        origin=PLACE.origin,
    ),
)
