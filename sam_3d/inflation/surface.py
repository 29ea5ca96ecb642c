"""Turn a field of squared heights into one closed triangle surface."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation.outline import FloatGrid

Vertices = NDArray[np.float64]
Faces = NDArray[np.int64]

_TAUBIN_ROUNDS = 8
_SIMPLIFY_CELLS = 0.06
_MAX_LAYERS = 260
_NEAREST = 1e-3


def closed_surface(
    u: FloatGrid, *, thickness: float, middle: FloatGrid | None = None
) -> tuple[Vertices, Faces]:
    """Mesh the solid {(x, y, z): (z − m)² < thickness²·u(x, y)}: marching cubes, smoothing, simplification.

    Args:
        u: (h, w) float32 squared heights in cells, negative outside and on the border.
        thickness: Factor on the height.
        middle: (h, w) depth m of the middle between front and back, in cells; 0 when None.

    Returns:
        Vertices (V, 3) in cells: x is the column, y the row (downwards), z away from the viewer (which makes
        a right-handed frame); and faces (F, 3), counter-clockwise seen from outside. One closed body.
    """
    from skimage import measure

    field = u * np.float32(thickness**2)
    top = float(np.sqrt(field.max()))
    spacing = float(np.clip(top / 40, 2 * top / _MAX_LAYERS, 1.0))
    half = np.sqrt(np.maximum(field, 0))
    lean = np.zeros_like(half) if middle is None else middle
    low, high = float((lean - half)[u > 0].min()), float((lean + half)[u > 0].max())
    spacing = max(spacing, (high - low) / (2 * _MAX_LAYERS))
    first, last = int(np.floor(low / spacing)) - 2, int(np.ceil(high / spacing)) + 2
    z = (np.arange(first, last + 1, dtype=np.float32) * spacing)[:, None, None]
    volume = field[None] - (z - lean[None]) ** 2
    # A surface through a grid point gives triangles without area there, which open when they are simplified.
    volume[np.abs(volume) < _NEAREST] = -_NEAREST
    vertices, faces, _, _ = measure.marching_cubes(volume, 0.0, spacing=(spacing, 1.0, 1.0))
    vertices = np.ascontiguousarray(vertices[:, ::-1], np.float64)
    vertices[:, 2] += first * spacing
    faces = faces.astype(np.int64)
    vertices = taubin(vertices, faces, rounds=_TAUBIN_ROUNDS)
    return _simplified(vertices, faces, _SIMPLIFY_CELLS * max(1.0, max(u.shape) / 200))


def taubin(
    vertices: Vertices, faces: Faces, *, rounds: int, shrink: float = 0.5, grow: float = 0.53
) -> Vertices:
    """Smooth without shrinking: alternate a step towards and a step away from the neighbours' mean.

    Source: G. Taubin, "A signal processing approach to fair surface design", SIGGRAPH 1995.

    Args:
        vertices: (V, 3).
        faces: (F, 3) of a closed surface.
        rounds: Pairs of steps.
        shrink: Size of the first step, 0..1.
        grow: Size of the second step, slightly larger.
    """
    average = neighbour_mean(faces, len(vertices))
    for _ in range(rounds):
        vertices = vertices + shrink * (average @ vertices - vertices)
        vertices = vertices - grow * (average @ vertices - vertices)
    return vertices


def neighbour_mean(faces: Faces, count: int) -> Any:
    """Return the sparse (V, V) matrix that gives each vertex the mean of those it shares an edge with.

    Args:
        faces: (F, 3).
        count: Number V of vertices; those without a face get 0.
    """
    from scipy import sparse

    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    edges = np.concatenate([edges, edges[:, ::-1]])
    links = sparse.csr_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), (count, count))
    links.data[:] = 1.0
    degree = np.maximum(np.asarray(links.sum(axis=1)).ravel(), 1)
    return sparse.diags(1 / degree) @ links


def _simplified(vertices: Vertices, faces: Faces, tolerance: float) -> tuple[Vertices, Faces]:
    import manifold3d

    mesh = manifold3d.Mesh64(vertices, faces.astype(np.uint64))
    solid = manifold3d.Manifold(mesh)
    if solid.status() != manifold3d.Error.NoError:
        mesh.merge()
        solid = manifold3d.Manifold(mesh)
    # Simplification may pinch off crumbs of very ragged shapes, so the largest part is taken after it.
    largest = max(solid.simplify(tolerance).decompose(), key=lambda part: part.volume())
    done = largest.to_mesh64()
    return np.asarray(done.vert_properties)[:, :3].copy(), np.asarray(done.tri_verts).astype(np.int64)
