"""Synthetic pictures: one whole object, its exact mask, light from the left."""

import numpy as np
import pytest

from shared import synth_pictures


@pytest.mark.parametrize("make", [synth_pictures.vase, synth_pictures.ball])
@pytest.mark.parametrize("size", [(640, 480), (300, 400)])
def test_one_whole_object_with_a_visible_edge(make, size: tuple[int, int]) -> None:
    from scipy.ndimage import binary_dilation, binary_erosion, label

    scene = make(width=size[0], height=size[1], seed=3)
    assert scene.pixels.shape == (size[1], size[0], 3) and scene.pixels.dtype == np.uint8
    assert scene.mask.shape == (size[1], size[0]) and scene.mask.dtype == bool
    assert label(scene.mask)[1] == 1
    assert 0.08 < scene.mask.mean() < 0.45
    assert not scene.mask[[0, -1]].any() and not scene.mask[:, [0, -1]].any()
    pixels = scene.pixels.astype(float).mean(axis=2)
    inside = scene.mask & ~binary_erosion(scene.mask, iterations=3)
    outside = binary_dilation(scene.mask, iterations=3) & ~scene.mask
    assert abs(pixels[inside].mean() - pixels[outside].mean()) > 5
    np.testing.assert_array_equal(scene.pixels, make(width=size[0], height=size[1], seed=3).pixels)
    assert (scene.pixels != make(width=size[0], height=size[1], seed=4).pixels).any()


def test_the_ball_is_round_and_the_vase_even() -> None:
    ball = synth_pictures.ball(width=600, height=600).mask
    assert ball.sum() == pytest.approx(np.pi * (0.29 * 600) ** 2, rel=0.002)
    vase = synth_pictures.vase(width=600, height=500).mask
    np.testing.assert_array_equal(vase, vase[:, ::-1])
