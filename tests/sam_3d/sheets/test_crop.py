import numpy as np
import pytest

from sam_3d.inflation.outline import trace
from sam_3d.sheets.crop import cut
from tests.sam_3d.shapes import disc

SIDE, MARGIN = 64, 3


def cropped(mask, photo):
    return cut(photo, mask, trace(mask), side=SIDE, margin=MARGIN)


@pytest.mark.parametrize("radius", [12, 60, 900])
def test_the_object_fills_the_crop_up_to_its_margin(radius):
    mask = disc(radius, 2 * radius + 40)
    crop = cropped(mask, np.full((*mask.shape, 3), 90, np.uint8))
    inside = np.flatnonzero((crop.coverage > 0.5).any(0))
    assert abs(inside[0] - MARGIN) <= 1 and abs(inside[-1] - (SIDE - 1 - MARGIN)) <= 1
    assert crop.coverage.sum() == pytest.approx(np.pi * 29**2, rel=0.03)


def test_colours_come_from_inside_the_mask_only():
    mask = disc(60, 200)
    photo = np.where(mask[..., None], np.uint8([200, 100, 50]), np.uint8([0, 255, 0])).astype(np.uint8)
    crop = cropped(mask, photo)
    inside = crop.coverage > 0.5
    assert np.abs(crop.color[inside] - np.array([200, 100, 50]) / 255).max() < 0.01
    assert (crop.color[~inside] == 0).all()


def test_places_of_the_photo_come_back_on_the_outlines_grid():
    mask = disc(70, 240)
    traced = trace(mask)
    rows, columns = np.mgrid[:240, :240]
    photo = np.stack([columns, rows, 0 * rows], -1).astype(np.uint8)
    crop = cut(photo, mask, traced, side=SIDE, margin=MARGIN)
    shape = traced.coverage.shape
    for axis in (0, 1):
        back = crop.to_grid(crop.color[..., axis], shape) * 255
        cells = np.argwhere(traced.coverage > 0.99)[::97]
        wanted = traced.to_photo(cells[:, ::-1].astype(float))[:, axis] - 0.5
        near = np.hypot(*(cells - np.array(shape) / 2).T) < 0.35 * shape[0]
        assert back[tuple(cells[near].T)] == pytest.approx(wanted[near], abs=1.5)
