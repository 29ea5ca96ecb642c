"""Clothes lie outside the skin, and cuts are clean."""

import numpy as np
import pytest

from sam_body.mannequin import Outfit, cut, dress


def test_cut_keeps_the_positive_side_and_its_area():
    grid = np.stack(np.meshgrid(np.arange(5.0), np.arange(5.0)), -1).reshape(-1, 2)
    vertices = np.concatenate([grid, np.zeros((25, 1))], axis=1)
    squares = [(r * 5 + c, r * 5 + c + 1, r * 5 + c + 6, r * 5 + c + 5) for r in range(4) for c in range(4)]
    faces = np.array([t for a, b, c, d in squares for t in ((a, b, c), (a, c, d))])
    kept, triangles = cut(vertices, faces, 2.31 - vertices[:, 0] - 0.1 * vertices[:, 1])
    a, b, c = (kept[triangles[:, i]] for i in range(3))
    across = np.cross(b - a, c - a)[:, 2] / 2
    assert (across > 0).all()
    assert across.sum() == pytest.approx(4 * (2.31 - 0.2))
    assert (kept[:, 0] + 0.1 * kept[:, 1]).max() == pytest.approx(2.31)


def test_cut_of_nothing_or_all():
    vertices, faces = np.eye(3), np.array([[0, 1, 2]])
    assert len(cut(vertices, faces, np.full(3, -1.0))[1]) == 0
    assert len(cut(vertices, faces, np.full(3, 1.0))[1]) == 1


def test_dressed_person_has_skin_shirt_trousers_hair_and_two_shoes(body):
    outfit = Outfit()
    meshes = dress(body, outfit)
    colors = [tuple(int(v) for v in mesh.colors[0]) for mesh in meshes]
    assert colors[1:4] == [outfit.shirt, outfit.trousers, outfit.hair]
    assert colors[4:] == [outfit.shoes, outfit.soles] * 2
    shirt, trousers = meshes[1].vertices, meshes[2].vertices
    assert shirt[:, 1].mean() > trousers[:, 1].mean() + 0.3


def test_long_sleeves_reach_further_than_short_ones(body):
    short, long = (dress(body, Outfit(sleeve=sleeve))[1] for sleeve in (0.6, 1.9))
    assert np.ptp(long.vertices, axis=0).sum() > np.ptp(short.vertices, axis=0).sum() + 0.1
