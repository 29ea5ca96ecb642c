"""NanoDet on photos whose content anybody can see."""

import numpy as np
import pytest
from skimage import data

from shared.detector import CLASSES, find_things, iou


@pytest.mark.parametrize(
    ("photo", "label", "box"),
    [
        (data.astronaut, "person", (10, 5, 370, 512)),
        (data.coffee, "cup", (150, 15, 420, 300)),
        (data.chelsea, "cat", (0, 0, 451, 300)),
    ],
)
def test_finds_what_is_there(photo, label, box):
    best = next(thing for thing in find_things(photo()) if thing.label == label)
    assert best.score > 0.4
    assert iou(best.box_xyxy, box) > 0.65


def test_boxes_lie_in_the_picture_and_come_in_order():
    things = find_things(data.astronaut(), least_score=0.1)
    scores = [thing.score for thing in things]
    assert scores == sorted(scores, reverse=True)
    for thing in things:
        left, top, right, bottom = thing.box_xyxy
        assert 0 <= left < right <= 512 and 0 <= top < bottom <= 512


def test_one_thing_is_not_found_twice_as_the_same_class():
    things = find_things(data.astronaut(), least_score=0.1)
    for index, thing in enumerate(things):
        same = [t for t in things[:index] if t.label == thing.label]
        assert all(iou(t.box_xyxy, thing.box_xyxy) <= 0.5 for t in same)


def test_nothing_is_found_in_grey():
    assert find_things(np.full((300, 400, 3), 128, np.uint8)) == ()


def test_there_are_eighty_classes():
    assert len(CLASSES) == len(set(CLASSES)) == 80


def test_iou_of_known_boxes():
    assert iou((0, 0, 2, 2), (1, 1, 3, 3)) == pytest.approx(1 / 7)
    assert iou((0, 0, 1, 1), (2, 2, 3, 3)) == 0.0
