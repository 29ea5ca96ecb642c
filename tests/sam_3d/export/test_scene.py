import io
import zipfile

import numpy as np
import pytest
import trimesh

from shared.exporting import export
from tests.contracts.samples import scene
from tests.oracles.gltf import validate
from tests.oracles.three_js import meshes


def test_a_glb_has_one_named_node_a_thing(tmp_path):
    path = export(scene(), tmp_path / "scene.glb", package="sam_3d.export")
    loaded = trimesh.load_scene(path)
    assert set(loaded.graph.nodes_geometry) == {"ball", "ball 2", "ground"}
    for node in scene().nodes:
        matrix, name = loaded.graph[node.name]
        points = trimesh.transform_points(loaded.geometry[name].vertices, matrix)
        wanted = node.in_world().vertices
        assert points.min(0) == pytest.approx(wanted.min(0), abs=1e-6)
        assert points.max(0) == pytest.approx(wanted.max(0), abs=1e-6)


def test_three_js_reads_the_same_things_in_the_same_places(tmp_path):
    path = export(scene(), tmp_path / "scene.glb", package="sam_3d.export")
    found = meshes(path)
    assert len(found) == len(scene().nodes)
    for read, node in zip(found, scene().nodes, strict=True):
        points, wanted = np.array(read["vertices"]), node.in_world().vertices
        assert read["faces"] == len(node.mesh.faces)
        assert points.min(0) == pytest.approx(wanted.min(0), abs=1e-6)
        assert points.max(0) == pytest.approx(wanted.max(0), abs=1e-6)


def test_the_validator_finds_nothing(tmp_path):
    path = export(scene(), tmp_path / "scene.glb", package="sam_3d.export")
    (verdict,) = validate(path)
    assert (verdict.errors, verdict.warnings) == (0, 0), verdict.lines


def test_an_obj_has_the_same_things_in_the_same_places(tmp_path):
    path = export(scene(), tmp_path / "scene.obj", package="sam_3d.export")
    assert {p.name for p in tmp_path.iterdir()} == {"scene.obj", "scene.mtl", "scene_1.png", "scene_2.png"}
    loaded = trimesh.load_scene(path)
    points = np.concatenate([mesh.vertices for mesh in scene().in_world()])
    assert loaded.bounds == pytest.approx(np.array([points.min(0), points.max(0)]), abs=1e-5)
    assert path.read_text("utf8").count("\no ") == 3


def test_a_zip_has_one_print_a_thing(tmp_path):
    path = export(scene(), tmp_path / "scene.zip", package="sam_3d.export")
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == ["ball.stl", "ball_2.stl", "ground.stl"]
        for node in scene().nodes:
            data = archive.read(f"{node.name.replace(' ', '_')}.stl")
            mesh = trimesh.load(io.BytesIO(data), file_type="stl")
            assert mesh.is_watertight and mesh.volume > 0
            assert mesh.bounds[0][2] == pytest.approx(0, abs=1e-3)
            assert mesh.extents[2] == pytest.approx(1000 * np.ptp(node.mesh.vertices[:, 1]), rel=1e-4)
