"""Carry meshes to manifold3d and back, so that cuts and unions stay closed and keep their texture."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import InputError
from shared.mesh import Mesh
from shared.normals import weld


def to_solid(mesh: Mesh) -> Any:
    """Return the `manifold3d.Manifold` of a closed mesh; texture coordinates or colours ride along.

    Raises:
        InputError: The mesh is not closed.
    """
    import manifold3d

    first, place = weld(mesh.vertices)
    doubled = np.flatnonzero(first[place] != np.arange(len(place)))
    solid = manifold3d.Manifold(
        manifold3d.Mesh64(
            np.hstack([mesh.vertices, riders(mesh)]),
            mesh.faces.astype(np.uint64),
            merge_from_vert=doubled.astype(np.uint64),
            merge_to_vert=first[place[doubled]].astype(np.uint64),
        )
    )
    if solid.status() != manifold3d.Error.NoError or solid.volume() <= 0:
        raise InputError(
            f"The mesh is not a closed solid ({solid.status().name}).", "Lift it again, without this step."
        )
    return solid


def to_mesh(solid: Any, like: Mesh) -> Mesh:
    """Return the largest body of a solid as a mesh with the texture, colours and scale of another."""
    bodies = solid.decompose()
    if not bodies:
        raise InputError("The step leaves nothing of the object.", "Use a smaller value.")
    done = max(bodies, key=lambda body: body.volume()).to_mesh64()
    values, faces = np.asarray(done.vert_properties), np.asarray(done.tri_verts).astype(np.int64)
    # Vertices doubled for their riders' sake get exactly one position: that is what keeps the mesh closed.
    vertices = values[:, :3].copy()
    vertices[np.asarray(done.merge_from_vert, np.int64)] = vertices[np.asarray(done.merge_to_vert, np.int64)]
    if like.uv is not None:
        return replace(like, vertices=vertices, faces=faces, uv=values[:, 3:5].copy())
    if like.colors is not None:
        colors = np.clip(values[:, 3:6] + 0.5, 0, 255).astype(np.uint8)
        return replace(like, vertices=vertices, faces=faces, colors=colors)
    return replace(like, vertices=vertices, faces=faces)


def riders(mesh: Mesh) -> NDArray[np.float64]:
    """Return (V, 0..3) values that follow the surface: texture coordinates, else colours, else nothing."""
    if mesh.uv is not None:
        return np.asarray(mesh.uv, np.float64)
    if mesh.colors is not None:
        return mesh.colors.astype(np.float64)
    return np.zeros((len(mesh.vertices), 0))


def painted(solid: Any, values: NDArray[np.float64]) -> Any:
    """Return a solid with these rider values (n,) at every vertex: one plain colour."""
    import manifold3d

    plain = solid.to_mesh64()
    points = np.asarray(plain.vert_properties)[:, :3]
    both = np.hstack([points, np.broadcast_to(values, (len(points), len(values)))])
    faces = np.asarray(plain.tri_verts).astype(np.uint64)
    return manifold3d.Manifold(manifold3d.Mesh64(np.ascontiguousarray(both), faces))
