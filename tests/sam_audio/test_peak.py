"""True peak: known sines, streaming, and that skipping pieces loses nothing."""

import numpy as np
import pytest

from sam_audio.peak import TruePeak


def measured(samples: np.ndarray, block: int) -> float:
    meter = TruePeak(len(samples))
    for start in range(0, samples.shape[1], block):
        meter.add(samples[:, start : start + block])
    return meter.value()


@pytest.mark.parametrize("phase", [0.0, np.pi / 4, 1.0])
@pytest.mark.parametrize("share", [1 / 4, 1 / 8, 0.1237])
def test_sines_between_the_samples_are_found(share: float, phase: float) -> None:
    """A sine at a quarter of the rate, 45 degrees off, hides 3 dB from a sample peak meter."""
    n = np.arange(20_000)
    fade = np.clip(np.minimum(n, n[::-1]) / 500, 0, 1)
    sine = (0.5 * fade * np.sin(2 * np.pi * share * n + phase)).astype(np.float32)[None]
    assert 20 * np.log10(measured(sine, 4096) / 0.5) == pytest.approx(0, abs=0.25)


@pytest.mark.parametrize("block", [1, 100, 4096, 30_000])
def test_blocks_do_not_matter(block: int) -> None:
    from scipy.signal import resample_poly

    noise = np.random.default_rng(3).standard_normal((2, 3000)).astype(np.float32)
    assert measured(noise, block) == pytest.approx(measured(noise, 3000), rel=1e-6)
    assert measured(noise, block) == pytest.approx(np.abs(resample_poly(noise, 8, 1, axis=1)).max(), rel=0.06)


def test_a_peak_after_quiet_and_before_quiet_is_found() -> None:
    sound = np.full((1, 50_000), 1e-3, np.float32)
    sound[0, 30_001:30_003] = 0.7
    assert 0.75 < measured(sound, 1000) < 1.0
    assert measured(np.zeros((2, 10), np.float32), 10) == 0
