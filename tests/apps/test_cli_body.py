"""Corrections of joints as flags."""

import argparse

import pytest

from apps.cli_body import add_joint_flags, joints_from
from shared.errors import PromptError
from shared.prompts import Keypoints


def parsed(*words):
    parser = argparse.ArgumentParser()
    add_joint_flags(parser)
    return joints_from(parser.parse_args(words))


def test_flags_become_one_prompt_a_person():
    found = parsed(
        "--joint", "left_wrist=120,80.5", "--joint", "nose=3,4,1", "--hidden", "left_knee",
        "--nearer", "left_elbow,1",
    )  # fmt: skip
    assert found == (
        Keypoints(("left_wrist",), ((120.0, 80.5),), hidden=("left_knee",)),
        Keypoints(("nose",), ((3.0, 4.0),), 1, nearer=("left_elbow",)),
    )


def test_no_flags_no_prompts():
    assert parsed() == ()


@pytest.mark.parametrize(
    "words",
    [("--joint", "left_wrist"), ("--joint", "left_wrist=1"), ("--joint", "a=1,b"), ("--hidden", "a,b")],
)
def test_flags_that_cannot_be_read_are_refused(words):
    with pytest.raises(PromptError, match="Cannot read"):
        parsed(*words)
