"""Lay the object as it prints best."""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from sam_3d.sizing import sized
from sam_3d.types import Reconstruction
from shared.params import Choice, Doc, validated

_SLOPE = float(np.cos(np.radians(45)))
_RESTING = 0.004  # of the size: what lies as near to the bed as that rests on it
_CANDIDATES = 60
_WEIGHTS = {"balanced": (1.0, 1.0, 0.15), "least_overhang": (1.0, 0.1, 0.0), "largest_foot": (0.1, 1.0, 0.0)}


@dataclass(frozen=True)
class Orient:
    """Turn down the side that gives a good foot and few overhangs; it no longer lies as in the photo."""

    id: ClassVar[str] = "orient"
    title: ClassVar[str] = "Orient"
    in_mm: ClassVar[bool] = True
    aim: Annotated[str, Choice(tuple(_WEIGHTS)), Doc("What counts most.")] = "balanced"

    def __post_init__(self) -> None:
        validated(self)

    def __call__(self, value: Reconstruction) -> Reconstruction:
        """Return the object turned about its middle, its size kept."""
        value = sized(value)
        mesh = value.mesh
        corners = mesh.vertices[mesh.faces]
        across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        areas = np.linalg.norm(across, axis=1) / 2
        normals = across / np.maximum(2 * areas, 1e-300)[:, None]
        downs = _candidates(mesh.vertices, normals, areas)
        costs = [_cost(corners, normals, areas, down, _WEIGHTS[self.aim]) for down in downs]
        # What lies well already stays: only a clear gain turns it.
        best = int(np.argmin(costs)) if min(costs) < costs[0] - 0.005 else 0
        turn = _turn_down(downs[best])
        middle = (mesh.vertices.min(0) + mesh.vertices.max(0)) / 2
        return value.with_mesh(replace(mesh, vertices=(mesh.vertices - middle) @ turn.T + middle))


def _candidates(
    vertices: NDArray[np.float64], normals: NDArray[np.float64], areas: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return unit directions (N, 3) that may point down: as it is, the 26 of a cube, and flat sides."""
    from scipy import spatial

    grid = np.array([(x, y, z) for x in (0, 1, -1) for y in (0, 1, -1) for z in (0, 1, -1)][1:], float)
    hull = spatial.ConvexHull(vertices, qhull_options="QJ")
    sides = hull.equations[:, :3]
    corners = vertices[hull.simplices]
    size = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    # Triangles of one flat side count together.
    keys, place = np.unique(np.round(sides, 2), axis=0, return_inverse=True)
    total = np.bincount(place.ravel(), size, len(keys))
    flat = keys[np.argsort(total)[::-1][:_CANDIDATES]]
    every = np.concatenate([[(0.0, -1.0, 0.0)], grid, flat])
    return every / np.linalg.norm(every, axis=1, keepdims=True)


def _cost(
    corners: NDArray[np.float64],
    normals: NDArray[np.float64],
    areas: NDArray[np.float64],
    down: NDArray[np.float64],
    weights: tuple[float, float, float],
) -> float:
    """Return overhang less foot plus height, each as a share of the object."""
    depth = corners @ down
    floor, size = float(depth.max()), float(np.ptp(corners.reshape(-1, 3), axis=0).max())
    resting = depth.min(1) > floor - _RESTING * size
    facing = normals @ down
    total = float(areas.sum())
    overhang = float(areas[(facing > _SLOPE) & ~resting].sum()) / total
    foot = float((areas * np.maximum(facing, 0))[resting].sum()) / total
    height = (floor - float(depth.min())) / size
    return weights[0] * overhang - weights[1] * foot + weights[2] * height


def _turn_down(down: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the shortest rotation (3, 3) that brings a direction to −y."""
    target = np.array([0.0, -1.0, 0.0])
    axis, cosine = np.cross(down, target), float(down @ target)
    if cosine < -1 + 1e-9:
        return np.diag([1.0, -1.0, -1.0])
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.eye(3) + cross + cross @ cross / (1 + cosine)


OPS = (Orient,)
