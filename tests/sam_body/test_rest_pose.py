"""Rest poses: arms and legs lie as asked, and the person still stands in the fitted pose."""

import numpy as np
import pytest

from sam_body.rest_pose import REST_POSES, with_rest
from sam_body.skeletons import skeleton, skeletons
from shared.errors import InputError


def along(body, bone):
    names = skeleton(body.rig.name).names
    start = body.rig.bones.index(names[bone])
    way = body.rig.tails[start] - body.rig.heads[start]
    return way / np.linalg.norm(way)


@pytest.mark.parametrize(("rest", "down"), [("T", 0.0), ("A", np.sqrt(0.5))])
def test_arms_lie_as_the_letter_says_and_legs_hang(body, rest, down):
    new = with_rest(body, rest)
    for side, sign in (("l", 1), ("r", -1)):
        for bone in ("upperarm", "lowerarm"):
            assert np.allclose(
                along(new, f"{bone}_{side}"), [sign * np.sqrt(1 - down**2), -down, 0], atol=1e-6
            )
        assert np.allclose(along(new, f"calf_{side}"), [0, -1, 0], atol=1e-6)
    assert new.skin.vertices[:, 1].min() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("rest", REST_POSES)
def test_joints_stand_where_they_stood_and_y_runs_along_the_bones(body, rest):
    new = with_rest(body, rest)
    moving = slice(new.rig.mover, None)
    assert np.abs(new.posed_joints() - body.posed_joints())[moving].max() < 1e-9
    ways = new.rig.tails - new.rig.heads
    assert np.allclose(new.rig.axes[:, :, 1], ways / np.linalg.norm(ways, axis=1, keepdims=True), atol=1e-6)
    apart = np.linalg.norm(new.posed_vertices() - body.posed_vertices(), axis=1)
    assert np.mean(apart) < 0.004
    assert new.height_m == pytest.approx(body.height_m)


def test_the_photos_pose_at_rest_is_the_posed_surface(body):
    new = with_rest(body, "photo")
    assert np.allclose(new.pose.rotations, np.eye(3), atol=1e-9)
    assert np.abs(np.ptp(new.skin.vertices, 0) - np.ptp(body.posed_vertices(), 0)).max() < 1e-9


def test_other_letters_are_refused(body):
    with pytest.raises(InputError, match="T, A, photo"):
        with_rest(body, "Y")


def test_every_rig_names_every_bone_once():
    kinds = {kind.name: kind for kind in skeletons()}
    assert set(kinds) == {"game_engine", "mixamo", "cmu", "smpl"}
    bones = set(kinds["game_engine"].names)
    for kind in kinds.values():
        assert bones - set(kind.names) <= {"Root"}
        assert len(set(kind.names.values())) == len(kind.names)
    assert kinds["smpl"].names["calf_l"] == "left_knee" and kinds["cmu"].names["spine_01"] == "LowerBack"
