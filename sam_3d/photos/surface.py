"""One closed surface from a carved field."""

import numpy as np
from numpy.typing import NDArray

from sam_3d.inflation.surface import taubin
from sam_3d.photos.carving import Field, Grid
from shared.errors import InputError

_ROUNDS = 6
_TOLERANCE_CELLS = 0.12
_NEAREST_CELLS = 1e-3


def closed_surface(field: Field, grid: Grid) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Mesh the points where the field is 0: marching cubes, smoothing that keeps size, simplification.

    Args:
        field: (X, Y, Z) float32, positive inside, negative on all sides.
        grid: Where its points lie.

    Returns:
        Vertices (V, 3) in the world and faces (F, 3), counter-clockwise seen from outside: the largest body.
    """
    import manifold3d
    from skimage import measure

    solid = field / np.float32(grid.step)
    # A surface through a grid point gives triangles without area there, which open when they are simplified.
    solid[np.abs(solid) < _NEAREST_CELLS] = -_NEAREST_CELLS
    vertices, faces, _, _ = measure.marching_cubes(solid, 0.0)
    points = taubin(vertices.astype(np.float64), faces.astype(np.int64), rounds=_ROUNDS)
    mesh = manifold3d.Mesh64(points, faces.astype(np.uint64))
    body = manifold3d.Manifold(mesh)
    if body.status() != manifold3d.Error.NoError:
        mesh.merge()
        body = manifold3d.Manifold(mesh)
    if body.volume() < 0:
        body = manifold3d.Manifold(manifold3d.Mesh64(points, faces[:, ::-1].astype(np.uint64)))
    parts = body.simplify(_TOLERANCE_CELLS).decompose()
    if not parts:
        raise InputError("Nothing closed is left of the object.", "Correct the masks, or add photos.")
    done = max(parts, key=lambda part: part.volume()).to_mesh64()
    places = np.asarray(done.vert_properties)[:, :3] * grid.step + grid.low
    return places, np.asarray(done.tri_verts).astype(np.int64)
