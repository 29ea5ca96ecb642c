import numpy as np
import pytest
import trimesh

from sam_3d.solid import painted, riders, to_mesh, to_solid
from shared.errors import InputError
from shared.mesh import Mesh
from shared.normals import weld


def test_there_and_back_keeps_shape_seam_and_texture(lifted):
    back = to_mesh(to_solid(lifted.mesh), lifted.mesh)
    first, place = weld(back.vertices)
    solid = trimesh.Trimesh(back.vertices[first], place[back.faces], process=False)
    assert solid.is_watertight and solid.is_winding_consistent
    assert len(back.faces) == len(lifted.mesh.faces)
    assert len(back.vertices) == len(lifted.mesh.vertices)
    assert back.texture is lifted.mesh.texture or (back.texture == lifted.mesh.texture).all()

    # Each corner keeps its own place on the atlas.
    def corners(mesh):
        both = np.hstack([mesh.vertices, mesh.uv])[mesh.faces].mean(1)
        return both[np.lexsort(both.T)]

    assert np.allclose(corners(back), corners(lifted.mesh), atol=1e-9)


def test_an_open_mesh_is_refused():
    with pytest.raises(InputError, match="not a closed solid"):
        to_solid(Mesh(np.eye(3), np.array([[0, 1, 2]])))


def test_a_mesh_turned_inside_out_is_refused():
    box = trimesh.creation.box()
    with pytest.raises(InputError, match="not a closed solid"):
        to_solid(Mesh(np.asarray(box.vertices), np.asarray(box.faces)[:, ::-1]))


def test_colours_ride_along():
    box = trimesh.creation.box()
    colors = np.arange(24, dtype=np.uint8).reshape(8, 3)
    mesh = Mesh(np.asarray(box.vertices), np.asarray(box.faces), colors=colors)
    back = to_mesh(to_solid(mesh), mesh)
    order = [np.flatnonzero((mesh.vertices == v).all(1))[0] for v in back.vertices]
    assert (back.colors == colors[order]).all()


def test_paint_covers_every_vertex():
    box = trimesh.creation.box()
    mesh = Mesh(np.asarray(box.vertices), np.asarray(box.faces), uv=np.zeros((8, 2)))
    back = to_mesh(painted(to_solid(mesh), np.array([0.25, 0.75])), mesh)
    assert (riders(back) == [0.25, 0.75]).all()
