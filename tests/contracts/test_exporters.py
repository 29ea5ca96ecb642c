"""Every exporter writes a file that an independent reader opens, whole, and the same each time."""

import csv
import inspect
import json
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
import trimesh
from PIL import Image as Pillow

from shared.discovery import declared
from shared.exporting import Exporter, export
from tests.contracts.samples import SAMPLES

Written = Callable[[str, Exporter], Path]
FOLDERS = ("shared.export", "sam_audio.export", "sam_3d.export", "sam_body.export")
EVERY: list[tuple[str, Exporter]] = [(f, e) for f in FOLDERS for e in declared(f, "EXPORTERS")]
every_exporter = pytest.mark.parametrize(
    ("folder", "exporter"), EVERY, ids=[f"{e.type.__name__}{e.suffix}" for _, e in EVERY]
)


@pytest.fixture(scope="module", autouse=True)
def coarse() -> Iterator[None]:
    """Draw a body that cuts itself anew on a coarse grid: its details are not looked at here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sam_body.export.solid.MOST_CELLS", 1_000_000)
        patch.setattr("sam_body.export.solid.FINEST", 0.004)
        yield


def exported(folder: str, exporter: Exporter, path: Path) -> Path:
    if missing := exporter.missing():
        pytest.skip(missing.reason)
    if exporter.suffix == ".fbx":
        pytest.skip("another program writes it")
    return export(SAMPLES[exporter.type.__name__](), path, package=folder)


def read_mesh(path: Path) -> None:
    scene = trimesh.load_scene(path)
    assert sum(len(g.faces) for g in scene.geometry.values()) > 50
    assert np.isfinite(scene.bounds).all()


def read_sound(path: Path) -> None:
    samples, rate = soundfile.read(path, always_2d=True)
    assert samples.shape == (8000, 2) and rate == 8000 and np.abs(samples).max() > 0.3


def read_zip(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None and len(archive.namelist()) >= 2


def read_usd(path: Path) -> None:
    from pxr import Usd, UsdGeom

    stage = Usd.Stage.Open(str(path))
    assert any(prim.IsA(UsdGeom.Mesh) for prim in stage.Traverse())


def read_motion(path: Path) -> None:
    lines = path.read_text("ascii").split("\n")
    assert lines[0] == "HIERARCHY" and "MOTION" in lines


def read_picture(path: Path) -> None:
    with Pillow.open(path) as picture:
        picture.load()


def read_table(path: Path) -> None:
    with path.open(encoding="utf8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert len(rows) > 2 and len({len(row) for row in rows}) == 1


def read_arrays(path: Path) -> None:
    with np.load(path, allow_pickle=False) as data:
        assert len(data.files) > 1 and all(data[name] is not None for name in data.files)


READERS = {
    ".wav": read_sound,
    ".flac": read_sound,
    ".mp3": read_sound,
    ".ogg": read_sound,
    ".zip": read_zip,
    ".glb": read_mesh,
    ".obj": read_mesh,
    ".ply": read_mesh,
    ".stl": read_mesh,
    ".3mf": lambda path: read_zip(path),
    ".bvh": read_motion,
    ".json": lambda path: json.loads(path.read_text("utf8")),
    ".png": read_picture,
    ".csv": read_table,
    ".npz": read_arrays,
    ".usdc": read_usd,
    ".usdz": read_usd,
    ".fbx": lambda path: None,  # Blender's own; tests/shared/test_blender.py asks it about them
}


def test_every_result_that_leaves_the_suite_has_an_exporter():
    assert {"Separation", "Reconstruction", "Body"} <= {e.type.__name__ for _, e in EVERY}


@every_exporter
def test_the_entry_is_complete(folder, exporter):
    assert exporter.suffix == exporter.suffix.lower() and exporter.suffix.startswith(".")
    assert exporter.suffix in READERS, "give this suffix an independent reader"
    assert exporter.title
    assert [(e.type, e.suffix) for _, e in EVERY].count((exporter.type, exporter.suffix)) == 1
    result, path, *options = inspect.signature(exporter.write).parameters.values()
    assert result.name and path.name
    assert all(option.kind is option.KEYWORD_ONLY for option in options)
    assert all(option.default is not option.empty for option in options), "options want defaults"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Write each file once, alone in its folder."""

    @cache
    def once(folder: str, exporter: Exporter) -> Path:
        return exported(folder, exporter, tmp_path_factory.mktemp("alone") / f"result{exporter.suffix}")

    return once


@every_exporter
def test_an_independent_reader_opens_the_file(folder, exporter, written: Written):
    path = written(folder, exporter)
    assert path.stat().st_size > 100
    READERS[exporter.suffix](path)
    names = {p.name for p in path.parent.iterdir()}
    assert names == {path.name} if not exporter.companions else path.name in names
    assert not any("partial" in name for name in names)


@every_exporter
def test_the_same_result_gives_the_same_bytes(folder, exporter, written: Written, tmp_path):
    again = exported(folder, exporter, tmp_path / f"result{exporter.suffix}")
    assert written(folder, exporter).read_bytes() == again.read_bytes()
