"""Binary STL for printing: millimetres, z up, standing on z = 0."""

from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from sam_3d.sizing import sized_mm, z_up
from sam_3d.types import Reconstruction
from shared.exporting import Exporter

_RECORD = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])


def write(result: Reconstruction, path: Path, *, height_mm: float | None = None) -> None:
    """Write the triangles; STL has no unit, and slicers read millimetres.

    Args:
        result: A lifted object.
        path: Where to write.
        height_mm: Extent along z for meshes without true size; 100 when None.
    """
    with path.open("wb") as stream:
        binary_stl(z_up(sized_mm(result, height_mm)), result.mesh.faces, stream)


def binary_stl(points: NDArray[np.float64], faces: NDArray[np.int64], stream: IO[bytes]) -> None:
    """Write triangles (F, 3) over points (V, 3) in millimetres, z up, to a stream."""
    corners = points.astype(np.float32)[faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    records = np.zeros(len(corners), _RECORD)
    records["normal"] = across / np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-30)
    records["corners"] = corners
    # 80 free bytes; they must not begin with "solid", which means the text form.
    stream.write(b"Segment Studio, millimetres, z up".ljust(80))
    stream.write(np.uint32(len(records)).astype("<u4").tobytes())
    stream.write(records.tobytes())


EXPORTERS = (Exporter(Reconstruction, ".stl", write, "STL (3D printing, mm)"),)
