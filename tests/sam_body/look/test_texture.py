"""Texture pixels hold the photo's colours of the very places that they show."""

import numpy as np
import pytest

from sam_body.details.face_points import face_points
from sam_body.texture.atlas import atlas, mirror
from sam_body.texture.filling import filled, kinds
from sam_body.texture.paint import Paint
from sam_body.texture.registering import with_face
from shared.errors import InputError
from shared.normals import vertex_normals


def test_front_vertices_have_the_colours_of_their_pixels(painted, places):
    surface = painted.posed_vertices() + painted.offset_m
    normals = vertex_normals(surface, painted.skin.faces)
    facing = normals[:, 2] > 0.9 * np.linalg.norm(normals, axis=1)
    trunk = (surface[:, 1] - surface[:, 1].min() > 0.9) & facing & (np.abs(surface[:, 0]) < 0.1)
    flat = painted.camera.project(surface[trunk])
    seen = painted.paint.at_vertices(painted.skin.faces, len(surface))[trunk].astype(float)
    assert trunk.sum() > 200
    assert np.percentile(np.abs(seen[:, :2] - flat * 0.5), 95) < 4


def test_nothing_is_left_unpainted(painted):
    colours = painted.paint.at_vertices(painted.skin.faces, len(painted.skin.vertices))
    assert (colours[painted.skin.parts == 0, 2] > 60).all()
    assert 0.1 < painted.paint.seen < 0.5


def test_a_mirrored_texel_shows_the_twin(painted):
    layout = atlas(1024)
    model_faces = painted.skin.faces
    columns, rows = layout.mirrored()
    for n in np.random.default_rng(1).integers(0, len(layout.face), 50):
        corner = int(layout.inner[n].argmax())
        if layout.inner[n, corner] < 0.9:
            continue
        twin = mirror()[model_faces[layout.face[n], corner]]
        spots = layout.uv[layout.corners[model_faces == twin]] * 1024
        apart = np.hypot(spots[:, 0] - 0.5 - columns[n], 1024 - spots[:, 1] - 0.5 - rows[n])
        assert apart.min() < 6


def test_each_vertex_has_one_coordinate_after_unfolding(painted):
    count = len(painted.skin.vertices)
    pairs, faces = painted.paint.unfolded(painted.skin.faces, count)
    assert (pairs[:count, 0] == np.arange(count)).all()
    assert (pairs[faces, 0] == painted.skin.faces).all()
    assert (pairs[faces, 1] == painted.paint.corners).all()


def test_kinds_share_every_vertex():
    assert kinds().sum(0) == pytest.approx(1)
    assert (kinds() >= 0).all()


def test_trusted_colours_stay_and_others_lie_between():
    count = kinds().shape[1]
    colours, trust = np.full((count, 3), 120.0), np.zeros(count)
    trust[::3] = 1
    fields = filled(colours, trust)
    rest = kinds()[0] > 0.99
    assert np.abs(fields[0, rest] - 120).max() < 1


def test_a_moved_face_is_followed(standing):
    surface = standing.posed_vertices() + standing.offset_m
    wanted = standing.camera.project(face_points(surface)) * [1.0, 1.0] + [3.0, -2.0]
    moved = with_face(surface, standing.skin.faces, standing.camera, wanted)
    assert np.abs(standing.camera.project(face_points(moved)) - wanted).mean() < 0.3
    assert moved[:, 2] == pytest.approx(surface[:, 2])


def test_paint_refuses_coordinates_that_are_not_there():
    with pytest.raises(InputError, match="names coordinates"):
        Paint(np.zeros((2, 2, 3), np.uint8), np.zeros((3, 2)), np.array([[0, 1, 3]]), 0.5)
