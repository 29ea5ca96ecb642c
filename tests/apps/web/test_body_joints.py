"""Corrections made on the page become prompts."""

from apps.web.body_joints import prompts_of, with_words
from shared.prompts import Keypoints


def test_corrections_of_two_people_become_two_prompts():
    said, _ = with_words({}, 0, "left_wrist", xy=[10.0, 20.0], hidden=False)
    said, _ = with_words(said, 0, "left_wrist", depth="nearer")
    said, text = with_words(said, 1, "nose", xy=None, hidden=True)
    assert prompts_of(said) == (
        Keypoints(("left_wrist",), ((10.0, 20.0),), nearer=("left_wrist",)),
        Keypoints(object_id=1, hidden=("nose",)),
    )
    assert "person 0, left wrist: at 10, 20, nearer" in text and "person 1, nose: hidden" in text


def test_a_joint_as_found_says_nothing():
    said, _ = with_words({}, 0, "left_wrist", depth="nearer")
    said, text = with_words(said, 0, "left_wrist", depth="as found")
    assert prompts_of(said) == () and "as found" in text


def test_later_words_win_and_earlier_states_stay():
    first, _ = with_words({}, 0, "nose", xy=[1.0, 2.0], hidden=False)
    second, _ = with_words(first, 0, "nose", xy=None, hidden=True)
    assert prompts_of(first)[0].names == ("nose",) and prompts_of(second)[0].hidden == ("nose",)
