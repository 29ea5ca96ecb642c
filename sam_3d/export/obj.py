"""Wavefront OBJ with its MTL and PNG: metres, y up."""

from pathlib import Path

import numpy as np

from sam_3d.coloring import vertex_colors
from sam_3d.export.glb import png
from sam_3d.sizing import sized_mm
from sam_3d.types import Reconstruction
from shared.exporting import Exporter
from shared.normals import weld


def write(result: Reconstruction, path: Path, *, height_mm: float | None = None) -> None:
    """Write `NAME.obj`, and beside it `NAME.mtl` and `NAME.png` when the mesh has a texture.

    Args:
        result: A lifted object.
        path: Where to write the OBJ; the other two take its name.
        height_mm: Height for meshes without true size; 100 when None.
    """
    mesh = result.mesh
    points = sized_mm(result, height_mm) / 1000
    first, place = weld(points)
    corners = place[mesh.faces] + 1
    lines = ["# Segment Studio, metres, y up"]
    if mesh.texture is None or mesh.uv is None:
        rows = np.hstack([points[first], vertex_colors(mesh)[first] / 255])
        lines += ["v " + " ".join(f"{n:.7g}" for n in row) for row in rows.tolist()]
        lines += [f"f {a} {b} {c}" for a, b, c in corners.tolist()]
    else:
        name = path.stem
        lines += [f"mtllib {name}.mtl", f"o {name}"]
        lines += [f"v {x:.7g} {y:.7g} {z:.7g}" for x, y, z in points[first].tolist()]
        lines += [f"vt {u:.6f} {v:.6f}" for u, v in mesh.uv.tolist()]
        lines.append("usemtl surface")
        both = np.stack([corners, mesh.faces + 1], axis=2)
        lines += ["f " + " ".join(f"{v}/{t}" for v, t in face) for face in both.tolist()]
        material = f"newmtl surface\nKa 1 1 1\nKd 1 1 1\nKs 0 0 0\nillum 1\nmap_Kd {name}.png\n"
        path.with_suffix(".mtl").write_text(material, "utf8")
        path.with_suffix(".png").write_bytes(png(mesh.texture))
    path.write_text("\n".join(lines) + "\n", "utf8")


EXPORTERS = (Exporter(Reconstruction, ".obj", write, "OBJ with MTL and PNG", companions=True),)
