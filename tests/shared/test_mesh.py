"""Meshes refuse what hangs in the air; the camera projects as glTF's does."""

import numpy as np
import pytest

from shared.errors import InputError
from shared.mesh import Camera, Mesh

VERTICES = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], float)
FACE = np.array([[0, 1, 2]])


def test_arrays_are_read_only_and_of_one_dtype():
    mesh = Mesh(VERTICES.astype(np.float32), FACE.astype(np.int32), colors=np.zeros((3, 3)))
    assert mesh.colors is not None
    assert (mesh.vertices.dtype, mesh.faces.dtype, mesh.colors.dtype) == (np.float64, np.int64, np.uint8)
    assert not mesh.vertices.flags.writeable and not mesh.faces.flags.writeable


@pytest.mark.parametrize("face", [[0, 1, 3], [-1, 0, 1]])
def test_a_face_on_a_missing_vertex_is_refused(face):
    with pytest.raises(InputError, match="names vertices outside 0..2"):
        Mesh(VERTICES, np.array([face]))


@pytest.mark.parametrize(
    "parts",
    [
        {"uv": np.zeros((2, 2))},
        {"colors": np.zeros((4, 3), np.uint8)},
        {"texture": np.zeros((4, 4, 4), np.uint8)},
        {"vertices": np.zeros((3, 2))},
        {"faces": np.zeros((1, 4), int)},
        {"vertices": VERTICES * np.nan},
    ],
)
def test_parts_that_do_not_fit_are_refused(parts):
    with pytest.raises(InputError, match="Mesh"):
        Mesh(**{"vertices": VERTICES, "faces": FACE, **parts})


def test_no_faces_are_allowed():
    assert len(Mesh(np.zeros((0, 3)), np.zeros((0, 3), int)).faces) == 0


def test_the_camera_looks_along_minus_z_with_y_up():
    camera = Camera(100, (50, 40), (100, 80))
    points = np.array([[0, 0, -1], [0, 0, -9], [0.1, 0, -1], [0, 0.1, -1], [0.1, 0.1, -2]], float)
    wanted = [[50, 40], [50, 40], [60, 40], [50, 30], [55, 35]]
    np.testing.assert_allclose(camera.project(points), wanted)
