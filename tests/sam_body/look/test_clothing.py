"""Draping follows a known displacement, keeps what it must keep, and crossings are counted exactly."""

from dataclasses import replace

import numpy as np
import pytest

from sam_body.clothing.crossings import crossing_faces
from sam_body.clothing.drape import drape
from sam_body.clothing.surface import outwards, regions
from sam_body.types import Skin
from tests.sam_body.look.conftest import silhouette

TETRA = np.array([[0.0, 0, 0], [0.1, 0, 0], [0, 0.1, 0], [0, 0, 0.1]])
SIDES = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]])


@pytest.mark.parametrize("shift, crossing", [(0.02, True), (0.2, False)])
def test_bodies_cross_where_they_overlap(shift, crossing):
    vertices = np.concatenate([TETRA, TETRA + [shift, 0.013, 0.011]])
    assert bool(len(crossing_faces(vertices, np.concatenate([SIDES, SIDES + 4])))) == crossing


@pytest.fixture(scope="module")
def wide(standing):
    """The person in 3 cm of cloth on trunk and limbs."""
    parts = regions()
    cloth = np.clip(1 - parts.face - parts.scalp - parts.neck - parts.hands - parts.feet, 0, 1)
    skin = standing.skin
    moved = skin.vertices + (0.03 * cloth)[:, None] * outwards(skin.vertices)
    return replace(standing, skin=Skin(moved, skin.faces, skin.joints, skin.weights, skin.parts))


@pytest.fixture(scope="module")
def draped(standing, wide):
    found = drape(standing, silhouette(wide))
    assert found is not None
    return found


def test_outline_of_known_clothes_is_reached(draped):
    assert draped.iou_before < 0.85
    assert draped.iou_after > 0.95


def test_trunk_is_about_as_wide_as_the_clothes(draped, wide, standing):
    height = standing.skin.vertices[:, 1] / standing.height_m
    trunk = (height > 0.6) & (height < 0.7) & (np.abs(standing.skin.vertices[:, 0]) < 0.22)
    ratio = np.ptp(draped.body.skin.vertices[trunk, 0]) / np.ptp(wide.skin.vertices[trunk, 0])
    assert ratio == pytest.approx(1, abs=0.04)


def test_rig_weights_hands_and_face_stay(draped, standing):
    assert draped.body.rig is standing.rig
    assert (draped.body.skin.weights == standing.skin.weights).all()
    bare = (regions().hands > 0.99) | (regions().face > 0.99)
    assert np.abs(draped.moved_m[bare]).max() < 0.002
    assert draped.body.height_m == standing.height_m


def test_a_mask_of_somebody_else_drapes_nothing(standing):
    mask = np.zeros((480, 480), bool)
    mask[:40, :40] = True
    assert drape(standing, mask) is None
