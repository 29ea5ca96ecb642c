"""Make a solid of triangles that leave holes, touch twice or look both ways, as files from elsewhere do."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.mesh import Mesh
from shared.normals import weld

Faces = NDArray[np.int64]
_SAME = 1e-6  # of the size: vertices that near are one


def closed(mesh: Mesh, *, widest: float = np.inf) -> Mesh:
    """Weld near vertices, drop needless triangles, turn all outside out and span holes.

    Args:
        mesh: Triangles with texture, colours or neither; new ones take those of the hole's edge.
        widest: Holes of a larger diameter than this stay open, in the mesh's units.
    """
    vertices = _welded(mesh.vertices)
    first, place = weld(vertices)
    corners = place[mesh.faces]
    kept = _needed(corners)
    faces, corners = np.array(mesh.faces[kept]), corners[kept]
    turned = _inside_out(corners)
    faces[turned], corners[turned] = faces[turned][:, ::-1], corners[turned][:, ::-1]
    # Which vertex stands for each place when a hole's edge is spanned.
    owner = np.empty(len(first), np.int64)
    owner[corners.ravel()] = faces.ravel()
    mesh = replace(mesh, vertices=vertices, faces=faces)
    for loop in _loops(corners):
        around = owner[loop]
        if float(np.ptp(vertices[around], axis=0).max()) <= widest:
            mesh = _spanned(mesh, around)
    return _outside_out(mesh)


def _welded(vertices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the vertices where each group of almost equal ones has one place."""
    from scipy import sparse, spatial
    from scipy.sparse import csgraph

    size = float(np.ptp(vertices, axis=0).max(initial=0.0))
    tree = spatial.cKDTree(vertices)  # type: ignore[attr-defined]
    pairs = tree.query_pairs(_SAME * size, output_type="ndarray")
    count = len(vertices)
    links = sparse.coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (count, count))
    group = csgraph.connected_components(links, directed=False)[1]
    _, leader = np.unique(group, return_index=True)
    return vertices[leader[group]]


def _needed(corners: Faces) -> NDArray[np.int64]:
    """Return the triangles that have three different corners, each once."""
    a, b, c = corners.T
    proper = (a != b) & (b != c) & (c != a)
    _, once = np.unique(np.sort(corners, axis=1), axis=0, return_index=True)
    kept = np.zeros(len(corners), bool)
    kept[once] = True
    return np.flatnonzero(kept & proper)


def _inside_out(corners: Faces) -> NDArray[np.bool_]:
    """Return which triangles must be turned so that neighbours run along their edges in opposite ways."""
    from scipy import sparse
    from scipy.sparse import csgraph

    count = len(corners)
    edges = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    face = np.tile(np.arange(count), 3)
    forward = edges[:, 0] < edges[:, 1]
    _, number, uses = np.unique(np.sort(edges, axis=1), axis=0, return_inverse=True, return_counts=True)
    number = number.ravel()
    order = np.argsort(number, kind="stable")
    both = order[uses[number[order]] == 2].reshape(-1, 2)
    left, right = face[both[:, 0]], face[both[:, 1]]
    same_way = forward[both[:, 0]] == forward[both[:, 1]]
    # Two sheets of the mesh: a link stays on its sheet or changes it; half of each pair of sheets is turned.
    start = np.concatenate([left, left + count])
    end = np.concatenate([right + count * same_way, right + count * ~same_way])
    links = sparse.coo_matrix((np.ones(len(start)), (start, end)), (2 * count, 2 * count))
    labels = csgraph.connected_components(links, directed=False)[1]
    return labels[:count] > labels[count:]


def _loops(corners: Faces) -> list[NDArray[np.int64]]:
    """Return the holes as rings of places, in the direction in which a span over them must run."""
    edges = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    known = {(int(a), int(b)) for a, b in edges}
    follow: dict[int, list[int]] = {}
    for a, b in known:
        if (b, a) not in known:
            follow.setdefault(b, []).append(a)
    rings = []
    while follow:
        here = next(iter(follow))
        walk = [here]
        while follow.get(here):
            here = follow[here].pop()
            if here in walk:  # holes that meet in one place are rings of their own
                start = walk.index(here)
                rings.append(np.array(walk[start:], np.int64))
                del walk[start + 1 :]
            else:
                walk.append(here)
        follow = {place: ways for place, ways in follow.items() if ways}
    return [ring for ring in rings if len(ring) >= 3]


def _spanned(mesh: Mesh, ring: NDArray[np.int64]) -> Mesh:
    """Span one hole: flat ones by triangles between their edge, others by a fan around a new middle."""
    flat = _flat_span(mesh.vertices[ring])
    if flat is not None:
        return replace(mesh, faces=np.concatenate([mesh.faces, ring[flat]]))
    count = len(mesh.vertices)
    fan = np.stack([ring, np.roll(ring, -1), np.full(len(ring), count)], axis=1)
    more: dict[str, Any] = {
        "vertices": np.concatenate([mesh.vertices, mesh.vertices[ring].mean(0, keepdims=True)])
    }
    if mesh.uv is not None:
        more["uv"] = np.concatenate([mesh.uv, mesh.uv[ring[:1]]])
    if mesh.colors is not None:
        more["colors"] = np.concatenate([mesh.colors, np.rint(mesh.colors[ring].mean(0, keepdims=True))])
        more["colors"] = more["colors"].astype(np.uint8)
    if mesh.seen is not None:
        more["seen"] = np.append(mesh.seen, False)
    return replace(mesh, faces=np.concatenate([mesh.faces, fan]), **more)


def _flat_span(points: NDArray[np.float64]) -> Faces | None:
    """Triangulate a ring whose outline, seen along its own axis, does not cross itself; None for others."""
    import manifold3d

    middle = points - points.mean(0)
    normal = np.cross(middle, np.roll(middle, -1, axis=0)).sum(0)
    length = float(np.linalg.norm(normal))
    if length == 0:
        return None
    normal /= length
    if np.abs(middle @ normal).max() > 0.1 * np.linalg.norm(middle, axis=1).max():
        return None
    side = np.linalg.svd(normal[None])[2][1]
    flat = np.stack([middle @ side, middle @ np.cross(normal, side)], axis=1)
    shape = manifold3d.CrossSection([flat], manifold3d.FillRule.EvenOdd)
    x, y = flat.T
    area = float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2)
    if area <= 0 or shape.num_contour() != 1 or abs(shape.area() - area) > 1e-6 * area:
        return None
    return np.asarray(manifold3d.triangulate([flat]), np.int64)


def _outside_out(mesh: Mesh) -> Mesh:
    """Turn a mesh whose volume is negative."""
    a, b, c = (mesh.vertices[mesh.faces[:, i]] for i in range(3))
    if float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum()) < 0:
        return replace(mesh, faces=mesh.faces[:, ::-1])
    return mesh
