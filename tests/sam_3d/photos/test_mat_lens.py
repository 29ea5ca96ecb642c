"""Photos of the mat by a lens that bends lines: the bending is found, and cameras and pictures are true."""

from dataclasses import replace

import numpy as np
import pytest

from sam_3d.photos.album import Album, Photo
from sam_3d.photos.cameras import place
from sam_3d.photos.lenses import bent, shift_px, unbent
from sam_3d.photos.mat import PAPERS
from sam_3d.photos.mat_cameras import find_on_mat
from sam_3d.photos.placing import place_cameras
from shared.media import Image
from shared.progress import Progress
from shared.prompts import Points
from tests.sam_3d.photos.sets import Shot, on_mat

K = -0.1  # 2.8 % at the corners, as a phone's wide camera has it


@pytest.fixture(scope="module")
def straight() -> Shot:
    return on_mat(PAPERS[0], 5, size_px=(640, 480), elevations_deg=(30, 60))


@pytest.fixture(scope="module")
def barrel(straight: Shot) -> Album:
    return replace(
        straight.album, photos=tuple(barrelled(photo, straight) for photo in straight.album.photos)
    )


def barrelled(photo: Photo, made: Shot) -> Photo:
    """Return a photo as the lens of K had taken it."""
    import cv2

    width, height = photo.size_px
    column, row = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    spots = unbent(np.stack([column, row], -1), made.views[0].camera, K).astype(np.float32) - 0.5
    pixels = cv2.remap(
        photo.image.pixels, spots[..., 0], spots[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return replace(photo, image=Image(np.asarray(pixels, np.uint8)))


@pytest.mark.slow
def test_a_straight_lens_is_left_alone(straight: Shot) -> None:
    found = find_on_mat(straight.album)
    assert found.lenses == (0.0,) * 5
    assert all(a is b for a, b in zip(found.album.photos, straight.album.photos, strict=True))


@pytest.mark.slow
def test_a_bending_lens_is_found_and_photos_are_straightened(straight: Shot, barrel: Album) -> None:
    camera = straight.views[0].camera
    assert 10 < shift_px(camera, K) < 25
    found = find_on_mat(barrel)
    assert found.places == (0, 1, 2, 3, 4) and len(set(found.lenses)) == 1
    assert found.lenses[0] == pytest.approx(K, rel=0.1)
    assert found.error_px < 0.5 and "straightened for their lens" in found.notes[1]
    for view, true in zip(found.views, straight.views, strict=True):
        assert np.abs(place(view) - place(true)).max() < 0.0008
        assert view.camera.focal_px == pytest.approx(camera.focal_px, rel=0.005)
    inner = np.s_[40:-40, 40:-40]
    for made, true, raw in zip(found.album.photos, straight.album.photos, barrel.photos, strict=True):
        apart = np.abs(made.image.pixels[inner].astype(int) - true.image.pixels[inner])
        before = np.abs(raw.image.pixels[inner].astype(int) - true.image.pixels[inner])
        assert apart.mean() < 0.4 * before.mean()


@pytest.mark.slow
def test_marks_follow_the_straightened_photos(straight: Shot, barrel: Album) -> None:
    spot = np.array([[100.0, 90.0]])
    shown = bent(spot, straight.views[0].camera, K)[0]
    click = {"00.png": (Points(((float(shown[0]), float(shown[1])),), (True,)),)}
    placed = place_cameras(barrel, click, cameras="mat", ruler_mm=100.0, progress=Progress())
    (points,) = placed.prompts["00.png"]
    assert isinstance(points, Points)
    assert np.allclose(points.xy_px, spot, atol=1.5)
