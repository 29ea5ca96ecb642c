"""Thirty small people in a wide photo are all found; one tall one is looked at once."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from sam_body import crowd
from sam_body.crowd import people_boxes
from sam_body.people import boxes_of_people, wanted_people
from shared.errors import InputError
from shared.loading import load_image
from shared.media import Image

PERSON = Path(__file__).parents[2] / "examples/body/person.jpg"
HIGH, WIDE, COUNT = 240, 180, 30


@pytest.fixture(scope="module")
def photo() -> Image:
    return Image(np.ascontiguousarray(load_image(PERSON).pixels[::2, ::2]))


@pytest.fixture(scope="module")
def thirty(photo: Image) -> Image:
    """The example person thirty times, in three rows, every second one mirrored."""
    small = cv2.resize(photo.pixels, (WIDE, HIGH), interpolation=cv2.INTER_AREA)
    row = np.concatenate([small, small[:, ::-1]] * 5, axis=1)
    return Image(np.concatenate([row, row[:, ::-1], row]))


def test_a_crowd_is_found_whole_and_no_one_twice(thirty: Image) -> None:
    boxes = people_boxes(thirty.pixels, least_score=0.4)
    assert COUNT - 2 <= len(boxes) <= COUNT
    middles = {(int((a + c) / 2 // WIDE), int((b + d) / 2 // HIGH)) for a, b, c, d in boxes}
    assert len(middles) == len(boxes)
    assert all(0.75 * HIGH < d - b <= HIGH * 1.05 for _, b, _, d in boxes)


def test_how_many_there_are_is_told(thirty: Image) -> None:
    people, told = wanted_people(thirty, most_people=3)
    assert len(people) == 3 and "Raise most_people" in told[0]
    assert COUNT - 2 <= int(told[0].split()[1]) <= COUNT


def test_all_are_found_in_a_wide_photo(photo: Image) -> None:
    boxes = people_boxes(np.concatenate([photo.pixels] * 3, axis=1), least_score=0.4)
    assert sorted(int((a + c) / 2 // photo.width) for a, _, c, _ in boxes) == [0, 1, 2]


def test_one_tall_person_is_looked_at_once(photo: Image, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "_in_parts", lambda *_: pytest.fail("looked at in parts"))
    assert len(people_boxes(photo.pixels, least_score=0.4)) == 1


def test_boxes_to_choose_from_lie_around_each_person_and_choose_them(photo: Image) -> None:
    two = Image(np.concatenate([photo.pixels, photo.pixels[:, ::-1]], axis=1))
    boxes = boxes_of_people(two)
    assert [box.object_id for box in boxes] == [0, 1] and len(boxes_of_people(two, most_people=1)) == 1
    halves = {int((box.xyxy_px[0] + box.xyxy_px[2]) / 2 // photo.width) for box in boxes}
    assert halves == {0, 1}
    right = next(box for box in boxes if box.xyxy_px[0] > photo.width / 2)
    ((chosen,), _) = wanted_people(two, (right,))
    assert chosen.object_id == right.object_id and chosen.person is not None
    assert (chosen.person.landmarks_px[:, 0] > photo.width).mean() > 0.9


def test_a_photo_of_nobody_has_no_boxes() -> None:
    with pytest.raises(InputError, match="sees no person"):
        boxes_of_people(Image(np.full((120, 160, 3), 128, np.uint8)))
