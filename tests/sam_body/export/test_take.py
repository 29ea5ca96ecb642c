"""A person of a video in every format: times, places and marks, read back by independent readers."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest

from sam_body.bvh import read_bvh
from sam_body.export.take import joints_of
from shared.exporting import export
from tests.contracts.samples import take
from tests.oracles.gltf import validate
from tests.sam_body.export.bvh_reader import places
from tests.sam_body.export.bvh_reader import read_bvh as read_independently
from tests.sam_body.export.glb_reader import Glb

TIMES = np.array([0.0, 0.04, 0.12])


@pytest.fixture(scope="module")
def uneven():
    one = take()
    moves = np.array([[0.0, 0.0, 0.0], [0.1, 0.0, 0.0], [0.3, 0.1, 0.0]])
    motion = replace(one.motion, times_s=TIMES, frame_s=0.04, translations_m=moves)
    return replace(one, motion=motion)


def test_glb_keys_are_at_the_videos_own_times(uneven, tmp_path):
    path = export(uneven, tmp_path / "motion.glb", package="sam_body.export")
    glb = Glb(path)
    clip = glb.json["animations"][0]
    times = glb.read(clip["samplers"][0]["input"])
    assert times.ravel() == pytest.approx(TIMES)
    for place, frame in ((0, 0), (-1, 2)):
        posed = uneven.motion.at(frame).posed_vertices()
        assert np.abs(glb.skinned(clip_end=place) - posed).max() < 1e-5


@pytest.mark.oracle
def test_the_validator_finds_nothing_wrong(uneven, tmp_path):
    (verdict,) = validate(export(uneven, tmp_path / "motion.glb", package="sam_body.export"))
    assert (verdict.errors, verdict.warnings) == (0, 0), verdict.lines


def test_bvh_frames_are_even_and_have_the_joints(uneven, tmp_path):
    path = export(uneven, tmp_path / "motion.bvh", package="sam_body.export")
    joints, frames, frame_s = read_independently(path)
    assert len(frames) == 4 and frame_s == pytest.approx(0.04)
    bones = uneven.motion.body.rig.bones
    truth = joints_of(uneven.motion)
    for row, frame in ((0, 0), (1, 1), (3, 2)):
        found = dict(zip([joint.name for joint in joints], places(joints, frames[row]) / 100, strict=True))
        for name, place in found.items():
            assert place == pytest.approx(truth[frame, bones.index(name)], abs=2e-5)
    assert read_bvh(path).frame_s == pytest.approx(0.04)


def test_tables_tell_times_sight_contacts_and_joints(uneven, tmp_path):
    told = json.loads(export(uneven, tmp_path / "m.json", package="sam_body.export").read_text("utf8"))
    assert [frame["time_s"] for frame in told["motion"]] == TIMES.tolist()
    assert [frame["seen"] for frame in told["motion"]] == [True, False, True]
    assert told["start_s"] == 0.5 and told["gaps_s"] == [[0.54, 0.54]] and told["frames_filled"] == 1
    joints = joints_of(uneven.motion)
    assert np.abs(np.array([f["joints_m"] for f in told["motion"]]) - joints).max() < 1e-4
    with np.load(export(uneven, tmp_path / "m.npz", package="sam_body.export")) as data:
        assert np.allclose(data["joints_m"], joints) and data["times_s"].tolist() == TIMES.tolist()
        assert data["contacts"][:, 1].tolist() == [True, True, False]
    path = export(uneven, tmp_path / "m.csv", package="sam_body.export")
    with path.open(encoding="utf8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["seen"] for row in rows] == ["1", "0", "1"] and rows[0]["left_toe_on_floor"] == "1"
    name = uneven.motion.body.rig.bones[5]
    assert float(rows[2][f"{name}_x_m"]) == pytest.approx(joints[2, 5, 0], abs=1e-4)
