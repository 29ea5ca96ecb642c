"""The frames that a moving body is painted from."""

from dataclasses import replace

import numpy as np
import pytest

from sam_body import skinning
from sam_body.building import posed_body
from sam_body.look.looks import LookSettings
from sam_body.model import AVERAGE, body_model
from sam_body.motion import Motion
from sam_body.skeletons import skeleton
from sam_body.video.footage import Footage
from sam_body.video.looking import best_frames, with_looks
from sam_body.video.track import Clip
from sam_body.video.types import Take
from shared.mesh import Camera

COUNT, FACING = 24, 5


@pytest.fixture(scope="module")
def take() -> Take:
    """Somebody who turns once about themselves, and faces the camera in one frame."""
    camera = Camera(640.0, (240.0, 240.0), (480, 480))
    still = np.zeros((len(body_model().bones), 3))
    body = posed_body(body_model(), skeleton("game_engine"), AVERAGE, still, camera)
    rig = body.rig
    turns = skinning.rotation_matrices(np.outer(np.arange(COUNT) - FACING, [0.0, 2 * np.pi / COUNT, 0.0]))
    axes, rotations = rig.axes[rig.mover], np.tile(body.pose.rotations, (COUNT, 1, 1, 1))
    rotations[:, rig.mover] = axes.T @ turns @ axes @ rotations[:, rig.mover]
    motion = Motion(body, rotations, np.tile(body.pose.translation_m, (COUNT, 1)), 0.04)
    camera_from_world = np.eye(4)
    camera_from_world[:3, 3] = body.offset_m
    return Take(
        0, motion, 0.0, np.arange(COUNT), np.ones(COUNT, bool), np.zeros((COUNT, 4), bool),
        np.full(COUNT, 0.9), camera, camera_from_world,
    )  # fmt: skip


def test_the_face_comes_first_and_then_other_sides(take):
    rows = best_frames(take)
    assert rows[0] == FACING and len(rows) == 4
    degrees = np.array(rows) * 360 / COUNT
    apart = np.abs((degrees[:, None] - degrees + 180) % 360 - 180)
    assert apart[np.triu_indices(4, 1)].min() > 35


def test_frames_that_do_not_show_them_are_left(take):
    unseen = take.seen.copy()
    unseen[FACING - 1 : FACING + 2] = False
    rows = best_frames(replace(take, seen=unseen))
    assert rows[0] in (FACING - 2, FACING + 2) and unseen[rows].all()


def test_clay_is_left_alone(take, tmp_path):
    clip = Clip((take,), Footage(tmp_path / "no.mp4", (480, 480), 25.0, 0.0, 1.0), ())
    assert with_looks(clip, LookSettings(texture="clay")) is clip
