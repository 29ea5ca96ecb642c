"""Odd pictures and masks through the loader and a whole run: a sound result, or an error with its cure."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as Pillow

from apps.marked import marked
from apps.recipes import Recipe
from apps.runner import Result, run
from shared.errors import ExportError, InputError
from shared.loading import load_image, load_mask
from shared.media import Image
from shared.progress import Progress
from shared.prompts import MaskHint, Points, Prompts
from tests.shared.test_georeference import geotiff

HIGH, WIDE = 60, 80
ROWS, COLUMNS = np.mgrid[:HIGH, :WIDE]
AWAY = np.hypot(ROWS - 30, COLUMNS - 40)
EVERY = ("mask", "cutout", "alpha", "json", "overlay", "label_map", "yolo", "svg", "prompts")


def photo() -> NDArray[np.uint8]:
    noise = np.random.default_rng(0).normal(0, 4, (HIGH, WIDE, 3))
    flat = np.where((AWAY < 20)[:, :, None], (210, 70, 40), (50, 90, 150))
    return np.clip(flat + noise, 0, 255).astype(np.uint8)


def islands() -> NDArray[np.bool_]:
    found = np.zeros((HIGH, WIDE), np.bool_)
    for number in range(40):
        row, column = divmod(number, 8)
        found[3 + row * 12 : 9 + row * 12, 2 + column * 10 : 8 + column * 10] = True
    return found


def dot() -> NDArray[np.bool_]:
    return (ROWS == 30) & (COLUMNS == 40)


MASKS = {
    "whole": (np.ones((HIGH, WIDE), np.bool_), "covers the whole picture"),
    "one pixel": (dot(), "1 pixel only"),
    "forty islands": (islands(), ""),
    "ring": ((AWAY < 25) & (AWAY > 12), ""),
}


def segmented(path: Path, prompts: Prompts, folder: Path, **more: Any) -> Result:
    return run(Recipe("segment", str(path), prompts, formats=EVERY, **more), folder)


@pytest.mark.parametrize("case", MASKS)
def test_odd_masks_give_every_file(tmp_path: Path, case: str) -> None:
    mask, told = MASKS[case]
    Pillow.fromarray(photo()).save(tmp_path / "a.png")
    cv2.imwrite(str(tmp_path / "m.png"), mask.astype(np.uint8) * 255)
    hint = load_mask(tmp_path / "m.png", load_image(tmp_path / "a.png"))
    result = segmented(tmp_path / "a.png", (hint,), tmp_path / "out")
    written = cv2.imread(str(tmp_path / "out/mask_000.png"), cv2.IMREAD_UNCHANGED)
    assert written is not None and ((written > 0) == mask).all()
    cut = cv2.imread(str(tmp_path / "out/cutout_000.png"), cv2.IMREAD_UNCHANGED)
    assert cut is not None and cut.shape == (HIGH, WIDE, 4) and cut[:, :, 3].any()
    warnings = " ".join(result.manifest["warnings"])
    assert told in warnings and bool(warnings) == bool(told)
    corners = (tmp_path / "out/yolo.txt").read_text("utf8").split()[1:]
    assert len(corners) >= 8 and len(corners) % 2 == 0


@pytest.mark.parametrize("case", MASKS)
def test_what_is_lifted_of_an_odd_mask_is_told(case: str) -> None:
    mask, told = MASKS[case]
    found = marked(Image(photo()), (MaskHint(mask),), "auto", Progress(), several=False)
    assert (found.masks.masks[0] == mask).all()
    assert [told in warning for warning in found.warnings] == [True] * bool(told)


def test_a_line_of_pixels_is_segmented(tmp_path: Path) -> None:
    mask = np.zeros((1, 5000), np.bool_)
    mask[0, 2000:2900] = True
    Pillow.fromarray(np.where(mask[:, :, None], (200, 60, 40), (40, 90, 150)).astype(np.uint8)).save(
        tmp_path / "a.png"
    )
    segmented(tmp_path / "a.png", (MaskHint(mask),), tmp_path / "out")
    facts = json.loads((tmp_path / "out/masks.json").read_text("utf8"))["annotations"][0]
    assert facts["bbox"] == [2000, 0, 900, 1]


def test_what_is_clear_in_a_picture_stays_clear_in_its_cut_out(tmp_path: Path) -> None:
    clear = np.dstack([photo(), np.where(AWAY < 12, 255, 0).astype(np.uint8)])
    Pillow.fromarray(clear).save(tmp_path / "a.png")
    segmented(tmp_path / "a.png", (MaskHint(AWAY < 20),), tmp_path / "out")
    cut = cv2.imread(str(tmp_path / "out/cutout_000.png"), cv2.IMREAD_UNCHANGED)
    assert cut is not None and ((cut[:, :, 3] > 0) == (AWAY < 12)).all()


def kinds(folder: Path) -> dict[str, Path]:
    """The same photo as files that are easily read wrong."""
    picture = Pillow.fromarray(photo())
    exif = Pillow.Exif()
    exif[0x0112] = 6
    picture.rotate(90, expand=True).save(folder / "turned.jpg", quality=95, exif=exif)
    picture.convert("CMYK").save(folder / "print.jpg", quality=95)
    cv2.imwrite(str(folder / "deep.png"), photo()[:, :, ::-1].astype(np.uint16) * 257)
    picture.save(folder / "moving.gif", save_all=True, append_images=[picture.rotate(90), picture.rotate(45)])
    return {path.name: path for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("name", ["turned.jpg", "print.jpg", "deep.png", "moving.gif"])
def test_odd_files_are_cut_out_upright_and_in_true_colours(tmp_path: Path, name: str) -> None:
    path = kinds(tmp_path)[name]
    result = segmented(path, (Points(((40.0, 30.0),), (True,)),), tmp_path / "out")
    mask = cv2.imread(str(tmp_path / "out/mask_000.png"), cv2.IMREAD_UNCHANGED)
    assert mask is not None and ((mask > 0) == (AWAY < 20)).mean() > 0.97
    cut = cv2.imread(str(tmp_path / "out/cutout_000.png"), cv2.IMREAD_UNCHANGED)
    assert cut is not None and np.abs(cut[30, 40, :3].astype(int) - (40, 70, 210)).max() < 30
    told = "moving.gif has 3 pictures; the first one was taken." in result.manifest["warnings"]
    assert told == (name == "moving.gif")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("phone.heic", b"\0\0\0\x18ftypheic" + bytes(99), "HEIC.*JPEG or PNG"),
        ("half.jpg", b"", "damaged or cut off.*again"),
    ],
)
def test_unreadable_pictures_are_refused_with_a_cure(tmp_path, name, content, words):
    if not content:
        Pillow.fromarray(photo()).resize((640, 480)).save(tmp_path / name, quality=95)
        content = (tmp_path / name).read_bytes()[:9000]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=words):
        segmented(tmp_path / name, (Points(((4.0, 3.0),), (True,)),), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_raster_without_a_system_is_refused_before_any_work(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "map.tif", crs=False)
    mask = np.zeros((30, 40), np.bool_)
    mask[5:20, 5:20] = True
    recipe = Recipe("segment", str(path), (MaskHint(mask),), formats=("geojson",))
    with pytest.raises(ExportError, match='coordinates "file"'):
        run(recipe, tmp_path / "out")
    own = Recipe(
        "segment", str(path), (MaskHint(mask),), formats=("geojson",), options={"coordinates": "file"}
    )
    run(own, tmp_path / "out")
    assert json.loads((tmp_path / "out/masks.geojson").read_text("utf8"))["features"]


def test_a_large_raster_is_segmented_at_a_part_of_its_size(tmp_path: Path) -> None:
    large = np.repeat(np.repeat(photo(), 4, axis=0), 4, axis=1)
    Pillow.fromarray(large).save(tmp_path / "a.tif")
    recipe = Recipe("segment", str(tmp_path / "a.tif"), (MaskHint(AWAY < 20),), options={"shrink": 4})
    result = run(recipe, tmp_path / "out")
    assert "read at 1/4 of its size" in result.manifest["warnings"][0]
    cut = cv2.imread(str(tmp_path / "out/cutout_000.png"), cv2.IMREAD_UNCHANGED)
    assert cut is not None and cut.shape == (HIGH, WIDE, 4)
