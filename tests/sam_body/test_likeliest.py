"""The likeliest pose of several photos: backs taken for fronts, and what follows when the user says more."""

from dataclasses import replace

import numpy as np

from sam_body.corrections import corrected, told
from sam_body.likeliest import Likeliest, Sight, followed, likeliest, mirrored, unmet_joints
from sam_body.model import BodyModel
from sam_body.observation import INDEX, Observation, landmark_points
from sam_body.points import State
from sam_body.settings import Beliefs
from shared.prompts import Keypoints
from tests.sam_body.test_several import observed, turned

ELBOW, WRIST = INDEX["left_elbow"], INDEX["left_wrist"]


def sights(seen: list[Observation], *said: Keypoints) -> list[Sight]:
    """What the photos show, with what was said of the first."""
    asked = [told(said), *[told(())] * (len(seen) - 1)]
    return [
        Sight(corrected(photo, one), corrected(mirrored(photo), one))
        for photo, one in zip(seen, asked, strict=True)
    ]


def outcome(model: BodyModel, seen: list[Observation]) -> Likeliest:
    return likeliest(model, sights(seen), Beliefs())


def points(model: BodyModel, found: Likeliest, photo: int) -> np.ndarray:
    return found.found.fits[photo].state(model).points(landmark_points())


def test_a_back_taken_for_a_front_is_found_out(model):
    seen = [observed(state) for state in turned(model, 1, (0, -70, 180))]
    found = outcome(model, [*seen[:2], mirrored(seen[2])])
    assert found.swapped == {2}
    assert np.allclose(found.seen[2].xy_px, seen[2].xy_px)


def test_what_the_user_said_keeps_its_side_when_the_net_s_sides_are_exchanged(model):
    seen = observed(turned(model, 1, (0,))[0])
    place = (300.0, 400.0)
    exchanged = sights([seen], Keypoints(("left_wrist",), (place,)))[0].turned
    assert tuple(exchanged.xy_px[WRIST]) == place and exchanged.placed == {WRIST}
    assert np.allclose(exchanged.xy_px[ELBOW], seen.xy_px[INDEX["right_elbow"]])


def test_a_dragged_joint_is_followed_from_the_outcome_before(model):
    seen = [observed(state) for state in turned(model, 2, (0, -80))]
    before = outcome(model, seen)
    place = seen[0].xy_px[WRIST] + [20.0, -20.0]
    asked = sights(seen, Keypoints(("left_wrist",), ((float(place[0]), float(place[1])),)))
    after = followed(model, before, asked, Beliefs(), [None, None])
    anew = likeliest(model, asked, Beliefs())
    camera = seen[0].camera
    off = [np.linalg.norm(camera.project(points(model, one, 0))[WRIST] - place) for one in (before, after)]
    assert off[0] > 20 and off[1] < 5
    near, far = (places - places.mean(0) for places in (points(model, one, 0) for one in (after, anew)))
    assert np.linalg.norm(near - far, axis=1).mean() < 0.01
    steps = after.found.fits[0].iterations - before.found.fits[0].iterations
    assert steps <= 8 < anew.found.fits[0].iterations


def test_a_forearm_told_to_point_the_other_way_turns_over(model):
    state = turned(model, 2, (0,))[0]
    bent = state.angles.copy()
    bent[model.index["lowerarm_l"]] = [0.9, 0, 0]
    first = observed(State.of(model, np.array([0.0, -0.1, -4.0]), state.shape, bent))
    second = replace(first, xy_px=first.xy_px + 3.0)
    seen = [first, second]
    before = outcome(model, seen)
    apart = np.diff(points(model, before, 0)[[ELBOW, WRIST], 2])[0]
    assert apart > 0.03  # the wrist is nearer
    asked = sights(seen, Keypoints(farther=("left_wrist",)))
    assert unmet_joints(model, before.found.fits[0], asked[0].seen) == ("left_wrist",)
    after = followed(model, before, asked, Beliefs(), [None, None])
    assert unmet_joints(model, after.found.fits[0], asked[0].seen) == ()
