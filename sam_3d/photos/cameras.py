"""Where cameras stand: rays, turntables, and the JSON of known cameras."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import InputError
from shared.mesh import Camera
from shared.render import View

Points = NDArray[np.float64]

# OpenCV's camera looks along +z with y down; glTF's looks along −z with y up.
FLIP = np.diag([1.0, -1.0, -1.0])
USUAL_FIELD_OF_VIEW_DEG = 60.0  # a phone's main camera, along the longer side


def place(view: View) -> Points:
    """Return (3,): where the camera stands in the world."""
    turn, shift = view.camera_from_world[:3, :3], view.camera_from_world[:3, 3]
    return -turn.T @ shift


def seen(view: View, points: Points) -> tuple[Points, Points]:
    """Project (N, 3) world points: (N, 2) pixels and (N,) distances along the viewing axis."""
    turned = points @ view.camera_from_world[:3, :3].T + view.camera_from_world[:3, 3]
    depth = -turned[:, 2]
    turned[:, 2] = -np.maximum(depth, 1e-9)
    return view.camera.project(turned), depth


def rays(view: View, pixels: Points) -> Points:
    """Return (N, 3) unit directions in the world in which (N, 2) pixel positions look."""
    camera = view.camera
    across = (pixels[:, 0] - camera.center_px[0]) / camera.focal_px
    up = -(pixels[:, 1] - camera.center_px[1]) / camera.focal_px
    local = np.stack([across, up, -np.ones(len(pixels))], axis=1)
    return local / np.linalg.norm(local, axis=1, keepdims=True) @ view.camera_from_world[:3, :3]


def azimuth_deg(view: View, middle: Points) -> float:
    """Return the compass direction that the camera stands in, 0 at +z and 90 at +x, in 0..360."""
    away = place(view) - middle
    return float(np.degrees(np.arctan2(away[0], away[2])) % 360)


def elevation_deg(view: View, middle: Points) -> float:
    """Return how high the camera stands above the middle, in degrees above the horizon."""
    away = place(view) - middle
    return float(np.degrees(np.arctan2(away[1], np.hypot(away[0], away[2]))))


def turntable_view(
    camera: Camera, azimuth: float, *, elevation: float, aside: float = 0.0, roll: float = 0.0
) -> View:
    """Return the view of a turntable at distance 1 from its axis (the world's y axis).

    Args:
        camera: Of the photo.
        azimuth: Direction that the camera stands in, radians; 0 at +z, growing towards +x.
        elevation: How high the camera looks down from, radians.
        aside: How far to the right of the picture's middle the axis is, in distances to it.
        roll: How far the axis leans to the right in the picture, radians.
    """
    sine, cosine = np.sin(azimuth), np.cos(azimuth)
    around = np.array([[cosine, 0, -sine], [0, 1, 0], [sine, 0, cosine]])
    down = np.array(
        [[1, 0, 0], [0, np.cos(elevation), -np.sin(elevation)], [0, np.sin(elevation), np.cos(elevation)]]
    )
    lean = np.array([[np.cos(roll), np.sin(roll), 0], [-np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    pose = np.eye(4)
    pose[:3, :3] = lean @ down @ around
    pose[:3, 3] = (aside, 0.0, -1.0)
    return View(camera, pose)


def from_opencv(camera: Camera, turn: Points, shift: Points) -> View:
    """Return the view of an OpenCV pose: camera point = turn · world point + shift, y down, z ahead."""
    pose = np.eye(4)
    pose[:3, :3], pose[:3, 3] = FLIP @ turn, FLIP @ np.ravel(shift)
    return View(camera, pose)


def to_json(names: Sequence[str], views: Sequence[View]) -> dict[str, Any]:
    """Return cameras as the JSON that `from_json` reads: focal length and centre in pixels, glTF poses."""
    return {
        name: {
            "focal_px": view.camera.focal_px,
            "center_px": list(view.camera.center_px),
            "size_px": list(view.camera.size_px),
            "camera_from_world": view.camera_from_world.tolist(),
        }
        for name, view in zip(names, views, strict=True)
    }


def from_json(value: Any, names: Sequence[str], sizes_px: Sequence[tuple[int, int]]) -> tuple[View, ...]:
    """Read known cameras, one for each photo.

    Args:
        value: {photo name: {"focal_px", "center_px" (default: the middle), "camera_from_world" (4 x 4)}};
            the camera looks along −z with y up, the world has y up.
        names: The photos.
        sizes_px: Their widths and heights.

    Raises:
        InputError: A photo has no camera, or one is wrong.
    """
    cameras = value.get("cameras", value) if isinstance(value, dict) else {}
    found = []
    for name, size in zip(names, sizes_px, strict=True):
        if name not in cameras:
            raise InputError(f"cameras.json has no camera of the photo {name!r}.", "Give one for each photo.")
        found.append(_view(name, cameras[name], size))
    return tuple(found)


def _view(name: str, item: Any, size: tuple[int, int]) -> View:
    try:
        pose = np.asarray(item["camera_from_world"], np.float64)
        focal = float(item["focal_px"])
        x, y = (float(n) for n in item.get("center_px", (size[0] / 2, size[1] / 2)))
        told = tuple(int(n) for n in item.get("size_px", size))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"The camera of {name!r} cannot be read ({error!r}).",
            'Give {"focal_px": 1200, "camera_from_world": [[...], [...], [...], [0, 0, 0, 1]]}.',
        ) from None
    if told != size:
        raise InputError(f"The camera of {name!r} is for {told} pixels, but the photo has {size}.")
    rigid = pose.shape == (4, 4) and np.allclose(pose[:3, :3] @ pose[:3, :3].T, np.eye(3), atol=1e-3)
    if not rigid or np.linalg.det(pose[:3, :3]) < 0 or not focal > 0 or not np.isfinite(pose).all():
        raise InputError(
            f"The camera of {name!r} wants a rigid 4 x 4 camera_from_world and a focal_px above 0."
        )
    return View(Camera(focal, (x, y), size), pose)


def usual_focal_px(size_px: tuple[int, int]) -> float:
    """Return the focal length of a phone's main camera for a picture of this size."""
    return max(size_px) / 2 / np.tan(np.radians(USUAL_FIELD_OF_VIEW_DEG / 2))
