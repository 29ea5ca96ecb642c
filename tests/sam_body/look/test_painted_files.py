"""Painted bodies in files, as other readers see them."""

import numpy as np
import pytest
import trimesh

from shared.exporting import export
from tests.oracles.gltf import validate
from tests.sam_body.export.glb_reader import Glb


def test_glb_is_valid_textured_and_still_posed(painted, tmp_path):
    path = export(painted, tmp_path / "body.glb", package="sam_body.export")
    skinned = Glb(path).skinned()[: len(painted.skin.vertices)]
    assert np.abs(skinned - painted.posed_vertices()).max() < 1e-5
    (verdict,) = validate(path)
    assert (verdict.errors, verdict.warnings) == (0, 0), verdict.lines
    scene = trimesh.load(path)
    material = next(iter(scene.geometry.values())).visual.material
    assert material.baseColorTexture.size == (1024, 1024)


def test_obj_brings_its_material_and_picture(painted, tmp_path):
    path = export(painted, tmp_path / "body.obj", package="sam_body.export")
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".mtl", ".obj", ".png"]
    lines = path.read_text().splitlines()
    corner = next(line for line in lines if line.startswith("f ")).split()[1].split("/")
    vertex, uv = (int(n) - 1 for n in corner)
    assert (vertex, uv) == (painted.skin.faces[0, 0], painted.paint.corners[0, 0])
    assert sum(line.startswith("vt ") for line in lines) == len(painted.paint.uv)
    assert trimesh.load(path, process=False).visual.kind == "texture"


def test_ply_has_the_vertices_colours(painted, tmp_path):
    path = export(painted, tmp_path / "body.ply", package="sam_body.export")
    mesh = trimesh.load(path, process=False)
    wanted = painted.paint.at_vertices(painted.skin.faces, len(painted.skin.vertices))
    assert (mesh.visual.vertex_colors[:, :3] == wanted).all()
    assert mesh.vertices == pytest.approx(painted.posed_vertices(), abs=1e-5)
