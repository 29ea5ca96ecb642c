"""Read exported files back with trimesh, an independent reader."""

from pathlib import Path

import trimesh


def read(path: Path) -> trimesh.Trimesh:
    """Return the one mesh of a file, vertices at the same place merged."""
    mesh = trimesh.load(path, force="mesh")
    mesh.merge_vertices(merge_tex=True, merge_norm=True)
    return mesh


def is_solid(mesh: trimesh.Trimesh) -> bool:
    """Closed, consistently wound, outside out, in one piece."""
    return bool(
        mesh.is_watertight and mesh.is_winding_consistent and mesh.volume > 0 and mesh.body_count == 1
    )
