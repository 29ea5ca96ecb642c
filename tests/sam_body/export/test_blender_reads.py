"""Blender, where it is: skins, poses and plays every rigged file as we do, within 0.01 mm."""

from pathlib import Path

import numpy as np
import pytest
import trimesh

from sam_body.types import Body
from shared.exporting import export
from tests.contracts.samples import motion as raised_arm
from tests.contracts.samples import take
from tests.oracles.blender import Seen, blender_named, needs_blender, read

__all__ = ["blender_named"]
pytestmark = [pytest.mark.oracle, pytest.mark.slow, needs_blender, pytest.mark.usefixtures("blender_named")]

MM = 1e3
# Frames of Blender (30 a second) that show rest and pose; BVH and FBX begin at 1.
FRAMES = {".glb": (0, 30), ".fbx": (1, 31), ".bvh": (1, 2)}


def written(result, folder: Path, suffix: str) -> Path:
    return export(result, folder / f"a{suffix}", package="sam_body.export")


def apart_mm(seen: Seen, body: Body) -> tuple[float, float]:
    """Return the largest distance of vertices (0 where there are none) and of joints (as well)."""
    vertices = np.abs(seen.vertices - body.posed_vertices()).max() if seen.meshes else 0.0
    names = [name if name in seen.bones else name.replace(":", "_") for name in body.rig.bones]
    places = [(j, seen.bones[name]) for j, name in enumerate(names) if name in seen.bones]
    assert not seen.bones or len(places) >= len(names) - 1  # BVH has no root bone on the floor
    joints = [np.abs(place - body.posed_joints()[j]).max() for j, place in places]
    return float(vertices * MM), float(max(joints, default=0.0) * MM)


@pytest.mark.parametrize("suffix", [".glb", ".fbx", ".bvh"])
def test_rest_and_pose(body, suffix, tmp_path):
    rest, posed = read(written(body, tmp_path, suffix), *FRAMES[suffix])
    assert max(apart_mm(posed, body)) < 0.01
    heads = np.array([body.rig.heads[body.rig.bones.index(name)] for name in rest.bones])
    assert np.abs(np.array(list(rest.bones.values())) - heads).max() * MM < 0.01
    if rest.meshes:
        assert np.abs(rest.vertices - body.skin.vertices).max() * MM < 0.01


@pytest.mark.parametrize("suffix", [".usdc", ".usdz", ".obj", ".ply"])
def test_pose(body, suffix, tmp_path):
    if suffix in (".usdc", ".usdz"):
        pytest.importorskip("pxr")
    (posed,) = read(written(body, tmp_path, suffix))
    assert max(apart_mm(posed, body)) < 0.01


def test_stl(body, tmp_path):
    """The solid is drawn anew where the body cuts itself: Blender sees what another reader sees."""
    from scipy.spatial import cKDTree

    path = written(body, tmp_path, ".stl")
    (seen,) = read(path)
    x, y, z = (trimesh.load_mesh(path).vertices / MM).T
    there = np.stack([x, z, -y], axis=1)
    ways = (cKDTree(seen.vertices).query(there)[0], cKDTree(there).query(seen.vertices)[0])
    assert max(way.max() for way in ways) * MM < 0.01
    skin = body.posed_vertices()[body.skin.parts == 0]
    assert np.ptp(seen.vertices, axis=0) == pytest.approx(np.ptp(skin, axis=0), abs=0.002)


@pytest.mark.parametrize(("suffix", "first"), [(".glb", 0), (".usdc", 0), (".fbx", 1), (".bvh", 1)])
def test_every_frame_of_a_motion(suffix, first, tmp_path):
    if suffix == ".usdc":
        pytest.importorskip("pxr")
    motion = raised_arm()
    frames = read(written(motion, tmp_path, suffix), first, first + 1, first + 2)
    for number, seen in enumerate(frames):
        assert max(apart_mm(seen, motion.at(number))) < 0.01


@pytest.mark.parametrize("suffix", [".glb", ".fbx"])
def test_one_person_of_a_video(suffix, tmp_path):
    one = take()
    first = 0 if suffix == ".glb" else 1
    frames = read(written(one, tmp_path, suffix), first, first + 1, first + 2)
    for number, seen in enumerate(frames):
        assert max(apart_mm(seen, one.motion.at(number))) < 0.01
