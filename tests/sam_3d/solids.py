"""What a lifted shape must be: one closed body, and a silhouette that is the mask."""

import numpy as np
import trimesh
from numpy.typing import NDArray

from sam_3d.types import Shape
from shared.mesh import Mesh
from shared.normals import weld
from shared.raster import rasterise


def closed(mesh: Mesh) -> trimesh.Trimesh:
    """Return a mesh as trimesh sees it, vertices at one place counted once."""
    first, place = weld(mesh.vertices)
    return trimesh.Trimesh(mesh.vertices[first], place[mesh.faces], process=False)


def check_solid(mesh: Mesh) -> trimesh.Trimesh:
    """Fail unless a mesh is one closed body, outside out; give it."""
    solid = closed(mesh)
    assert solid.is_watertight and solid.is_winding_consistent and solid.body_count == 1
    assert solid.volume > 0
    return solid


def silhouette(shape: Shape) -> NDArray[np.bool_]:
    """Return (H, W) what the photo's camera sees of a shape."""
    return rasterise(shape.in_camera(), shape.mesh.faces, shape.camera).face >= 0


def overlap(shape: Shape, mask: NDArray[np.bool_]) -> float:
    """Return the IoU of a shape's silhouette with a mask."""
    seen = silhouette(shape)
    return float((seen & mask).sum() / (seen | mask).sum())
