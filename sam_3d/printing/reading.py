"""Read a mesh file from anywhere, for checking and mending it."""

import io
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from sam_3d.types import Reconstruction
from shared.errors import InputError
from shared.mesh import Camera, Mesh
from shared.normals import weld

SUFFIXES = (".stl", ".3mf", ".obj", ".ply", ".glb", ".gltf", ".off")
_PRINTERS_OWN = (".stl", ".3mf")  # millimetres, z up; the others are in metres, y up
MOST_BYTES = 300_000_000
_MOST_FACES = 3_000_000
_CORE = "{http://schemas.microsoft.com/3dmanufacturing/core/2015/02}"
_MM = {
    "micron": 1e-3,
    "millimeter": 1.0,
    "centimeter": 10.0,
    "inch": 25.4,
    "foot": 304.8,
    "meter": 1000.0,
}


def read_mesh(path: str | Path) -> Reconstruction:
    """Read a mesh as an object of true size, y up, without colours.

    Args:
        path: STL or 3MF (z up; STL in millimetres, 3MF in the unit it names), OBJ, PLY, GLB or OFF (y up,
            metres).

    Raises:
        InputError: Not such a file, too large, or nothing in it.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(f"{path.name} is no mesh file that is known.", f"Give one of {', '.join(SUFFIXES)}.")
    if not path.is_file():
        raise InputError(f"There is no file {path}.", "Check the name.")
    if path.stat().st_size > MOST_BYTES:
        raise InputError(f"{path.name} is larger than {MOST_BYTES / 1e6:.0f} MB.", "Simplify it first.")
    try:
        points, faces = _threemf(path) if suffix == ".3mf" else _by_trimesh(path)
    # Readers report damaged files as whatever their parsers stumble over.
    except Exception as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path.name} cannot be read as a mesh ({error}).", "Export it again.") from error
    if not len(faces) or len(faces) > _MOST_FACES or not np.isfinite(points).all():
        raise InputError(f"{path.name} holds {len(faces)} triangles.", f"Give 1 to {_MOST_FACES}.")
    return _as_object(points, faces, of_printer=suffix in _PRINTERS_OWN)


def _as_object(points: NDArray[np.float64], faces: NDArray[np.int64], *, of_printer: bool) -> Reconstruction:
    if of_printer:
        points = np.stack([points[:, 0], points[:, 2], -points[:, 1]], axis=1) / 1000
    first, place = weld(points)
    mesh = Mesh(points[first], place[faces], scale="metric")
    if float(np.ptp(mesh.vertices[:, 1])) == 0:
        raise InputError("The mesh is flat: it has no height.", "Give a solid.")
    # Nothing photographed it: a camera that looks at it from the front stands in.
    distance = 3 * float(np.ptp(mesh.vertices, axis=0).max())
    return Reconstruction(mesh, Camera(500.0, (256, 256), (512, 512)), np.array([0.0, 0.0, -distance]))


def _by_trimesh(path: Path) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    import trimesh

    scene: Any = trimesh.load_scene(io.BytesIO(path.read_bytes()), file_type=path.suffix.lower()[1:])
    mesh = scene.to_mesh()
    return np.asarray(mesh.vertices, np.float64), np.asarray(mesh.faces, np.int64)


def _threemf(path: Path) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Read the meshes of a 3MF's main part, in millimetres; items' own places are not followed."""
    with zipfile.ZipFile(path) as archive:
        name = next(n for n in archive.namelist() if n.lower().endswith(".model"))
        if archive.getinfo(name).file_size > MOST_BYTES:
            raise InputError(f"{path.name} is too large inside.", "Simplify it first.")
        model = ElementTree.fromstring(archive.read(name))
    vertices, faces = [], []
    for mesh in model.iter(f"{_CORE}mesh"):
        start = len(vertices)
        vertices += [[float(v.attrib[axis]) for axis in "xyz"] for v in mesh.iter(f"{_CORE}vertex")]
        triangles = mesh.iter(f"{_CORE}triangle")
        faces += [[start + int(t.attrib[corner]) for corner in ("v1", "v2", "v3")] for t in triangles]
    unit = _MM[model.get("unit", "millimeter")]
    return np.array(vertices, np.float64).reshape(-1, 3) * unit, np.array(faces, np.int64).reshape(-1, 3)
