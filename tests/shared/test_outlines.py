"""Outlines run exactly along the pixels, and stay with their own part."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from shared.outlines import Outline, area, one_ring, outlines

FINER = 8


def filled(rings: list[NDArray[np.float64]], height: int, width: int) -> NDArray[np.bool_]:
    """Fill rings by OpenCV's even-odd rule at eight times the size; the middle of each pixel counts."""
    fine = np.zeros((height * FINER, width * FINER), np.uint8)
    cv2.fillPoly(fine, [np.rint(ring * FINER - 0.5).astype(np.int32) for ring in rings], 1)
    return fine[FINER // 2 :: FINER, FINER // 2 :: FINER] > 0


def rings_of(parts: tuple[Outline, ...]) -> list[NDArray[np.float64]]:
    return [ring for part in parts for ring in (part.outer, *part.holes)]


def blots(seed: int) -> NDArray[np.bool_]:
    random = np.random.default_rng(seed)
    field = cv2.GaussianBlur(random.normal(size=(50, 70)), (0, 0), random.uniform(0.4, 3))
    return np.asarray(field > np.median(field))


@pytest.mark.parametrize("seed", range(8))
def test_outlines_enclose_exactly_the_mask(seed: int) -> None:
    mask = blots(seed)
    parts = outlines(mask)
    assert (filled(rings_of(parts), *mask.shape) == mask).all()
    assert sum(area(ring) for ring in rings_of(parts)) == mask.sum()
    assert len(parts) == cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)[0] - 1
    assert all(area(p.outer) > 0 and all(area(hole) < 0 for hole in p.holes) for p in parts)
    sizes = [area(part.outer) for part in parts]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("seed", range(8))
def test_one_ring_covers_what_all_parts_cover(seed: int) -> None:
    mask = blots(seed)
    ring = one_ring(outlines(mask))
    assert area(ring) == pytest.approx(mask.sum())
    assert (filled([ring], *mask.shape) == mask).mean() > 0.99  # OpenCV draws the bridges too


def test_a_rectangle_has_four_corners_and_a_ring_a_hole() -> None:
    mask = np.zeros((12, 20), np.bool_)
    mask[2:9, 3:15] = True
    (part,) = outlines(mask)
    assert sorted(map(tuple, part.outer.tolist())) == [(3, 2), (3, 9), (15, 2), (15, 9)] and part.holes == ()
    mask[4:6, 5:8] = False
    (part,) = outlines(mask)
    assert sorted(map(tuple, part.holes[0].tolist())) == [(5, 4), (5, 6), (8, 4), (8, 6)]


def test_pixels_that_touch_by_a_corner_are_two_parts() -> None:
    assert [area(part.outer) for part in outlines(np.eye(2, dtype=np.bool_))] == [1, 1]


def test_simplified_outlines_have_few_corners_and_keep_small_parts() -> None:
    rows, columns = np.mgrid[:300, :300]
    disk = np.hypot(rows - 150, columns - 150) < 120
    disk[0, 0] = True
    exact, simple = outlines(disk), outlines(disk, simplify_px=1.0)
    assert len(simple[0].outer) < len(exact[0].outer) / 6
    assert area(simple[0].outer) == pytest.approx(area(exact[0].outer), rel=0.01)
    assert len(simple) == 2 and area(simple[1].outer) == 1


def test_a_whole_picture_and_nothing() -> None:
    assert area(outlines(np.ones((7, 9), np.bool_))[0].outer) == 63
    assert outlines(np.zeros((7, 9), np.bool_)) == ()
