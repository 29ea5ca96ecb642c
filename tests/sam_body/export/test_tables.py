"""OBJ, PLY, NPZ, CSV and COCO, each read by something that is not ours."""

import csv
import json

import numpy as np
import pytest
import trimesh
from scipy.spatial.transform import Rotation

from sam_body.export.coco import COCO_17, PhotoPeople
from shared.exporting import export


def written(body, folder, suffix):
    return export(body, folder / f"body{suffix}", package="sam_body.export")


@pytest.mark.parametrize("suffix", [".obj", ".ply"])
def test_surfaces_are_the_posed_body_in_metres(body, tmp_path, suffix):
    mesh = trimesh.load_mesh(written(body, tmp_path, suffix), process=False)
    if isinstance(mesh, trimesh.Scene):
        mesh = mesh.to_mesh()
    posed = body.posed_vertices()
    assert np.allclose(mesh.bounds, [posed.min(0), posed.max(0)], atol=1e-5)
    assert len(mesh.faces) == len(body.skin.faces)
    assert mesh.volume == pytest.approx(trimesh.Trimesh(posed, body.skin.faces).volume, rel=1e-4)


def test_parameters_give_back_the_pose(body, tmp_path):
    with np.load(written(body, tmp_path, ".npz"), allow_pickle=False) as data:
        assert tuple(data["bones"]) == body.rig.bones
        turns = Rotation.from_rotvec(data["rotation_vectors"]).as_matrix()
        assert np.allclose(turns, body.pose.rotations, atol=1e-9)
        assert np.allclose(data["joints_m"], body.posed_joints())
        assert np.abs(data["vertices_m"] - body.posed_vertices()).max() < 1e-6
        assert dict(zip(data["shape_names"], data["shape"], strict=True)) == body.shape


def test_angles_of_the_table_are_the_poses(body, tmp_path):
    with written(body, tmp_path, ".csv").open(encoding="utf8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["joint"] for row in rows] == list(body.rig.bones)
    vectors = np.array([[float(row[k]) for k in ("bend_x_deg", "twist_y_deg", "side_z_deg")] for row in rows])
    turns = Rotation.from_rotvec(np.radians(vectors)).as_matrix()
    assert np.allclose(turns, body.pose.rotations, atol=1e-5)
    assert np.allclose([float(row["turn_deg"]) for row in rows], np.linalg.norm(vectors, axis=1), atol=1e-3)


def test_coco_keypoints_lie_where_they_were_seen(estimated, tmp_path):
    body = estimated.bodies[0]
    people = PhotoPeople((body,), "photo.png")
    path = export(people, tmp_path / "keypoints_coco.json", package="sam_body.export")
    told = json.loads(path.read_text("utf8"))
    (person,) = told["annotations"]
    assert told["categories"][0]["keypoints"] == list(COCO_17) and len(person["keypoints"]) == 51
    flat = np.array(person["keypoints"]).reshape(17, 3)
    row = COCO_17.index("left_knee")
    seen = body.landmarks.seen_px[body.landmarks.names.index("left_knee")]
    assert np.allclose(flat[row, :2], seen, atol=0.01)
    assert person["num_keypoints"] == (flat[:, 2] > 0).sum()
    left, top, width, height = person["bbox"]
    assert left <= flat[row, 0] <= left + width and top <= flat[row, 1] <= top + height
