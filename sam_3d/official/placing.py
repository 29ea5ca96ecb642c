"""Bring what SAM 3D Objects answers into our frames: mesh, pose and camera.

Its files are y up; the pose is of the same object z up, and leads (as rows: point · scale · rotation +
translation) to PyTorch3D's camera, x left, y up, z away from the viewer. Ours has x right and z towards the
viewer. The camera's focal length is not told, but is in the point map, which holds a place for each pixel.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.closing import closed
from sam_3d.solid import to_mesh, to_solid
from sam_3d.types import Shape
from shared.errors import EngineUnavailable, InputError
from shared.masks import box_of
from shared.media import Image
from shared.mesh import Camera, Mesh

Array = NDArray[np.float64]

_UP = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])  # rows: y up to z up
_OURS = np.array([-1.0, 1.0, -1.0])
_SHAPES = {
    "vertices": (None, 3), "faces": (None, 3), "colors": (None, 3), "rotation": (4,), "translation": (3,),
    "pointmap": (None, None, 3), "pointmap_size": (3,),
}  # fmt: skip
_FIELD_DEG = (3.0, 160.0)
_MOST_TILT = np.radians(70)
_LEAST_OVERLAP = 0.3
_LOST = 0.01


def shape_of(reply: dict[str, NDArray[Any]], image: Image, mask: NDArray[np.bool_]) -> Shape:
    """Return the object as the suite has it.

    Args:
        reply: Arrays of `sam_3d.official.worker.answer`.
        image: The photo.
        mask: (H, W) bool, what was lifted.

    Raises:
        EngineUnavailable: An array has another shape, or no camera fits the point map.
    """
    _check(reply)
    camera = camera_of(reply, image)
    rotation = matrix(np.asarray(reply["rotation"], np.float64))
    placed = (np.asarray(reply["vertices"], np.float64) @ _UP) * np.asarray(reply["scale"]) @ rotation
    placed = (placed + np.asarray(reply["translation"])) * _OURS
    colors = np.asarray(reply["colors"], np.uint8)
    mesh, warnings = solid_mesh(Mesh(placed, np.asarray(reply["faces"], np.int64), colors=colors))
    warnings += _apart(camera.project(placed), mask)
    low, high = mesh.vertices.min(0), mesh.vertices.max(0)
    middle, factor = (low + high) / 2, 1 / float((high - low).max())
    mesh = replace(mesh, vertices=(mesh.vertices - middle) * factor)
    shape = Shape(mesh, camera, middle * factor, warnings)
    up = rotation[2] * _OURS
    tilt = float(np.arctan2(up[2], up[1]))
    return shape.upright(tilt) if abs(tilt) <= _MOST_TILT else shape


def _check(reply: dict[str, NDArray[Any]]) -> None:
    for name, wanted in _SHAPES.items():
        found = reply[name].shape if name in reply else None
        fits = found is not None and len(found) == len(wanted)
        if not fits or any(w not in (None, f) for w, f in zip(wanted, found or (), strict=True)):
            raise _unexpected(f"{name} of shape {found}, not {wanted}")
    if reply.get("scale", np.zeros(0)).shape not in ((1,), (3,)):
        raise _unexpected("no scale")
    if len(reply["colors"]) != len(reply["vertices"]) or not len(reply["faces"]):
        raise _unexpected("a mesh without triangles or colours")
    for name in ("vertices", "rotation", "translation", "scale"):
        if not np.isfinite(np.asarray(reply[name], np.float64)).all():
            raise _unexpected(f"{name} that are no numbers")


def _unexpected(what: str) -> EngineUnavailable:
    return EngineUnavailable(
        f"SAM 3D Objects answered with {what}.",
        "Use the version of facebookresearch/sam-3d-objects that docs/engines.md names.",
    )


def matrix(rotation: Array) -> Array:
    """Return the (3, 3) matrix of a quaternion w, x, y, z, which acts on rows from the right."""
    w, x, y, z = rotation / np.linalg.norm(rotation)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


def camera_of(reply: dict[str, NDArray[Any]], image: Image) -> Camera:
    """Return the pinhole camera, its axis in the middle, that sees the points of the map at their pixels.

    Args:
        reply: "pointmap" (h, w, 3), every k-th pixel of a map, and "pointmap_size" (width, height, k) of it.
        image: The photo.

    Raises:
        EngineUnavailable: There is none of a sensible field of view.
    """
    points = np.asarray(reply["pointmap"], np.float64) * _OURS
    width, height, stride = (int(value) for value in reply["pointmap_size"])
    columns = np.arange(points.shape[1]) * stride + stride // 2 + 0.5 - width / 2
    rows = np.arange(points.shape[0]) * stride + stride // 2 + 0.5 - height / 2
    depth = -points[..., 2]
    known = np.isfinite(points).all(2) & (depth > 0)
    x, y, z = points[known][:, 0], points[known][:, 1], depth[known]
    seen = np.concatenate([np.broadcast_to(columns, known.shape)[known], -np.repeat(rows, known.sum(1))])
    slope = np.concatenate([x / z, y / z])
    focal = float(slope @ seen / max(float(slope @ slope), 1e-12)) * image.width / width
    field = np.degrees(2 * np.arctan(max(image.width, image.height) / 2 / focal)) if focal > 0 else 0.0
    if not _FIELD_DEG[0] < field < _FIELD_DEG[1]:
        raise _unexpected(f"a point map that no camera has seen (field of view {field:.0f} degrees)")
    return Camera(focal, (image.width / 2, image.height / 2), (image.width, image.height))


def solid_mesh(mesh: Mesh) -> tuple[Mesh, tuple[str, ...]]:
    """Return the largest closed body, and warnings. What cannot be closed stays as it is; a warning says so.

    All triangles stay: the colours are those of their corners.
    """
    try:
        try:
            solid = to_solid(mesh)
        except InputError:
            solid = to_solid(closed(mesh))
        made = to_mesh(solid, mesh)
    except InputError:
        return mesh, ("The mesh is not closed: repair it before it is printed.",)
    volumes = sorted(abs(body.volume()) for body in solid.decompose())
    lost = sum(volumes[:-1]) / max(sum(volumes), 1e-12)
    if lost < _LOST:
        return made, ()
    return made, (
        f"{len(volumes) - 1} smaller parts, {lost:.0%} of the volume, hang on nothing and are left out.",
    )


def _apart(spots: Array, mask: NDArray[np.bool_]) -> tuple[str, ...]:
    """Warn where the placed object's box in the photo is not that of the mask."""
    left, top, right, bottom = box_of(mask)
    low, high = spots.min(0), spots.max(0)
    shared = np.minimum(high, (right, bottom)) - np.maximum(low, (left, top))
    common = float(np.maximum(shared, 0).prod())
    union = float((high - low).prod()) + (right - left) * (bottom - top) - common
    if common / max(union, 1e-9) >= _LEAST_OVERLAP:
        return ()
    return (
        f"The model placed the object elsewhere than the mask is (overlap {common / max(union, 1e-9):.2f}).",
    )
