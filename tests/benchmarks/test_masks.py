"""The measurement of masks reads pictures and masks of one's own, in two layouts."""

from pathlib import Path

import cv2
import numpy as np

from benchmarks.masks import pairs


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
