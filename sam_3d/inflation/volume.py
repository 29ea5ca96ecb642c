"""Turn a field sampled in space into one closed triangle surface."""

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation.surface import Faces, Vertices, neighbour_mean, taubin
from shared.normals import weld

MAX_SAMPLES = 6_000_000
_SIMPLIFY_CELLS = 0.04
_NEAREST = 1e-3
_DRAWN_BACK = 1e-3  # of the way to a vertex's neighbours


def layers(low: float, high: float, shape: tuple[int, int], *, finest: float = 1.0) -> NDArray[np.float32]:
    """Return depths (L,) that sample low..high with two to spare at each end, and no more than memory allows.

    Args:
        low: Smallest depth of the solid, in cells.
        high: Largest.
        shape: (h, w) of the grid.
        finest: Wanted step in cells; wider where the volume would have more than 6 million samples.
    """
    step = max(finest, (high - low) * shape[0] * shape[1] / MAX_SAMPLES)
    count = int(np.ceil((high - low) / step))
    # Both ends lie half-way between two layers, where a linear field puts flat faces exactly.
    step = (high - low) / count
    start = (low + high) / 2 - (count + 3) * step / 2
    return np.asarray(start + step * np.arange(count + 4), np.float32)


def closed_surface_of(
    volume: NDArray[np.float32], depths: NDArray[np.float32], *, rounds: int = 0
) -> tuple[Vertices, Faces]:
    """Mesh where a field is positive: marching cubes, smoothing, simplification.

    Args:
        volume: (L, h, w) float32, in cells where it can be; what is positive on the border is cut off there.
        depths: (L,) depth of each layer in cells, evenly spaced.
        rounds: Rounds of Taubin smoothing.

    Returns:
        Vertices (V, 3) in cells: column, row, depth away from the viewer; and faces (F, 3), counter-clockwise
        seen from outside. One closed body, the largest.
    """
    from skimage import measure

    field = np.where(np.abs(volume) < _NEAREST, np.float32(-_NEAREST), volume)
    field[[0, -1]] = np.minimum(field[[0, -1]], -_NEAREST)
    field[:, [0, -1]] = np.minimum(field[:, [0, -1]], -_NEAREST)
    field[:, :, [0, -1]] = np.minimum(field[:, :, [0, -1]], -_NEAREST)
    step = float(depths[1] - depths[0])
    vertices, faces, _, _ = measure.marching_cubes(field, 0.0, spacing=(step, 1.0, 1.0))
    vertices = np.ascontiguousarray(vertices[:, ::-1], np.float64)
    vertices[:, 2] += float(depths[0])
    faces = faces.astype(np.int64)
    if rounds:
        vertices = taubin(vertices, faces, rounds=rounds)
    return simplified(vertices, faces, _SIMPLIFY_CELLS * max(1.0, max(volume.shape[1:]) / 200))


def simplified(vertices: Vertices, faces: Faces, tolerance: float) -> tuple[Vertices, Faces]:
    """Return the largest closed body of a surface with fewer triangles, none further off than `tolerance`.

    Args:
        vertices: (V, 3).
        faces: (F, 3), a closed surface.
        tolerance: In the vertices' unit; 0 keeps all triangles.
    """
    import manifold3d

    mesh = manifold3d.Mesh64(np.ascontiguousarray(vertices), faces.astype(np.uint64))
    solid = manifold3d.Manifold(mesh)
    if solid.status() != manifold3d.Error.NoError:
        mesh.merge()
        solid = manifold3d.Manifold(mesh)
    solid = solid.simplify(tolerance) if tolerance else solid
    done = max(solid.decompose(), key=lambda part: part.volume()).to_mesh64()
    faces = np.asarray(done.tri_verts).astype(np.int64)
    return _parted(np.asarray(done.vert_properties)[:, :3].copy(), faces), faces


def _parted(vertices: Vertices, faces: Faces) -> Vertices:
    """Draw vertices back that lie exactly where others do: a body that touches itself would read as open."""
    _, place = weld(vertices)
    doubled = np.bincount(place)[place] > 1
    if doubled.any():
        within = neighbour_mean(faces, len(vertices)) @ vertices - vertices
        vertices[doubled] += _DRAWN_BACK * within[doubled]
    return vertices
