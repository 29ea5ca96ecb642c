"""The overlay: colour inside, the photo outside, a line between."""

import numpy as np

from shared.masks import Masks
from shared.media import Image
from shared.preview import COLORS, overlay


def scene():
    mask = np.zeros((1, 200, 300), np.bool_)
    mask[0, 50:150, 80:220] = True
    return Image(np.full((200, 300, 3), 120, np.uint8)), Masks(mask, (1.0,), ("",))


def test_inside_is_tinted_outside_is_the_photo():
    image, masks = scene()
    shown = overlay(image, masks)
    assert shown.shape == image.pixels.shape
    inside = 120 + 0.45 * (np.array(COLORS[0]) - 120)
    assert np.abs(shown[100, 150] - inside).max() <= 1
    assert (shown[:40] == 120).all()


def test_there_is_an_outline():
    image, masks = scene()
    column = overlay(image, masks)[100, 70:90].astype(int)
    assert column.max() > 200
    assert np.abs(column - COLORS[0]).sum(axis=1).min() < 100


def test_large_pictures_are_shrunk():
    image, masks = scene()
    assert overlay(image, masks, longest_px=150).shape == (100, 150, 3)
