"""Lens distortion: against OpenCV's, on pictures, masks and prompts."""

import cv2
import numpy as np
import pytest

from sam_3d.photos.album import Photo
from sam_3d.photos.lenses import shift_px, straight_photo, straight_prompts, unbent
from shared.media import Image
from shared.mesh import Camera
from shared.prompts import Box, MaskHint, Points

CAMERA = Camera(260.0, (160.0, 120.0), (320, 240))
# OpenCV tells pixels by their middles, cameras here by their corners.
MATRIX = np.array([[260, 0, 159.5], [0, 260, 119.5], [0, 0, 1.0]])


@pytest.mark.parametrize("k", [-0.15, 0.2])
def test_points_agree_with_opencv(k: float) -> None:
    spots = np.random.default_rng(0).uniform((5, 5), (315, 235), (50, 2))
    theirs = cv2.undistortPoints(
        spots[:, None] - 0.5, MATRIX, np.array([k, 0, 0, 0, 0]), P=MATRIX,
        criteria=(cv2.TERM_CRITERIA_COUNT, 60, 0),
    )  # fmt: skip
    assert np.allclose(unbent(spots, CAMERA, k), theirs[:, 0] + 0.5, atol=0.01)


def test_pictures_and_masks_agree_with_opencv() -> None:
    k = -0.15
    pixels = cv2.GaussianBlur(np.random.default_rng(1).integers(0, 255, (240, 320, 3), np.uint8), (0, 0), 3)
    mask = np.zeros((240, 320), bool)
    mask[60:180, 90:230] = True
    made = straight_photo(Photo("a", Image(pixels), mask=mask), CAMERA, k)
    theirs = cv2.undistort(pixels, MATRIX, np.array([k, 0, 0, 0, 0]))
    inner = np.s_[20:-20, 20:-20]
    assert np.abs(made.image.pixels[inner].astype(int) - theirs[inner]).max() <= 3
    assert made.mask is not None
    whole = cv2.undistort(mask.astype(np.uint8) * 255, MATRIX, np.array([k, 0, 0, 0, 0])) > 127
    assert (made.mask != whole).mean() < 0.002


def test_prompts_of_a_larger_file_follow() -> None:
    k, file_px = -0.15, (640, 480)
    photo = Photo("a", Image(np.zeros((240, 320, 3), np.uint8)), original_px=file_px)
    mask = np.zeros((480, 640), bool)
    mask[20:200, 30:300] = True
    prompts = (Points(((40.0, 30.0),), (True,)), Box((30.0, 20.0, 300.0, 200.0)), MaskHint(mask))
    points, box, hint = straight_prompts(prompts, photo, CAMERA, k)
    assert isinstance(points, Points) and isinstance(box, Box) and isinstance(hint, MaskHint)
    assert np.allclose(points.xy_px, 2 * unbent(np.array([[20.0, 15.0]]), CAMERA, k))
    rows, columns = np.nonzero(hint.mask)
    made = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert np.allclose(box.xyxy_px, made, atol=3)


def test_shift_is_that_of_the_corner() -> None:
    corner = np.array([[0.0, 0.0]])
    bent = corner + (CAMERA.center_px - corner) * (1 - (1 + 0.01 * (200 / 260) ** 2))
    assert shift_px(CAMERA, 0.01) == pytest.approx(float(np.linalg.norm(bent - corner)))
