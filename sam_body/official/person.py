"""Turn what SAM 3D Body answers into bodies of MHR, and refuse what does not agree with itself.

Its camera has x right, y down and z away from the viewer, metres; ours is turned about x by 180 degrees. Its
vertices are those of MHR, turned the same way, so that MHR called with the parameters must give them again:
that shows that axes, units and files are what we take them for.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_body.mhr.model import IDENTITY, PARAMETERS, Mhr
from sam_body.mhr.person import Placed, placed
from sam_body.official.keypoints import NAMES
from sam_body.types import Landmarks
from shared.errors import EngineUnavailable
from shared.mesh import Camera

Array = NDArray[np.float64]
Reply = dict[str, NDArray[Any]]

_OURS = np.array([1.0, -1.0, -1.0])
_APART_M, _APART_PX = 0.02, 3.0
_CURE = "Use the version of facebookresearch/sam-3d-body that docs/engines.md names, with its mhr_model.pt."


def people(
    reply: Reply, model: Mhr, size_px: tuple[int, int], known: list[dict[str, Any]]
) -> tuple[Placed, ...]:
    """Return one body a row of the reply.

    Args:
        reply: Arrays of `sam_body.official.worker.answer`.
        model: MHR, of the file that the checkpoint came with.
        size_px: Width and height of the photo.
        known: More of each `Body`: score, object_id, focal_source.

    Raises:
        EngineUnavailable: An array has another shape, or two of them contradict one another.
    """
    wanted = _shapes(len(known), model)
    _check(reply, wanted)
    rows = [{name: reply[name][n] for name in wanted} for n in range(len(known))]
    return tuple(_person(row, model, size_px, more) for row, more in zip(rows, known, strict=True))


def keypoints_of(reply: Reply, camera: Camera) -> tuple[Array, Array]:
    """Return the keypoints of the one person of a reply: (70, 2) pixels, (70, 3) metres in its own camera.

    Args:
        reply: Arrays of `sam_body.official.worker.answer`.
        camera: The one that the model was told.

    Raises:
        EngineUnavailable: An array has another shape, or the keypoints were seen by another camera.
    """
    wanted: dict[str, tuple[int, ...]] = {"camera": (1, 3), "focal_px": (1,)}
    wanted |= {"keypoints_3d": (1, len(NAMES), 3), "keypoints_2d": (1, len(NAMES), 2)}
    _check(reply, wanted)
    row = {name: reply[name][0] for name in wanted}
    if abs(_camera(row, camera.size_px).focal_px / camera.focal_px - 1) > 0.01:
        raise _unexpected("keypoints of another camera than it was told")
    return row["keypoints_2d"], row["keypoints_3d"] + row["camera"]


def _person(row: Reply, model: Mhr, size_px: tuple[int, int], known: dict[str, Any]) -> Placed:
    parameters, identity = row["parameters"], row["identity"]
    again = model.pose(parameters, identity)
    apart = np.linalg.norm(again.vertices - row["vertices"] * _OURS, axis=1).mean()
    if not apart <= _APART_M:
        raise _unexpected(f"a surface that MHR does not make of its parameters ({1000 * apart:.0f} mm apart)")
    camera = _camera(row, size_px)
    made = placed(model, parameters, identity, camera=camera, at_m=row["camera"] * _OURS, **known)
    points = (row["keypoints_3d"] + row["camera"]) * _OURS
    flat = camera.project(points)
    inside = np.where(((flat >= 0) & (flat < size_px)).all(axis=1), 1.0, 0.0)
    marks = Landmarks(NAMES, row["keypoints_2d"], flat, points - made.person.offset_m, inside)
    return replace(made, person=replace(made.person, landmarks=marks))


def _camera(row: Reply, size_px: tuple[int, int]) -> Camera:
    """Return the camera in which the points fall where the answer draws them."""
    focal = float(row["focal_px"])
    seen = row["keypoints_3d"] + row["camera"]
    if not focal > 0 or (seen[:, 2] <= 0).any():
        raise _unexpected("a person behind the camera")
    centres = row["keypoints_2d"] - focal * seen[:, :2] / seen[:, 2:]
    x, y = np.median(centres, axis=0)
    apart = float(np.linalg.norm(centres - (x, y), axis=1).max())
    if not apart <= _APART_PX:
        raise _unexpected(
            f"keypoints that its camera does not see where it draws them ({apart:.0f} px apart)"
        )
    return Camera(focal, (float(x), float(y)), size_px)


def _shapes(count: int, model: Mhr) -> dict[str, tuple[int, ...]]:
    vertices = int(model.faces.max()) + 1
    return {
        "vertices": (count, vertices, 3), "keypoints_3d": (count, len(NAMES), 3),
        "keypoints_2d": (count, len(NAMES), 2), "camera": (count, 3), "parameters": (count, PARAMETERS),
        "identity": (count, IDENTITY), "focal_px": (count,),
    }  # fmt: skip


def _check(reply: Reply, wanted: dict[str, tuple[int, ...]]) -> None:
    for name, shape in wanted.items():
        found = reply[name].shape if name in reply else None
        if found != shape:
            raise _unexpected(f"{name} of shape {found}, not {shape}")
        if not np.isfinite(reply[name]).all():
            raise _unexpected(f"{name} that are no numbers")


def _unexpected(what: str) -> EngineUnavailable:
    return EngineUnavailable(f"SAM 3D Body answered with {what}.", _CURE)
