"""The BVH, read back by an independent parser."""

import numpy as np
import pytest

from shared.exporting import export
from tests.sam_body.export.bvh_reader import places, read_bvh

MM_OF_CM = 10


@pytest.fixture(scope="module")
def motion(body, tmp_path_factory):
    path = export(body, tmp_path_factory.mktemp("bvh") / "body.bvh", package="sam_body.export")
    return read_bvh(path)


def rows(body, joints):
    return [body.rig.bones.index(joint.name) for joint in joints]


def test_hips_are_the_root_and_names_are_the_rigs(motion, body):
    joints, frames, frame_s = motion
    assert joints[0].name in ("pelvis", "mixamorig:Hips") and joints[0].parent == -1
    assert set(body.rig.bones) - {j.name for j in joints} <= {"Root"}
    assert len(frames) == 2 and frame_s == pytest.approx(1 / 30, abs=1e-6)
    assert joints[1].channels == ["Zrotation", "Xrotation", "Yrotation"]


def test_frame_one_is_the_rest_pose(motion, body):
    joints, frames, _ = motion
    found = places(joints, frames[0])
    assert np.abs(found - body.rig.heads[rows(body, joints)] * 100).max() * MM_OF_CM < 0.01
    assert np.abs(frames[0][3:]).max() == 0


def test_frame_two_is_the_fitted_pose(motion, body):
    joints, frames, _ = motion
    found = places(joints, frames[1])
    assert np.abs(found - body.posed_joints()[rows(body, joints)] * 100).max() * MM_OF_CM < 0.01


def test_ends_are_as_long_as_the_last_bones(motion, body):
    joints, _, _ = motion
    for joint in joints:
        if joint.end is not None:
            row = body.rig.bones.index(joint.name)
            length = np.linalg.norm(body.rig.tails[row] - body.rig.heads[row]) * 100
            assert np.linalg.norm(joint.end) == pytest.approx(length, abs=1e-4)
