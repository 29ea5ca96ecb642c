"""Mask files, read back by programs that are not ours."""

import json

import numpy as np
import pytest
from PIL import Image as Picture
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from shared.errors import ExportError
from shared.export.coco import coco
from shared.export.masks import MaskResult, write_masks
from shared.export.pictures import cutout
from shared.exporting import export
from shared.masks import Masks
from shared.media import Image


@pytest.fixture
def image():
    return Image(np.random.default_rng(0).integers(0, 255, (40, 60, 3), dtype=np.uint8))


@pytest.fixture
def masks():
    both = np.zeros((2, 40, 60), np.bool_)
    both[0, 5:20, 10:30] = True
    both[0, 8:10, 12:14] = False
    both[1, 25:39, 40:60] = True
    return Masks(both, (0.9, 0.5), ("cup", ""), (0, 4))


def test_all_files_are_written(image, masks, tmp_path):
    files = write_masks(MaskResult(image, masks), tmp_path)
    names = ["masks.json", "mask_000.png", "mask_001.png", "cutout_000.png", "cutout_001.png", "overlay.png"]
    assert [file.name for file in files] == names
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(names)


def test_mask_pictures_are_black_and_white(image, masks, tmp_path):
    write_masks(MaskResult(image, masks), tmp_path, formats=("mask",))
    picture = Picture.open(tmp_path / "mask_000.png")
    assert picture.mode == "L"
    assert (np.asarray(picture) == masks.masks[0] * np.uint8(255)).all()


def test_cut_outs_keep_the_inside_and_clear_the_outside(image, masks, tmp_path):
    write_masks(MaskResult(image, masks), tmp_path, formats=("cutout",))
    picture = np.asarray(Picture.open(tmp_path / "cutout_001.png"))
    assert picture.shape == (40, 60, 4)
    assert (picture[30:36, 46:56, :3] == image.pixels[30:36, 46:56]).all()
    assert (picture[30:36, 46:56, 3] == 255).all()
    assert not picture[:20].any()


def test_cut_outs_keep_the_transparency_of_the_picture(image, masks):
    half = Image(image.pixels, np.full((40, 60), 128, np.uint8))
    assert cutout(half, masks.masks[1])[32, 50, 3] == 128


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # pycocotools' own
def test_coco_reads_our_json(image, masks, tmp_path, capsys):
    write_masks(MaskResult(image, masks), tmp_path, formats=("json",))
    data = COCO(str(tmp_path / "masks.json"))
    capsys.readouterr()
    for index, annotation in enumerate(data.loadAnns(data.getAnnIds())):
        assert (data.annToMask(annotation) == masks.masks[index]).all()
        assert coco_mask.area(data.annToRLE(annotation)) == annotation["area"]
        assert coco_mask.toBbox(data.annToRLE(annotation)).tolist() == annotation["bbox"]
    assert data.loadImgs(1)[0]["width"] == 60 and data.loadImgs(1)[0]["height"] == 40
    assert [c["name"] for c in data.loadCats(data.getCatIds())] == ["cup", "object"]


def test_scores_labels_and_objects_are_kept(masks):
    annotations = coco(masks)["annotations"]
    assert [a["score"] for a in annotations] == [0.9, 0.5]
    assert [a["label"] for a in annotations] == ["cup", ""]
    assert [a["object_id"] for a in annotations] == [0, 4]
    assert annotations[0]["bbox"] == [10, 5, 20, 15]


def test_exporters_write_json_and_the_union(masks, tmp_path):
    assert json.loads(export(masks, tmp_path / "m.json", package="shared.export").read_text("utf8")) == coco(
        masks
    )
    union = np.asarray(Picture.open(export(masks, tmp_path / "m.png", package="shared.export")))
    assert (union == masks.union() * np.uint8(255)).all()


def test_an_unknown_format_and_another_size_are_refused(image, masks, tmp_path):
    with pytest.raises(ExportError, match="overlay"):
        write_masks(MaskResult(image, masks), tmp_path, formats=("gif",))
    with pytest.raises(ExportError, match="60 x 40"):
        write_masks(MaskResult(Image(image.pixels[:30]), masks), tmp_path)
    assert not list(tmp_path.iterdir())
