from dataclasses import replace

import numpy as np
import pytest

from sam_3d.coloring import vertex_colors
from shared.mesh import Mesh

TRIANGLE = np.eye(3), np.array([[0, 1, 2]])


def test_texture_is_read_between_texels():
    texture = np.zeros((2, 4, 3), np.uint8)
    texture[0, :, 0] = (0, 80, 160, 240)  # upper row: rising red
    texture[1, :, 1] = 100
    uv = np.array([[0.125, 0.75], [0.25, 0.75], [0.5, 0.5]])
    colors = vertex_colors(Mesh(*TRIANGLE, uv=uv, texture=texture))
    assert colors.tolist() == [[0, 0, 0], [40, 0, 0], [60, 50, 0]]


def test_a_texture_of_one_texel_will_do():
    texture = np.full((1, 1, 3), 77, np.uint8)
    assert (vertex_colors(Mesh(*TRIANGLE, uv=np.zeros((3, 2)), texture=texture)) == 77).all()


def test_own_colours_come_first_and_grey_last():
    colors = np.array([[1, 2, 3]] * 3, np.uint8)
    assert (vertex_colors(Mesh(*TRIANGLE, colors=colors)) == colors).all()
    assert len(np.unique(vertex_colors(Mesh(*TRIANGLE)))) == 1


def test_a_lifted_object_has_the_colour_of_its_photo(lifted):
    median = np.median(vertex_colors(lifted.mesh), axis=0)
    assert median == pytest.approx([200, 60, 40], abs=6)
    assert vertex_colors(replace(lifted.mesh, texture=None)).shape == lifted.mesh.vertices.shape
