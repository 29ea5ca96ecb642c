"""Solids as signed distances on a grid: round parts that melt into one another, and their surface.

Frame: x to the object's left, y up, z forward; parts lie within −1..1. Distances are negative inside.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Triangles = tuple[NDArray[np.float32], NDArray[np.int32]]

CELLS = 72
REACH = 1.15
_LINE = np.linspace(-REACH, REACH, CELLS, dtype=np.float32)
X, Y, Z = (_LINE[:, None, None], _LINE[None, :, None], _LINE[None, None, :])


def rounded_cone(start: Any, end: Any, start_radius: float, end_radius: float) -> Array:
    """Return the distance to a limb: a segment whose radius goes straight from one end to the other."""
    (ax, ay, az), along = np.asarray(start, np.float32), np.subtract(end, start).astype(np.float32)
    square = max(float(along @ along), 1e-6)
    share = ((X - ax) * along[0] + (Y - ay) * along[1] + (Z - az) * along[2]) / square
    share = np.clip(share, 0, 1)
    gap = [axis - at - share * step for axis, at, step in zip((X, Y, Z), (ax, ay, az), along, strict=True)]
    return np.sqrt(gap[0] ** 2 + gap[1] ** 2 + gap[2] ** 2) - (
        start_radius + (end_radius - start_radius) * share
    )


def ellipsoid(middle: Any, radii: Any, turn: NDArray[Any] | None = None) -> Array:
    """Return about the distance to an ellipsoid (exact on its surface)."""
    offset = [axis - np.float32(at) for axis, at in zip((X, Y, Z), middle, strict=True)]
    if turn is not None:
        rows = np.asarray(turn, np.float32)
        offset = [row[0] * offset[0] + row[1] * offset[1] + row[2] * offset[2] for row in rows]
    scaled = sum((part / np.float32(radius)) ** 2 for part, radius in zip(offset, radii, strict=True))
    return ((np.sqrt(scaled) - 1) * np.float32(min(radii))).astype(np.float32)


def melted(parts: list[Array], blend: float) -> Array:
    """Return the union of parts with fillets of about `blend` (polynomial smooth minimum, I. Quilez)."""
    body = np.broadcast_to(parts[0], (CELLS,) * 3).astype(np.float32)
    for part in parts[1:]:
        share = np.clip(0.5 + 0.5 * (part - body) / blend, 0, 1)
        body = part * (1 - share) + body * share - blend * share * (1 - share)
    return body.astype(np.float32)


def surface(distance: Array) -> Triangles:
    """Return the triangles where a distance is 0, in grid cells, facing outwards."""
    from skimage import measure

    closed = np.pad(distance, 1, constant_values=1.0)
    vertices, faces, _, _ = measure.marching_cubes(closed, 0.0)
    return vertices.astype(np.float32), faces[:, ::-1].astype(np.int32)


def turned(rng: np.random.Generator, spread: float = 1.0) -> NDArray[np.float32]:
    """Return a random rotation matrix, by an angle of about `spread` radians."""
    from scipy.spatial.transform import Rotation

    return Rotation.from_rotvec(rng.normal(size=3) * spread).as_matrix().astype(np.float32)
