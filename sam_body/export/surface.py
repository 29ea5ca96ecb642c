"""Write the posed body's surface: OBJ and PLY, metres, y up, standing on y = 0, as in the GLB."""

from pathlib import Path

import numpy as np

from sam_body.types import Body
from shared.exporting import Exporter
from shared.normals import vertex_normals

_HEAD = "Segment Studio body, metres, y up"


def write_obj(body: Body, path: Path) -> None:
    """Write vertices in their order and one group a closed part (skin, eyes, mouth).

    Args:
        body: The person.
        path: File to write.
    """
    faces, part = body.skin.faces, body.skin.parts[body.skin.faces[:, 0]]
    lines = [f"# {_HEAD}"]
    lines += ["v {:.6f} {:.6f} {:.6f}".format(*row) for row in body.posed_vertices()]
    for number in np.unique(part):
        lines.append(f"g {'skin' if number == 0 else f'part_{number}'}")
        lines += ["f {} {} {}".format(*row) for row in faces[part == number] + 1]
    path.write_text("\n".join(lines) + "\n", "ascii")


def write_ply(body: Body, path: Path) -> None:
    """Write a little-endian binary PLY with normals.

    Args:
        body: The person.
        path: File to write.
    """
    vertices, faces = body.posed_vertices(), body.skin.faces
    rows = np.concatenate([vertices, vertex_normals(vertices, faces)], axis=1).astype("<f4")
    record = np.zeros(len(faces), [("count", "u1"), ("corners", "<i4", 3)])
    record["count"], record["corners"] = 3, faces
    fields = "\n".join(f"property float {name}" for name in ("x", "y", "z", "nx", "ny", "nz"))
    head = (
        f"ply\nformat binary_little_endian 1.0\ncomment {_HEAD}\n"
        f"element vertex {len(rows)}\n{fields}\n"
        f"element face {len(faces)}\nproperty list uchar int vertex_indices\nend_header\n"
    )
    path.write_bytes(head.encode("ascii") + rows.tobytes() + record.tobytes())


EXPORTERS = (
    Exporter(Body, ".obj", write_obj, "Posed surface (OBJ)"),
    Exporter(Body, ".ply", write_ply, "Posed surface (PLY)"),
)
