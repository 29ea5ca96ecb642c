import numpy as np
import pytest
import trimesh
from skimage.measure import points_in_poly

from shared.mesh import Camera
from shared.raster import covered, rasterise

CAMERA = Camera(200.0, (100.0, 80.0), (200, 160))


def test_a_square_covers_exactly_its_pixels():
    # At distance 2, one unit is 100 pixels: columns 60 to 130, rows 40 to 100.
    square = np.array([[-0.4, 0.4, -2], [0.3, 0.4, -2], [0.3, -0.2, -2], [-0.4, -0.2, -2]])
    seen = rasterise(square, np.array([[0, 1, 2], [0, 2, 3]]), CAMERA)
    wanted = np.zeros((160, 200), bool)
    wanted[40:100, 60:130] = True
    assert np.array_equal(seen.face >= 0, wanted)
    assert seen.depth[wanted] == pytest.approx(2)
    assert np.isinf(seen.depth[~wanted]).all()


def test_the_nearest_wins_whatever_the_order():
    near = np.array([[-1, -1, -2], [1, -1, -2], [0, 1, -2.0]])
    points = np.concatenate([near, near * 1.5])
    for order in ([[0, 1, 2], [3, 4, 5]], [[3, 4, 5], [0, 1, 2]]):
        seen = rasterise(points, np.array(order), CAMERA)
        assert seen.depth[80, 100] == pytest.approx(2)


def test_weights_interpolate_in_space_not_on_the_screen():
    # A wall that recedes from 1 to 10: the pixel half-way on the screen is not half-way along the wall.
    points = np.array([[-0.4, 2, -1], [4, 2, -10], [4, -20, -10], [-0.4, -2, -1.0]])
    faces = np.array([[0, 1, 2], [0, 2, 3]])
    seen = rasterise(points, faces, CAMERA)
    rows, columns = np.nonzero(seen.face >= 0)
    place = np.einsum("nij,ni->nj", points[faces[seen.face[rows, columns]]], seen.weights[rows, columns])
    assert np.allclose(-place[:, 2], seen.depth[rows, columns], rtol=1e-4)
    assert CAMERA.project(place) == pytest.approx(np.stack([columns, rows], 1) + 0.5, abs=1e-2)


def test_a_ball_looks_as_large_as_geometry_says():
    ball = trimesh.creation.icosphere(5, 0.5)
    seen = rasterise(np.asarray(ball.vertices) + [0, 0, -3], np.asarray(ball.faces), CAMERA)
    radius_px = 200 * 0.5 / np.sqrt(3**2 - 0.5**2)
    assert (seen.face >= 0).sum() == pytest.approx(np.pi * radius_px**2, rel=0.01)
    assert seen.depth.min() == pytest.approx(2.5, rel=1e-3)


def test_what_is_behind_or_beside_is_not_drawn():
    triangle = np.array([[-1, -1, 0], [1, -1, 0], [0, 1, 0.0]])
    for shift in ((0, 0, 2), (0, 0, 0), (50, 0, -2)):
        assert (rasterise(triangle + shift, np.array([[0, 1, 2]]), CAMERA).face < 0).all()


def test_edge_on_and_degenerate_triangles_are_harmless():
    points = np.array([[0, -1, -2], [0, 1, -2], [0, 0, -4], [0, 0, -2.0]])
    seen = rasterise(points, np.array([[0, 1, 2], [3, 3, 3]]), CAMERA)
    assert np.isfinite(seen.weights).all()


def test_a_silhouette_covers_the_pixels_whose_centres_lie_in_a_triangle() -> None:
    """Judged by scikit-image's points in polygons, on triangles of any shape, some behind the camera."""
    random = np.random.default_rng(5)
    camera = Camera(60.0, (32.0, 24.0), (64, 48))
    points = random.normal(size=(90, 3)) * (1.0, 0.8, 0.6) - (0, 0, 2.2)
    points[::17, 2] = 0.5
    faces = np.arange(90).reshape(30, 3)
    rows, columns = np.mgrid[:48, :64] + 0.5
    centres = np.stack([columns.ravel(), rows.ravel()], axis=1)
    for face in faces:
        found = covered(points, face[None], camera)
        if (points[face, 2] > 0).any():
            assert not found.any()
            continue
        corners = camera.project(points[face])
        truth = points_in_poly(centres, corners).reshape(found.shape)
        near = np.zeros(found.size, bool)  # the rules may differ on an edge itself
        for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            (x, y), away = end - start, centres - start
            near |= np.abs(x * away[:, 1] - y * away[:, 0]) < 1e-6 * max(np.hypot(x, y), 1e-9)
        assert ((found != truth).ravel() <= near).all()
    assert (covered(points, faces, camera) == (rasterise(points, faces, camera).face >= 0)).all()
