import numpy as np
import pytest

from sam_3d.coloring import vertex_colors
from sam_3d.lift import lift
from sam_3d.nearest import Surface
from sam_3d.ops.remesh import Remesh
from sam_3d.statistics import statistics
from tests.sam_3d.shapes import bear, picture


def edges(mesh):
    corners = mesh.vertices[mesh.faces]
    return np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).ravel()


@pytest.mark.parametrize("percent", [1.5, 4.0])
def test_edges_are_even_and_as_long_as_wanted(percent):
    lifted = lift(picture(bear()), bear(), engine="inflate")  # no part of it is finer than the longer edges
    done = Remesh(edge_percent=percent)(lifted)
    length = edges(done.mesh)
    assert length.mean() == pytest.approx(percent / 100, rel=0.12)
    assert length.std() / length.mean() < 0.25 < edges(lifted.mesh).std() / edges(lifted.mesh).mean()
    before, after = statistics(lifted), statistics(done)
    assert after["watertight"] and after["winding_consistent"] and after["bodies"] == 1
    assert after["volume_cm3"] == pytest.approx(before["volume_cm3"], rel=0.005)
    assert after["size_mm"] == pytest.approx(before["size_mm"], rel=0.01)


def test_the_surface_and_its_colours_stay_where_they_were(lifted):
    done = Remesh(edge_percent=2)(lifted).mesh
    at = Surface(lifted.mesh.vertices, lifted.mesh.faces).nearest(done.vertices)
    assert at.distance.max() < 1e-3
    old = vertex_colors(lifted.mesh)[lifted.mesh.faces[at.face]].astype(float)
    wanted = np.einsum("nij,ni->nj", old, at.weights)
    assert np.abs(vertex_colors(done) - wanted).mean() < 3  # red with a white spot, 0..255
    assert done.uv.min() >= 0 and done.uv.max() <= 1


def test_no_triangle_of_the_texture_runs_across_two_of_its_pieces(lifted):
    done = Remesh(edge_percent=2)(lifted).mesh
    corners = done.uv[done.faces]
    stretch = np.abs(corners - np.roll(corners, 1, axis=1)).max(axis=(1, 2))
    assert stretch.max() < 0.1  # front and back lie half a picture apart
