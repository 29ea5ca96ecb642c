"""Walks with exact truth: planted feet stand, nobody sinks, and the camera sees what the formula says."""

from dataclasses import replace

import numpy as np
import pytest

from sam_body.walking import STRIDE_S, Stage, random_walk

TIMES = np.arange(40) / 30


@pytest.mark.parametrize("heading", [0.0, 1.3, -2.5])
def test_planted_feet_stand_still(heading):
    walk = random_walk(2, heading_rad=heading, speed_m_s=1.2)
    bones = walk.body.rig.bones
    joints = np.stack([walk.at(float(t)).posed_joints() for t in TIMES])
    planted = np.array([walk.planted(float(t)) for t in TIMES])
    assert planted.any(1).all() and not planted.all()
    for side, flags in zip("lr", planted.T, strict=True):
        moved = np.linalg.norm(np.diff(joints[:, bones.index(f"ball_{side}")], axis=0), axis=1)
        assert moved[flags[1:] & flags[:-1]].max() < 1e-9
        assert moved[~flags[1:]].max() > 0.02


def test_the_hips_go_as_fast_as_planned_and_the_soles_stay_on_the_floor():
    walk = random_walk(4, heading_rad=0.5, speed_m_s=1.0)
    first, last = walk.at(0.0), walk.at(STRIDE_S)
    way = last.posed_joints()[first.rig.mover] - first.posed_joints()[first.rig.mover]
    assert np.allclose(way, [np.sin(0.5) * STRIDE_S, 0, np.cos(0.5) * STRIDE_S], atol=1e-6)
    lowest = [walk.at(float(t)).posed_vertices()[:, 1].min() for t in TIMES[::5]]
    assert np.abs(lowest).max() < 0.02


def test_who_stands_does_not_move():
    walk = random_walk(3, speed_m_s=0.0)
    assert np.array_equal(walk.at(0.0).posed_joints(), walk.at(1.0).posed_joints())


@pytest.mark.slow
def test_pictures_show_people_where_their_joints_project():
    walk = replace(random_walk(2, heading_rad=0.4), start_m=(0.0, 0.0))
    stage = Stage((walk,), size_px=(320, 240))
    (empty,) = stage.pictures(TIMES[:1], shown=np.array([[False]]))
    (full,) = stage.pictures(TIMES[:1])
    changed = (empty != full).any(axis=2)
    spots = np.round(stage.camera.project(stage.joints_m(0, 0.0))[1:20]).astype(int)
    assert changed[spots[:, 1], spots[:, 0]].mean() > 0.9
    assert 0.02 < changed.mean() < 0.3
