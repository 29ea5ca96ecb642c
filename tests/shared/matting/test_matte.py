"""Soft edges against composites whose opacity and colours are known."""

import numpy as np
import pytest

from benchmarks.matting_scenes import Scene, scenes
from shared.errors import ExportError, InputError
from shared.export.pictures import cutout, soft
from shared.matting.matte import Matte, matte
from shared.media import Image

LOUD = np.array([255, 0, 255], np.float32)


def shown(alpha: np.ndarray, colors: np.ndarray) -> np.ndarray:
    """What an object looks like on a loud background."""
    return alpha[:, :, None] * colors + (1 - alpha[:, :, None]) * LOUD


def errors(scene: Scene, made: Matte) -> tuple[float, float]:
    """Mean error of opacity (0..1) and of the colours on a loud background (0..255)."""
    opacity = np.abs(made.alpha - scene.alpha).mean()
    picture = shown(made.alpha, made.pixels) - shown(scene.alpha, scene.colors)
    return float(opacity), float(np.abs(picture).mean())


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["hair", "fur", "lattice", "blur"])
def test_a_matte_is_nearer_to_the_truth_than_any_edge_of_the_mask(kind: str) -> None:
    scene = scenes(kind, 2)[1]
    image = Image(scene.pixels)
    found = {edge: errors(scene, soft(image, scene.mask, edge, 0)) for edge in ("matte", "feather", "hard")}
    for other in ("feather", "hard"):
        for mine, theirs in zip(found["matte"], found[other], strict=True):
            assert mine < 0.9 * theirs


def half_covered() -> tuple[Image, np.ndarray, np.ndarray]:
    """A red disk with a blurred edge before blue: its picture, true opacity, and mask."""
    rows, columns = np.mgrid[:90, :120]
    alpha = np.clip((30 - np.hypot(rows - 45, columns - 60)) / 8 + 0.5, 0, 1).astype(np.float32)
    pixels = alpha[:, :, None] * (220, 30, 40) + (1 - alpha[:, :, None]) * (20, 60, 200)
    return Image(np.rint(pixels).astype(np.uint8)), alpha, alpha > 0.5


def test_flat_colours_are_taken_apart_exactly() -> None:
    image, alpha, mask = half_covered()
    made = matte(image, mask, edge_px=10)
    assert np.abs(made.alpha - alpha).max() < 0.06
    there = alpha > 0.1
    assert np.abs(made.pixels[there].astype(int) - (220, 30, 40)).max() <= 16


def test_far_from_the_outline_nothing_changes() -> None:
    image, alpha, mask = half_covered()
    made = matte(image, mask, edge_px=8)
    assert (made.alpha[alpha == 1][made.alpha[alpha == 1] < 0.98]).size == 0
    whole = made.alpha == 1
    assert (made.pixels[whole] == image.pixels[whole]).all() and not made.alpha[:5].any()


def test_a_large_picture_is_worked_on_small_and_comes_out_the_same() -> None:
    image, alpha, mask = half_covered()
    large = Image(np.kron(image.pixels, np.ones((14, 14, 1), np.uint8)))
    made = matte(large, np.kron(mask, np.ones((14, 14), bool)), edge_px=140)
    assert np.abs(made.alpha - np.kron(alpha, np.ones((14, 14)))).mean() < 0.01


def test_masks_without_a_usable_outline_come_back_as_they_are() -> None:
    image, _, mask = half_covered()
    for flat in (np.ones_like(mask), np.zeros_like(mask)):
        made = matte(image, flat)
        assert (made.alpha == flat).all() and (made.pixels == image.pixels).all()
    dot = np.zeros_like(mask)
    dot[45, 60] = True
    assert np.isfinite(matte(image, dot).alpha).all()
    line = Image(image.pixels[:1])
    assert (matte(line, mask[:1] | (np.arange(120) < 7)).alpha.shape) == (1, 120)


def test_another_size_and_an_unknown_edge_are_refused() -> None:
    image, _, mask = half_covered()
    with pytest.raises(InputError, match="120 x 80 pixels, but the picture is 120 x 90"):
        matte(image, mask[:80])
    with pytest.raises(ExportError, match="Choose from matte, feather, hard"):
        cutout(image, mask, edge="torn")


def test_a_cut_out_keeps_the_transparency_of_the_picture() -> None:
    image, _, mask = half_covered()
    half = Image(image.pixels, np.full(mask.shape, 128, np.uint8))
    for edge in ("matte", "feather", "hard"):
        assert cutout(half, mask, edge=edge)[45, 60, 3] == 128
