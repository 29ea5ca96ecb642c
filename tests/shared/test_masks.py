"""Masks know their boxes, and run-length encoding loses nothing and refuses nonsense."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as hnp
from pycocotools import mask as coco

from shared.errors import InputError
from shared.masks import Masks, from_rle, to_rle

masks = hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=24))


@given(masks)
def test_run_length_encoding_loses_nothing(mask):
    rle = to_rle(mask)
    assert rle["size"] == list(mask.shape)
    np.testing.assert_array_equal(from_rle(rle), mask)
    theirs: Any = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
    assert rle["counts"].encode() == theirs["counts"]


def test_long_runs_are_written_as_the_reference_does():
    mask = np.zeros((3000, 2000), bool)
    mask[5:2900, 30:1999] = True
    mask[1000] = False
    theirs: Any = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
    assert to_rle(mask)["counts"].encode() == theirs["counts"]
    np.testing.assert_array_equal(from_rle(to_rle(mask)), mask)


@given(masks)
def test_plain_counts_are_read_too(mask):
    flat = np.concatenate([[False], mask.ravel(order="F")])
    edges = np.flatnonzero(np.diff(flat)) if len(flat) else []
    counts = np.diff([0, *edges, mask.size]).tolist()
    np.testing.assert_array_equal(from_rle({"size": list(mask.shape), "counts": counts}), mask)


@pytest.mark.parametrize(
    "rle",
    [
        {},
        {"size": [2, 2]},
        {"size": [2], "counts": [4]},
        {"size": [2, 2], "counts": [3]},
        {"size": [2, 2], "counts": [-1, 5]},
        {"size": [2, 2], "counts": 4},
        {"size": [0, 2], "counts": []},
        {"size": [20_000, 20_000], "counts": [400_000_000]},
        {"size": ["a", 2], "counts": []},
        {"size": [2, 2], "counts": "ä"},
        "text",
    ],
)
def test_what_is_no_encoding_is_refused(rle):
    with pytest.raises(InputError, match="not a COCO run-length encoding"):
        from_rle(rle)


@pytest.mark.parametrize("counts", ["", "0", "zzzzzzzzzzzz", "999", "PPYo1", "\x00", "oooooooooooo"])
def test_scrambled_counts_are_refused(counts):
    with pytest.raises(InputError, match="not a COCO run-length encoding"):
        from_rle({"size": [3, 4], "counts": counts})


def three() -> Masks:
    stack = np.zeros((3, 6, 8), bool)
    stack[0, 1:3, 2:7] = True
    stack[1, 5, 7] = True
    return Masks(stack, (0.9, 0.5, 0.1), ("dog", "cat", ""))


def test_boxes_are_tight_and_exclusive_at_the_end():
    np.testing.assert_array_equal(three().boxes_xyxy, [[2, 1, 7, 3], [7, 5, 8, 6], [0, 0, 0, 0]])
    assert Masks(np.zeros((0, 6, 8), bool), (), ()).boxes_xyxy.shape == (0, 4)


@given(masks)
def test_a_box_holds_its_mask_and_touches_it_on_all_sides(mask):
    left, top, right, bottom = Masks(mask[None], (1.0,), ("",)).boxes_xyxy[0].astype(int)
    inside = mask[top:bottom, left:right]
    assert inside.sum() == mask.sum()
    if mask.any():
        assert inside[0].any() and inside[-1].any() and inside[:, 0].any() and inside[:, -1].any()


def test_the_union_is_every_marked_pixel():
    assert three().union().sum() == 11
    assert not Masks(np.zeros((0, 6, 8), bool), (), ()).union().any()


def test_selection_keeps_order_and_everything_that_belongs_together():
    chosen = three().select([2, 0])
    assert (chosen.scores, chosen.labels, chosen.object_ids) == ((0.1, 0.9), ("", "dog"), (2, 0))
    np.testing.assert_array_equal(chosen.masks, three().masks[[2, 0]])
    with pytest.raises(InputError, match="masks 0 to 2"):
        three().select([3])


@pytest.mark.parametrize(
    ("scores", "labels", "ids"),
    [((0.5,), ("a", "b"), ()), ((0.5, 0.5), ("a",), ()), ((0.5, 0.5), ("a", "b"), (1,))],
)
def test_lengths_must_agree(scores, labels, ids):
    with pytest.raises(InputError, match="one score, label and object id a mask, but has 2 masks"):
        Masks(np.zeros((2, 4, 4), bool), scores, labels, ids)
