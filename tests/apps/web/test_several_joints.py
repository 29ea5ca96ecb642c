"""Joints corrected in several photos become corrections of these photos."""

import json

import pytest

from apps.web import photo_strip
from apps.web.body_joints import joints_on, with_words
from apps.web.several_joints import corrections
from shared.errors import PromptError

KEPT = {**photo_strip.nothing(), "photos": {"front.jpg": "f", "side.jpg": "s"}, "shown": "front.jpg"}
CLICK = [{"kind": "points", "xy_px": [[5, 6]], "keep": [True]}]


def test_marks_and_joints_of_each_photo_go_together():
    said, _ = with_words({}, "front.jpg", "left_wrist", xy=[10.0, 20.0], hidden=False)
    said, text = with_words(said, "side.jpg", "nose", xy=None, hidden=True)
    given = json.loads(corrections(KEPT, CLICK, said))
    assert [item["kind"] for item in given["front.jpg"]] == ["points", "keypoints"]
    assert given["front.jpg"][1]["xy_px"] == [[10.0, 20.0]] and given["side.jpg"][0]["hidden"] == ["nose"]
    assert "front.jpg, left wrist: at 10, 20" in text and "side.jpg, nose: hidden" in text


def test_photos_that_are_gone_and_joints_as_found_say_nothing():
    said, _ = with_words({}, "old.jpg", "nose", xy=[1.0, 2.0])
    said, _ = with_words(said, "side.jpg", "left_wrist", depth="as found")
    assert json.loads(corrections(KEPT, [], said)) == {}


def test_an_unknown_joint_is_refused():
    with pytest.raises(PromptError):
        corrections(KEPT, [], {"front.jpg": {"left_wrist": {"xy": [float("nan"), 1.0]}}})


def test_no_joints_show_no_photo():
    assert joints_on("f", [], [])["visible"] is False
