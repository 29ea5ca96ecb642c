"""What the page tells of each person of a photo."""

from pathlib import Path

from apps.runner import Result
from apps.web.body_facts import bodies_html

ONE = {"id": 0, "score": 0.9, "height_m": 1.7, "shape": {}}


def told(*people: dict) -> str:
    return bodies_html(Result(Path(), {"facts": {"bodies": [ONE | facts for facts in people]}, "files": []}))


def test_each_joint_is_told_as_seen_or_guessed() -> None:
    html = told(
        {"landmarks": {"seen": ["nose", "left_eye"], "guessed": ["left_knee"], "placed": ["right_hip"]}}
    )
    assert "Joints of the photo: 2 seen, 1 guessed, 1 placed" in html
    for row in (("Seen", "nose, left eye"), ("Guessed", "left knee"), ("Placed by you", "right hip")):
        assert '<tr><th scope="row">{}</th><td>{}</td></tr>'.format(*row) in html


def test_several_people_are_folded_but_for_the_first_and_one_is_not() -> None:
    seen = {"landmarks": {"seen": ["nose"]}}
    assert "Person 1" not in told(seen) and "<caption>Person</caption>" in told(seen)
    html = told(seen, seen | {"score": 0.4})
    assert (
        '<details class="fold" open><summary>Person 1: score 0.90; 1.70 m tall; joints 1 seen</summary>'
        in html
    )
    assert '<details class="fold"><summary>Person 2: score 0.40; 1.70 m tall; joints 1 seen</summary>' in html
