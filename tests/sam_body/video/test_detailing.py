"""Known gestures come back from looks; what is not looked at fades and is marked; files hold fingers."""

import json
from dataclasses import replace

import numpy as np
import pytest

from sam_body import skinning
from sam_body.details.hands import can_be, seen_points
from sam_body.details.turning import bones_of
from sam_body.export.take import joints_of
from sam_body.video.detailing import FADE_S, stretches, with_closeups
from shared.exporting import export
from tests.sam_body.export.bvh_reader import places, read_bvh
from tests.sam_body.export.glb_reader import Glb
from tests.sam_body.video.gesturing import FPS, bare_take, closeups, hand_of, person, stage

FRAMES = 46
DUE = range(0, FRAMES, 3)


def apart_deg(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Angles between (N, 3, 3) rotations."""
    return np.degrees(np.linalg.norm(skinning.rotation_vectors(a.transpose(0, 2, 1) @ b), axis=1))


def turns(take) -> np.ndarray:
    return np.stack([take.motion.at(n).turns() for n in range(len(take.frames))])


@pytest.fixture(scope="module")
def bare():
    return bare_take(FRAMES)


@pytest.fixture(scope="module")
def take(bare):
    seen = closeups(DUE, DUE, range(0, 19, 3))
    for n in range(30, FRAMES):
        if n in seen.faces:  # the eyes close
            seen.faces[n] = replace(seen.faces[n], openings=np.zeros(2))
    return with_closeups(bare, seen, FPS, 0.0)


@pytest.fixture(scope="module")
def truth():
    return np.stack([person().at(n / FPS).turns() for n in range(FRAMES)])


def test_the_heads_turn_is_found_again(take, truth):
    row = take.motion.body.rig.bones.index("head")
    assert apart_deg(truth[:, row], turns(take)[:, row]).max() < 2.0
    assert take.closely.head.all()


def test_the_gaze_goes_with_the_head_while_the_eyes_are_open(take, truth):
    row = take.motion.body.rig.bones.index("head")
    followed = take.closely.parts()["gaze"]
    assert followed[:28].all() and not followed[28:].any()
    assert np.linalg.norm(take.closely.gaze[:28], axis=1) == pytest.approx(1.0)
    assert (take.closely.gaze[:28] * truth[:28, row, :, 2]).sum(1).min() > np.cos(np.radians(20))


def test_a_closing_hand_is_found_again(take, truth):
    found, bones = turns(take), bones_of(take.motion.body.rig)
    for name in ("hand", *(f"{finger}_0{n}" for finger in ("index", "middle", "ring") for n in (1, 2, 3))):
        row = bones[f"{name}_l"]
        assert apart_deg(truth[:, row], found[:, row]).mean() < 6.0, name
    assert take.closely.hands[:, 0].all()


def test_a_hand_out_of_view_fades_to_rest_and_is_marked(take, bare):
    followed = take.closely.hands[:, 1]
    assert followed[:19].all() and not followed[19:].any()
    bones = bones_of(take.motion.body.rig)
    rest = round(18 + FADE_S * FPS)
    for name in ("lowerarm_r", "hand_r", "middle_02_r"):
        away = apart_deg(bare.motion.rotations[:, bones[name]], take.motion.rotations[:, bones[name]])
        assert away[rest:].max() < 1e-6, "as without the net"
        assert np.diff(away).max() < 12, "no jump"
    facts = take.facts()["closely"]
    assert facts["right_hand"]["gaps_s"] == [[pytest.approx(19 / FPS, abs=1e-3), pytest.approx(45 / FPS)]]
    assert facts["left_hand"] == {"followed_percent": 100.0, "gaps_s": []}


def test_nothing_seen_changes_nothing(bare):
    none = range(0)
    plain = with_closeups(bare, closeups(none, none, none), FPS, 4.0)
    assert np.array_equal(plain.motion.rotations, bare.motion.rotations)
    assert not any(flags.any() for flags in plain.closely.parts().values())


def test_smoothing_takes_the_noise_of_looks_away(bare):
    seen, rng = closeups(range(0), DUE, range(0)), np.random.default_rng(0)
    hands = {
        n: replace(hand, world_m=hand.world_m + rng.normal(0, 0.004, (21, 3)))
        for n, hand in seen.hands["left"].items()
    }
    seen.hands["left"] = hands
    row = bones_of(bare.motion.body.rig)["middle_02_l"]
    jitter = []
    for cutoff in (0.0, 4.0):
        bend = skinning.rotation_vectors(with_closeups(bare, seen, FPS, cutoff).motion.rotations[:, row])
        jitter.append(np.abs(np.diff(bend, 2, axis=0)).mean())
    assert jitter[1] < 0.5 * jitter[0]


def test_a_mirrored_hand_is_not_taken(bare):
    body, camera = person().at(0.4), stage().camera_from_world[:3, :3]
    hand = hand_of(body, "l")
    seen = seen_points(hand, stage().camera) @ camera
    assert can_be(body.rig, body.turns(), seen, "l")
    up = seen[9] - seen[0]
    half = skinning.rotation_matrices(np.pi * up / np.linalg.norm(up))
    assert not can_be(body.rig, body.turns(), seen @ half.T, "l")


def test_single_looks_are_mistakes_and_gaps_part_stretches():
    assert [part.tolist() for part in stretches([0, 3, 6, 40, 60, 63], 90, FPS)] == [[0, 1, 2], [4, 5]]
    assert [part.tolist() for part in stretches([2], 5, FPS)] == [[0]], "too short a take for two looks"
    assert stretches([], 90, FPS) == []


def test_glb_and_bvh_hold_the_fingers(take, tmp_path):
    glb = Glb(export(take, tmp_path / "motion.glb", package="sam_body.export"))
    clip, bones = glb.json["animations"][0], take.motion.body.rig.bones
    names = [node.get("name") for node in glb.json["nodes"]]
    tracks = {
        names[channel["target"]["node"]]: glb.read(clip["samplers"][channel["sampler"]]["output"])
        for channel in clip["channels"]
        if channel["target"]["path"] == "rotation"
    }
    for name in ("middle_02_l", "index_01_l", "hand_l", "head"):
        keys = tracks[name] / np.linalg.norm(tracks[name], axis=1, keepdims=True)
        away = 2 * np.degrees(np.arccos(np.clip(np.abs(keys @ keys[0]), 0, 1)))
        local = take.motion.rotations[:, bones.index(name)]
        assert away == pytest.approx(apart_deg(np.broadcast_to(local[0], local.shape), local), abs=0.1)
    assert np.abs(glb.skinned(clip_end=-1) - take.motion.at(FRAMES - 1).posed_vertices()).max() < 1e-5
    joints, frames, _ = read_bvh(export(take, tmp_path / "motion.bvh", package="sam_body.export"))
    for n in (0, 20, FRAMES - 1):
        found = dict(zip([joint.name for joint in joints], places(joints, frames[n]) / 100, strict=True))
        for name in ("middle_03_l", "thumb_03_r", "head"):
            assert found[name] == pytest.approx(joints_of(take.motion)[n, bones.index(name)], abs=2e-5)


def test_tables_mark_what_is_followed(take, tmp_path):
    told = json.loads(export(take, tmp_path / "m.json", package="sam_body.export").read_text("utf8"))
    frames = told["motion"]
    assert [frame["closely"]["right_hand"] for frame in frames] == [n < 19 for n in range(FRAMES)]
    assert frames[40]["closely"]["gaze"] is None and frames[40]["closely"]["head"]
    assert frames[5]["closely"]["gaze"] == pytest.approx(take.closely.gaze[5], abs=1e-3)
    row = take.motion.body.rig.bones.index("head")
    assert frames[9]["head_direction"] == pytest.approx(turns(take)[9, row, :, 2], abs=1e-3)
    with np.load(export(take, tmp_path / "m.npz", package="sam_body.export")) as data:
        assert data["closely"][:, 3].sum() == 19 and data["closely_names"].tolist()[3] == "right_hand"
        assert np.isnan(data["gaze"]).any(1).tolist() == [n >= 28 for n in range(FRAMES)]
    header, first = (
        export(take, tmp_path / "m.csv", package="sam_body.export").read_text("utf8").splitlines()[:2]
    )
    assert first.split(",")[header.split(",").index("left_hand_followed")] == "1"
