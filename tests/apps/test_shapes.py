"""Shapes for what is marked, on the command line and in Python; scenes as a task."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from apps import shapes
from apps.cli import main
from apps.marked import marked, marked_apart
from apps.recipes import Recipe
from apps.runner import run
from apps.web.calls import as_command
from sam_3d.shaping import modes
from shared.errors import ExportError, InputError, PromptError
from shared.progress import Progress
from shared.prompts import MaskHint, Text
from tests.sam_3d.cups import cup, cup_photo


@pytest.fixture
def photo(tmp_path: Path) -> str:
    path = tmp_path / "cup.png"
    Image.fromarray(cup_photo().pixels).save(path)
    return str(path)


@pytest.fixture
def mask(tmp_path: Path) -> str:
    path = tmp_path / "mask.png"
    Image.fromarray(cup()[0].astype(np.uint8) * 255).save(path)
    return str(path)


def hints() -> tuple[MaskHint, MaskHint]:
    body, handle = cup()
    return MaskHint(body, 0, "cup"), MaskHint(handle, 1, "handle")


def test_the_command_lists_shapes_and_writes_pictures(
    photo: str, mask: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["3d", "modes", photo, "--mask", mask, "--json", "--out", str(tmp_path / "out")]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed[0]["mode"] == "revolve:inside=vessel"
    assert {item["mode"].partition(":")[0] for item in listed} == set(modes()) - {"parts"}
    assert len(list((tmp_path / "out").glob("shape_*.png"))) == len(listed)


def test_marks_of_several_objects_are_parts(photo: str) -> None:
    offered = shapes.suggestions(photo, hints())
    assert offered[0].mode == "parts:inside=vessel"
    assert "parts" in shapes.as_text(offered).splitlines()[0]


def test_nothing_marked_is_explained(photo: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["3d", "modes", photo]) == 2
    assert "not named yet" in capsys.readouterr().err


def test_one_thing_or_each_thing() -> None:
    one = marked(cup_photo(), hints(), "auto", Progress(), several=False)
    assert (one.masks.masks[0] == cup()[0] | cup()[1]).all()
    each = marked(cup_photo(), hints(), "auto", Progress(), several=True)
    assert len(each.masks) == 2 and each.masks.labels == ("cup", "handle")
    assert marked_apart(hints()) and not marked_apart((Text("cup"),))


def test_parts_are_lifted_as_one(photo: str, tmp_path: Path) -> None:
    options = {"mode": "parts", "previews": False}
    result = run(Recipe("lift", photo, hints(), options=options, formats=("stl",)), tmp_path / "out")
    mesh = trimesh.load_mesh(tmp_path / "out" / "object.stl")
    assert mesh.is_watertight and mesh.body_count == 1 and mesh.euler_number == 0
    assert [engine["id"] for engine in result.manifest["engines"]] == ["parts"]


def test_auto_takes_the_best_shape_and_says_why(photo: str, mask: str, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    flags = ["--mask", mask, "--mode", "auto", "--no-previews", "--formats", "stl", "--out", out]
    assert main(["3d", "lift", photo, *flags]) == 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf8"))
    assert manifest["engines"][-1]["id"] == "revolve"
    assert "suggested for this mask" in manifest["engines"][-1]["why"]


def test_a_wrong_mode_stops_before_any_work(photo: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no shape 'lathe'"):
        run(Recipe("lift", photo, hints(), options={"mode": "lathe"}), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_call_of_a_run_names_its_mode(photo: str) -> None:
    recipe = Recipe("lift", photo, (Text("cup"),), options={"mode": "extrude:depth_percent=8"})
    assert "--mode extrude:depth_percent=8" in as_command(recipe)


def test_a_scene_has_a_node_for_each_mask(photo: str, tmp_path: Path) -> None:
    options = {"previews": False, "tallest_mm": 90}
    recipe = Recipe("scene", photo, hints(), "inflate", options=options, formats=("glb", "zip"))
    result = run(recipe, tmp_path / "out")
    loaded = trimesh.load_scene(tmp_path / "out" / "scene.glb")
    assert set(loaded.graph.nodes_geometry) == {"cup", "handle", "ground"}
    things = result.manifest["facts"]["scene"]["objects"]
    assert [thing["name"] for thing in things] == ["cup", "handle"]
    assert max(thing["size_mm"][1] for thing in things) == pytest.approx(90)
    assert min(thing["overlap_iou"] for thing in things) > 0.75


def test_things_of_a_scene_are_checked_as_prints_where_they_are_written_for_it(
    photo: str, tmp_path: Path
) -> None:
    options = {"previews": False, "tallest_mm": 90}
    recipe = Recipe("scene", photo, hints(), "inflate", options=options, formats=("glb", "zip"))
    result = run(recipe, tmp_path / "large")
    things = result.manifest["facts"]["scene"]["objects"]
    assert all(thing["print"]["printable"] for thing in things)
    assert things[0]["print"]["volume_cm3"] > 10
    with zipfile.ZipFile(tmp_path / "large" / "scene.zip") as archive:
        assert sorted(archive.namelist()) == ["cup.stl", "ground.stl", "handle.stl"]
    # So small that the handle is thinner than any nozzle draws, and then all of it.
    result = run(replace(recipe, options={**options, "tallest_mm": 1.4}), tmp_path / "small")
    verdicts = {t["name"]: t["print"]["printable"] for t in result.manifest["facts"]["scene"]["objects"]}
    assert verdicts == {"cup": True, "handle": False}
    with zipfile.ZipFile(tmp_path / "small" / "scene.zip") as archive:
        assert "handle.stl" not in archive.namelist() and "cup.stl" in archive.namelist()
    assert any(text.startswith("handle left out of the ZIP") for text in result.manifest["warnings"])
    tiny = replace(recipe, options={**options, "tallest_mm": 0.2})
    result = run(tiny, tmp_path / "tiny")
    assert {path.name for path in result.files} == {"scene.glb", "manifest.json"}
    assert any(text.startswith("ZIP held back") for text in result.manifest["warnings"])
    with pytest.raises(ExportError, match="None of the 3 things would print"):
        run(replace(tiny, formats=("zip",)), tmp_path / "none")
    free = replace(tiny, options={**tiny.options, "print_check": False}, formats=("zip",))
    result = run(free, tmp_path / "free")
    with zipfile.ZipFile(tmp_path / "free" / "scene.zip") as archive:
        assert len(archive.namelist()) == 3
    assert "print" not in result.manifest["facts"]["scene"]["objects"][0]


def test_a_cup_stands_on_its_table_and_a_table_seen_in_part_is_the_ground(tmp_path: Path) -> None:
    table, cup = np.zeros((2, 180, 240), bool)
    table[80:150, 30:210], cup[50:115, 100:140] = True, True
    options = {"previews": False, "people": "objects"}
    for name, far, on in (("whole", 30, "table"), ("part", 0, "ground")):
        table[80:150, far : 240 - far] = True
        pixels = np.full((180, 240, 3), 230, np.uint8)
        pixels[table], pixels[cup] = (120, 80, 40), (40, 90, 200)
        path = tmp_path / f"{name}.png"
        Image.fromarray(pixels).save(path)
        prompts = MaskHint(table & ~cup, 0, "table"), MaskHint(cup, 1, "cup")
        made = run(Recipe("scene", str(path), prompts, "inflate", options=options), tmp_path / name)
        things = {thing["name"]: thing for thing in made.manifest["facts"]["scene"]["objects"]}
        assert things["cup"]["stands_on"] == on and ("table" in things) == (on == "table")
        told = any("taken as the ground" in warning for warning in made.manifest["warnings"])
        assert told == (on == "ground")
        loaded = trimesh.load_scene(tmp_path / name / "scene.glb")
        assert len(loaded.graph.nodes_geometry) == 2 + (on == "table")
        foot = loaded.graph.get("cup")[0][1, 3]  # the node's origin lies below its middle
        assert (foot > 0.1) == (on == "table") and foot >= 0


def test_scenes_that_cannot_be_are_explained(photo: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the mode parts cannot be used"):
        run(Recipe("scene", photo, hints(), options={"mode": "parts"}), tmp_path / "out")
    spots = []
    for number in range(25):
        spot = np.zeros(cup()[0].shape, bool)
        spot[10 * number : 10 * number + 5, :5] = True
        spots.append(MaskHint(spot, number))
    with pytest.raises(PromptError, match="at most 24"):
        run(Recipe("scene", photo, tuple(spots)), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_person_stands_beside_an_object_in_its_true_size(tmp_path: Path) -> None:
    from skimage import data

    pixels = data.astronaut()
    person, thing = np.zeros((512, 512), bool), np.zeros((512, 512), bool)
    person[20:512, 60:330] = True
    thing[30:300, 400:470] = True
    path = tmp_path / "astronaut.png"
    Image.fromarray(pixels).save(path)
    prompts = (MaskHint(person, 0, "person"), MaskHint(thing, 1, "shuttle"))
    result = run(Recipe("scene", str(path), prompts, options={"previews": False}), tmp_path / "out")
    things = result.manifest["facts"]["scene"]["objects"]
    assert [one["name"] for one in things] == ["person", "shuttle"]
    assert 600 < things[0]["size_mm"][1] < 2200  # of the posed body; a stature is at most that
    assert {engine["id"] for engine in result.manifest["engines"]} >= {"landmark-fit"}
