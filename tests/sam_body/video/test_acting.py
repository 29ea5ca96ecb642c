"""From noisy sightings of a walk to a take: less jitter, no worse poses, feet that stand, gaps marked."""

import numpy as np
import pytest

from sam_body.export.take import joints_of
from sam_body.model import body_model
from sam_body.observation import default_camera
from sam_body.skeletons import skeleton
from sam_body.video.acting import takes
from sam_body.video.contacts import spans
from sam_body.video.settings import VideoSettings
from sam_body.video.tracking import Track
from tests.sam_body.video.actors import SIZE, stage, walk_track

pytestmark = pytest.mark.slow

FRAMES, AWAY = 45, (18, 26)
HELD = ("heel_l", "ball_l", "heel_r", "ball_r")


def made(track: Track, rig: str = "game_engine", **settings: float):
    here, times = stage(), np.arange(FRAMES) / 30
    found, notes = takes(
        [track], times, 30.0, default_camera(*SIZE), skeleton(rig), VideoSettings(**settings)
    )
    assert here.camera == default_camera(*SIZE) and notes == ()
    return found[0]


@pytest.fixture(scope="module")
def take():
    return made(walk_track(FRAMES, 2.0, AWAY))


def similarity(found: np.ndarray, truth: np.ndarray) -> float:
    a, b = found - found.mean(0), truth - truth.mean(0)
    left, spread, right = np.linalg.svd(a.T @ b)
    flip = np.array([1.0, 1.0, np.sign(np.linalg.det(left @ right))])
    return float(
        np.linalg.norm((spread * flip).sum() / (a**2).sum() * a @ (left * flip) @ right - b, axis=1).mean()
    )


def test_joints_are_near_the_truth_also_in_the_gap(take):
    here = stage()
    rows = [
        take.motion.body.rig.bones.index(f"{b}_{s}") for b in ("thigh", "calf", "foot", "hand") for s in "lr"
    ]
    joints = take.in_camera(joints_of(take.motion))[:, rows]
    truth = np.stack([here.joints_m(0, n / 30)[rows] for n in range(FRAMES)])
    errors = np.array([similarity(a, b) for a, b in zip(joints, truth, strict=True)])
    assert errors[take.seen].mean() < 0.06
    assert errors[~take.seen].max() < 0.2


def test_the_gap_is_marked_and_filled(take):
    assert take.frames.tolist() == list(range(FRAMES))
    assert not take.seen[AWAY[0] : AWAY[1]].any() and take.seen[: AWAY[0]].all()
    ((start, stop),) = take.gaps()
    assert start == pytest.approx(AWAY[0] / 30) and stop >= (AWAY[1] - 1) / 30 - 1e-9
    assert not take.contacts[~take.seen].any() and (take.scores[~take.seen] == 0).all()
    facts = take.facts()
    assert facts["frames_filled"] == (~take.seen).sum() and facts["frames"] == FRAMES
    hips = take.motion.places()
    assert np.linalg.norm(np.diff(hips, axis=0), axis=1).max() < 0.12, "no jump"


def test_the_world_stands_on_the_floor(take):
    joints = joints_of(take.motion)
    assert abs(take.motion.places()[0, ::2]).max() < 0.2
    lowest = min(float(take.motion.at(n).posed_vertices()[:, 1].min()) for n in range(0, FRAMES, 6))
    assert -0.08 < lowest < 0.05
    head = joints[:, take.motion.body.rig.bones.index("head"), 1]
    assert (head > 1.2).all() and np.ptp(head) < 0.2, "the camera's pitch was taken out"


def test_planted_toes_do_not_slide(take):
    model = body_model()
    skin = [take.motion.at(n).posed_vertices() for n in range(FRAMES)]
    names = ("left_heel", "left_big_toe", "right_heel", "right_big_toe")
    spots = np.stack([model.regressor[[model.keypoints.index(n) for n in names]] @ v for v in skin])
    contacts = [(i, a, b) for i in range(4) for a, b in spans(take.contacts[:, i])]
    assert len(contacts) >= 3
    for point, start, stop in contacts:
        assert np.linalg.norm(np.diff(spots[start:stop, point], axis=0), axis=1).max(initial=0) < 3e-3


def test_smoothing_takes_the_jitter_away():
    here, track = stage(), walk_track(FRAMES, 2.0)
    rig = None
    jitter = []
    for hertz in (0.0, 4.0):
        take = made(track, smooth_hz=hertz)
        rig = take.motion.body.rig
        rows = [
            j for j, name in enumerate(rig.bones) if name.split("_")[0] in ("calf", "foot", "hand", "head")
        ]
        joints = take.in_camera(joints_of(take.motion))[:, rows]
        truth = np.stack([here.joints_m(0, n / 30)[rows] for n in range(FRAMES)])
        apart = [x[2:] - 2 * x[1:-1] + x[:-2] for x in (joints, truth)]
        jitter.append(np.linalg.norm(apart[0] - apart[1], axis=-1).mean())
    assert jitter[1] < 0.5 * jitter[0]


def test_one_frame_makes_a_still_take():
    first = walk_track(FRAMES, 2.0)
    track = Track(0, first.frames[:1], first.sightings[:1], first.scores[:1])
    take = made(track, rig="mixamo", height_cm=180.0)
    assert len(take.frames) == 1 and take.motion.body.rig.name == "mixamo" and take.gaps() == ()
    assert take.motion.body.height_m == pytest.approx(1.8, abs=0.01)
