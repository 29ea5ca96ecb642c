"""Pictures of an estimate show the body where it is."""

import numpy as np
from PIL import Image as Picture

from sam_body.preview import overlay, write_previews


def test_both_pictures_are_written(estimated, scene, tmp_path):
    warnings = write_previews(scene.image, estimated.bodies, tmp_path)
    assert isinstance(warnings, tuple)
    with Picture.open(tmp_path / "overlay.png") as picture:
        assert picture.size == (768, 1024)
    with Picture.open(tmp_path / "side.png") as picture:
        assert picture.size == (1080, 720)
        assert np.asarray(picture).std() > 10


def test_overlay_changes_the_person_and_leaves_the_background(estimated, scene):
    pixels, _ = overlay(scene.image, estimated.bodies)
    changed = np.abs(pixels.astype(int) - scene.image.pixels).sum(2) > 12
    assert (changed & scene.mask).sum() > 0.7 * scene.mask.sum()
    assert (changed & ~scene.mask).sum() < 0.2 * scene.mask.sum()
