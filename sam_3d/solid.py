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
    """Return the largest body of a solid, with its cavities, as a mesh textured and scaled like another."""
    done = _largest(solid).to_mesh64()
    values, faces = np.asarray(done.vert_properties), np.asarray(done.tri_verts).astype(np.int64)
    # Vertices doubled for their riders' sake get exactly one position: that is what keeps the mesh closed.
    vertices = values[:, :3].copy()
    vertices[np.asarray(done.merge_from_vert, np.int64)] = vertices[np.asarray(done.merge_to_vert, np.int64)]
    parts: dict[str, Any] = {"vertices": vertices, "faces": faces}
    if like.uv is not None:
        parts["uv"] = values[:, 3:5].copy()
    elif like.colors is not None:
        parts["colors"] = np.clip(values[:, 3:6] + 0.5, 0, 255).astype(np.uint8)
    if like.seen is not None:
        parts["seen"] = values[:, -1] > 0.5
    return replace(like, **parts)


def _largest(solid: Any) -> Any:
    """Return the body of greatest volume, with those of its cavities that nothing joins to the outside."""
    bodies = solid.decompose()
    if not bodies:
        raise InputError("The step leaves nothing of the object.", "Use a smaller value.")
    largest = max(bodies, key=lambda body: body.volume())
    low, high = np.split(np.array(largest.bounding_box()), 2)
    for body in bodies:
        lower, upper = np.split(np.array(body.bounding_box()), 2)
        if body.volume() < 0 and (lower >= low).all() and (upper <= high).all():
            largest = largest - _turned(body)
    return largest


def _turned(cavity: Any) -> Any:
    """Return the wall of a cavity, which is inside out, as the solid that fills it."""
    import manifold3d

    wall = cavity.to_mesh64()
    return manifold3d.Manifold(
        manifold3d.Mesh64(
            np.array(wall.vert_properties),
            np.array(np.asarray(wall.tri_verts)[:, ::-1], np.uint64),
            merge_from_vert=np.array(wall.merge_from_vert, np.uint64),
            merge_to_vert=np.array(wall.merge_to_vert, np.uint64),
        )
    )


def riders(mesh: Mesh) -> NDArray[np.float64]:
    """Return (V, 0..4) values that follow the surface: texture coordinates, else colours; then seen."""
    columns = [np.zeros((len(mesh.vertices), 0))]
    if mesh.uv is not None:
        columns.append(mesh.uv)
    elif mesh.colors is not None:
        columns.append(mesh.colors.astype(np.float64))
    if mesh.seen is not None:
        columns.append(mesh.seen[:, None].astype(np.float64))
    return np.hstack(columns)


def riders_near(mesh: Mesh, place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the riders for new parts beside a place (3,): as the nearest vertex, but not seen."""
    found = riders(mesh)[int(np.argmin(np.linalg.norm(mesh.vertices - place, axis=1)))].copy()
    if mesh.seen is not None:
        found[-1] = 0.0
    return found


def painted(solid: Any, values: NDArray[np.float64]) -> Any:
    """Return a solid with these rider values (n,) at every vertex: one plain colour."""
    import manifold3d

    plain = solid.to_mesh64()
    points = np.asarray(plain.vert_properties)[:, :3]
    both = np.hstack([points, np.broadcast_to(values, (len(points), len(values)))])
    faces = np.asarray(plain.tri_verts).astype(np.uint64)
    return manifold3d.Manifold(manifold3d.Mesh64(np.ascontiguousarray(both), faces))
