"""Make one solid of a posed skin that may run through itself, and stand it on a plate.

Where an arm lies in the trunk or a fold cuts itself, the surface is drawn anew: the winding number of the
closed surface is counted on a grid (inside is where it is positive), and marching cubes follow its border.
Beside the border the grid holds the distance from the skin, so that the border lies on the skin itself.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_body.clothing.crossings import crossing_faces
from sam_body.export.distance import distances
from shared.errors import ExportError
from shared.normals import vertex_normals

Array = NDArray[np.float64]
Faces = NDArray[np.int64]

MOST_CELLS = 30_000_000
FINEST = 0.0008
"""Smallest grid step, as a share of the longest side."""
_SIMPLER, _LEAST = 0.1, 0.02
"""How much simpler a redrawn surface may be, and how near to it a point of the grid may lie; grid steps."""
_SHARES = (1.0, 0.25, 0.02)
"""Of the tolerance, tried in turn; the last leaves the surface about as drawn, which crosses nowhere."""
_NEIGHBOURS = (slice(None, -1), slice(1, None))
_OFF_GRID = 0.137  # of a step: no column runs through a vertex or along an edge
_SHORT = 5e-5
"""Share of the height: shorter edges are closed, and vertices in one place moved apart by so much."""
_FEET = 0.1
"""Share of the height below which what stands over a plate makes it as wide."""
_BURIED, _THICK, _MARGIN = 0.004, 0.02, 0.03
"""How deep the soles go into a plate, how thick it is, and its margin; shares of the height."""


def one_solid(vertices: Array, faces: Faces) -> tuple[Array, Faces, bool]:
    """Return a closed surface without crossings, and whether it had to be drawn anew.

    Args:
        vertices: (V, 3) of a closed surface, z up.
        faces: (F, 3) counter-clockwise seen from outside.

    Raises:
        ExportError: No solid comes out.
    """
    if not len(crossing_faces(_in_metres(vertices), faces)):
        return vertices, faces, False
    from skimage import measure

    extent = np.ptp(vertices, axis=0)
    step = max(float((extent.prod() / MOST_CELLS) ** (1 / 3)), FINEST * float(extent.max()))
    origin = vertices.min(0) - 3 * step
    counts = np.ceil((extent + 6 * step) / step).astype(int)
    inside = _winding(vertices, faces, origin, step, counts) > 0
    field = _depths(inside, vertices, faces, origin + _OFF_GRID * step, step)
    points, triangles, _, _ = measure.marching_cubes(field, 0.0, spacing=(step,) * 3)
    places = points.astype(np.float64) + origin + _OFF_GRID * step
    solid = largest(manifold(places, triangles[:, ::-1].astype(np.int64)))
    return *_simplified(solid, _SIMPLER * step), True


def on_plate(vertices: Array, faces: Faces) -> tuple[Array, Faces]:
    """Return a closed surface that stands on a round plate, with the plate's lower side on z = 0.

    Args:
        vertices: (V, 3) of a solid, z up.
        faces: (F, 3).

    Raises:
        ExportError: No solid comes out.
    """
    import manifold3d

    height = float(vertices[:, 2].max())
    low = vertices[vertices[:, 2] < _FEET * height]
    middle = np.append((low[:, :2].min(0) + low[:, :2].max(0)) / 2, 0.0)
    radius = float(np.linalg.norm(low[:, :2] - middle[:2], axis=1).max()) + _MARGIN * height
    thick = _THICK * height
    plate = manifold3d.Manifold.cylinder(thick, radius, circular_segments=96).translate(tuple(middle))
    body = manifold(vertices, faces).translate((0.0, 0.0, thick - _BURIED * height))
    return _simplified(largest(plate + body), _SHORT * height)


def _simplified(solid: Any, tolerance: float) -> tuple[Array, Faces]:
    """Return vertices and faces with fewer triangles, but so that none cross, and no edges fall together."""
    vertices, faces = np.zeros((0, 3)), np.zeros((0, 3), np.int64)
    for share in _SHARES:
        made = solid.simplify(share * tolerance).to_mesh64()
        vertices = np.asarray(made.vert_properties, np.float64)[:, :3]
        faces = np.asarray(made.tri_verts).astype(np.int64)
        edges = np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
        twice = (np.unique(edges, axis=0, return_counts=True)[1] == 2).all()
        if twice and (share == _SHARES[-1] or not len(crossing_faces(_in_metres(vertices), faces))):
            break
    return vertices, faces


def told_apart(vertices: Array, faces: Faces) -> Array:
    """Return the vertices in single precision, those that would fall together moved inwards.

    Args:
        vertices: (V, 3) of a solid.
        faces: (F, 3).
    """
    rounded = vertices.astype(np.float32)
    _, first = np.unique(rounded, axis=0, return_index=True)
    again = np.setdiff1d(np.arange(len(rounded)), first)
    if len(again):
        normals = vertex_normals(vertices, faces)[again]
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
        moved = vertices[again] - _SHORT * float(np.ptp(vertices[:, 2])) * normals
        rounded[again] = moved.astype(np.float32)
    return rounded.astype(np.float64)


def manifold(vertices: Array, faces: Faces) -> Any:
    """Return a manifold3d solid.

    Raises:
        ExportError: The surface is not closed.
    """
    import manifold3d

    solid = manifold3d.Manifold(
        manifold3d.Mesh64(np.array(vertices, np.float64, order="C"), np.array(faces, np.uint64, order="C"))
    )
    if solid.status() != manifold3d.Error.NoError or solid.volume() <= 0:
        raise ExportError(
            "The posed body could not be made solid.", "Write it as GLB or OBJ, and repair it there."
        )
    return solid


def largest(solid: Any) -> Any:
    """Return the largest body of a solid."""
    return max(solid.decompose(), key=lambda part: part.volume())


def _in_metres(vertices: Array) -> Array:
    """Scale to a body's size, for which crossings are looked for in cells of a fitting size."""
    return vertices * (1.8 / max(float(np.ptp(vertices, axis=0).max()), 1e-9))


def _depths(
    inside: NDArray[np.bool_], vertices: Array, faces: Faces, origin: Array, step: float
) -> NDArray[np.float32]:
    """(nx, ny, nz) distance from the surface beside the border, positive inside; else one step."""
    beside = np.zeros(inside.shape, bool)
    for axis in range(3):
        one, other = (tuple(part if a == axis else slice(None) for a in range(3)) for part in _NEIGHBOURS)
        edge = inside[one] != inside[other]
        beside[one] |= edge
        beside[other] |= edge
    field = np.where(inside, np.float32(step), np.float32(-step))
    place = np.argwhere(beside)
    depth = np.clip(distances(origin + step * place, vertices, faces), _LEAST * step, step)
    field[beside] *= (depth / step).astype(np.float32)
    return field


def _winding(
    vertices: Array, faces: Faces, origin: Array, step: float, counts: NDArray[np.int64]
) -> NDArray[np.int8]:
    """(nx, ny, nz) winding number at the grid's points: signed passes of the column from below."""
    place = (vertices - origin) / step - _OFF_GRID
    corners = place[faces]
    low = np.ceil(corners[..., :2].min(1)).astype(np.int64)
    spans = np.maximum(np.floor(corners[..., :2].max(1)).astype(np.int64) - low + 1, 0)
    amount = spans.prod(1)
    face = np.repeat(np.arange(len(faces)), amount)
    number = np.arange(int(amount.sum())) - np.repeat(np.cumsum(amount) - amount, amount)
    across, along = np.divmod(number, np.maximum(spans[face, 1], 1))
    spot = low[face] + np.stack([across, along], axis=1)
    a, b, c = (corners[face, i] for i in range(3))
    area = _cross(b - a, c - a)
    from_a, from_b, from_c = (corner[:, :2] - spot for corner in (a, b, c))
    weights = np.stack([_cross(from_b, from_c), _cross(from_c, from_a)], axis=1)
    weights = weights / np.where(area == 0, np.inf, area)[:, None]
    last = 1 - weights.sum(1)
    hit = (weights >= 0).all(1) & (last >= 0) & (area != 0)
    height = weights[:, 0] * a[:, 2] + weights[:, 1] * b[:, 2] + last * c[:, 2]
    passes = np.zeros((*counts[:2], counts[2] + 1), np.int8)
    row = np.clip(np.ceil(height[hit]).astype(np.int64), 0, counts[2])
    sign = np.where(area[hit] > 0, -1, 1).astype(np.int8)  # seen from above: left; seen from below: entered
    np.add.at(passes, (spot[hit, 0], spot[hit, 1], row), sign)
    return np.cumsum(passes, axis=2, dtype=np.int8)[..., :-1]


def _cross(a: Array, b: Array) -> Array:
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
