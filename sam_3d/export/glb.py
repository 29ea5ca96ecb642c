"""Binary glTF 2.0: metres, y up, texture inside."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sam_3d.sizing import sized_mm
from sam_3d.types import Reconstruction
from shared.exporting import Exporter
from shared.gltf import GlbWriter
from shared.mesh import Mesh
from shared.normals import vertex_normals
from shared.srgb import linear


def write(result: Reconstruction, path: Path, *, height_mm: float | None = None) -> None:
    """Write one node with one textured (or vertex-coloured) mesh, standing on y = 0.

    Args:
        result: A lifted object.
        path: Where to write.
        height_mm: Height for meshes without true size; 100 when None.
    """
    glb = GlbWriter()
    made = mesh_item(glb, result.mesh, sized_mm(result, height_mm) / 1000)
    node = glb.append("nodes", {"name": "object", "mesh": made})
    glb.document["scene"] = glb.append("scenes", {"nodes": [node]})
    path.write_bytes(glb.to_bytes())


def mesh_item(glb: GlbWriter, mesh: Mesh, points: NDArray[np.float64], *, name: str = "surface") -> int:
    """Append a textured or coloured mesh, its vertices at `points` (V, 3) in metres; give its index."""
    attributes = {
        "POSITION": glb.accessor(points.astype(np.float32), kind="VEC3", target="vertex", bounds=True),
        "NORMAL": glb.accessor(_normals(points, mesh.faces), kind="VEC3", target="vertex"),
    }
    image = None
    if mesh.texture is not None and mesh.uv is not None:
        # glTF counts v downwards from the upper left.
        uv = (np.array([0.0, 1.0]) + mesh.uv * [1, -1]).astype(np.float32)
        attributes["TEXCOORD_0"] = glb.accessor(uv, kind="VEC2", target="vertex")
        image = glb.image(png(mesh.texture))
    elif mesh.colors is not None:
        attributes["COLOR_0"] = glb.accessor(_colors(mesh), kind="VEC4", target="vertex", normalized=True)
    indices = glb.accessor(mesh.faces.astype(np.uint32).ravel(), kind="SCALAR", target="index")
    material = glb.material(image=image, name=name)
    part = {"attributes": attributes, "indices": indices, "material": material, "mode": 4}
    return glb.append("meshes", {"primitives": [part]})


def png(picture: NDArray[np.uint8]) -> bytes:
    """Encode a (H, W, 3) uint8 sRGB picture as PNG."""
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    return stream.getvalue()


def _normals(points: NDArray[np.float64], faces: NDArray[np.int64]) -> NDArray[np.float32]:
    normals = vertex_normals(points, faces).astype(np.float32)
    return normals / np.linalg.norm(normals, axis=1, keepdims=True)


def _colors(mesh: Mesh) -> NDArray[np.uint16]:
    """Vertex colours are linear light in glTF; 16 bits keep the dark ones apart."""
    light = linear(np.asarray(mesh.colors) / 255)
    return np.hstack([np.round(light * 65535), np.full((len(light), 1), 65535)]).astype(np.uint16)


EXPORTERS = (Exporter(Reconstruction, ".glb", write, "glTF binary (viewers, games, web)"),)
