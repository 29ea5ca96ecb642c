"""Advice names the photos that are missing or bad, on rendered sets, and is silent on good ones."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from sam_3d.photos.advice import badly_framed, blurred, missing_views, repeated
from sam_3d.photos.mat import PAPERS
from shared.errors import InputError
from shared.media import Image
from shared.mesh import Camera
from shared.render import View
from tests.sam_3d.photos.sets import Shot, on_mat, shot, thing, turned

MIDDLE = np.array([0.0, 0.45, 0.0])
NAMES = [f"{i:02}.png" for i in range(8)]


@pytest.fixture(scope="module")
def eight() -> Shot:
    return turned(8, elevation_deg=30)


@pytest.fixture(scope="module")
def standing() -> Shot:
    return on_mat(PAPERS[0], 5, size_px=(480, 360))


def noisy(made: Shot, blurred_one: int | None) -> list[Image]:
    """Return a set's photos with sensor noise, one of them out of focus or shaken before it."""
    rng, found = np.random.default_rng(0), []
    for i, photo in enumerate(made.album.photos):
        pixels = photo.image.pixels.astype(float)
        if i == blurred_one:
            pixels = ndimage.gaussian_filter(pixels, (2.5, 2.5, 0))
        pixels = pixels + rng.normal(0, 3, pixels.shape)
        found.append(Image(np.clip(pixels, 0, 255).astype(np.uint8)))
    return found


def test_pictures_that_are_there_twice_are_named_and_one_alone_is_refused(eight: Shot) -> None:
    images = [photo.image for photo in eight.album.photos]
    assert repeated(NAMES, images) == ()
    told = repeated(NAMES, [*images[:7], images[2]])
    assert len(told) == 1 and "07.png (as 02.png)" in told[0]
    with pytest.raises(InputError, match="All 8 photos are the same picture"):
        repeated(NAMES, [images[0]] * 8)


def test_a_good_set_is_not_found_fault_with(eight: Shot, standing: Shot) -> None:
    assert missing_views(eight.views, MIDDLE) == () == badly_framed(NAMES, eight.masks)
    assert blurred(NAMES, noisy(eight, None)) == () == blurred(NAMES[:5], noisy(standing, None))


def test_a_blurred_photo_is_named_in_spite_of_noise(eight: Shot, standing: Shot) -> None:
    for made in (eight, standing):
        names = NAMES[: len(made.masks)]
        (note,) = blurred(names, noisy(made, 3))
        assert "03.png" in note and not any(name in note for name in names if name != "03.png")


def test_a_gap_in_the_ring_is_told_with_its_place(eight: Shot) -> None:
    (note,) = missing_views(eight.views[:6], MIDDLE)  # 225 to 360 degrees are missing
    assert "a range of 135°" in note and "about 292° to the right" in note


def test_low_and_steep_sets_are_told() -> None:
    (low,) = missing_views(turned(8, size_px=(96, 80), elevation_deg=8).views, MIDDLE)
    (steep,) = missing_views(turned(8, size_px=(96, 80), elevation_deg=55).views, MIDDLE)
    assert "No photo looks down" in low and "All photos look down" in steep


def test_an_object_cut_by_the_border_is_named(eight: Shot) -> None:
    views = list(eight.views)
    camera = views[2].camera
    views[2] = View(
        replace(camera, center_px=(camera.center_px[0] + 90, camera.center_px[1])), views[2].camera_from_world
    )
    made = shot(thing(), views)
    (note,) = badly_framed(NAMES, made.masks)
    assert "cut off by the picture's border in 02.png" in note and "03.png" not in note


def test_an_object_that_is_small_is_named(eight: Shot) -> None:
    small = Camera(70.0, (120.0, 100.0), (240, 200))
    views = [View(small, view.camera_from_world) if i == 4 else view for i, view in enumerate(eight.views)]
    (note,) = badly_framed(NAMES, shot(thing(), views).masks)
    assert "small in 04.png" in note and "03.png" not in note
