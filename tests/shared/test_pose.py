"""BlazePose: the astronaut and her landmarks where a person sees them."""

import numpy as np
import pytest
from skimage import data, transform

from shared.pose import LANDMARKS, find_people, person_in_box
from shared.region import Region, crop, paste, region_from_axis


@pytest.fixture(scope="module")
def astronaut():
    return data.astronaut()


@pytest.fixture(scope="module")
def person(astronaut):
    people = find_people(astronaut)
    assert len(people) == 1
    return people[0]


TRUTH_PX = {"left_eye": (247, 104), "right_eye": (204, 101), "nose": (225, 124)}  # read off by eye


@pytest.mark.parametrize("name", TRUTH_PX)
def test_face_landmarks_lie_where_the_face_is(person, name):
    found = person.landmarks_px[LANDMARKS.index(name)]
    assert np.linalg.norm(found - TRUTH_PX[name]) < 12


def test_left_and_right_are_the_persons_own(person):
    left, right = (person.landmarks_px[LANDMARKS.index(f"{s}_shoulder")] for s in ("left", "right"))
    assert left[0] > right[0] + 80
    assert person.world_m[11, 0] > person.world_m[12, 0]


def test_shoulders_are_as_far_apart_as_a_persons(person):
    assert 0.2 < np.linalg.norm(person.world_m[11] - person.world_m[12]) < 0.5


def test_mask_holds_face_and_suit_but_not_the_rocket(person, astronaut):
    mask = person.mask_probability(*astronaut.shape[:2]) > 0.5
    assert mask[110, 220] and mask[300, 120] and mask[40, 220]
    assert not mask[200, 410] and not mask[100, 30] and not mask[20, 330]


def test_the_same_person_is_found_in_a_larger_picture(person, astronaut):
    larger = (transform.rescale(astronaut, 2.5, channel_axis=-1) * 255).astype(np.uint8)
    found = find_people(larger)[0]
    face = np.abs(found.landmarks_px[:11] / 2.5 - person.landmarks_px[:11])
    assert face.max() < 10


def test_box_leads_to_the_person(person, astronaut):
    found = person_in_box(astronaut, (20, 0, 400, 512))
    assert found is not None
    assert np.abs(found.landmarks_px[:13] - person.landmarks_px[:13]).max() < 25


def test_two_people_side_by_side_are_both_found_through_boxes(astronaut):
    pair = np.concatenate([astronaut, astronaut[:, ::-1]], axis=1)
    people = find_people(pair, boxes_xyxy=np.array([[10.0, 0, 400, 512], [624.0, 0, 1014, 512]]))
    noses = sorted(p.landmarks_px[0, 0] for p in people)
    assert len(people) == 2
    assert abs(noses[0] - 222) < 12 and abs(noses[1] - 801) < 12


def test_nobody_is_found_in_a_cup_of_coffee():
    assert find_people(data.coffee()) == ()
    assert person_in_box(data.coffee(), (100, 50, 400, 350)) is None


def test_crop_and_paste_are_inverse():
    region = Region(120.0, 90.0, 64.0, 0.4)
    rows, columns = np.indices((200, 240), np.float32)
    smooth = np.clip(columns * 0.6 + rows * 0.4, 0, 255).astype(np.uint8)
    small = crop(np.repeat(smooth[:, :, None], 3, axis=2), region, 64)[:, :, 0].astype(np.float32)
    back = paste(small, region, 200, 240, outside=-1.0)
    inside = paste(np.ones((64, 64), np.float32), region, 200, 240, outside=0.0) == 1.0
    assert inside.sum() > 3500
    assert np.abs(back - smooth)[inside].max() <= 2.0


def test_region_stands_upright_along_its_axis():
    lying = region_from_axis(np.array([50.0, 50.0]), np.array([90.0, 50.0]))
    assert lying.side_px == pytest.approx(100.0)
    assert lying.angle_rad == pytest.approx(np.pi / 2)
    top = lying.to_photo(np.array([[32.0, 0.0]]), 64)[0]
    assert top == pytest.approx((100.0, 50.0))
