"""A scene of several things: GLB and OBJ with one named node each, and a ZIP with one STL each."""

import io
import math
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sam_3d.coloring import vertex_colors
from sam_3d.export.glb import mesh_item, png
from sam_3d.export.stl import binary_stl
from sam_3d.sizing import z_up
from shared.exporting import Exporter
from shared.gltf import GlbWriter
from shared.mesh import Mesh
from shared.scene import Scene

# The earliest date that ZIP can tell: the same scene gives the same bytes.
_UNDATED = (1980, 1, 1, 0, 0, 0)


def write_glb(scene: Scene, path: Path) -> None:
    """Write one node a thing, with its name, place and turn; metres, y up, the ground at y = 0."""
    glb = GlbWriter()
    indices = []
    for node in scene.nodes:
        made = mesh_item(glb, node.mesh, node.mesh.vertices, name=node.name)
        half = node.turn_rad / 2
        turn = [0.0, math.sin(half), 0.0, math.cos(half)]
        place = {"translation": [float(v) for v in node.position], "rotation": turn}
        indices.append(glb.append("nodes", {"name": node.name, "mesh": made, **place}))
    glb.document["scene"] = glb.append("scenes", {"nodes": indices})
    path.write_bytes(glb.to_bytes())


def write_obj(scene: Scene, path: Path) -> None:
    """Write `NAME.obj` with one object a thing, `NAME.mtl` and a PNG a texture; metres, y up."""
    lines, materials, start, uv_start = (
        ["# Segment Studio, metres, y up", f"mtllib {path.stem}.mtl"],
        [],
        1,
        1,
    )
    for number, (node, mesh) in enumerate(zip(scene.nodes, scene.in_world(), strict=True), 1):
        lines += [f"o {_word(node.name)}", f"usemtl surface_{number}"]
        lines += _vertices(mesh)
        corners = mesh.faces + start
        start += len(mesh.vertices)
        material = f"newmtl surface_{number}\nKa 1 1 1\nKd 1 1 1\nKs 0 0 0\nillum 1\n"
        if mesh.texture is None or mesh.uv is None:
            lines += [f"f {a} {b} {c}" for a, b, c in corners.tolist()]
        else:
            lines += [f"vt {u:.6f} {v:.6f}" for u, v in mesh.uv.tolist()]
            both = np.stack([corners, mesh.faces + uv_start], axis=2)
            uv_start += len(mesh.uv)
            lines += ["f " + " ".join(f"{v}/{t}" for v, t in face) for face in both.tolist()]
            picture = f"{path.stem}_{number}.png"
            path.with_name(picture).write_bytes(png(mesh.texture))
            material += f"map_Kd {picture}\n"
        materials.append(material)
    path.with_suffix(".mtl").write_text("\n".join(materials), "utf8")
    path.write_text("\n".join(lines) + "\n", "utf8")


def write_zip(scene: Scene, path: Path) -> None:
    """Write one binary STL a thing for printing: millimetres, z up, each standing on z = 0 by itself."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for node in scene.nodes:
            low, high = node.mesh.vertices.min(0), node.mesh.vertices.max(0)
            foot = np.array([(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2])
            stream = io.BytesIO()
            binary_stl(z_up((node.mesh.vertices - foot) * 1000), node.mesh.faces, stream)
            archive.writestr(zipfile.ZipInfo(f"{_word(node.name)}.stl", _UNDATED), stream.getvalue())


def _vertices(mesh: Mesh) -> list[str]:
    points: NDArray[np.float64] = mesh.vertices
    if mesh.texture is None:
        points = np.hstack([points, vertex_colors(mesh) / 255])
    return ["v " + " ".join(f"{n:.7g}" for n in row) for row in points.tolist()]


def _word(name: str) -> str:
    """Return a name without anything that a file name or an OBJ line could stumble over."""
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in name)


EXPORTERS = (
    Exporter(Scene, ".glb", write_glb, "glTF binary, one node a thing"),
    Exporter(Scene, ".obj", write_obj, "OBJ with MTL and PNGs", companions=True),
    Exporter(Scene, ".zip", write_zip, "ZIP with one STL a thing (3D printing, mm)"),
)
