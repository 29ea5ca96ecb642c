"""Feet on the floor: when, where the floor is, and that pinned points do not move."""

import numpy as np
import pytest

from sam_body import skinning
from sam_body.model import AVERAGE, body_model
from sam_body.points import State
from sam_body.video import floor, pinning
from sam_body.video.contacts import POINTS, contacts, spans
from tests.sam_body.video.actors import landmarks_m, stage, walk_track

FRAMES = 60


def test_contacts_are_those_of_the_gait():
    here, track = stage(), walk_track(FRAMES)
    walk, times = here.walks[0], np.arange(FRAMES) / here.fps
    places = np.stack([landmarks_m(walk.at(float(t))) for t in times[::1]])
    places = places @ here.camera_from_world[:3, :3].T + here.camera_from_world[:3, 3]
    flags = contacts(np.array(track.frames), track.sightings, places, here.fps)
    found = np.stack([flags[:, :2].any(1), flags[:, 2:].any(1)], axis=1)
    planted = np.array([walk.planted(float(t)) for t in times])
    assert (found & planted).sum() / found.sum() > 0.9, "precision"
    assert (found & planted).sum() / planted.sum() > 0.85, "recall"
    assert flags.shape == (FRAMES, len(POINTS))


def test_spans_are_the_runs_of_true():
    assert spans(np.array([1, 1, 0, 0, 1, 0, 1], bool)) == [(0, 2), (4, 5), (6, 7)]
    assert spans(np.zeros(4, bool)) == []


@pytest.mark.parametrize(("pitch", "roll"), [(0.15, 0.0), (-0.1, 0.02), (0.0, 0.0)])
def test_the_floor_is_found_under_planted_feet(pitch, roll):
    rng = np.random.default_rng(0)
    normal = np.array([-roll, 1.0, pitch]) / np.linalg.norm([-roll, 1.0, pitch])
    points = rng.uniform([-2, 0, -8], [2, 0, -3], (40, 3))
    points[:, 1] = (-1.2 - points[:, 0] * normal[0] - points[:, 2] * normal[2]) / normal[1]
    lifts = np.full(40, 0.03)
    points[:, 1] += lifts + rng.normal(0, 0.01, 40)
    points[:3, 1] += 0.6  # three on a box
    found, height = floor.floor_plane(points, lifts)
    assert np.degrees(np.arccos(found @ normal)) < 1 and height == pytest.approx(-1.2, abs=0.06)
    rigid = floor.world_from_camera(found, height, points[5])
    world = points @ rigid[:3, :3].T + rigid[:3, 3]
    assert np.abs(world[3:, 1] - lifts[3:]).max() < 0.08
    assert np.allclose(world[5, ::2], 0, atol=1e-9)


def test_without_contacts_the_camera_is_level():
    normal, height = floor.floor_plane(np.zeros((0, 3)), np.zeros(0))
    assert normal.tolist() == [0, 1, 0] and height == 0


def test_pinned_points_stay_where_they_stand():
    model, count = body_model(), 30
    rng = np.random.default_rng(2)
    wobble = np.cumsum(rng.normal(0, 0.004, (count, 3)), axis=0)
    angles = np.zeros((count, len(model.bones), 3))
    angles[:, model.index["thigh_l"], 0] = -0.3 + wobble[:, 0]
    angles[:, model.index["calf_l"], 0] = 0.4 + wobble[:, 1]
    points = pinning.foot_points()
    spots = np.stack(
        [State.of(model, m, AVERAGE, a).points(points) for m, a in zip(wobble, angles, strict=True)]
    )
    flags = np.zeros((count, 4), bool)
    flags[5:20, 0] = flags[5:25, 1] = True
    lifts, lengths = pinning.feet_at_rest(model, AVERAGE)
    found = pinning.whole_feet(pinning.stands(flags, spots), lengths)
    assert [(s.point, s.start, s.stop) for s in found] == [(0, 5, 20), (1, 5, 25)]
    assert np.linalg.norm(found[0].place - found[1].place) == pytest.approx(lengths[0])
    assert 0 < lifts[1] < lifts[0] < 0.1
    moves, held = pinning.pinned(model, AVERAGE, wobble, angles, found, 30.0)
    after = np.stack(
        [State.of(model, m, AVERAGE, a).points(points) for m, a in zip(moves, held, strict=True)]
    )
    for one in found:
        assert np.abs(after[one.start : one.stop, one.point] - one.place).max() < 2e-3
    steps = np.linalg.norm(np.diff(after - spots, axis=0), axis=-1)
    assert steps.max() < 0.02, "nothing jumps where a contact begins or ends"
    turned = skinning.rotation_matrices(held) @ skinning.rotation_matrices(angles).swapaxes(-1, -2)
    assert np.arccos(np.clip((np.trace(turned, axis1=-2, axis2=-1) - 1) / 2, -1, 1)).max() < 0.5


def test_feet_on_a_step_keep_their_height():
    low = pinning.Stand(1, 0, 5, np.array([0.0, 0.05, 0.0]))
    high = pinning.Stand(1, 0, 5, np.array([0.0, 0.45, 0.0]))
    found = pinning.on_floor([low, high], np.full(4, 0.02))
    assert [stand.place[1] for stand in found] == [0.02, 0.45]
