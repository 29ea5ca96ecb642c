"""True meshes for the benchmark of lifts: well-known models that nobody trained on.

    python -m benchmarks.object_meshes FOLDER

clones two public repositories (common-3d-test-models, trimesh) and copies the models into FOLDER. They are
measured with, never shipped.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

COMMON = ("https://github.com/alecjacobson/common-3d-test-models", "data")
TRIMESH = ("https://github.com/mikedh/trimesh", "models")
Q = -90.0
# Name: source, file, turn about x that brings y up (degrees), group.
MODELS: dict[str, tuple[tuple[str, str], str, float, str]] = {
    "cow": (COMMON, "cow.obj", 0, "being"),
    "spot": (COMMON, "spot.obj", 0, "being"),
    "homer": (COMMON, "homer.obj", 0, "being"),
    "cheburashka": (COMMON, "cheburashka.obj", 0, "being"),
    "bunny": (COMMON, "stanford-bunny.obj", 0, "being"),
    "nefertiti": (COMMON, "nefertiti.obj", Q, "being"),
    "horse": (COMMON, "horse.zip", Q, "being"),
    "duck": (TRIMESH, "Duck.glb", 0, "being"),
    "rocker": (COMMON, "rocker-arm.obj", 0, "machined"),
    "fandisk": (COMMON, "fandisk.obj", 0, "machined"),
    "torus": (TRIMESH, "torus.STL", Q, "machined"),
    "featuretype": (TRIMESH, "featuretype.STL", Q, "machined"),
    "angle_block": (TRIMESH, "angle_block.STL", 0, "machined"),
    "bottle": (TRIMESH, "fuze.zip", 0, "vessel"),
    "teapot": (COMMON, "teapot.obj", 0, "vessel"),
}
Triangles = tuple[NDArray[np.float64], NDArray[np.int64]]


def meshes(folder: Path) -> dict[str, Triangles]:
    """Return (V, 3) vertices, y up, longest edge 1 around the origin, and (F, 3) faces, of each model.

    A vase, turned from a formula, is the sixteenth.

    Raises:
        FileNotFoundError: A model is not in the folder.
    """
    import trimesh

    found: dict[str, Triangles] = {}
    for name, (_, file, turn, _) in MODELS.items():
        path = folder / file
        if path.suffix == ".zip" and name == "horse":
            with zipfile.ZipFile(path) as archive:
                archive.extract("horse.ply", folder)
            path = folder / "horse.ply"
        found[name] = _upright(trimesh.load(path, force="mesh"), turn)
    level = np.linspace(0, 1, 60)
    radius = 0.16 + 0.12 * np.sin(5.2 * level + 0.4) + 0.03 * np.cos(9 * level)
    profile = np.c_[np.r_[0, radius, 0], np.r_[0, level, 1]]
    found["vase"] = _upright(trimesh.creation.revolve(profile, sections=96), Q)
    return found


def group_of(name: str) -> str:
    """Return "being", "machined" or "vessel"."""
    return MODELS[name][3] if name in MODELS else "vessel"


def _upright(loaded: object, turn_deg: float) -> Triangles:
    import trimesh

    given: trimesh.Trimesh = loaded  # type: ignore[assignment]
    mesh = trimesh.Trimesh(given.vertices, given.faces, process=True)
    mesh.merge_vertices(merge_tex=True, merge_norm=True)
    if not mesh.is_watertight:
        trimesh.repair.fill_holes(mesh)
    mesh.apply_transform(trimesh.transformations.rotation_matrix(np.radians(turn_deg), [1, 0, 0]))
    vertices = np.asarray(mesh.vertices, np.float64) - mesh.bounds.mean(0)
    return vertices / np.ptp(vertices, axis=0).max(), np.asarray(mesh.faces, np.int64)


def main() -> None:
    """Fetch the models."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as spare:
        for number, (address, inner) in enumerate((COMMON, TRIMESH)):
            clone = Path(spare) / str(number)
            subprocess.run(["git", "clone", "--quiet", "--depth", "1", address, str(clone)], check=True)
            for source, file, _, _ in MODELS.values():
                if source == (address, inner):
                    (folder / file).write_bytes((clone / inner / file).read_bytes())


if __name__ == "__main__":
    main()
