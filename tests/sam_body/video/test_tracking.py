"""Following people: ids over gaps, people who cross, twins on one person, crowds, colours."""

import numpy as np
import pytest

from sam_body.video.likeness import color_likeness, keypoint_similarity
from tests.sam_body.video.actors import Script, person_of, played, stage, walk_script

RED, BLUE, GREEN = (200, 40, 40), (40, 60, 200), (40, 180, 60)


def script(shown: np.ndarray, starts: list[float], colors: list[tuple[int, int, int]]) -> Script:
    """People who stand beside one another; `shown` (F, P) says when."""
    rng, here = np.random.default_rng(1), stage(0.3, 0.0, len(starts), 1.0)
    still = [person_of(here, walk, 0.0, rng, 0.0) for walk in here.walks]
    rows = [[p if there else None for p, there in zip(still, row, strict=True)] for row in shown]
    return Script(rows, colors)


def test_who_leaves_and_comes_back_keeps_the_number():
    tracker = played(walk_script(60, 0.5, (20, 40)), stage())
    (track,) = tracker.tracks
    assert track.object_id == 0 and track.frames[0] == 0 and track.frames[-1] == 59
    gap = max(np.diff(track.frames))
    assert 21 <= gap <= 21 + 6, "found again within a fifth of a second"
    assert len(track.frames) == len(track.sightings) == len(track.scores)


def test_another_who_comes_later_gets_another_number():
    shown = np.zeros((70, 2), bool)
    shown[:20, 0] = shown[40:, 1] = True
    tracker = played(script(shown, [0.0, 1.0], [RED, BLUE]), stage(0.3, 0.0, 2, 1.0))
    assert [track.object_id for track in tracker.tracks] == [0, 1]
    assert tracker.tracks[0].frames[-1] == 19 and tracker.tracks[1].frames[0] >= 40


def test_two_who_come_back_together_are_told_apart_by_their_clothes():
    shown = np.ones((80, 2), bool)
    shown[20:55] = False
    tracker = played(script(shown, [0.0, 1.0], [RED, GREEN]), stage(0.3, 0.0, 2, 1.0))
    assert len(tracker.tracks) == 2
    for track in tracker.tracks:
        places = np.array([seen.xy_px.mean(0)[0] for seen in track.sightings])
        assert np.ptp(places) < 1, "nobody changed places"
        assert track.frames[-1] == 79


def test_a_crowd_is_limited_and_counted():
    rng, here = np.random.default_rng(1), stage(0.3, 0.0)
    one = person_of(here, here.walks[0], 0.0, rng, 0.0)
    crowd = []
    for number in range(30):
        shifted = one.landmarks_px + [20.0 * number - 100, 0.0]
        region = one.region.__class__(float(shifted[33, 0]), float(shifted[33, 1]), 60.0)
        crowd.append(one.__class__(**{**vars(one), "landmarks_px": shifted, "region": region}))
    tracker = played(Script([crowd] * 4, [RED] * 30), here, most_people=3)
    assert len(tracker.tracks) <= 3 and tracker.crowd == 30


def test_nobody_gives_no_track():
    assert played(Script([[None]] * 5, [RED]), stage()).tracks == []


def test_similarity_falls_with_distance_and_colours_with_their_difference():
    xy = np.random.default_rng(0).uniform(0, 100, (33, 2))
    alike = [keypoint_similarity(xy, xy + shift, np.ones(33), 100.0) for shift in (0, 5, 20, 80)]
    assert alike[0] == pytest.approx(1) and alike == sorted(alike, reverse=True) and alike[-1] < 0.1
    red, blue = np.tile([50.0, 60.0, 40.0], (3, 1)), np.tile([40.0, 20.0, -60.0], (3, 1))
    assert color_likeness(red, red) == 1 and color_likeness(red, blue) < 0.05
    assert color_likeness(red, np.full((3, 3), np.nan)) == 0.5
