"""What the user says about joints reaches the observation: placed, hidden, nearer, farther, added by hand."""

from dataclasses import replace

import numpy as np
import pytest

from sam_body.by_hand import CORE, can_stand_alone, observation_by_hand
from sam_body.corrections import FIRM, corrected, told
from sam_body.fitting import fit
from sam_body.observation import INDEX, NAMES, default_camera
from sam_body.settings import Beliefs
from shared.errors import PromptError
from shared.prompts import Keypoints
from tests.sam_body.test_fitting import joint_error_mm, truth


def test_later_words_win():
    said = told(
        [
            Keypoints(("left_wrist",), ((1, 2),), nearer=("left_knee",)),
            Keypoints(hidden=("left_wrist",), farther=("left_knee",)),
        ]
    )
    assert said.placed == {} and said.hidden == {INDEX["left_wrist"]}
    assert said.depth == {INDEX["left_knee"]: -1}


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        (Keypoints(("left_paw",), ((1, 2),)), "no joint 'left_paw'"),
        (Keypoints(nearer=("nose",)), "nose has no joint before it"),
    ],
)
def test_joints_that_there_are_not_are_refused(prompt, words):
    with pytest.raises(PromptError, match=words):
        told([prompt])


def test_a_placed_joint_counts_more_and_a_hidden_one_next_to_nothing(model):
    _, seen = truth(model, 0)
    new = corrected(seen, told([Keypoints(("left_wrist",), ((11, 22),), hidden=("right_ankle",))]))
    wrist, ankle = INDEX["left_wrist"], INDEX["right_ankle"]
    assert new.xy_px[wrist].tolist() == [11, 22] and new.weight[wrist] == FIRM
    assert new.weight[ankle] < 0.01 and new.visibility[ankle] == 0
    assert np.array_equal(np.delete(new.xy_px, wrist, 0), np.delete(seen.xy_px, wrist, 0))


def test_nothing_said_changes_nothing(model):
    _, seen = truth(model, 0)
    assert corrected(seen, told([])) is seen


def test_a_limb_on_the_wrong_side_is_mirrored_with_all_that_hangs_on_it(model):
    _, seen = truth(model, 0)
    knee, hip, ankle = (INDEX[f"left_{part}"] for part in ("knee", "hip", "ankle"))
    apart = seen.relative_m[knee, 2] - seen.relative_m[hip, 2]
    side = {1: "farther", -1: "nearer"}[int(np.sign(apart))]
    new = corrected(seen, told([Keypoints(**{side: ("left_knee",)})]))
    assert new.relative_m[knee, 2] - new.relative_m[hip, 2] == pytest.approx(-apart)
    assert new.relative_m[ankle, 2] - seen.relative_m[ankle, 2] == pytest.approx(-2 * apart)


def test_a_limb_told_nearer_comes_out_nearer(model):
    _, seen = truth(model, 2)
    for side, sign in (("nearer", 1), ("farther", -1)):
        new = corrected(seen, told([Keypoints(**{side: ("left_wrist",)})]))
        found = fit(model, new).state(model)
        wrist, elbow = (found.moved[model.index[f"{bone}_l"]] for bone in ("hand", "lowerarm"))
        assert (wrist[2] - elbow[2]) * sign > -0.02


def test_a_wrong_hand_is_put_right_by_dragging_it(model):
    state, seen = truth(model, 1)
    names = [f"left_{part}" for part in ("wrist", "index", "pinky", "thumb")]
    rows = [INDEX[name] for name in names]
    wild = seen.xy_px.copy()
    wild[rows] += [25, -25]
    spoiled = replace(seen, xy_px=wild)
    places = tuple((float(x), float(y)) for x, y in seen.xy_px[rows])
    mended = corrected(spoiled, told([Keypoints(tuple(names), places)]))
    hand = model.index["hand_l"]
    wanted = seen.camera.project(state.moved)[hand]
    errors_px = [
        np.linalg.norm(seen.camera.project(fit(model, given).state(model).moved)[hand] - wanted)
        for given in (spoiled, mended)
    ]
    assert errors_px[1] < 8 < errors_px[0]


def test_a_person_by_hand_needs_shoulders_and_hips(model):
    assert not can_stand_alone((Keypoints(("left_hip",), ((1, 2),)),))
    state, seen = truth(model, 4)
    every = Keypoints(NAMES, tuple((float(x), float(y)) for x, y in seen.xy_px))
    assert can_stand_alone((every,)) and set(CORE) <= set(NAMES)
    found = fit(model, observation_by_hand(told([every]), default_camera(768, 1024)), Beliefs(upright=True))
    assert joint_error_mm(model, state, found) < 130
    flat = default_camera(768, 1024).project(found.state(model).moved)
    true_flat = default_camera(768, 1024).project(state.moved)
    assert np.linalg.norm(flat - true_flat, axis=1).mean() < 12
