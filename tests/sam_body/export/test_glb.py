"""The rigged GLB, as other programs see it."""

import numpy as np
import pytest

from shared.exporting import export
from tests.oracles import three_js
from tests.oracles.gltf import validate
from tests.sam_body.export.glb_reader import Glb

MM = 1e3


@pytest.fixture(scope="module")
def path(body, tmp_path_factory):
    return export(body, tmp_path_factory.mktemp("glb") / "body.glb", package="sam_body.export")


@pytest.fixture(scope="module")
def glb(path):
    return Glb(path)


def test_nodes_stand_in_the_fitted_pose(glb, body):
    assert np.abs(glb.skinned() - body.posed_vertices()).max() * MM < 0.01


def test_clip_goes_from_rest_to_pose(glb, body):
    assert glb.json["animations"][0]["name"] == "rest_to_pose"
    assert np.abs(glb.skinned(clip_end=0) - body.skin.vertices).max() * MM < 0.01
    assert np.abs(glb.skinned(clip_end=-1) - body.posed_vertices()).max() * MM < 0.01


def test_joints_have_the_rigs_names_and_places(glb, body):
    bones = glb.bones()
    assert tuple(bones) == body.rig.bones
    places = np.stack([matrix[:3, 3] for matrix in bones.values()])
    assert np.abs(places - body.posed_joints()).max() * MM < 0.01


def test_bones_point_along_their_own_y_axis(glb, body):
    for matrix, head, tail in zip(
        glb.bones(clip_end=0).values(), body.rig.heads, body.rig.tails, strict=True
    ):
        along = (tail - head) / np.linalg.norm(tail - head)
        assert np.allclose(matrix[:3, 1], along, atol=1e-5)


def test_bind_pose_is_the_rest_pose(glb):
    inverse = glb.read(glb.json["skins"][0]["inverseBindMatrices"]).reshape(-1, 4, 4).transpose(0, 2, 1)
    rest = np.stack(list(glb.bones(clip_end=0).values()))
    assert np.allclose(rest @ inverse, np.eye(4), atol=1e-5)


def test_weights_of_each_vertex_sum_to_one(glb):
    weights = glb.read(glb.json["meshes"][0]["primitives"][0]["attributes"]["WEIGHTS_0"])
    assert np.abs(weights.sum(1, dtype=np.float64) - 1).max() < 2e-7


@pytest.mark.oracle
def test_khronos_validator_has_nothing_to_say(path):
    (verdict,) = validate(path)
    assert (verdict.errors, verdict.warnings) == (0, 0), verdict.lines


@pytest.mark.oracle
def test_three_js_skins_and_plays_it_as_we_do(path, body):
    seen = three_js.pose(path)
    assert seen["clip"] == "rest_to_pose"
    for state, wanted in (
        ("loaded", body.posed_vertices()),
        ("rest", body.skin.vertices),
        ("posed", body.posed_vertices()),
    ):
        assert np.abs(np.array(seen[state]["vertices"]) - wanted).max() * MM < 0.01
    places = np.array([place for _, place in seen["posed"]["bones"]])
    assert np.abs(places - body.posed_joints()).max() * MM < 0.01
