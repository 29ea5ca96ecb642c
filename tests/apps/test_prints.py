"""The print check from outside: files, results, the command line, and what a lift holds back."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh
from PIL import Image

from apps import runner
from apps.cli import main
from apps.prints import check_file
from apps.recipes import Recipe
from shared.errors import ExportError, InputError
from shared.prompts import MaskHint
from tests.sam_3d.shapes import disc, picture

QUICK = {"previews": False}


@pytest.fixture(scope="module")
def cube(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cube") / "cube.stl"
    trimesh.creation.box((40, 40, 40)).export(path)
    return path


@pytest.fixture(scope="module")
def open_box(tmp_path_factory: pytest.TempPathFactory) -> Path:
    box = trimesh.creation.box((40, 40, 40))
    box.update_faces(box.face_normals[:, 2] < 0.5)
    path = tmp_path_factory.mktemp("box") / "open.stl"
    box.export(path)
    return path


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    mask = disc(60)
    path = tmp_path_factory.mktemp("photo") / "ball.png"
    Image.fromarray(picture(mask).pixels).save(path)
    return Recipe("lift", str(path), (MaskHint(mask),), options=QUICK, formats=("stl", "glb"))


def test_the_command_tells_facts_and_verdict(cube: Path, capsys: Any) -> None:
    assert main(["3d", "check", str(cube), "--json", "--printer", "prusa_mini"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == "ready to print" and told["volume_cm3"] == 64.0
    assert main(["3d", "check", str(cube)]) == 0
    assert "cube.stl: ready to print" in capsys.readouterr().out


def test_a_broken_file_fails_and_is_mended_into_another_format(
    open_box: Path, tmp_path: Path, capsys: Any
) -> None:
    assert main(["3d", "check", str(open_box)]) == 1
    assert "open edges" in capsys.readouterr().out
    assert main(["3d", "check", str(open_box), "--fix", str(tmp_path / "mended.3mf")]) == 0
    assert "mended   fill_holes" in capsys.readouterr().out
    mended = check_file(tmp_path / "mended.3mf").report
    assert mended.printable and mended.facts["volume_cm3"] == pytest.approx(64)


def test_a_height_scales_first(cube: Path) -> None:
    assert check_file(cube, height_mm=20).report.facts["volume_cm3"] == pytest.approx(8)


@pytest.mark.slow
def test_the_heat_map_is_a_picture(cube: Path, tmp_path: Path, capsys: Any) -> None:
    assert main(["3d", "check", str(cube), "--heat-map", str(tmp_path / "walls.png")]) == 0
    with Image.open(tmp_path / "walls.png") as heat:
        pixels = np.asarray(heat.convert("RGB")).astype(int)
    assert (pixels[..., 2] > pixels[..., 0] + 30).mean() > 0.1  # thick: blue


def test_what_is_no_mesh_is_explained(tmp_path: Path, capsys: Any) -> None:
    assert main(["3d", "check", str(tmp_path)]) == 2
    assert "no mesh" in capsys.readouterr().err
    with pytest.raises(InputError, match="no mesh file"):
        check_file(__file__)


@pytest.mark.slow
def test_a_lift_tells_its_print_and_what_the_photo_shows(recipe: Recipe, tmp_path: Path) -> None:
    result = runner.run(recipe, tmp_path / "out")
    facts = result.manifest["facts"]
    assert facts["print"]["printable"] and facts["print"]["mending"][0]["id"] == "flat_cut"
    assert 30 < facts["mesh"]["seen_percent"] < 55
    checked = check_file(tmp_path / "out").report.facts
    assert checked["volume_cm3"] == pytest.approx(facts["mesh"]["volume_cm3"], rel=1e-3)
    mended = runner.run(replace(recipe, chain=tuple(facts["print"]["mending"])), tmp_path / "mended")
    assert mended.manifest["facts"]["print"]["foot_percent"] > 3


@pytest.mark.slow
def test_steps_in_millimetres_know_the_height_of_the_print(recipe: Recipe, tmp_path: Path) -> None:
    small = replace(
        recipe,
        options={**QUICK, "height_mm": 40},
        chain=({"id": "hollow", "wall_mm": 2.0, "drain_mm": 0},),
        formats=("stl",),
    )
    facts = runner.run(small, tmp_path / "small").manifest["facts"]
    assert facts["mesh"]["size_mm"][1] == pytest.approx(40)
    assert facts["print"]["wall_p5_mm"] == pytest.approx(2, abs=0.2) and facts["print"]["cavities"] == 1


@pytest.mark.slow
def test_files_that_would_not_print_are_held_back_unless_wanted(recipe: Recipe, tmp_path: Path) -> None:
    """A sheet of paper: 5 mm tall and 0.1 mm deep."""
    sheet = replace(recipe, options={**QUICK, "mode": "extrude:depth_percent=2", "height_mm": 5})
    result = runner.run(sheet, tmp_path / "a")
    names = {path.name for path in result.files}
    assert "object.stl" not in names and "object.glb" in names
    assert any(text.startswith("STL held back") for text in result.manifest["warnings"])
    with pytest.raises(ExportError, match="would not print"):
        runner.run(replace(sheet, formats=("stl",)), tmp_path / "b")
    free = replace(sheet, options={**sheet.options, "print_check": False}, formats=("stl",))
    assert "object.stl" in {path.name for path in runner.run(free, tmp_path / "c").files}
