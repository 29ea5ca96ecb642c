"""All objects of a picture: named things and regions, each once, the most certain first."""

from itertools import combinations

import numpy as np
import pytest
from skimage import data

from shared.cut.canvas import overlap
from shared.cut.everything import MOST, SAME, all_objects
from shared.encoders.image import encode
from shared.media import Image
from shared.progress import Progress


@pytest.fixture(scope="module")
def found():
    return all_objects(encode(Image(data.coffee())), Progress())


def test_named_things_and_regions_come_together(found):
    assert "cup" in {item.label for item in found} and "" in {item.label for item in found}
    assert 5 < len(found) <= MOST
    scores = [item.score for item in found]
    assert scores == sorted(scores, reverse=True) and scores[-1] >= 0.3


def test_no_object_comes_twice(found):
    pairs = combinations([item.mask[::2, ::2] for item in found], 2)
    assert max(overlap(a, b) for a, b in pairs) < SAME + 0.05  # compared at the canvas' size


def test_plain_shapes_are_all_found():
    rows, columns = np.ogrid[:240, :320]
    pixels = np.full((240, 320, 3), (90, 120, 90), np.uint8)
    truths = []
    for x, y, colour in ((60, 60, (220, 40, 40)), (200, 70, (40, 60, 220)), (120, 180, (240, 220, 60))):
        truths.append((rows - y) ** 2 + (columns - x) ** 2 < 35**2)
        pixels[truths[-1]] = colour
    masks = [item.mask for item in all_objects(encode(Image(pixels)), Progress())]
    assert all(max(overlap(mask, truth) for mask in masks) > 0.9 for truth in truths)


def test_a_higher_threshold_leaves_fewer(found):
    few = all_objects(encode(Image(data.coffee())), Progress(), threshold=0.5)
    assert 0 < len(few) < len(found) and all(item.score >= 0.5 for item in few)


def test_a_flat_picture_holds_nothing():
    assert all_objects(encode(Image(np.full((90, 120, 3), 128, np.uint8))), Progress()) == []


def test_a_sky_is_not_found_in_pieces():
    found = all_objects(encode(Image(data.rocket())), Progress())
    sky = np.zeros((427, 640), np.bool_)
    sky[150:350, 20:280] = sky[150:350, 350:420] = True  # left and right of the rocket, with a mast
    assert not [item for item in found if (item.mask & sky).sum() > 0.8 * item.mask.sum() > 0.8 * 4000]
