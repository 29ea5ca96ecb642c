"""Carving: sizes and places are true, bad masks are named, wrong input is explained."""

import re

import numpy as np
import pytest

from sam_3d.photos.judging import doubted
from sam_3d.photos.reconstruct import reconstruct
from sam_3d.statistics import statistics
from shared.errors import InputError
from tests.sam_3d.photos.sets import Shot, turned


@pytest.fixture(scope="module")
def eight() -> Shot:
    return turned(8)


@pytest.mark.slow
def test_the_object_has_its_shape_colours_and_place(eight: Shot) -> None:
    settings = {"cells": 80, "atlas_px": 256, "floor": 0.0}
    made = reconstruct(eight.album, eight.masks, eight.views, scale="metric", **settings)
    width, height, depth = np.ptp(made.mesh.vertices, axis=0)
    assert np.allclose([width, depth], np.ptp(eight.mesh.vertices, axis=0)[[0, 2]], atol=0.07)
    assert 0.97 < height < 1.03  # seen from 22° above, outlines alone leave a roof over the flat top
    facts = statistics(made, 100)
    assert facts["watertight"] and facts["winding_consistent"] and facts["bodies"] == 1
    spots = made.camera.project(made.in_camera())
    rows, columns = np.nonzero(eight.masks[0])
    assert np.allclose(
        [spots.min(0), spots.max(0)], [[columns.min(), rows.min()], [columns.max(), rows.max()]], atol=4
    )
    assert made.mesh.texture is not None and made.mesh.texture.shape == (256, 256, 3)
    assert any("from above" in note for note in made.warnings)
    assert made.mesh.seen is not None
    up = made.mesh.vertices[:, 1] - made.mesh.vertices[:, 1].min()
    foot, walls = made.mesh.seen[up < 0.01], made.mesh.seen[(up > 0.3) & (up < 0.7)]
    assert foot.mean() < 0.5 and walls.mean() > 0.95  # no photo shows what it stands on


def test_a_mask_that_misses_a_part_is_named(eight: Shot) -> None:
    masks = [mask.copy() for mask in eight.masks]
    rows = np.flatnonzero(masks[3].any(1))
    masks[3][: int(rows.mean())] = False
    made = reconstruct(eight.album, masks, eight.views, cells=40, atlas_px=128)
    assert any("03.png contradicts" in note for note in made.warnings)
    assert doubted([photo.name for photo in eight.album.photos], made.warnings) == ("03.png",)


def test_a_gap_is_told(eight: Shot) -> None:
    album = type(eight.album)(eight.album.photos[:4])
    made = reconstruct(album, eight.masks[:4], eight.views[:4], cells=40, atlas_px=128)
    assert any(re.search(r"no photo from a range of 2\d\d°", note) for note in made.warnings)


def test_wrong_input_is_explained(eight: Shot) -> None:
    with pytest.raises(InputError, match="wants a mask and a camera"):
        reconstruct(eight.album, eight.masks[:2], eight.views)
    empty = [np.zeros_like(mask) for mask in eight.masks]
    with pytest.raises(InputError, match=r"00.png' is empty, and 7 more"):
        reconstruct(eight.album, empty, eight.views)
    with pytest.raises(InputError, match="cells wants"):
        reconstruct(eight.album, eight.masks, eight.views, cells=1000)
    with pytest.raises(InputError, match="wants? its size|want its size"):
        reconstruct(eight.album, [mask[1:] for mask in eight.masks], eight.views)
