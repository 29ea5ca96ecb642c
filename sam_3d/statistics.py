"""Measure a lifted mesh as it will be printed."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_3d.sizing import sized_mm
from sam_3d.types import Reconstruction
from shared.normals import weld


def statistics(reconstruction: Reconstruction, height_mm: float | None = None) -> dict[str, Any]:
    """Measure the mesh at its printed size, with vertices at the same place counted once.

    Args:
        reconstruction: A lifted object.
        height_mm: Height for meshes that have no true size; 100 when None.

    Returns:
        faces, vertices, size_mm [width, height, depth], volume_cm3, area_cm2, watertight (each edge has two
        triangles), winding_consistent (they run along it in opposite directions), bodies (connected parts),
        overhang_percent (share of the surface that leans over by more than 45° and does not rest on the bed).
    """
    mesh = reconstruction.mesh
    points = sized_mm(reconstruction, height_mm)
    first, place = weld(points)
    faces = place[mesh.faces]
    a, b, c = (points[first][faces[:, i]] for i in range(3))
    across = np.cross(b - a, c - a)
    areas = np.linalg.norm(across, axis=1) / 2
    watertight, winding = _edges(faces)
    return {
        "faces": len(faces),
        "vertices": len(first),
        "size_mm": [round(float(n), 2) for n in np.ptp(points, axis=0)],
        "volume_cm3": round(float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum()) / 6000, 3),
        "area_cm2": round(float(areas.sum()) / 100, 2),
        "watertight": watertight,
        "winding_consistent": winding,
        "bodies": _bodies(faces, len(first)),
        "overhang_percent": round(_overhang(across, areas, np.stack([a, b, c])), 1),
    }


def _edges(faces: NDArray[np.int64]) -> tuple[bool, bool]:
    directed = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    _, counts = np.unique(np.sort(directed, axis=1), axis=0, return_counts=True)
    watertight = bool((counts == 2).all())
    return watertight, watertight and len(np.unique(directed, axis=0)) == len(directed)


def _bodies(faces: NDArray[np.int64], vertices: int) -> int:
    from scipy import sparse
    from scipy.sparse import csgraph

    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]]])
    links = sparse.coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), (vertices, vertices))
    labels = csgraph.connected_components(links, directed=False)[1]
    return len(np.unique(labels[faces]))


def _overhang(across: NDArray[np.float64], areas: NDArray[np.float64], corners: NDArray[np.float64]) -> float:
    downwards = across[:, 1] / np.maximum(2 * areas, 1e-12)
    floor = corners[..., 1].min()
    resting = corners[..., 1].max(axis=0) < floor + 0.3
    leaning = (downwards < -np.cos(np.radians(45))) & ~resting
    return float(100 * areas[leaning].sum() / areas.sum())
