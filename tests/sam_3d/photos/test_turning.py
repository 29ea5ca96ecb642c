"""Outlines of which some took in too much, and the cameras found by them, mend one another."""

import numpy as np
import pytest
from scipy import ndimage

from sam_3d.photos.cameras import elevation_deg
from sam_3d.photos.marking import CARRIED, PROMPTED, Marks
from sam_3d.photos.turning import turned
from shared.masks import box_of
from shared.prompts import Box
from tests.sam_3d.photos import sets


@pytest.mark.slow
def test_bad_outlines_and_their_cameras_are_mended() -> None:
    made = sets.turned(8)
    masks = list(made.masks)
    for number in (2, 3, 5, 6):  # as outlines that took in what lies around
        masks[number] = ndimage.binary_dilation(masks[number], iterations=9)
    ways = tuple(PROMPTED if number == 0 else CARRIED for number in range(8))
    prompts = {made.album.photos[0].name: (Box(tuple(float(v) for v in box_of(masks[0]))),)}
    before = [(m & true).sum() / (m | true).sum() for m, true in zip(masks, made.masks, strict=True)]
    assert min(before) < 0.75
    found, outlines = turned(
        made.album,
        prompts,
        Marks(tuple(masks), ways),
        angles_deg=[45.0 * i for i in range(8)],
        direction="auto",
    )
    for mask, true in zip(outlines, made.masks, strict=True):
        assert (mask & true).sum() / (mask | true).sum() > 0.9
    assert found.error < 0.006 and found.sign != 0
    assert elevation_deg(found.views[0], np.zeros(3)) == pytest.approx(22, abs=3)
