"""Meshes that others made and gave away: furniture, tools, vehicles, plants and people of Sweet Home 3D.

Debian's `sweethome3d-furniture` (1.8) holds catalogues, zips of OBJ files. Only these are read, for their
licences: KatorLegaz, Reallusion, Scopia and BlendSwap-CC-BY (CC-BY 3.0), BlendSwap-CC-0 (CC0). The manifest
names each mesh's author catalogue and licence; NOTICE gives the attribution.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tools.train_lift.fields import Triangles

LICENCES = {
    "KatorLegaz": "CC-BY-3.0",
    "Reallusion": "CC-BY-3.0",
    "Scopia": "CC-BY-3.0",
    "BlendSwap-CC-BY": "CC-BY-3.0",
    "BlendSwap-CC-0": "CC0-1.0",
}
MOST_BYTES = 12_000_000
# Kinds of objects that benchmarks measure on: never trained with, so that they stay unseen things.
KEPT_FOR_TESTS = ("duck", "bunny", "rabbit", "torus", "teapot", "cow", "horse", "deer", "dragon", "plane")


@dataclass(frozen=True)
class Source:
    """Where a mesh came from: catalogue, name within it, licence."""

    catalogue: str
    name: str
    licence: str


def meshes(folder: Path) -> Iterator[tuple[Source, Triangles]]:
    """Yield the meshes of all catalogues (.sh3f) below a folder, with y up."""
    for path in sorted(folder.rglob("*.sh3f")):
        licence = LICENCES.get(path.stem)
        if licence is None:
            continue
        with zipfile.ZipFile(path) as archive:
            for item in archive.infolist():
                low = item.filename.lower()
                if not low.endswith(".obj") or item.file_size > MOST_BYTES:
                    continue
                if any(kind in low for kind in KEPT_FOR_TESTS):
                    continue
                found = _triangles(archive.read(item))
                if found is not None:
                    yield Source(path.stem, Path(item.filename).stem, licence), found


def _triangles(data: bytes) -> Triangles | None:
    vertices: list[list[float]] = []
    faces: list[tuple[int, int, int]] = []
    for line in io.TextIOWrapper(io.BytesIO(data), "latin-1"):
        if line.startswith("v "):
            vertices.append([float(number) for number in line.split()[1:4]])
        elif line.startswith("f "):
            corners = [int(word.partition("/")[0]) for word in line.split()[1:]]
            corners = [c - 1 if c > 0 else len(vertices) + c for c in corners]
            faces += [(corners[0], b, c) for b, c in zip(corners[1:], corners[2:], strict=False)]
    if len(faces) < 12:
        return None
    return np.array(vertices, np.float32), np.array(faces, np.int32)
