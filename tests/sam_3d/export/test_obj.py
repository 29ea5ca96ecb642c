from dataclasses import replace

import numpy as np
import pytest
import trimesh
from PIL import Image

from sam_3d.export.obj import write
from shared.errors import ExportError
from shared.exporting import export
from tests.sam_3d.export.readers import is_solid, read


def test_obj_mtl_and_png_belong_together(lifted, tmp_path):
    export(lifted, tmp_path / "cup.obj", package="sam_3d.export", height_mm=100)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cup.mtl", "cup.obj", "cup.png"]
    mesh = read(tmp_path / "cup.obj")
    assert is_solid(mesh)
    assert mesh.extents[1] == pytest.approx(0.1, rel=1e-5)
    assert (np.asarray(Image.open(tmp_path / "cup.png")) == lifted.mesh.texture).all()


@pytest.mark.slow
def test_another_reader_finds_the_texture_and_its_coordinates(lifted, tmp_path):
    write(lifted, tmp_path / "a.obj")
    mesh = trimesh.load(tmp_path / "a.obj", force="mesh", process=False)
    assert mesh.visual.material.image.size == lifted.mesh.texture.shape[1::-1]
    assert mesh.visual.uv[mesh.faces] == pytest.approx(lifted.mesh.uv[lifted.mesh.faces], abs=1e-5)


def test_a_mesh_without_texture_has_vertex_colours_and_no_companions(lifted, tmp_path):
    write(lifted.with_mesh(replace(lifted.mesh, uv=None, texture=None)), tmp_path / "a.obj")
    assert [p.name for p in tmp_path.iterdir()] == ["a.obj"]
    assert is_solid(read(tmp_path / "a.obj"))


def test_a_failure_leaves_nothing_behind(lifted, tmp_path):
    with pytest.raises(ExportError):
        export(lifted, tmp_path / "new" / "a.obj", package="sam_3d.export", height_mm=-1)
    assert list(tmp_path.iterdir()) == []
