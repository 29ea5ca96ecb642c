"""The edges of a mesh as thin strips of triangles, which every renderer can draw."""

import numpy as np

from shared.mesh import Mesh
from shared.normals import vertex_normals, weld

_WIDTH, _LIFT = 0.0012, 0.0008  # of the size
MOST_EDGES = 60_000


def wire_mesh(mesh: Mesh, color: tuple[int, int, int], *, width: float = _WIDTH) -> Mesh:
    """Return the edges as flat strips that lie a little above the surface.

    Args:
        mesh: Its edges are drawn; of more than 60 000 only as many, evenly chosen.
        color: sRGB, 0..255 each.
        width: Of the strips, as a share of the mesh's size.
    """
    first, place = weld(mesh.vertices)
    points, faces = mesh.vertices[first], place[mesh.faces]
    every = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    edges = np.unique(np.sort(every, axis=1), axis=0)
    edges = edges[:: -(-len(edges) // MOST_EDGES)]
    normals = vertex_normals(points, faces)
    size = float(np.ptp(points, axis=0).max())
    a, b = (points[edges[:, i]] + _LIFT * size * normals[edges[:, i]] for i in (0, 1))
    side = np.cross(b - a, normals[edges].sum(axis=1))
    side = side * (width * size / 2) / np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-300)
    corners = np.stack([a - side, b - side, b + side, a + side], axis=1).reshape(-1, 3)
    start = 4 * np.arange(len(edges))[:, None]
    strips = np.concatenate([start + (2, 1, 0), start + (3, 2, 0)]).astype(np.int64)
    colors = np.broadcast_to(np.array(color, np.uint8), (len(corners), 3))
    return Mesh(corners, strips, colors=np.ascontiguousarray(colors), scale=mesh.scale)
