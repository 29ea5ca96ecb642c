import time

import numpy as np
import pytest
from skimage import data

from sam_3d.look import look_at
from sam_3d.shaping import modes, parse_mode
from sam_3d.suggest import PICTURE_PX, suggest
from shared.media import Image
from tests.sam_3d.cups import cup, cup_photo
from tests.sam_3d.shapes import bear, disc, odd_masks, picture


def best(mask):
    return suggest(picture(mask), mask, pictures=False)[0]


def bottle():
    mask = np.zeros((240, 160), bool)
    mask[90:220, 50:110] = mask[40:90, 70:90] = True
    return mask


def test_what_is_measured_of_a_ring():
    seen = look_at(disc(60) & ~disc(25))
    assert seen.holes == 1 and seen.borders == 0
    assert seen.likeness > 0.97
    assert seen.boxiness == pytest.approx(np.pi / 4 * (1 - (25 / 60) ** 2), abs=0.03)
    assert seen.slimness == pytest.approx(17.5 / 120, abs=0.02)
    assert seen.share == pytest.approx((disc(60) & ~disc(25)).mean())


def test_what_is_symmetric_is_turned():
    found = best(bottle())
    assert found.mode == "revolve"
    assert "overlap by 9" in found.reason or "overlap by 100" in found.reason


def test_an_open_rim_makes_a_vessel():
    body, _ = cup(30)
    found = best(body)
    assert found.mode == "revolve:inside=vessel"
    assert "rim seen from" in found.reason


@pytest.mark.parametrize(
    ("mask", "mode"),
    [
        (bear(), "round"),
        (np.pad(np.ones((40, 90), bool), 30), "extrude"),
        (disc(60) & ~disc(40), "extrude"),
        (np.ones((60, 90), bool), "relief"),
    ],
)
def test_each_shape_has_its_masks(mask, mode):
    assert best(mask).mode.partition(":")[0] == mode


def test_several_masks_are_parts():
    body, handle = cup()
    found = suggest(cup_photo(), np.stack([body, handle]), pictures=False)
    # The cup has a rim; a disc with a smaller one has none.
    assert found[0].mode == "parts:inside=vessel" and "2 masks" in found[0].reason
    assert "rim seen from" in found[0].reason
    plain = suggest(picture(disc(60)), np.stack([disc(60), disc(20)]), pictures=False)
    assert plain[0].mode == "parts"
    assert {parse_mode(one.mode).id for one in found} == set(modes())


def test_every_shape_comes_with_a_picture_in_time():
    photo = Image(data.coffee())
    rows, columns = np.mgrid[: photo.height, : photo.width]
    mask = ((rows - 150) / 110) ** 2 + ((columns - 300) / 150) ** 2 < 1
    start = time.process_time()
    found = suggest(photo, mask)
    assert time.process_time() - start < 3
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(0 < one.score <= 1 and one.reason.endswith(".") for one in found)
    pictures = [one.picture for one in found]
    assert all(p.shape == (PICTURE_PX, PICTURE_PX, 3) and p.std() > 8 for p in pictures)
    assert len({p.tobytes() for p in pictures}) == len(found) == 6


@pytest.mark.parametrize("name", ["one pixel", "thin line", "whole picture"])
def test_odd_masks_are_judged_too(name):
    mask = odd_masks()[name]
    found = suggest(picture(mask), mask)
    assert {"round", "extrude"} <= {one.mode for one in found}
