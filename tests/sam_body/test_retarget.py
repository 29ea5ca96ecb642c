"""Motion of any BVH on our character: identity, known turns, other axes and names; bad files say where."""

import re

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from sam_body.bvh import read_bvh
from sam_body.joint_names import bones_of
from sam_body.loading import standing_body
from sam_body.retarget import retarget
from shared.errors import InputError
from shared.exporting import export
from tests.sam_body.conftest import strong_body
from tests.sam_body.export.bvh_reader import places
from tests.sam_body.export.bvh_reader import read_bvh as read_apart
from tests.sam_body.export.glb_reader import Glb


def stick(*, names=None, swap_yz=False, scale=1.0, turn=""):
    """A plain T-posed stick figure as BVH text: 1 frame, shoulders at 140, hips at 100."""
    parts = [
        ("Hips", None, (0, 100, 0)), ("Spine", "Hips", (0, 10, 0)), ("Neck", "Spine", (0, 40, 0)),
        ("Head", "Neck", (0, 10, 0)),
    ]  # fmt: skip
    for side, x in (("Left", 1), ("Right", -1)):
        parts += [
            (f"{side}UpLeg", "Hips", (10 * x, 0, 0)), (f"{side}Leg", f"{side}UpLeg", (0, -45, 0)),
            (f"{side}Foot", f"{side}Leg", (0, -45, 0)), (f"{side}Arm", "Spine", (18 * x, 30, 0)),
            (f"{side}ForeArm", f"{side}Arm", (28 * x, 0, 0)),
            (f"{side}Hand", f"{side}ForeArm", (25 * x, 0, 0)),
        ]  # fmt: skip
    order, lines = [], ["HIERARCHY"]

    def axes(v):
        x, y, z = v
        return (x, -z, y) if swap_yz else (x, y, z)

    def visit(name, depth):
        order.append(name)
        offset = axes(next(o for n, _, o in parts if n == name))
        kind = "ROOT" if name == "Hips" else "JOINT"
        lines.append(f"{kind} {(names or {}).get(name, name)} {{")
        lines.append("OFFSET " + " ".join(f"{v * scale:g}" for v in offset))
        moves = "6 Xposition Yposition Zposition" if name == "Hips" else "3"
        lines.append(f"CHANNELS {moves} Xrotation Yrotation Zrotation")
        children = [n for n, parent, _ in parts if parent == name]
        for child in children:
            visit(child, depth + 1)
        if not children:
            lines.append("End Site { OFFSET 0 0 5 }")
        lines.append("}")

    visit("Hips", 0)
    frame = [f"{v * scale:g}" for v in axes((0, 100, 0))]
    for name in order:
        angles = {"X": "0", "Y": "0", "Z": "0"}
        if name == turn[2:]:
            angles[turn[0]] = "90"
        frame += angles.values()
    return "\n".join([*lines, "MOTION", "Frames: 1", "Frame Time: 0.04", " ".join(frame)])


def told(tmp_path, text):
    path = tmp_path / "motion.bvh"
    path.write_text(text)
    return read_bvh(path)


def way(motion, start, end):
    joints = motion.at(0).posed_joints()
    a, b = (joints[motion.body.rig.bones.index(name)] for name in (start, end))
    return (b - a) / np.linalg.norm(b - a)


@pytest.mark.parametrize("other", ["cmu", "smpl"])
def test_our_own_motion_comes_back_as_it_was_under_any_rig(body, other, tmp_path):
    clip = read_bvh(export(body, tmp_path / "own.bvh", package="sam_body.export"))
    target = strong_body(other)
    moved = retarget(target, clip)
    rest, posed = moved.at(0), moved.at(1)
    moving = slice(rest.rig.mover, None)
    assert np.abs(rest.posed_joints() - rest.rig.heads)[moving, [0, 2]].max() < 1e-4
    wanted = body.posed_joints()[body.rig.mover :]
    found = posed.posed_joints()[moving]
    apart = (found - found[0]) - (wanted - wanted[0])
    assert np.abs(apart).max() < 1e-4


def test_a_t_pose_lies_as_a_t_pose(tmp_path):
    motion = retarget(standing_body(), told(tmp_path, stick()))
    assert np.allclose(way(motion, "upperarm_l", "lowerarm_l"), [1, 0, 0], atol=1e-6)
    assert np.allclose(way(motion, "lowerarm_r", "hand_r"), [-1, 0, 0], atol=1e-6)
    assert np.allclose(way(motion, "calf_l", "foot_l"), [0, -1, 0], atol=1e-6)


@pytest.mark.parametrize(
    ("turn", "bones", "wanted"),
    [
        ("Y LeftForeArm", ("lowerarm_l", "hand_l"), [0, 0, -1]),
        ("Z LeftArm", ("upperarm_l", "lowerarm_l"), [0, 1, 0]),
        ("X RightUpLeg", ("thigh_r", "calf_r"), [0, 0, -1]),
    ],
)
def test_known_turns_turn_the_limbs_so(tmp_path, turn, bones, wanted):
    motion = retarget(standing_body(), told(tmp_path, stick(turn=turn)))
    assert np.allclose(way(motion, *bones), wanted, atol=1e-6)


def test_z_up_metres_and_other_names_give_the_same(tmp_path):
    names = {
        "LeftArm": "upper_arm.L",
        "LeftForeArm": "forearm.L",
        "LeftUpLeg": "thigh.L",
        "LeftLeg": "shin.L",
    }
    names |= {old.replace("Left", "Right"): new.replace(".L", ".R") for old, new in names.items()}
    plain = retarget(standing_body("mixamo"), told(tmp_path, stick(turn="Z LeftArm")))
    text = stick(names=names, swap_yz=True, scale=0.01, turn="Y LeftArm").replace(" 90 ", " -90 ")
    other = retarget(standing_body("mixamo"), told(tmp_path, text))
    assert np.abs(other.at(0).posed_joints() - plain.at(0).posed_joints()).max() < 1e-3


@pytest.mark.parametrize(
    ("names", "bone"),
    [
        (("Hips", "LeftShoulder", "LeftElbow", "RightElbow", "LeftWrist"), ("upperarm_l", 1)),
        (("Bip01 Pelvis", "Bip01 L UpperArm", "Bip01 R Calf"), ("calf_r", 2)),
        (("hip", "lShldr", "rShin"), ("calf_r", 2)),
        (("spine", "thigh.L"), ("pelvis", 0)),
        (("Root", "Hips", "LeftLeg"), ("pelvis", 1)),
        (("mixamorig1:Hips", "mixamorig1:LeftHandIndex2"), ("index_02_l", 1)),
    ],
)
def test_names_of_other_tools_are_known(names, bone):
    assert bones_of(names)[bone[0]] == bone[1]


def test_clips_are_written_as_they_are_played(tmp_path):
    motion = retarget(standing_body(), told(tmp_path, stick(turn="Z LeftArm")))
    joints, frames, frame_s = read_apart(export(motion, tmp_path / "out.bvh", package="sam_body.export"))
    assert len(frames) == 1 and frame_s == pytest.approx(0.04)
    rows = [motion.body.rig.bones.index(joint.name) for joint in joints]
    assert np.abs(places(joints, frames[0]) / 100 - motion.at(0).posed_joints()[rows]).max() < 1e-5
    glb = Glb(export(motion, tmp_path / "out.glb", package="sam_body.export"))
    assert np.abs(glb.skinned(clip_end=-1) - motion.at(0).posed_vertices()).max() < 1e-5


def test_turns_are_rotations_after_any_motion(tmp_path):
    motion = retarget(standing_body(), told(tmp_path, stick(turn="X Hips")))
    assert Rotation.from_matrix(motion.rotations[0]).magnitude().max() < np.pi + 1e-9
    assert np.allclose(motion.rotations @ motion.rotations.swapaxes(-1, -2), np.eye(3), atol=1e-9)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.replace("Frames: 1", "Frames: 0"), "0 frames"),
        (lambda t: t.replace("Frames: 1", "Frames: 2"), "want 102 numbers, but 51 follow"),
        (lambda t: t.rsplit(" ", 1)[0], "want 51 numbers, but 50 follow"),
        (lambda t: t.replace("0.04", "nan"), "no finite number"),
        (lambda t: t.replace("Xrotation Yrotation", "Xrotation Wrotation", 1), "no channel 'Wrotation'"),
        (lambda t: t.replace("HIERARCHY", "HIERACHY"), "line 1: expected HIERARCHY"),
        (lambda t: "binary" * 99, "found .binarybinarybinarybinary….[.] Export"),
        (lambda t: t.replace("JOINT LeftLeg", "JOINT LeftUpLeg"), "second joint 'LeftUpLeg'"),
        (lambda t: t[: len(t) // 3], "ends too early"),
        (lambda t: "", "ends too early"),
        (lambda t: t.replace("CHANNELS 3 Xrotation Yrotation Zrotation", "", 1), "expected CHANNELS"),
        (lambda t: re.sub("CHANNELS .*", "CHANNELS 0", t), "no joint has a rotation channel"),
    ],
)
def test_bad_files_say_what_is_wrong_and_where(tmp_path, change, words):
    with pytest.raises(InputError, match=words):
        told(tmp_path, change(stick()))


def test_joints_without_channels_hang_on_their_parents(tmp_path):
    text = stick(turn="Z LeftArm").replace("CHANNELS 3 Xrotation Yrotation Zrotation", "CHANNELS 0")
    lines = text.splitlines()
    arm = lines.index("JOINT LeftArm {")
    lines[arm + 2] = "CHANNELS 1 Zrotation"
    text = "\n".join([*lines[:-1], "0 100 0 0 0 0 90"])
    motion = retarget(standing_body(), told(tmp_path, text))
    assert way(motion, "upperarm_l", "lowerarm_l") == pytest.approx([0, 1, 0], abs=0.02)
    assert way(motion, "lowerarm_l", "hand_l") == pytest.approx([0, 1, 0], abs=0.02)
    assert way(motion, "upperarm_r", "lowerarm_r") == pytest.approx([-1, 0, 0], abs=0.02)


def test_a_root_without_places_stays_where_it_is(tmp_path):
    text = stick().replace("CHANNELS 6 Xposition Yposition Zposition", "CHANNELS 3")
    text = "\n".join([*text.splitlines()[:-1], text.splitlines()[-1].split(" ", 3)[3]])
    motion = retarget(standing_body(), told(tmp_path, text))
    assert motion.at(0).posed_vertices()[:, 1].min() == pytest.approx(0, abs=0.12)


def test_unknown_joints_are_named(tmp_path):
    clip = told(tmp_path, stick(names={"LeftArm": "tentacle"}))
    with pytest.raises(InputError, match="do not tell upperarm_l"):
        retarget(standing_body(), clip)
