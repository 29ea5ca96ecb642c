"""Write the posed body's surface: OBJ and PLY, metres, y up, standing on y = 0, as in the GLB."""

from pathlib import Path

import numpy as np

from sam_body.export.painted import encoded
from sam_body.types import Body
from shared.exporting import Exporter
from shared.normals import vertex_normals

_HEAD = "Segment Studio body, metres, y up"
_COLOURS = ("red", "green", "blue")


def write_obj(body: Body, path: Path) -> None:
    """Write vertices in their order and one group a closed part (skin, eyes, mouth).

    A painted body gets `NAME.mtl` and `NAME.png` beside it.

    Args:
        body: The person.
        path: File to write.
    """
    faces, part = body.skin.faces, body.skin.parts[body.skin.faces[:, 0]]
    lines = [f"# {_HEAD}"]
    lines += ["v {:.6f} {:.6f} {:.6f}".format(*row) for row in body.posed_vertices()]
    corners = faces[:, :, None] + 1
    if body.paint is not None:
        lines += [f"mtllib {path.stem}.mtl", "usemtl photo"]
        lines += ["vt {:.6f} {:.6f}".format(*row) for row in body.paint.uv]
        corners = np.stack([faces, body.paint.corners], axis=2) + 1
        material = f"newmtl photo\nKa 1 1 1\nKd 1 1 1\nKs 0 0 0\nillum 1\nmap_Kd {path.stem}.png\n"
        path.with_suffix(".mtl").write_text(material, "ascii")
        path.with_suffix(".png").write_bytes(encoded(body.paint.texture, "png"))
    for number in np.unique(part):
        lines.append(f"g {'skin' if number == 0 else f'part_{number}'}")
        lines += [
            "f " + " ".join("/".join(map(str, c)) for c in row) for row in corners[part == number].tolist()
        ]
    path.write_text("\n".join(lines) + "\n", "ascii")


def write_ply(body: Body, path: Path) -> None:
    """Write a little-endian binary PLY with normals, and the colours of a painted body's vertices.

    Args:
        body: The person.
        path: File to write.
    """
    vertices, faces = body.posed_vertices(), body.skin.faces
    points = np.concatenate([vertices, vertex_normals(vertices, faces)], axis=1)
    names = ("x", "y", "z", "nx", "ny", "nz")
    kinds: list[tuple[str, str]] = [(name, "<f4") for name in names]
    fields = [f"property float {name}" for name in names]
    if body.paint is not None:
        kinds += [(name, "u1") for name in _COLOURS]
        fields += [f"property uchar {name}" for name in _COLOURS]
    rows = np.zeros(len(vertices), kinds)
    for i, name in enumerate(names):
        rows[name] = points[:, i]
    if body.paint is not None:
        colours = body.paint.at_vertices(faces, len(vertices))
        for i, name in enumerate(_COLOURS):
            rows[name] = colours[:, i]
    record = np.zeros(len(faces), [("count", "u1"), ("corners", "<i4", 3)])
    record["count"], record["corners"] = 3, faces
    listed = "\n".join(fields)
    head = (
        f"ply\nformat binary_little_endian 1.0\ncomment {_HEAD}\n"
        f"element vertex {len(rows)}\n{listed}\n"
        f"element face {len(faces)}\nproperty list uchar int vertex_indices\nend_header\n"
    )
    path.write_bytes(head.encode("ascii") + rows.tobytes() + record.tobytes())


EXPORTERS = (
    Exporter(Body, ".obj", write_obj, "Posed surface (OBJ)", companions=True),
    Exporter(Body, ".ply", write_ply, "Posed surface (PLY)"),
)
