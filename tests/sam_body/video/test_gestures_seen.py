"""A rendered clip of somebody who turns the head and closes the hands, through the shipped nets."""

from dataclasses import replace

import numpy as np
import pytest

from sam_body.details.turning import bones_of
from sam_body.skeletons import skeleton
from sam_body.skinning import rotation_vectors
from sam_body.video.acting import takes
from sam_body.video.settings import VideoSettings
from sam_body.video.tracking import Tracker
from tests.sam_body.video.gesturing import person, stage

FPS, FRAMES = 15.0, 30

pytestmark = pytest.mark.slow


def angles(rotations: np.ndarray) -> np.ndarray:
    return np.degrees(np.linalg.norm(rotation_vectors(rotations), axis=1))


@pytest.fixture(scope="module")
def clip():
    """(with the nets, without, truth): (N, J, 3, 3) turns in the camera's axes; and the take."""
    times = np.arange(FRAMES) / FPS
    near = replace(stage(), distance_m=2.8, pitch_rad=-0.06)
    tracker = Tracker(near.camera, FPS)
    for picture in near.pictures(times):
        tracker.step(picture)
    (track,) = tracker.tracks
    view, found = near.camera_from_world[:3, :3], []
    for one in (track, replace(track, closeups=None)):
        settings = VideoSettings()
        (take,) = takes([one], times, FPS, near.camera, skeleton("game_engine"), settings)[0]
        found.append(
            (take, [take.camera_from_world[:3, :3] @ take.motion.at(n).turns() for n in range(FRAMES)])
        )
    truth = np.stack([view @ person().at(float(t)).turns() for t in times])
    return np.stack(found[0][1]), np.stack(found[1][1]), truth, found[0][0], found[1][0]


def test_all_is_followed_and_only_with_the_nets(clip):
    *_, take, plain = clip
    assert take.closely.head.all() and take.closely.hands.all()
    assert plain.closely is None and "closely" not in plain.facts()


def test_the_turning_head_is_found_again(clip):
    found, plain, truth, *_ = clip
    row = bones_of(person().body.rig)["head"]
    apart = [angles(truth[:, row].transpose(0, 2, 1) @ turns[:, row]).mean() for turns in (found, plain)]
    assert apart[0] < 8 and apart[0] < apart[1]


def test_closing_hands_and_their_palms_are_found_again(clip):
    found, plain, truth, *_ = clip
    bones = bones_of(person().body.rig)

    def bend(turns: np.ndarray, side: str) -> np.ndarray:
        pairs = [
            (bones[f"{f}_01_{side}"], bones[f"{f}_02_{side}"]) for f in ("index", "middle", "ring", "pinky")
        ]
        return np.mean([angles(turns[:, a].transpose(0, 2, 1) @ turns[:, b]) for a, b in pairs], axis=0)

    for side in "lr":
        true, seen = bend(truth, side), bend(found, side)
        hand = bones[f"hand_{side}"]
        palms = [np.median(angles(truth[:, hand].transpose(0, 2, 1) @ t[:, hand])) for t in (found, plain)]
        assert np.corrcoef(true, seen)[0, 1] > 0.8
        assert np.abs(true - seen).mean() < 0.4 * true.mean()
        assert palms[0] < 0.6 * palms[1]
