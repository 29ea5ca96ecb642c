"""What the canvas draws of a body lies where the body is."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from apps.web.skeletons import joint_set, outline, people_json
from sam_body.observation import NAMES
from sam_body.sampling import random_scene
from sam_body.types import Body, Landmarks


@pytest.fixture(scope="module")
def body() -> Body:
    made = random_scene(3, strength=0.3).body
    places = np.random.default_rng(4).uniform(-1, 1, (len(NAMES), 3))
    flat = made.camera.project(places + made.offset_m)
    return replace(made, landmarks=Landmarks(NAMES, flat, flat, places, np.ones(len(NAMES))))


def test_bones_and_depths_are_of_joints_that_there_are():
    told = joint_set(alone=False)
    assert {end for bone in told["bones"] for end in bone} == set(NAMES) == set(told["names"])
    assert set(told["before"]) | set(told["before"].values()) <= set(NAMES)
    assert "left_wrist" not in told["small"] and "left_index" in told["small"]


def test_joints_are_in_pixels_of_the_file_and_depths_towards_the_camera(body: Body):
    half = people_json([body], 0.5)[0]["joints"]
    marks = body.landmarks
    row, before = marks.names.index("left_wrist"), marks.names.index("left_elbow")
    assert half["left_wrist"]["xy"] == pytest.approx(marks.fitted_px[row] * 2, abs=0.06)
    away_m = -(marks.fitted_m + body.offset_m)[:, 2]  # of the camera, which looks along −z
    assert half["left_wrist"]["nearer_cm"] == pytest.approx(100 * (away_m[before] - away_m[row]), abs=0.06)
    assert half["nose"]["nearer_cm"] is None


def test_the_outline_holds_the_body_and_little_else(body: Body):
    width, height = body.camera.size_px
    canvas = np.zeros((height, width), np.uint8)
    lines = [np.array(line).reshape(-1, 2) for line in outline(body)]
    cv2.fillPoly(canvas, [line.round().astype(np.int32) for line in lines], 1)
    points = body.camera.project(body.posed_vertices() + body.offset_m)
    inside = (points >= 2).all(1) & (points < (width - 2, height - 2)).all(1)
    columns, rows = points[inside].astype(int).T
    near = cv2.dilate(canvas, np.ones((5, 5), np.uint8))
    assert near[rows, columns].mean() > 0.999
    covered = np.zeros_like(canvas)
    for triangle in points[body.skin.faces].round().astype(np.int32):
        cv2.fillConvexPoly(covered, triangle, 1)
    overlap = (covered & canvas).sum() / (covered | canvas).sum()
    assert overlap > 0.95


def test_an_outline_in_a_reduced_photo_is_in_pixels_of_the_file(body: Body):
    whole, half = (np.concatenate([np.reshape(line, (-1, 2)) for line in outline(body, f)]) for f in (1, 0.5))
    assert half == pytest.approx(2 * whole, abs=0.2)
