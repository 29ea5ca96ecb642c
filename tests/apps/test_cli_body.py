"""Corrections of joints as flags; shapes and motions without a body of one's own."""

import argparse
import json
from pathlib import Path

import pytest

from apps.cli import main
from apps.cli_body import add_joint_flags, joints_from
from shared.errors import PromptError
from shared.prompts import Keypoints, parse


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


def test_an_average_person_is_shaped_and_moved(tmp_path: Path, capsys) -> None:
    shaped, moved = tmp_path / "shaped", tmp_path / "moved"
    words = ["--rig", "mixamo", "--rest", "A", "--waist-cm", "84", "--formats", "json,bvh"]
    assert main(["body", "shape", *words, "--out", str(shaped)]) == 0
    told = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines() if "{" in line)
    assert json.loads(told["measures"])["waist"] == pytest.approx(84, abs=0.5)
    body = json.loads((shaped / "body.json").read_text("utf8"))
    assert (body["rig"], body["rest"]) == ("mixamo", "A")

    motion = str(shaped / "body.bvh")
    assert main(["body", "retarget", motion, "--rig", "cmu", "--formats", "bvh", "--out", str(moved)]) == 0
    assert "ROOT Hips" in (moved / "motion.bvh").read_text("ascii")
    own = str(shaped / "body.json")
    assert main(["body", "retarget", own, motion, "--formats", "bvh", "--out", str(tmp_path / "own")]) == 0
    assert "mixamorig:Hips" in (tmp_path / "own" / "motion.bvh").read_text("ascii")


def test_people_are_told_as_flags_and_as_prompts(tmp_path: Path, capsys) -> None:
    photo = Path(__file__).parents[2] / "examples" / "body" / "person.jpg"
    file = tmp_path / "prompts.json"
    assert main(["body", "people", str(photo), "--prompts-out", str(file)]) == 0
    (box,) = parse(file.read_text("utf8"))
    flag = ",".join(f"{v:g}" for v in box.xyxy_px)
    assert f"--box {flag},+,0" in capsys.readouterr().out
    assert box.xyxy_px[0] < 300 < box.xyxy_px[2] and box.xyxy_px[3] > 900
