"""The JSON says the same as the body."""

import json

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from shared.exporting import export


@pytest.fixture(scope="module")
def told(estimated, tmp_path_factory):
    path = tmp_path_factory.mktemp("json") / "body.json"
    return json.loads(export(estimated.bodies[0], path, package="sam_body.export").read_text("utf8"))


def test_keypoints_project_to_where_they_are_said_to_fall(told):
    camera, moved = told["camera"], told["camera"]["camera_from_world_translation_m"]
    for point in told["keypoints"]:
        x, y, z = np.array(point["fitted_m"]) + moved
        column = camera["center_px"][0] + camera["focal_px"] * x / -z
        row = camera["center_px"][1] - camera["focal_px"] * y / -z
        assert np.allclose((column, row), point["fitted_px"], atol=0.1)


def test_joints_have_positions_rotations_and_parents(told, estimated):
    body = estimated.bodies[0]
    assert [joint["name"] for joint in told["joints"]] == list(body.rig.bones)
    turns = Rotation.from_quat([joint["rotation_xyzw"] for joint in told["joints"]]).as_matrix()
    assert np.allclose(turns, body.pose.rotations, atol=1e-5)
    assert told["joints"][0]["parent"] is None
    assert np.allclose([j["position_m"] for j in told["joints"]], body.posed_joints(), atol=1e-5)


def test_height_and_shape_are_told(told, estimated):
    assert told["height_m"] == pytest.approx(estimated.bodies[0].height_m, abs=1e-3)
    assert set(told["shape"]) == {"gender", "age", "muscle", "weight", "height", "proportions"}
