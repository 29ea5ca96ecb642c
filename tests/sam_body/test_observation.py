"""From the net's landmarks to the fit's terms."""

import numpy as np
import pytest

from sam_body.observation import INDEX, NAMES, default_camera, legs_are_cut_off, observe
from shared.pose import LANDMARKS, Person
from shared.region import Region


def person(xy, world=None, visibility=1.0):
    table = np.zeros((39, 2))
    for name, place in zip(NAMES, xy, strict=True):
        table[LANDMARKS.index(name)] = place
    return Person(
        table, np.zeros(33), np.full(33, visibility), np.ones(33),
        np.zeros((33, 3)) if world is None else world, 1.0, Region(0, 0, 10, 0), np.zeros((256, 256)),
    )  # fmt: skip


def test_the_27_names_are_the_nets():
    assert len(NAMES) == 27 and set(NAMES) <= set(LANDMARKS)


def test_points_outside_the_picture_count_as_unseen():
    xy = np.full((27, 2), 50.0)
    xy[INDEX["left_ankle"]] = [50, 130]
    seen = observe(person(xy), default_camera(100, 100))
    assert seen.visibility[INDEX["left_ankle"]] == 0 and seen.weight[INDEX["left_ankle"]] < 0.01
    assert seen.weight[INDEX["nose"]] == 1


def test_relative_points_have_y_up_and_z_to_the_viewer():
    world = np.zeros((33, 3))
    world[LANDMARKS.index("nose")] = [0.1, -0.6, -0.2]
    seen = observe(person(np.full((27, 2), 50.0), world), default_camera(100, 100))
    assert np.allclose(seen.relative_m[INDEX["nose"]], [0.1, 0.6, 0.2])


def test_relative_points_turn_with_the_ray_to_the_person():
    world = np.zeros((33, 3))
    world[LANDMARKS.index("nose")] = [0.0, 0.0, 1.0]  # straight away, along the ray
    xy = np.full((27, 2), 50.0)
    xy[:, 0] = 90
    camera = default_camera(100, 100)
    away = observe(person(xy, world), camera).relative_m[INDEX["nose"]]
    ray = np.array([40 / camera.focal_px, 0, -1])
    assert np.allclose(away, ray / np.linalg.norm(ray))


@pytest.mark.parametrize(
    ("hips", "ankles", "heels", "cut"), [(50, 90, 92, False), (70, 95, 99, True), (60, 97, 99, False)]
)
def test_legs_squeezed_against_the_lower_edge_are_cut_off(hips, ankles, heels, cut):
    xy = np.full((27, 2), 50.0)
    for part, row in (("shoulder", 30), ("hip", hips), ("ankle", ankles), ("heel", heels)):
        for side in ("left", "right"):
            xy[INDEX[f"{side}_{part}"], 1] = row
    assert legs_are_cut_off(xy, 100) is cut
