"""What stands out stays, the background goes, and no lone bins are left to tinkle."""

import numpy as np

from sam_audio.masking.suppression import gains

RNG = np.random.default_rng(0)
NOISE = RNG.exponential(size=(1, 200, 65)).astype(np.float32)


def test_background_goes_evenly():
    found = gains(NOISE, np.ones((1, 65)))
    assert np.sqrt((found**2 * NOISE).mean() / NOISE.mean()) < 0.1
    assert (found > 0.5).mean() < 0.005


def test_what_stands_out_stays():
    powers = NOISE.copy()
    powers[:, 60:120, 20] = 1000
    found = gains(powers, np.ones((1, 65)))
    assert found[0, 60:120, 20].min() > 0.95
    np.testing.assert_allclose(found[0, :, 40:], gains(NOISE, np.ones((1, 65)))[0, :, 40:])


def test_the_level_does_not_matter_and_a_silent_background_takes_nothing():
    background = RNG.uniform(0.5, 2, (1, 65)).astype(np.float32)
    np.testing.assert_allclose(gains(NOISE * 1e8, background * 1e8), gains(NOISE, background), rtol=1e-4)
    assert gains(NOISE, np.zeros((1, 65))).min() > 0.999
    assert np.isfinite(gains(np.zeros_like(NOISE), background)).all()
