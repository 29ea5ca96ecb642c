"""Marks and joints of several photos become corrections of these photos."""

import pytest

from apps.web import photo_strip
from apps.web.several_joints import marks_by_photo
from shared.errors import PromptError

WRIST = {"kind": "keypoints", "names": ["left_wrist"], "xy_px": [[10.0, 20.0]]}
CLICK = {"kind": "points", "xy_px": [[5, 6]], "keep": [True]}
KEPT = {
    **photo_strip.nothing(),
    "photos": {"front.jpg": "f", "side.jpg": "s"},
    "marks": {"side.jpg": [{"kind": "keypoints", "hidden": ["nose"]}], "old.jpg": [CLICK]},
    "shown": "front.jpg",
}


def test_marks_and_joints_of_each_photo_go_together():
    given = marks_by_photo(KEPT, [CLICK, WRIST])
    assert [item["kind"] for item in given["front.jpg"]] == ["points", "keypoints"]
    assert [list(xy) for xy in given["front.jpg"][1]["xy_px"]] == [[10.0, 20.0]]
    assert list(given["side.jpg"][0]["hidden"]) == ["nose"]


def test_photos_that_are_gone_say_nothing():
    assert set(marks_by_photo(KEPT, [])) == {"side.jpg"}


def test_a_joint_at_no_place_is_refused():
    with pytest.raises(PromptError):
        marks_by_photo(KEPT, [{**WRIST, "xy_px": [[float("nan"), 1.0]]}])
