"""The canvas gets each mask as the run-length code of its box, and is told whether to list it."""

import numpy as np

from apps.web.found_masks import found_json
from shared.masks import Masks, from_rle
from shared.prompts import Box, Everything, Text


def test_each_mask_is_rebuilt_from_its_box_and_code() -> None:
    masks = np.zeros((2, 30, 50), bool)
    masks[0, 3:20, 7:33] = True
    masks[0, 8:11, 9:12] = False
    masks[1, 29, 49] = True
    told = found_json(Masks(masks, (0.91234, 1), ("cup", ""), (4, 2)), (Box((1, 1, 5, 5)),))
    assert told["listing"] is False
    for mask, row in zip(masks, told["masks"], strict=True):
        left, top, right, bottom = row["box"]
        rebuilt = np.zeros_like(mask)
        code = {"size": [bottom - top, right - left], "counts": row["counts"]}
        rebuilt[top:bottom, left:right] = from_rle(code)
        assert (rebuilt == mask).all() and row["area_px"] == mask.sum()
    assert [(row["object_id"], row["label"], row["score"]) for row in told["masks"]] == [
        (4, "cup", 0.9123),
        (2, "", 1),
    ]


def test_what_was_looked_for_by_name_is_listed() -> None:
    one = Masks(np.ones((1, 4, 4), bool), (1,), ("",))
    assert found_json(one, (Text("cup"),))["listing"] and found_json(one, (Everything(),))["listing"]
