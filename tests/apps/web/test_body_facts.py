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


def test_several_people_have_numbers_and_one_has_none() -> None:
    assert "Person 1" not in told({}) and "Person" in told({})
    html = told({}, {"score": 0.4})
    assert html.index("Person 1") < html.index("0.9") < html.index("Person 2") < html.index("0.4")
