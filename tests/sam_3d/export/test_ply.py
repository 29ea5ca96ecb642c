import numpy as np
import pytest
import trimesh

from sam_3d.coloring import vertex_colors
from sam_3d.export.ply import write
from shared.normals import weld
from tests.sam_3d.export.readers import is_solid, read


def test_metres_and_the_photo_s_colours(lifted, tmp_path):
    write(lifted, tmp_path / "a.ply", height_mm=50)
    mesh = read(tmp_path / "a.ply")
    assert is_solid(mesh)
    assert mesh.extents[1] == pytest.approx(0.05, rel=1e-5)


def test_another_reader_sees_each_vertex_in_its_colour(lifted, tmp_path):
    write(lifted, tmp_path / "a.ply")
    mesh = trimesh.load(tmp_path / "a.ply", process=False)
    first, _ = weld(lifted.mesh.vertices)
    assert len(mesh.vertices) == len(first)
    assert (np.sort(mesh.visual.vertex_colors[:, 0]) == np.sort(vertex_colors(lifted.mesh)[first, 0])).all()
    assert mesh.is_watertight
