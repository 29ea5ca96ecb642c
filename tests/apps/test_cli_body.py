"""Corrections of joints as flags; shapes and motions without a body of one's own."""

import argparse
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from apps.cli import main
from apps.cli_body import add_joint_flags, joints_from, people_lines
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


def test_people_of_a_result_are_told_with_what_was_seen() -> None:
    one = {"id": 0, "score": 0.987, "height_m": 1.7}
    photo = {"bodies": [one | {"landmarks": {"seen": ["nose", "left_eye"], "placed": ["left_hip"]}}]}
    assert people_lines(photo) == ["person   1: score 0.99; 1.70 m tall; joints 2 seen, 1 placed"]
    video = {"people": [one | {"id": 2, "frames": 40, "frames_filled": 15}]}
    assert people_lines(video) == ["person   3: score 0.99; 1.70 m tall; frames 25 seen, 15 filled"]


@pytest.mark.slow
def test_a_turntable_is_one_turn_and_the_person_is_told(tmp_path: Path, capsys) -> None:
    photo = Path(__file__).parents[2] / "examples" / "body" / "person.jpg"
    wishes = ["--formats", "json", "--texture", "clay", "--no-previews", "--turntable"]
    assert main(["body", "estimate", str(photo), "--out", str(tmp_path), *wishes]) == 0
    said = capsys.readouterr().out
    assert "person   1: score" in said and "joints 27 seen" in said
    with Image.open(tmp_path / "turntable.gif") as clip:
        frames = [np.asarray(one.convert("L"), int) for one in ImageSequence.Iterator(clip)]
    assert len(frames) >= 24
    wide = [np.ptp(np.flatnonzero((np.abs(one - one[0, 0]) > 12).any(axis=0))) for one in frames]
    quarter = len(frames) // 4
    assert wide[quarter] < 0.75 * wide[0] and wide[3 * quarter] < 0.75 * wide[0]  # from the sides
    assert wide[2 * quarter] == pytest.approx(wide[0], rel=0.2)  # from behind
    apart = [np.abs(a - b).mean() for a, b in zip(frames, frames[1:] + frames[:1], strict=True)]
    assert max(apart) < 4 * np.median(apart)  # no jump, not where it begins anew either
