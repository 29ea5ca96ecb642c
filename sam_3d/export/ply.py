"""Binary PLY with vertex colours: metres, y up."""

from pathlib import Path

import numpy as np

from sam_3d.coloring import vertex_colors
from sam_3d.sizing import sized_mm
from sam_3d.types import Reconstruction
from shared.exporting import Exporter
from shared.normals import weld

_VERTEX = np.dtype([("position", "<f4", 3), ("color", "u1", 3)])
_FACE = np.dtype([("count", "u1"), ("indices", "<i4", 3)])


def write(result: Reconstruction, path: Path, *, height_mm: float | None = None) -> None:
    """Write vertices (seam vertices once) with 8-bit sRGB colours, and triangles.

    Args:
        result: A lifted object.
        path: Where to write.
        height_mm: Height for meshes without true size; 100 when None.
    """
    points = sized_mm(result, height_mm) / 1000
    first, place = weld(points)
    vertices = np.zeros(len(first), _VERTEX)
    vertices["position"] = points[first]
    vertices["color"] = vertex_colors(result.mesh)[first]
    faces = np.zeros(len(result.mesh.faces), _FACE)
    faces["count"], faces["indices"] = 3, place[result.mesh.faces]
    header = (
        "ply\nformat binary_little_endian 1.0\ncomment Segment Studio, metres, y up\n"
        f"element vertex {len(vertices)}\nproperty float x\nproperty float y\nproperty float z\n"
        "property uchar red\nproperty uchar green\nproperty uchar blue\n"
        f"element face {len(faces)}\nproperty list uchar int vertex_indices\nend_header\n"
    )
    path.write_bytes(header.encode("ascii") + vertices.tobytes() + faces.tobytes())


EXPORTERS = (Exporter(Reconstruction, ".ply", write, "PLY (vertex colours)"),)
