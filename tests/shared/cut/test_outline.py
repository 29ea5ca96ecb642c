"""Masks at full size: smooth outlines on the photo's own edges, no crumbs."""

import numpy as np

from shared.cut.canvas import canvas
from shared.cut.outline import full_size, tidy


def test_a_disk_cut_at_quarter_size_fits_the_photo_to_a_pixel():
    rows, columns = np.ogrid[:480, :640]
    truth = (rows - 240) ** 2 + (columns - 330) ** 2 < 150**2
    pixels = np.where(truth[:, :, None], (230, 180, 40), (40, 70, 120)).astype(np.uint8)
    area = canvas(pixels, short_px=120)
    found = full_size(area, area.shrink(truth), pixels)
    assert found.shape == truth.shape
    assert (found != truth).sum() < 0.5 * 2 * np.pi * 150


def test_a_part_lands_at_its_place():
    pixels = np.zeros((200, 300, 3), np.uint8)
    pixels[80:160, 150:250] = 255
    area = canvas(pixels, short_px=60, within=(100.0, 40.0, 300.0, 200.0))
    found = full_size(area, area.shrink(pixels[:, :, 0] > 0), pixels)
    assert np.abs(found.sum() - 8000) < 300
    assert found[120, 200] and not found[:, :100].any() and not found[:40].any()


def test_crumbs_and_pinholes_go_unless_they_were_clicked():
    mask = np.zeros((100, 100), np.bool_)
    mask[20:80, 20:80] = True
    mask[50:53, 50:53] = False
    mask[5:8, 5:8] = mask[5:8, 90:93] = True
    cleaned = tidy(mask, spots=np.array([[6, 6]]), keep=np.array([True]))
    assert cleaned[51, 51] and cleaned[6, 6] and not cleaned[6, 91]
    cleaned = tidy(mask, spots=np.array([[51, 51]]), keep=np.array([False]))
    assert not cleaned[51, 51] and not cleaned[6, 6]
