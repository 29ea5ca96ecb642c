"""Bodies and motions in USD, as UsdSkel computes them."""

from dataclasses import replace

import numpy as np
import pytest

from sam_body.texture.paint import Paint
from shared.exporting import export
from tests.contracts.samples import motion as raised_arm
from tests.oracles.usd import complaints, opened, skinned

MM = 1e3


@pytest.fixture(scope="module", params=[".usdc", ".usdz"])
def path(request, body, tmp_path_factory):
    pytest.importorskip("pxr")
    return export(body, tmp_path_factory.mktemp("usd") / f"body{request.param}", package="sam_body.export")


def test_usdskel_skins_it_into_the_fitted_pose(path, body):
    seen = skinned(path)
    assert np.abs(seen.points - body.posed_vertices()).max() * MM < 0.01
    assert np.abs(seen.places - body.posed_joints()).max() * MM < 0.01


def test_joints_keep_their_names_and_their_parents(path, body):
    seen = skinned(path)
    assert tuple(seen.names) == body.rig.bones
    for joint, parent in enumerate(body.rig.parents):
        above = seen.joints[joint].rpartition("/")[0]
        assert above == ("" if parent < 0 else seen.joints[parent])


def test_without_the_animation_it_stands_at_rest(path, body):
    stage = opened(path)
    from pxr import UsdSkel

    skeleton = UsdSkel.Skeleton(stage.GetPrimAtPath("/body/skeleton"))
    query = UsdSkel.Cache().GetSkelQuery(skeleton)
    rest = np.array(query.ComputeJointSkelTransforms(0, atRest=True))
    assert np.abs(rest[:, 3, :3] - body.rig.heads).max() * MM < 0.001
    assert np.abs(rest - np.array(skeleton.GetBindTransformsAttr().Get())).max() < 1e-9
    # Row vectors: the second row is the bone's own y axis.
    along = body.rig.tails - body.rig.heads
    assert np.allclose(rest[:, 1, :3], along / np.linalg.norm(along, axis=1, keepdims=True), atol=1e-6)


def test_validators_have_nothing_to_say(path):
    assert complaints(path) == []


def test_metres_y_up_and_the_room_that_the_pose_takes(path, body):
    stage = opened(path)
    from pxr import UsdGeom

    assert UsdGeom.GetStageMetersPerUnit(stage) == 1 and UsdGeom.GetStageUpAxis(stage) == "Y"
    low, high = np.array(UsdGeom.Boundable(stage.GetDefaultPrim()).GetExtentAttr().Get())
    posed = body.posed_joints()
    assert (low <= posed.min(0) + 1e-5).all() and (high >= posed.max(0) - 1e-5).all()


@pytest.mark.parametrize("suffix", [".usdc", ".usdz"])
def test_a_motion_has_a_time_code_for_every_frame(suffix, tmp_path):
    pytest.importorskip("pxr")
    motion = raised_arm()
    path = export(motion, tmp_path / f"motion{suffix}", package="sam_body.export")
    stage = opened(path)
    assert (stage.GetStartTimeCode(), stage.GetEndTimeCode()) == (0, 2)
    assert stage.GetTimeCodesPerSecond() == pytest.approx(30)
    for frame in range(3):
        apart = skinned(path, frame).points - motion.at(frame).posed_vertices()
        assert np.abs(apart).max() * MM < 0.01
    assert complaints(path) == []


@pytest.mark.parametrize("suffix", [".usdc", ".usdz"])
def test_a_painted_body_finds_its_picture_at_each_corner(body, suffix, tmp_path):
    pytest.importorskip("pxr")
    faces = np.arange(len(body.skin.faces))
    uv = np.random.default_rng(3).uniform(0, 1, (len(faces), 2))
    picture = np.full((8, 16, 3), (200, 120, 90), np.uint8)
    painted = replace(body, paint=Paint(picture, uv, np.stack([faces] * 3, axis=1), 0.5))
    path = export(painted, tmp_path / f"body{suffix}", package="sam_body.export")
    stage = opened(path)
    from pxr import UsdGeom, UsdShade

    mesh = stage.GetPrimAtPath("/body/surface")
    corners = np.array(UsdGeom.PrimvarsAPI(mesh).GetPrimvar("st").ComputeFlattened()).reshape(-1, 3, 2)
    assert np.allclose(corners, uv[:, None], atol=1e-6)
    material, _ = UsdShade.MaterialBindingAPI(mesh).ComputeBoundMaterial()
    (source,), _ = material.ComputeSurfaceSource()[0].GetInput("diffuseColor").GetConnectedSources()
    assert UsdShade.Shader(source.source).GetInput("file").Get().resolvedPath
    assert complaints(path) == []
