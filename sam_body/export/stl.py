"""Write the posed body as a closed binary STL: millimetres, z up, standing on z = 0."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sam_body.export.solid import on_plate, one_solid, told_apart
from sam_body.types import Body
from shared.errors import InputError
from shared.exporting import Exporter

_MM = 1000.0


def write_stl(body: Body, path: Path, *, height_mm: float | None = None, plate: bool = False) -> None:
    """Write the skin (not eyes and mouth, which lie inside it) as one solid that nowhere cuts itself.

    Args:
        body: The person.
        path: File to write.
        height_mm: Height of the posed body, with its plate; life-size when not given.
        plate: Whether it stands on a round plate.

    Raises:
        InputError: The height is not between 1 mm and 10 m.
        ExportError: No solid comes out.
    """
    if height_mm is not None and not 1 <= height_mm <= 10_000:
        raise InputError(f"height_mm wants 1 to 10000 mm, but got {height_mm:g}.")
    vertices, faces, _ = one_solid(*printable(body))
    if plate:
        vertices, faces = on_plate(vertices, faces)
    vertices = told_apart(vertices - [0.0, 0.0, vertices[:, 2].min()], faces)
    if height_mm is not None:
        vertices = vertices * (height_mm / vertices[:, 2].max())
    corners = vertices[faces].astype("<f4")
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = across / np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-20)
    record = np.zeros(len(faces), [("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("spare", "<u2")])
    record["normal"], record["corners"] = normals, corners
    header = b"Segment Studio body, millimetres, z up".ljust(80)
    path.write_bytes(header + np.array(len(faces), "<u4").tobytes() + record.tobytes())


def printable(body: Body) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the posed skin alone: (V, 3) millimetres, z up, lowest point at 0, and (F, 3) faces."""
    skin = body.skin
    faces = skin.faces[(skin.parts[skin.faces] == 0).all(axis=1)]
    used, inverse = np.unique(faces, return_inverse=True)
    posed = body.posed_vertices()[used] * _MM
    turned = np.stack([posed[:, 0], -posed[:, 2], posed[:, 1]], axis=1)
    turned[:, 2] -= turned[:, 2].min()
    return turned, inverse.reshape(-1, 3).astype(np.int64)


EXPORTERS = (Exporter(Body, ".stl", write_stl, "Posed body for print (STL)"),)
