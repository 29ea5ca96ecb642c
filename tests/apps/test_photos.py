"""Several photos through the command line: turntable with masks, a mark carried over, and bad input."""

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from apps.cli import main
from sam_3d.photos.cameras import to_json
from tests.sam_3d.photos.sets import Shot, turned
from tests.sam_3d.photos.sfm_sets import COUNT, on_table

SMALL = ("--detail", "48", "--no-previews", "--formats", "glb,stl")


@pytest.fixture(scope="module")
def made() -> Shot:
    return turned(6)


@pytest.fixture
def folder(made: Shot, tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    folder.mkdir()
    for photo in made.album.photos:
        Image.fromarray(photo.image.pixels).save(folder / photo.name)
    names = [photo.name for photo in made.album.photos]
    (folder / "cameras.json").write_text(json.dumps(to_json(names, made.views)))
    return folder


@pytest.mark.slow
def test_one_box_is_carried_to_all_photos(made: Shot, folder: Path, tmp_path: Path) -> None:
    rows, columns = np.nonzero(made.masks[0])
    box = f"{columns.min() - 3},{rows.min() - 3},{columns.max() + 3},{rows.max() + 3}"
    out = tmp_path / "out"
    assert main(["3d", "photos", str(folder), "--box", box, "--out", str(out), *SMALL]) == 0
    told = json.loads((out / "manifest.json").read_text())
    ways = list(told["facts"]["photos"]["masks"].values())
    assert told["facts"]["photos"]["cameras"] == "known"
    assert ways[0] == "prompted" and ways.count("carried") >= 4
    assert {"graphcut", "carving"} <= {engine["id"] for engine in told["engines"]}
    assert told["facts"]["mesh"]["watertight"] and told["facts"]["mesh"]["bodies"] == 1
    true = np.ptp(made.mesh.vertices, axis=0)
    width, height, depth = told["facts"]["mesh"]["size_mm"]
    assert height == pytest.approx(100) and width == pytest.approx(100 * true[0] / true[1], abs=14)
    assert depth == pytest.approx(100 * true[2] / true[1], abs=14)
    with Image.open(out / "masks.png") as sheet:
        assert sheet.width == 1200
    assert len(told["recipe"]["input"]["sha256"]) == 64


@pytest.mark.slow
def test_every_picture_of_one_photo_is_had_of_several_too(made: Shot, folder: Path, tmp_path: Path) -> None:
    for photo, mask in zip(made.album.photos, made.masks, strict=True):
        Image.fromarray(mask).save(folder / f"{photo.name[:-4]}.mask.png")
    views = ["--seen", "--walls", "--wireframe", "--normals", "--no-turntable", "--movie"]
    out = tmp_path / "out"
    few = ["--detail", "40", "--formats", "stl"]
    assert main(["3d", "photos", str(folder), "--out", str(out), *few, *views]) == 0
    for name in ("preview", "seen", "walls", "wireframe", "normals"):
        with Image.open(out / f"{name}.png") as drawn:
            assert drawn.width > 300
    assert (out / "turntable.mp4").stat().st_size > 5000 and not (out / "turntable.gif").exists()
    told = json.loads((out / "manifest.json").read_text())
    assert told["facts"]["renderer"] in ("pyrender", "numpy")


@pytest.mark.slow
@pytest.mark.skipif(find_spec("pycolmap") is None, reason="pycolmap is not installed")
def test_photos_by_hand_without_a_mat_make_an_object(tmp_path: Path) -> None:
    shot, folder = on_table(COUNT), tmp_path / "by_hand"
    folder.mkdir()
    unmarked = {"03.png"}
    for photo, mask in zip(shot.album.photos, shot.masks, strict=True):
        Image.fromarray(photo.image.pixels).save(folder / photo.name)
        if photo.name not in unmarked:
            Image.fromarray(mask).save(folder / f"{photo.name[:-4]}.mask.png")
    out = tmp_path / "out"
    assert main(["3d", "photos", str(folder), "--cameras", "sfm", "--out", str(out), *SMALL]) == 0
    told = json.loads((out / "manifest.json").read_text())
    assert told["facts"]["photos"]["cameras"] == "sfm"
    ways = told["facts"]["photos"]["masks"]
    assert {name for name, way in ways.items() if way == "carried"} == unmarked
    assert any("12 of 12 photos were placed" in warning for warning in told["warnings"])
    true = np.ptp(shot.mesh.vertices, axis=0)
    mesh, photos = told["facts"]["mesh"], told["facts"]["photos"]
    assert mesh["watertight"] and 40 < mesh["seen_percent"] < 99 and photos["doubtful"] == []
    width, height, depth = mesh["size_mm"]
    assert height == pytest.approx(100)
    assert np.hypot(width, depth) / height == pytest.approx(np.hypot(true[0], true[2]) / true[1], rel=0.1)


def test_bad_input_is_explained(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def told(*more: str) -> str:
        assert main(["3d", "photos", str(folder), "--out", str(tmp_path / "out"), *more]) == 2
        return capsys.readouterr().err

    assert "not marked in any photo" in told()
    assert "found in 0 of 6 photos" in told("--cameras", "mat")
    assert "no photo 'x.jpg'" in told("--box", "1,1,50,50", "--marked", "x.jpg")
    assert "corrections are not JSON" in told("--corrections", "{")
    assert "Cannot read the angles" in told("--angles", "a,b")
    assert not (tmp_path / "out").exists()


def test_the_mat_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["3d", "mat", "--paper", "letter", "--out", str(tmp_path / "mat.pdf")]) == 0
    assert (tmp_path / "mat.pdf").read_bytes().startswith(b"%PDF")
    assert "100 %" in capsys.readouterr().out
