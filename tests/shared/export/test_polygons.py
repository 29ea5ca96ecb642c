"""Polygon and label files, read back by programs that are not ours."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from lxml import etree
from PIL import Image as Picture
from pycocotools.coco import COCO

from shared.errors import ExportError, InputError, PromptError
from shared.export.masks import MaskResult, write_masks
from shared.masks import Masks
from shared.media import Image
from shared.prompt_file import read_prompts
from shared.prompts import Choice, MaskHint, Points, Text

HEIGHT, WIDTH = 80, 120


@pytest.fixture
def masks() -> Masks:
    """A ring, three islands, and a square that lies over the ring."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    away = np.hypot(rows - 40, columns - 35)
    ring = (away < 30) & (away > 12)
    islands = np.zeros((HEIGHT, WIDTH), np.bool_)
    for left in (70, 85, 100):
        islands[10:30, left : left + 9] = True
    square = np.zeros((HEIGHT, WIDTH), np.bool_)
    square[30:45, 5:20] = True
    return Masks(np.stack([ring, islands, square]), (0.9, 0.5, 0.4), ("cup", "", "cup"), (0, 1, 2))


@pytest.fixture
def result(masks: Masks) -> MaskResult:
    prompts = (Points(((35.0, 15.0),), (True,)), MaskHint(masks.masks[1], 1), Text("cup"), Choice((0, 2)))
    image = Image(np.full((HEIGHT, WIDTH, 3), 90, np.uint8))
    return MaskResult(image, masks, Path("some/photo.jpg"), prompts, {"simplify_px": 0.0})


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / (a | b).sum())


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # pycocotools' own
@pytest.mark.parametrize("simplify_px", [0.0, 1.0])
def test_coco_polygons_with_holes_and_islands(result, tmp_path, capsys, simplify_px):
    options = {"segmentation": "polygons", "simplify_px": simplify_px}
    made = MaskResult(result.image, result.masks, result.source, (), options)
    write_masks(made, tmp_path, formats=("json",))
    data = COCO(str(tmp_path / "masks.json"))
    capsys.readouterr()
    assert data.loadImgs(1)[0]["file_name"] == "photo.jpg"
    for index, annotation in enumerate(data.loadAnns(data.getAnnIds())):
        assert isinstance(annotation["segmentation"], list)
        assert overlap(data.annToMask(annotation) > 0, result.masks.masks[index]) > 0.93
    assert len(data.loadAnns(2)[0]["segmentation"]) == 3


def test_yolo_labels_are_polygons_in_parts_of_the_size(result, tmp_path):
    write_masks(result, tmp_path, formats=("yolo",))
    names = (tmp_path / "yolo_classes.txt").read_text("utf8").split()
    lines = (tmp_path / "yolo.txt").read_text("utf8").splitlines()
    assert names == ["cup", "object"] and [line.split()[0] for line in lines] == ["0", "1", "0"]
    for line, mask in zip(lines, result.masks.masks, strict=True):
        corners = np.array(line.split()[1:], np.float64).reshape(-1, 2)
        assert corners.min() >= 0 and corners.max() <= 1
        fine = np.zeros((HEIGHT * 8, WIDTH * 8), np.uint8)
        cv2.fillPoly(fine, [np.rint(corners * (WIDTH * 8, HEIGHT * 8) - 0.5).astype(np.int32)], 1)
        assert overlap(fine[4::8, 4::8] > 0, mask) > 0.98


def test_label_maps_hold_numbers_and_the_smaller_mask_is_seen(result, tmp_path):
    write_masks(result, tmp_path, formats=("label_map",))
    values = cv2.imread(str(tmp_path / "label_map.png"), cv2.IMREAD_UNCHANGED)
    assert values is not None and values.dtype == np.uint16
    ring, islands, square = result.masks.masks
    assert ((values == 3) == square).all() and ((values == 2) == islands).all()
    assert ((values == 1) == (ring & ~square)).all()
    assert np.asarray(Picture.open(tmp_path / "label_map.png")).max() == 3
    facts = json.loads((tmp_path / "label_map.json").read_text("utf8"))
    assert [facts[n]["label"] for n in "123"] == ["cup", "", "cup"]
    assert facts["2"]["area_px"] == islands.sum()


def test_svg_outlines_are_well_formed_and_enclose_the_mask(result, tmp_path):
    write_masks(result, tmp_path, formats=("svg",))
    root = etree.parse(str(tmp_path / "outlines.svg")).getroot()
    assert root.get("viewBox") == f"0 0 {WIDTH} {HEIGHT}"
    paths = root.findall("{http://www.w3.org/2000/svg}path")
    assert [p.get("data-label") for p in paths] == ["cup", "object", "cup"]
    for path, mask in zip(paths, result.masks.masks, strict=True):
        drawn = [part for part in path.get("d").replace("Z", "").split("M") if part.strip()]
        rings = [np.array([xy.split() for xy in part.split("L")], np.float64) for part in drawn]
        fine = np.zeros((HEIGHT * 8, WIDTH * 8), np.uint8)
        cv2.fillPoly(fine, [np.rint(ring * 8 - 0.5).astype(np.int32) for ring in rings], 1)
        assert path.get("fill-rule") == "evenodd" and (fine[4::8, 4::8] > 0).tolist() == mask.tolist()


def test_labels_with_signs_do_not_break_svg(result, tmp_path):
    odd = Masks(result.masks.masks[:1], (1.0,), ('a "<&>" b',))
    write_masks(MaskResult(result.image, odd), tmp_path, formats=("svg",))
    root = etree.parse(str(tmp_path / "outlines.svg")).getroot()
    assert root[0].get("data-label") == 'a "<&>" b' and root[0][0].text == 'a "<&>" b'


def test_prompts_open_again(result, tmp_path):
    write_masks(result, tmp_path, formats=("prompts",))
    again = read_prompts(tmp_path / "prompts.json", result.image)
    assert again[0] == result.prompts[0] and again[2:] == result.prompts[2:]
    assert isinstance(again[1], MaskHint) and (again[1].mask == result.masks.masks[1]).all()
    assert json.loads((tmp_path / "prompts.json").read_text("utf8"))["image"]["file"] == "photo.jpg"


def test_prompts_open_from_lists_recipes_and_manifests(tmp_path):
    listed = [{"kind": "text", "text": "cup"}]
    for content in (listed, {"prompts": listed}, {"recipe": {"prompts": listed}}):
        (tmp_path / "p.json").write_text(json.dumps(content), "utf8")
        assert read_prompts(tmp_path / "p.json") == (Text("cup"),)


@pytest.mark.parametrize("content", ["{", "[]", "{}", "3", '{"recipe": 3}', '{"prompts": "cup"}', "[" * 9999])
def test_files_without_prompts_are_refused_with_a_cure(tmp_path, content):
    (tmp_path / "p.json").write_text(content, "utf8")
    with pytest.raises((PromptError, InputError), match="Choose a prompts.json"):
        read_prompts(tmp_path / "p.json")


def test_prompts_of_another_picture_are_refused(result, tmp_path):
    write_masks(result, tmp_path, formats=("prompts",))
    with pytest.raises(PromptError, match="120 x 80 pixels, but this one has 60 x 80"):
        read_prompts(tmp_path / "prompts.json", Image(result.image.pixels[:, :60]))


def test_a_picture_that_is_on_no_map_has_no_geojson(result, tmp_path):
    saved = tmp_path / "photo.png"
    Picture.fromarray(result.image.pixels).save(saved)
    for source in (None, saved):
        with pytest.raises(ExportError, match=r"where on the map.*SVG or COCO"):
            write_masks(MaskResult(result.image, result.masks, source), tmp_path, formats=("geojson",))
