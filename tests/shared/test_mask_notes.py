"""Masks that are hardly meant are told: of everything, of next to nothing, of what is not there."""

import numpy as np
import pytest
from skimage import data

from shared.mask_notes import faint, notes
from shared.masks import Masks
from shared.media import Image
from shared.prompts import Box
from shared.segment import segment

ROWS, COLUMNS = np.mgrid[:150, :200]
DISK = (ROWS - 75) ** 2 + (COLUMNS - 100) ** 2 < 40**2


def wall(*, disk: float = 0.0, texture: float = 0.0) -> Image:
    """A noisy grey wall whose light falls off, with a disk of another grey or texture."""
    random = np.random.default_rng(0)
    grey = 190 - COLUMNS * 0.05 + random.normal(0, 2, DISK.shape) + DISK * disk
    grey += DISK * random.normal(0, 1, DISK.shape) * texture
    return Image(np.repeat(grey[:, :, None], 3, axis=2).clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize(
    ("picture", "told"), [(wall(), True), (wall(disk=8), False), (wall(texture=8), False)]
)
def test_a_mask_of_a_bare_wall_is_told(picture: Image, told: bool) -> None:
    found = faint(picture, Masks(DISK[None], (0.5,), ("",)))
    assert bool(found) == told and all("may be no object" in note for note in found)


def test_an_object_of_which_one_candidate_stands_out_is_not_told() -> None:
    both = Masks(np.stack([DISK, ROWS < 20]), (0.5, 0.4), ("", ""), (0, 0))
    assert not faint(wall(disk=30), both)
    assert faint(wall(disk=30), Masks(both.masks, both.scores, both.labels, (0, 1)))


def test_a_box_on_an_empty_backdrop_is_told_and_a_thing_in_a_box_is_not() -> None:
    box = (Box((40.0, 20.0, 160.0, 130.0)),)
    assert any("may be no object" in note for note in segment(wall(), box, engine="graphcut").warnings)
    assert segment(wall(disk=-25), box, engine="graphcut").warnings == ()


def test_things_in_photos_are_not_told() -> None:
    for photo, box in ((data.astronaut(), (60, 0, 420, 512)), (data.chelsea(), (60, 20, 400, 290))):
        found = segment(Image(photo), (Box(tuple(map(float, box))),), engine="graphcut")
        assert not any("may be no object" in note for note in found.warnings)


def test_everything_and_next_to_nothing_are_told() -> None:
    dot = (ROWS == 3) & (COLUMNS == 3)
    said = " ".join(notes(Masks(np.stack([dot | True, dot]), (1.0, 1.0), ("", ""))))
    assert "covers the whole picture" in said and "1 pixel only" in said
