"""When and where the nets for face and hands look, and what of it is taken."""

from dataclasses import replace

import numpy as np
import pytest

from sam_body.details.turning import bones_of
from sam_body.video.closeups import PARTS, Closeups, Nets, face_region, hand_region, interval
from shared.face import Face
from shared.hands import Hand
from shared.pose import LANDMARKS, Person
from tests.sam_body.video.actors import person_of, stage
from tests.sam_body.video.gesturing import hand_of
from tests.sam_body.video.gesturing import person as gesturing
from tests.sam_body.video.gesturing import stage as closer

PIXELS = np.zeros((480, 640, 3), np.uint8)


@pytest.fixture(scope="module")
def seen() -> Person:
    return person_of(closer(), gesturing(), 0.2, np.random.default_rng(0), 0.0)


def faces(presence: float = 0.99, shift_px: float = 0.0) -> Nets:
    def face(pixels, region):
        points = np.tile([region.x_px + shift_px, region.y_px, 0.0], (468, 1))
        return Face(points, presence, None, np.zeros(2))

    return Nets(face, lambda pixels, region: None)


def test_each_part_is_looked_at_ten_times_a_second_and_in_turns(seen):
    assert [interval(fps) for fps in (10, 24, 25, 30, 60)] == [2, 3, 3, 3, 6]
    looked: list[tuple[int, str]] = []

    def noted(kind):
        return lambda pixels, region: looked.append((frame, kind))

    nets = Nets(noted("head"), noted("hand"))
    for frame in range(7, 13):
        Closeups().look(nets, PIXELS, seen, frame, 30.0, all_parts=frame == 7)
    assert sum(frame == 7 for frame, _ in looked) == len(PARTS), "everything on the first frame"
    assert [sum(frame == n for frame, _ in looked) for n in range(8, 13)] == [1] * 5


def test_the_region_holds_the_hand(seen):
    body, view = gesturing().at(0.2), closer()
    for side in ("left", "right"):
        region = hand_region(seen, side)
        hand = hand_of(body, side[0])
        away = hand.points_px - (region.x_px, region.y_px)
        assert (
            np.abs(away).max() < 0.7 * region.side_px and np.linalg.norm(away.mean(0)) < 0.3 * region.side_px
        )
    region = face_region(seen)
    head = body.posed_joints()[bones_of(body.rig)["head"]] @ view.camera_from_world[:3, :3].T
    x, y = view.camera.project((head + view.camera_from_world[:3, 3])[None])[0]
    assert abs(region.x_px - x) < 0.3 * region.side_px and y - region.side_px < region.y_px < y


def test_who_is_out_of_sight_small_or_turned_away_is_not_looked_at(seen):
    hidden = seen.visibility.copy()
    hidden[[LANDMARKS.index("left_wrist"), LANDMARKS.index("nose")]] = 0.1
    unseen = replace(seen, visibility=hidden)
    assert hand_region(unseen, "left") is None and face_region(unseen) is None
    assert hand_region(unseen, "right") is not None
    assert hand_region(replace(seen, landmarks_px=seen.landmarks_px / 4), "right") is None
    assert face_region(replace(seen, world_m=-seen.world_m)) is None


def test_only_sure_hands_at_the_wrist_are_taken(seen):
    wrist = seen.landmarks_px[LANDMARKS.index("left_wrist")]
    for presence, shift, taken in ((0.99, 0.0, True), (0.7, 0.0, False), (0.99, 60.0, False)):
        hand = Hand(np.tile(wrist + shift, (21, 1)), np.zeros((21, 3)), presence)
        closeups = Closeups()
        nets = Nets(lambda pixels, region: None, lambda pixels, region, hand=hand: hand)
        closeups.look(nets, PIXELS, seen, 0, 30.0, all_parts=True)
        assert (0 in closeups.hands["left"]) == taken


def test_only_a_face_on_the_head_is_taken(seen):
    for shift, taken in ((0.0, True), (300.0, False)):
        closeups = Closeups()
        closeups.look(faces(shift_px=shift), PIXELS, seen, 0, 30.0, all_parts=True)
        assert (0 in closeups.faces) == taken


def test_walkers_far_off_have_too_small_hands():
    far = replace(stage(), distance_m=12.0)
    person = person_of(far, far.walks[0], 0.0, np.random.default_rng(0), 0.0)
    assert hand_region(person, "left") is None
