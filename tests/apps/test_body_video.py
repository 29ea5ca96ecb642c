"""`segstudio body video`: the shipped walk from end to end, and bad input."""

import json
from pathlib import Path

import numpy as np
import pytest

from apps.cli import main
from sam_body.bvh import read_bvh
from sam_body.video.footage import open_footage

WALK = Path(__file__).parents[2] / "examples" / "body" / "walk.mp4"


@pytest.mark.slow
def test_the_shipped_walk_comes_out_as_motion_and_overlay(tmp_path, capsys):
    part = ["--from-s", "0.4", "--to-s", "1.2", "--point", "185,250", "--at-s", "0.5"]
    rest = ["--formats", "bvh,json", "--overlay", "skeleton", "--rig", "mixamo", "--blur-face"]
    assert main(["body", "video", str(WALK), "--out", str(tmp_path), *part, *rest]) == 0
    assert "Landmark fit" in capsys.readouterr().out
    told = json.loads((tmp_path / "motion.json").read_text("utf8"))
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf8"))
    assert manifest["facts"]["people"][0]["gaps_s"] == [] and told["start_s"] == pytest.approx(0.4, abs=0.05)
    looks = manifest["facts"]["people"][0]["texture"]
    assert looks["seen_percent"] > 10 and looks["face_blurred"]
    clip = read_bvh(tmp_path / "motion.bvh")
    assert len(clip.turns) == told["frames"] and clip.frame_s == pytest.approx(0.04, abs=1e-3)
    assert clip.names[0] == "mixamorig:Hips"
    way = np.linalg.norm(np.diff(clip.places[:, ::2], axis=0), axis=1).sum() / 100
    assert 0.4 < way < 1.6, "0.8 s at 1.15 m/s; the size is a guess"
    assert len(list(open_footage(tmp_path / "overlay.mp4").read())) == told["frames"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from-s", "40"], "holds nothing; the video lasts 3.00 s"),
        (["--most-people", "0"], "most_people"),
        (["--height-cm", "20"], "height wants 50 to 230 cm"),
        (["--formats", "fbx9"], "cannot write fbx9"),
        (["--point", "1,2,3,4,5"], "Cannot read '1,2,3,4,5'"),
        (["--engine", "sam3d-body"], "followed by landmark-fit"),
    ],
)
def test_wrong_flags_are_explained_at_once(tmp_path, capsys, arguments, message):
    assert main(["body", "video", str(WALK), "--out", str(tmp_path / "out"), *arguments]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_damaged_video_is_refused(tmp_path, capsys):
    (tmp_path / "half.mp4").write_bytes(WALK.read_bytes()[:3000])
    assert main(["body", "video", str(tmp_path / "half.mp4"), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert "half.mp4" in said and "Give an MP4" in said
    assert not (tmp_path / "out").exists()
