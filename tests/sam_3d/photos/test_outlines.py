"""Outlines by the ground, by the backdrop and by one another are those of the object, without its shadow."""

import numpy as np
import pytest
from numpy.typing import NDArray

from sam_3d.photos.agreeing import cut_again
from sam_3d.photos.backdrop import against_backdrop
from sam_3d.photos.cuts import Cut, labelled
from sam_3d.photos.mat import PAPERS, REACH
from sam_3d.photos.on_ground import outlines_on_ground
from shared.mesh import Camera
from shared.render import View
from tests.sam_3d.photos.sets import Shot, on_mat, turned


def overlap(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    return float((a & b).sum() / (a | b).sum())


@pytest.fixture(scope="module")
def standing() -> Shot:
    return on_mat(PAPERS[0], 6, size_px=(480, 360))


def test_what_stands_on_the_mat_is_outlined(standing: Shot) -> None:
    photos = [photo.image for photo in standing.album.photos]
    found = outlines_on_ground(photos, standing.views, 0.0, REACH, marked={0: standing.masks[0]})
    assert found is not None
    assert min(overlap(a, b) for a, b in zip(found, standing.masks, strict=True)) > 0.94


def test_marks_of_something_else_are_not_taken_for_the_object(standing: Shot) -> None:
    photos = [photo.image for photo in standing.album.photos]
    elsewhere = np.zeros_like(standing.masks[0])
    elsewhere[:40, :40] = True
    assert outlines_on_ground(photos, standing.views, 0.0, REACH, marked={0: elsewhere}) is None


def test_wrong_outlines_are_mended_by_the_others() -> None:
    made = turned(8)
    masks = [mask.copy() for mask in made.masks]
    masks[2][: int(np.flatnonzero(masks[2].any(1)).mean())] = False
    masks[5][:] = False
    found = cut_again([photo.image for photo in made.album.photos], made.views, masks)
    assert min(overlap(a, b) for a, b in zip(found, made.masks, strict=True)) > 0.93


def test_a_shadow_on_a_plain_backdrop_is_no_object() -> None:
    row, column = np.indices((90, 120)).astype(float)
    level = 190 + 0.2 * column - 0.1 * row
    shadow = ((row - 70) / 8) ** 2 + ((column - 60) / 30) ** 2 < 1
    thing = ((row - 45) / 22) ** 2 + ((column - 60) / 20) ** 2 < 1
    pixels = np.repeat((level * np.where(shadow, 0.6, 1.0))[..., None], 3, axis=2)
    pixels[thing] = (150, 90, 40)
    near = (((row - 50) / 40) ** 2 + ((column - 60) / 45) ** 2 < 1).astype(np.uint8)
    cut = Cut(
        pixels.astype(np.uint8), View(Camera(100.0, (60, 45), (120, 90)), np.eye(4)), near, (0, 0, 120, 90)
    )
    told = against_backdrop([cut], [thing.astype(np.float32)])
    assert told is not None
    assert told[0][45, 60] > 0.9 and told[0][74, 60] < -0.5 and told[0][5, 5] < -0.5
    pixels[thing] = 120  # a grey thing looks like a shadow: nothing is told
    grey = Cut(pixels.astype(np.uint8), cut.view, near, cut.box)
    assert against_backdrop([grey], [thing.astype(np.float32)]) is None


def test_thin_tips_stay_and_ragged_edges_go() -> None:
    view = View(Camera(100.0, (40, 40), (80, 80)), np.eye(4))
    pixels = np.full((80, 80, 3), 200, np.uint8)
    thing = np.zeros((80, 80), bool)
    thing[30:60, 20:50] = True
    thing[40, 50:60] = True  # a tip one pixel thin
    thing[29, 24:28] = True  # noise at the edge
    thing[10, 70] = True  # a speck
    pixels[thing] = (40, 90, 150)
    evidence = np.where(thing, 1, -1).astype(np.float32)
    cut = Cut(pixels, view, np.ones((80, 80), np.uint8), (0, 0, 80, 80))
    mask = labelled(cut, evidence, evidence) > 0.25
    assert mask[45, 35] and mask[40, 57]
    assert not mask[10, 70] and not mask[28, 24:28].any()
