"""Photograph a true mesh: picture, exact mask, exact front and back depth, from one side."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.object_meshes import Triangles
from shared.media import Image
from tools.train_lift.shading import shade
from tools.train_lift.views import Scene

SIDE_PX, FIELD_DEG, DISTANCE = 320, 35.0, 2.6
Rows = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Photo:
    """One look at a mesh.

    Args:
        image: The object, shaded and painted by chance, on black.
        mask: (H, W) bool, exact.
        front: (H, W) distance along the view to where a ray first meets the object; NaN outside.
        back: (H, W) where it leaves it for the last time.
        truth: The mesh in the camera's axes (right, down, away).
        focal_px: Focal length.
    """

    image: Image
    mask: NDArray[np.bool_]
    front: Rows
    back: Rows
    truth: Triangles
    focal_px: float

    @property
    def distance(self) -> float:
        """Median distance of what is seen."""
        return float(np.median(self.front[self.mask]))


def photograph(mesh: Triangles, azimuth_deg: float, elevation_deg: float, *, seed: int, paint: str) -> Photo:
    """Look at a mesh with a 35° camera from 2.6 longest edges away.

    Args:
        mesh: Vertices, y up, and faces.
        azimuth_deg: Around the upright axis.
        elevation_deg: Above the ground.
        seed: Of paint and light.
        paint: "shaded" (random paint and light), or "flat" (one colour, no light).
    """
    eye, axes = _camera(azimuth_deg, elevation_deg)
    focal = 0.5 * SIDE_PX / np.tan(np.radians(FIELD_DEG / 2))
    line = (np.arange(SIDE_PX) + 0.5 - SIDE_PX / 2) / focal
    rays = np.stack([*np.meshgrid(line, line), np.ones((SIDE_PX, SIDE_PX))], -1).reshape(-1, 3)
    scene, world = Scene(*mesh), rays @ axes
    first = scene.meet(np.broadcast_to(eye, world.shape), world)
    hit = first["primID"] >= 0
    first = {name: values[hit] for name, values in first.items()}
    last = scene.meet(eye + world[hit] * 5.0, -world[hit])
    front, back = (np.full(len(hit), np.nan) for _ in range(2))
    front[hit] = first["tfar"]
    back[hit] = np.maximum(5.0 - last["tfar"], first["tfar"])
    normal = np.zeros((len(hit), 3))
    facing = scene.normals(first) @ axes.T
    normal[hit] = np.where((facing * rays[hit]).sum(1, keepdims=True) > 0, -facing, facing)
    part = np.zeros(len(hit), np.int64)
    part[hit] = scene.parts[first["primID"]]
    shape = (SIDE_PX, SIDE_PX)
    mask = hit.reshape(shape)
    width = np.ptp(np.argwhere(mask), axis=0).max() / focal * np.nanmedian(front)
    depth = np.nan_to_num((front - np.nanmedian(front)) / width).reshape(shape)
    pixels = np.full((*shape, 3), (150, 120, 90), np.uint8)
    if paint == "shaded":
        pixels = _painted(normal.reshape(*shape, 3), depth, part.reshape(shape), mask, seed)
    pixels = pixels * mask[..., None]
    vertices = (mesh[0] - eye) @ axes.T
    return Photo(
        Image(pixels.astype(np.uint8)),
        mask,
        front.reshape(shape),
        back.reshape(shape),
        (vertices, mesh[1]),
        focal,
    )


def _painted(normal: Rows, depth: Rows, part: NDArray[np.int64], mask: NDArray[np.bool_], seed: int) -> Rows:
    def tensor(values: NDArray[np.generic]) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(values, np.float32))

    shaded = shade(
        tensor(normal.transpose(2, 0, 1))[None],
        tensor(depth)[None, None],
        torch.from_numpy(part)[None],
        tensor(mask)[None, None],
        torch.Generator().manual_seed(seed),
    )
    return (shaded[0].permute(1, 2, 0).numpy() * 255).round()


def _camera(azimuth_deg: float, elevation_deg: float) -> tuple[Rows, Rows]:
    """Return where the eye is, and rows: right, down, away."""
    turn, lift = np.radians([azimuth_deg, elevation_deg])
    eye = DISTANCE * np.array([np.cos(lift) * np.sin(turn), np.sin(lift), np.cos(lift) * np.cos(turn)])
    back = eye / np.linalg.norm(eye)
    right = np.cross([0, 1, 0], back)
    right = right / np.linalg.norm(right)
    return eye, np.stack([right, -np.cross(back, right), -back])
