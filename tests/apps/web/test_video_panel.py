"""What the page shows of the people of a video."""

from pathlib import Path

from apps.runner import Result
from apps.web.video_panel import _people, _rows


def test_people_are_counted_from_one_and_lead_to_their_files() -> None:
    result = Result(Path(), {"facts": {"people": [{"id": 0}, {"id": 2}]}})
    assert _people(result, ["motion_000.glb", "motion_002.glb"]) == [
        ("Person 1", "motion_000.glb"),
        ("Person 3", "motion_002.glb"),
    ]


def test_gaps_are_told_in_seconds() -> None:
    rows = dict(_rows({"frames": 40, "gaps_s": [[0.5, 0.75], [1.0, 1.2]]}))
    assert rows["Filled"] == "0.50 to 0.75 s, 1.00 to 1.20 s" and rows["Frames"] == 40
    assert dict(_rows({"gaps_s": []}))["Filled"] == "nothing"
