import numpy as np
import pytest
import trimesh

from shared.normals import vertex_normals, weld


def test_vertices_at_one_place_are_found():
    points = np.array([[0, 0, 0], [1, 0, 0], [-0.0, 0, 0], [1, 0, 1e-12]])
    first, place = weld(points)
    assert len(first) == 3
    assert place[0] == place[2] and len(set(place)) == 3
    assert np.allclose(points[first][place], points)


def test_a_ball_s_normals_point_outwards():
    ball = trimesh.creation.icosphere(3)
    normals = vertex_normals(np.asarray(ball.vertices), np.asarray(ball.faces))
    assert np.einsum("ij,ij->i", normals, ball.vertices).min() > 0.999


def test_a_seam_does_not_show():
    ball = trimesh.creation.icosphere(2)
    faces = np.asarray(ball.faces)
    split = np.asarray(ball.vertices)[faces].reshape(-1, 3)  # every corner its own vertex
    normals = vertex_normals(split, np.arange(len(split)).reshape(-1, 3))
    assert np.allclose(normals, vertex_normals(np.asarray(ball.vertices), faces)[faces].reshape(-1, 3))


def test_corner_angles_weigh_faces_not_their_number():
    # Three faces meet at a cube's corner, one of them cut in two: the normal is still the diagonal.
    box = trimesh.creation.box()
    normals = vertex_normals(np.asarray(box.vertices), np.asarray(box.faces))
    assert np.abs(normals) == pytest.approx(np.full((8, 3), 3**-0.5))


def test_a_degenerate_face_gives_a_unit_normal():
    normals = vertex_normals(np.zeros((3, 3)), np.array([[0, 1, 2]]))
    assert normals.tolist() == [[0, 0, 1]] * 3
