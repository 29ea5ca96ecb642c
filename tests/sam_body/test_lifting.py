"""Corrections of the pose net's landmarks: truer depths, and nothing that the user said is lost."""

from dataclasses import replace

import numpy as np
import pytest

from sam_body.corrections import corrected, told
from sam_body.lifting import HIPS, SHOULDERS, halfway, lifted, tree, upright
from sam_body.observation import INDEX, NAMES, Observation, default_camera, towards
from shared.prompts import Keypoints
from tests.sam_body.test_fitting import truth
from tools.train_joints.people import SIZE_PX, sight

LIMBS = [
    INDEX[f"{side}_{part}"] for side in ("left", "right") for part in ("elbow", "wrist", "knee", "ankle")
]


def test_the_tree_tells_each_landmark_from_the_one_before():
    near = np.random.default_rng(0).normal(size=len(NAMES))
    beyond = tree() @ near
    assert beyond[INDEX["left_wrist"]] == pytest.approx(near[INDEX["left_wrist"]] - near[INDEX["left_elbow"]])
    assert beyond[INDEX["nose"]] == pytest.approx(near[INDEX["nose"]] - near[SHOULDERS].mean())
    assert np.allclose(np.linalg.solve(tree(), beyond), near)


def test_upright_points_keep_their_distances():
    points = np.random.default_rng(1).normal(size=(4, len(NAMES), 2))
    turned, turns = upright(points)
    assert np.allclose(turned[:, HIPS].mean(1), 0)
    assert (
        np.allclose(turned[:, SHOULDERS].mean(1)[:, 0], 0) and (turned[:, SHOULDERS].mean(1)[:, 1] > 0).all()
    )
    assert np.allclose(turned @ turns + points[:, HIPS].mean(1, keepdims=True), points)
    assert np.allclose(np.linalg.det(turns), 1)


@pytest.mark.slow
def test_depths_are_truer_than_those_of_the_pose_net():
    apart, camera = [], default_camera(*SIZE_PX)
    for number in range(16):
        one = sight(np.random.default_rng([6, number]))  # 6: of neither training nor benchmark
        if one is None:
            continue
        relative = one.world_m @ towards(one.seen_px[HIPS].mean(0), camera).T
        seen = Observation(one.seen_px, relative, np.ones(len(NAMES)), np.ones(len(NAMES)), camera)
        hips = one.true_m[HIPS].mean(0)
        away = float(np.linalg.norm(hips))
        beyond = (tree() @ ((one.true_m - hips) @ (-hips / away)))[LIMBS]
        found = lifted(seen).lift
        assert found is not None
        net = (tree() @ relative[:, 2])[LIMBS]
        apart.append([np.abs(net - beyond).mean(), np.abs(found.depth[LIMBS] * away - beyond).mean()])
    before, after = np.mean(apart, axis=0)
    assert len(apart) >= 14 and after < 0.85 * before


def test_what_the_user_said_stays(model):
    _, seen = truth(model, 0, noise_px=3, noise_m=0.02)
    said = Keypoints(
        ("left_wrist",), ((300, 300),), nearer=("right_knee",), farther=("left_knee", "left_hip")
    )
    found = lifted(corrected(seen, told([said])))
    assert found.lift is not None
    assert found.xy_px[INDEX["left_wrist"]].tolist() == [300, 300]
    depth = found.lift.depth
    assert depth[INDEX["right_knee"]] > 0 > depth[INDEX["left_knee"]]
    assert depth[INDEX["left_hip"]] < depth[INDEX["right_hip"]]


def test_a_rolled_picture_has_the_same_depths(model):
    _, seen = truth(model, 1)
    middle, turn = np.array([400.0, 400.0]), np.radians(70)
    cos, sin = np.cos(turn), np.sin(turn)
    down, up = np.array([[cos, -sin], [sin, cos]]), np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]])
    seen = replace(seen, camera=default_camera(800, 800), xy_px=middle + (seen.xy_px - [384, 512]) * 0.7)
    rolled = replace(seen, xy_px=middle + (seen.xy_px - middle) @ down.T, relative_m=seen.relative_m @ up.T)
    straight, other = lifted(seen).lift, lifted(rolled).lift
    assert straight is not None and other is not None
    assert np.allclose(straight.depth, other.depth, atol=2e-4)
    assert np.allclose(lifted(rolled).xy_px - middle, (lifted(seen).xy_px - middle) @ down.T, atol=0.2)


def test_people_who_are_partly_outside_are_left_alone(model):
    _, seen = truth(model, 0)
    visibility = seen.visibility.copy()
    visibility[INDEX["left_ankle"]] = 0
    cut = replace(seen, visibility=visibility)
    assert lifted(cut) is cut


def test_halfway_moves_depths_by_half_and_nothing_else(model):
    _, seen = truth(model, 1, noise_px=3, noise_m=0.02)
    half, whole = halfway(seen), lifted(seen)
    turn = towards(seen.xy_px[HIPS].mean(0), seen.camera)
    moved, all_the_way = ((one.relative_m - seen.relative_m) @ turn for one in (half, whole))
    assert np.abs(all_the_way[:, 2]).max() > 0.01
    assert np.allclose(moved, all_the_way / 2) and np.allclose(moved[:, :2], 0)
    assert half.lift is None and np.array_equal(half.xy_px, seen.xy_px)
