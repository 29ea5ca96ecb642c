"""Sides: flat ones come out flat between the photos, round ones are left as outlines leave them."""

import numpy as np
import pytest
import trimesh

from sam_3d.photos.carving import bounds, carve, outline
from sam_3d.photos.levels import contacts
from sam_3d.photos.sides import side_limits
from sam_3d.photos.surface import closed_surface
from shared.mesh import Mesh
from tests.sam_3d.photos.sets import shot, turned

WAYS = [np.array([np.sin(angle), 0, np.cos(angle)]) for angle in np.arange(72) * np.pi / 36]


def widths(mesh: trimesh.Trimesh) -> tuple[np.ndarray, np.ndarray]:
    """Return how far a mesh, as carved from eight photos, reaches in all directions, before and after."""
    mesh.apply_translation((0, 0.5, 0))
    grey = np.full((len(mesh.vertices), 3), 90, np.uint8)
    made = shot(Mesh(np.asarray(mesh.vertices), np.asarray(mesh.faces), colors=grey), list(turned().views))
    outlines = [outline(view, mask) for view, mask in zip(made.views, made.masks, strict=True)]
    box = bounds(made.views, made.masks, floor=0.0)
    field, grid = carve(outlines, box, cells=64, floor=0.0)
    hull, _ = closed_surface(field.copy(), grid)
    limits = side_limits(contacts(outlines, box), hull, grid, 1.0)
    after = hull
    if limits is not None:
        after, _ = closed_surface(np.minimum(field, limits[:, None, :]), grid)
    true = np.array([(made.mesh.vertices @ way).max() for way in WAYS])
    before, beyond = (np.array([(p @ way).max() for way in WAYS]) / true - 1 for p in (hull, after))
    return before, beyond


@pytest.mark.parametrize("turn", [0.0, 0.2])
def test_flat_sides_come_out_flat(turn: float) -> None:
    box = trimesh.creation.box((0.8, 1.0, 0.5))
    box.apply_transform(trimesh.transformations.rotation_matrix(turn, (0, 1, 0)))
    before, after = widths(box)
    assert before.max() > 0.08
    assert after.max() < 0.5 * before.max() and after.min() > -0.03


def test_round_sides_stay_round() -> None:
    can = trimesh.creation.cylinder(0.4, 1.0, sections=96)
    can.apply_transform(trimesh.transformations.rotation_matrix(np.pi / 2, (1, 0, 0)))
    before, after = widths(can)
    assert after.min() > -0.02
    assert np.abs(after).mean() <= np.abs(before).mean() + 0.003
