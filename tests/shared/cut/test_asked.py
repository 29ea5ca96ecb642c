"""What is asked, as numbers a cell: boxes stand for spots in and around them; grids keep their places."""

import numpy as np
import pytest
from skimage import data

from shared.cut.asked import COUNT, described, grid_of
from shared.cut.relations import OUTSIDE
from shared.cut.select import NO_CLICKS
from shared.encoders.image import encode
from shared.media import Image

BOX = (0.25, 0.2, 0.75, 0.8)


@pytest.fixture(scope="module")
def cat():
    """Chelsea, encoded."""
    return encode(Image(data.chelsea()))


def test_a_box_alone_is_told_by_place_and_by_spots(cat):
    values = described(cat.whole, cat.sight, NO_CLICKS, box=BOX)
    place = cat.sight.place
    assert values.shape == (len(place), COUNT) and np.isfinite(values).all() and (values[:, -1] == 1).all()
    inside = ((place > BOX[:2]) & (place < BOX[2:])).all(axis=1)
    np.testing.assert_array_equal(values[:, -2] < 1, inside)
    like, unlike = values[:, 0], values[:, 1]  # to the spots in the box, to those around it
    middle = np.linalg.norm(place - 0.5, axis=1).argmin()
    corner = np.linalg.norm(place - (0.21, 0.152), axis=1).argmin()
    assert like[middle] > unlike[middle] and unlike[corner] > like[corner]


def test_a_box_beside_a_click_leaves_the_click_in_charge(cat):
    clicks = cat.whole.clicks(np.array([[225.0, 130.0]]), np.array([True]))
    alone = described(cat.whole, cat.sight, clicks)
    boxed = described(cat.whole, cat.sight, clicks, box=BOX)
    assert (alone[:, -2] == OUTSIDE).all() and (alone[:, -1] == 0).all()
    for column in (0, 2, 4, 14):  # likeness and distance to what is clicked
        np.testing.assert_array_equal(alone[:, column], boxed[:, column])
    assert (boxed[:, 1] > alone[:, 1]).all()  # likeness to what is not meant: the spots around the box


def test_spots_outside_the_picture_are_left_out(cat):
    values = described(cat.whole, cat.sight, NO_CLICKS, box=(0.0, 0.0, 1.0, 1.0))
    assert (values[:, 1] == -1).all()  # unlike nothing, as nothing around the box is seen


def test_a_grid_shows_each_cell_at_its_place(cat):
    made = grid_of(cat.whole, cat.sight.place.astype(np.float32), 52)
    wanted = (np.arange(52) + 0.5) / 52
    assert made.shape == (2, 52, 52)
    off = np.abs(made - np.stack(np.broadcast_arrays(wanted, wanted[:, None])))
    assert off.mean() < 0.01 and off.max() < 0.08  # cells are 1 % of the picture wide, some more
