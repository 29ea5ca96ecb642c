"""Endpoints beside the estimate: find people before it; shape a body and give it a motion after it."""

from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import gradio as gr
from gradio.events import api
from gradio.utils import get_upload_folder

from apps import bodies
from apps.web.errors import shown_error
from apps.web.result_files import file_data
from apps.web.uploads import uploaded
from sam_body.people import boxes_of_people
from shared.errors import StudioError
from shared.loading import load_image
from shared.prompts import to_json


def listen() -> None:
    """Register the endpoints on the page being built."""
    for function in (find_people, shape_body, retarget):
        api(function, api_name=function.__name__, concurrency_id="endpoints")


def find_people(photo: gr.FileData, most_people: int = 10) -> list[dict[str, Any]]:
    """Tell where people are in a photo: boxes to choose from and to mend, as prompts of `/estimate`.

    Args:
        photo: A picture file.
        most_people: Most boxes.

    Returns:
        Such as [{"kind": "box", "xyxy_px": [40, 20, 210, 560], "keep": true, "object_id": 0}], the most
        certain person first.
    """
    try:
        return to_json(boxes_of_people(load_image(uploaded(photo)), most_people=max(most_people, 1)))
    except StudioError as error:
        raise shown_error(error) from error


def shape_body(
    body: gr.FileData | None = None,
    shape: dict | None = None,
    measures_cm: dict | None = None,
    rig: str | None = None,
    rest: str | None = None,
    formats: list[str] | None = None,
) -> tuple[list[gr.FileData], dict[str, Any]]:
    """Give a body another shape in the same pose: by numbers, or by measures in cm.

    Args:
        body: A body.json of an estimate; an average person who stands when not given.
        shape: Such as {"muscle": 0.7}: gender, age, muscle, weight, height, proportions, each 0 to 1.
        measures_cm: Such as {"height": 178, "waist": 82}: height, chest, waist, hip, inseam, arm.
        rig: "game_engine", "mixamo", "cmu" or "smpl"; the body's own when not given.
        rest: "model", "T", "A" or "photo"; the body's own when not given.
        formats: "glb", "bvh", "stl", "json", "obj", "ply", "npz", "csv", and "usdc", "usdz", "fbx"; empty for
            all but the last 3.

    Returns:
        The files, and height, shape and measures of the new body, with warnings.
    """
    try:
        path = uploaded(body) if body else None
        made, warnings = bodies.shaped(path, shape, measures_cm, rig=rig, rest=rest)
        paths = bodies.written(made, new_folder(), "body", tuple(formats or ()))
        told = bodies.facts(made) | {"warnings": list(warnings)}
    except StudioError as error:
        raise shown_error(error) from error
    files: Any = [file_data(path) for path in paths]
    return files, told


def retarget(
    motion: gr.FileData,
    body: gr.FileData | None = None,
    rig: str | None = None,
    formats: list[str] | None = None,
) -> tuple[list[gr.FileData], dict[str, Any]]:
    """Bring the motion of a BVH file onto a body.

    Args:
        motion: BVH of any skeleton whose joints have usual names (Mixamo, CMU, SMPL, Unreal, Blender).
        body: A body.json of an estimate; an average person when not given.
        rig: "game_engine", "mixamo", "cmu" or "smpl"; the body's own when not given.
        formats: "glb", "bvh", and "usdc", "usdz", "fbx"; empty for the first 2.

    Returns:
        The files, and how many frames of how many seconds they hold.
    """
    try:
        made = bodies.moved(uploaded(body) if body else None, uploaded(motion), rig=rig)
        paths = bodies.written(made, new_folder(), "motion", tuple(formats or ()))
    except StudioError as error:
        raise shown_error(error) from error
    files: Any = [file_data(path) for path in paths]
    return files, {"frames": len(made.rotations), "frame_s": made.frame_s, "rig": made.body.rig.name}


def new_folder() -> Path:
    """Make an empty folder where the page may serve files from."""
    Path(get_upload_folder()).mkdir(parents=True, exist_ok=True)
    return Path(mkdtemp(dir=get_upload_folder()))
