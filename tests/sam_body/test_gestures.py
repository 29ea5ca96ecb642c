"""Gestures: hands close as told with their palms ahead, and the head turns as told."""

import numpy as np
import pytest

from sam_body.gestures import CLOSED_RAD, FIST_S, Gesture
from sam_body.skinning import rotation_vectors
from sam_body.walking import random_walk


@pytest.fixture(scope="module")
def gesture() -> Gesture:
    walk = random_walk(5, heading_rad=0.0, speed_m_s=0.0)
    return Gesture(walk.body, heading_rad=0.0, speed_m_s=0.0)


def test_fingers_bend_by_the_share_of_a_fist(gesture):
    for time_s, closed in ((0.0, 0.0), (FIST_S / 4, 0.5), (FIST_S / 2, 1.0)):
        assert gesture.closed(time_s) == pytest.approx(closed)
        body = gesture.at(time_s)
        for side in "lr":
            for n, most in enumerate(CLOSED_RAD, 1):
                local = body.pose.rotations[body.rig.bones.index(f"ring_0{n}_{side}")]
                assert np.linalg.norm(rotation_vectors(local[None])) == pytest.approx(most * closed, abs=1e-6)


def test_a_fists_tips_come_to_the_palm_which_looks_ahead(gesture):
    open_hand, fist = gesture.at(0.0), gesture.at(FIST_S / 2)
    names = open_hand.rig.bones
    for side in "lr":
        wrist, root, tip = (names.index(f"{bone}_{side}") for bone in ("hand", "middle_01", "middle_03"))
        far, near = (
            np.linalg.norm(b.posed_joints()[tip] - b.posed_joints()[wrist]) for b in (open_hand, fist)
        )
        assert near < 0.8 * far
        ahead = fist.posed_joints()[tip] - open_hand.posed_joints()[root]
        assert ahead[2] > 0.02, "bent towards the viewer"


def test_the_head_turns_as_told(gesture):
    for time_s in (0.3, 0.9):
        body = gesture.at(time_s)
        turn = body.turns()[body.rig.bones.index("head")]
        chest = body.turns()[body.rig.bones.index("pelvis")]
        assert np.allclose(turn, chest @ gesture.head_turn(time_s), atol=1e-6)


def test_without_fists_arms_hang(gesture):
    body = Gesture(gesture.body, speed_m_s=0.0, fists=0.0, head_rad=0.0, nod_rad=0.0).at(0.5)
    plain = random_walk(5, heading_rad=0.0, speed_m_s=0.0).at(0.5)
    assert np.allclose(body.pose.rotations, plain.pose.rotations, atol=1e-6)
