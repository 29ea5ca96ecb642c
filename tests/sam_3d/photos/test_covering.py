"""What carving cut off against the outlines comes back; a hollow that no outline shows stays."""

import numpy as np
import pytest

from sam_3d.photos.carving import Grid
from sam_3d.photos.covering import covering
from sam_3d.photos.surface import closed_surface
from sam_3d.photos.sweeping import glance
from shared.mesh import Mesh
from tests.sam_3d.photos.sets import shot, turned

CELLS = 48


@pytest.fixture(scope="module")
def carved() -> tuple:
    """A bar with a thin limb: its field, grid, and what four photos show of it."""
    low, step = np.array([-0.6, -0.6, -0.6]), 1.2 / (CELLS - 1)
    x, y, z = (low[0] + step * np.indices((CELLS,) * 3)).astype(np.float32)
    body = np.minimum(0.2 - np.hypot(x, z), 0.5 - np.abs(y))
    limb = np.minimum(0.06 - np.hypot(y, z), 0.5 - np.abs(x - 0.05))
    field, grid = np.maximum(body, limb), Grid(low, step, np.full(3, CELLS))
    vertices, faces = closed_surface(field, grid)
    views = turned(4).views
    made = shot(Mesh(vertices, faces), list(views))
    photos = [photo.image for photo in made.album.photos]
    glances = [
        glance(view, photo, mask, vertices, faces)
        for view, photo, mask in zip(views, photos, made.masks, strict=True)
    ]
    return field, grid, glances, x, y, z


def test_a_limb_that_was_cut_off_comes_back(carved: tuple) -> None:
    field, grid, glances, x, _, _ = carved
    deeper = np.where((x > 0.24) & (x < 0.3), -0.1, field).astype(np.float32)
    vertices, _ = closed_surface(deeper, grid)
    assert vertices[:, 0].max() < 0.3
    vertices, _ = closed_surface(covering(field, deeper, grid, glances), grid)
    assert vertices[:, 0].max() > 0.5


def test_a_hollow_stays(carved: tuple) -> None:
    field, grid, glances, x, y, z = carved
    hollow = np.hypot(np.hypot(x, y - 0.4), z) - 0.14
    deeper = np.minimum(field, hollow)
    assert (covering(field, deeper, grid, glances) == deeper).all()


def test_nothing_carved_is_left_alone(carved: tuple) -> None:
    field, grid, glances, *_ = carved
    assert covering(field, field, grid, glances) is field
