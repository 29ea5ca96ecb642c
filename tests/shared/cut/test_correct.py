"""Corrections: what the click does not touch stays; a click deep on the wrong side changes the object."""

import numpy as np
import pytest

from shared.cut.canvas import overlap
from shared.cut.correct import corrected
from shared.cut.select import Found, by_first_click
from shared.encoders.image import encode
from shared.media import Image


@pytest.fixture(scope="module")
def scene():
    """A red square that holds a blue one, on grey; and both as masks."""
    pixels = np.full((240, 320, 3), 128, np.uint8)
    outer, inner = (np.zeros((240, 320), np.bool_) for _ in range(2))
    outer[40:200, 60:260] = True
    inner[90:150, 120:180] = True
    pixels[outer], pixels[inner] = (200, 40, 40), (40, 60, 200)
    return encode(Image(pixels)), outer, inner


def test_the_rest_of_the_outline_stays_as_it_was(scene):
    encoding, outer, _ = scene
    ragged = outer.copy()
    ragged[40:46, 60:90] = False  # far from the click, and wrong on purpose
    spill = ragged.copy()
    spill[100:140, 260:300] = True
    after = corrected(
        encoding, Found(spill, 1.0), np.array([[80.0, 180.0], [280.0, 120.0]]), np.array([True, False])
    )
    assert not after.mask[120, 280] and overlap(after.mask, ragged) > 0.97
    assert (after.mask[30:50, 50:100] == ragged[30:50, 50:100]).all()


def test_a_click_deep_inside_the_whole_leaves_the_part(scene):
    encoding, outer, inner = scene
    first = by_first_click(encoding, (150.0, 120.0))
    whole = Found(outer | inner, 0.9, options=first.options)
    after = corrected(encoding, whole, np.array([[150.0, 120.0], [90.0, 120.0]]), np.array([True, False]))
    assert overlap(after.mask, inner) > 0.9


def test_all_clicks_are_respected(scene):
    encoding, outer, _ = scene
    random = np.random.default_rng(2)
    xy = np.concatenate([[[90.0, 60.0]], random.uniform((5, 5), (315, 235), (6, 2))])
    keep = np.array([True, *(random.uniform(size=6) > 0.5)])
    mask = corrected(encoding, Found(outer, 1.0), xy, keep).mask
    assert [bool(mask[int(y), int(x)]) for x, y in xy] == keep.tolist()


def test_clicks_that_agree_change_nothing():
    islands = np.zeros((240, 320), np.bool_)
    for row in range(5):
        for column in range(8):
            islands[20 + 40 * row : 32 + 40 * row, 20 + 35 * column : 32 + 35 * column] = True
    encoding = encode(Image(np.where(islands[:, :, None], 200, 90).astype(np.uint8) * np.ones(3, np.uint8)))
    beside = np.array([[160.0, 40.0]])
    assert corrected(encoding, Found(islands, 1.0), beside, np.array([False])).mask is islands
    on = np.array([[26.0, 26.0], [160.0, 40.0]])
    assert corrected(encoding, Found(islands, 1.0), on, np.array([True, False])).mask is islands
