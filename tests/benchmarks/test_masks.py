"""The measurement of masks reads pictures and masks of one's own, in two layouts."""

import json
from pathlib import Path

import cv2
import numpy as np

from benchmarks import grabcut_pairs
from benchmarks.coco_pairs import make
from benchmarks.masks import clicked, pairs


def test_pairs_are_read_in_both_layouts_and_maps_give_one_object_a_value(tmp_path: Path) -> None:
    picture = np.full((40, 60, 3), 90, np.uint8)
    mask = np.zeros((40, 60), np.uint8)
    mask[5:20, 10:30] = 255
    objects = np.zeros((40, 60), np.uint8)
    objects[2:12, 2:12], objects[20:30, 40:55] = 1, 2
    beside, nested = tmp_path / "beside", tmp_path / "nested"
    for folder in (beside, nested / "images", nested / "masks"):
        folder.mkdir(parents=True)
    for name in ("a", "b", "without"):
        cv2.imwrite(str(beside / f"{name}.jpg"), picture)
    cv2.imwrite(str(beside / "a_mask.png"), mask)
    cv2.imwrite(str(beside / "b_mask.png"), objects)
    cv2.imwrite(str(nested / "images" / "a.png"), picture)
    cv2.imwrite(str(nested / "masks" / "a.png"), mask)
    found = pairs(beside)
    assert [int(pair.truth.sum()) for pair in found] == [300, 100, 150]
    assert found[0].pixels.shape == (40, 60, 3)
    assert np.array_equal(pairs(nested)[0].truth, mask > 0)


def test_pairs_are_made_of_validation_photos_of_even_number(tmp_path: Path) -> None:
    def square(size: int, left: int) -> dict[str, object]:
        right = left + size
        polygon = [left, 10, right, 10, right, 10 + size, left, 10 + size]
        return {"segmentation": [polygon], "area": size * size, "iscrowd": 0}

    photos = {2: [square(60, 20)], 3: [square(60, 20)], 4: [square(12, 15 * n) for n in range(8)]}
    folder, things, images = tmp_path / "coco", [], []
    folder.mkdir()
    for number, squares in photos.items():
        cv2.imwrite(str(folder / f"{number}.jpg"), np.full((100, 140, 3), 90, np.uint8))
        address = f"val2017/{number}.jpg"
        images.append(
            {"id": number, "file_name": f"{number}.jpg", "coco_url": address, "height": 100, "width": 140}
        )
        things += [{**thing, "image_id": number} for thing in squares]
    (folder / "instances_val.json").write_text(json.dumps({"images": images, "annotations": things}))
    assert make(tmp_path / "out", [folder]) == {"large": 1, "crowded": 1}
    (only,) = pairs(tmp_path / "out" / "large")
    rows, columns = np.nonzero(only.truth)
    assert (rows.min(), columns.min()) == (10, 20) and abs(int(only.truth.sum()) - 60 * 60) < 130
    assert len(pairs(tmp_path / "out" / "crowded")) == 1


def test_photos_with_a_true_mask_of_their_number_are_paired_and_unknown_outlines_do_not_count(
    tmp_path: Path,
) -> None:
    truths, photos = tmp_path / "truths", tmp_path / "photos" / "test"
    truths.mkdir()
    photos.mkdir(parents=True)
    picture = np.full((100, 140, 3), (40, 160, 60), np.uint8)
    picture[25:75, 35:105] = (30, 30, 200)
    truth = np.zeros((100, 140), np.uint8)
    truth[20:80, 30:110] = 128  # wider than the thing by 5 px, where nothing is said
    truth[30:70, 40:100] = 255
    for name in ("12", "13", "banana"):
        cv2.imwrite(str(truths / f"{name}.png"), truth)
    for name in ("12", "14", "banana"):
        cv2.imwrite(str(photos / f"{name}.jpg"), picture)
    assert grabcut_pairs.make(tmp_path / "grabcut", truths, tmp_path / "photos") == 1
    (only,) = pairs(tmp_path / "grabcut")
    assert only.known is not None and int(only.truth.sum()) == 40 * 60
    assert int((~only.known).sum()) == 60 * 80 - 40 * 60
    assert clicked([only]).tolist() == [[1.0] * 5]
