"""Noise learnt from a span goes, the rest stays; any block size, any rate."""

import numpy as np
import pytest

from sam_audio.engines.noise_profile import LEAST_SAMPLES, NoiseProfile
from shared import synth
from shared.errors import PromptError
from shared.media import Waveform
from shared.progress import Progress
from shared.prompts import Noise
from tests.sam_audio.mixing import clip, si_sdr

RATE_HZ = 16_000
LEAD = RATE_HZ  # a second of noise alone


def noise_of(sound: np.ndarray, *spans: Noise, rate_hz: int = RATE_HZ, size: int = 5000) -> np.ndarray:
    wave = Waveform(sound.astype(np.float32), rate_hz)
    take = NoiseProfile().prepare(wave, spans, Progress())
    found = np.concatenate(list(take(wave.blocks(size))), axis=1)
    assert found.shape == sound.shape and found.dtype == np.float32 and np.isfinite(found).all()
    return found


def hum(frames: int) -> np.ndarray:
    t = np.arange(frames) / RATE_HZ
    tones = sum(np.sin(2 * np.pi * 50 * k * t + k * k) / k for k in range(1, 20))
    return tones + 0.05 * np.random.default_rng(0).normal(size=frames)


def noisy(kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Return speech with silence before it, and the same with noise at 0 dB."""
    speech = clip("speech_rain.flac", RATE_HZ, 3)
    target = np.concatenate([np.zeros((1, LEAD)), speech / speech.std() * 0.08], axis=1)
    frames = target.shape[1]
    length_s = frames / RATE_HZ
    made = {
        "white": lambda: synth.white_noise(length_s, sample_rate_hz=RATE_HZ)[0],
        "pink": lambda: synth.pink_noise(length_s, sample_rate_hz=RATE_HZ)[0],
        "hum": lambda: hum(frames),
    }
    noise = made[kind]()[:frames]
    return target, target + 0.08 * noise / noise.std()


@pytest.mark.parametrize(("kind", "least_db"), [("white", 8), ("pink", 5), ("hum", 5)])
def test_steady_noise_goes(kind: str, least_db: float):
    target, mix = noisy(kind)
    clean = mix - noise_of(mix, Noise(0, 1))
    spoken = slice(LEAD, None)
    gain = si_sdr(clean[:, spoken], target[:, spoken]) - si_sdr(mix[:, spoken], target[:, spoken])
    assert gain > least_db
    before, after = (x[:, 2000 : LEAD - 2000].std() for x in (mix, clean))
    assert 20 * np.log10(before / after) > 15


def test_blocks_of_any_size_and_channels_on_their_own():
    _, mix = noisy("white")
    both = np.concatenate([mix, 0 * mix, mix * 0.01])
    whole = noise_of(both, Noise(0, 1), size=1 << 20)
    np.testing.assert_allclose(noise_of(both, Noise(0, 1), size=1237), whole, atol=1e-6)
    assert not whole[1].any()
    np.testing.assert_allclose(whole[2] * 100, whole[0], atol=1e-4)


def test_several_spans_are_one_profile():
    _, mix = noisy("pink")
    twice = noise_of(mix, Noise(0, 0.5), Noise(0.4, 1.0))
    np.testing.assert_allclose(twice, noise_of(mix, Noise(0, 1.0)), atol=1e-6)


@pytest.mark.parametrize("rate_hz", [1, 100, 384_000])
def test_any_rate_and_offset(rate_hz: int):
    rng = np.random.default_rng(0)
    frames = 4000
    tone = np.where(np.arange(frames) > 2000, np.sin(2 * np.pi * 0.13 * np.arange(frames)), 0)[None]
    mix = 1000 + tone + 0.3 * rng.normal(size=(1, frames))
    span = Noise(0, 2000 / rate_hz)
    clean = mix - noise_of(mix, span, rate_hz=rate_hz)
    late = slice(2200, -200)
    assert si_sdr(clean[:, late], tone[:, late]) > si_sdr(mix[:, late], tone[:, late]) + 6


def test_a_silent_span_takes_nothing_and_says_so():
    sound = np.concatenate([np.zeros((1, 4000)), noisy("white")[1]], axis=1)
    wave = Waveform(sound.astype(np.float32), RATE_HZ)
    take = NoiseProfile().prepare(wave, (Noise(0.0, 0.2),), Progress())
    assert "silent" in take.warnings[0]
    assert max(np.abs(block).max() for block in take(wave.blocks(5000))) < 1e-5


@pytest.mark.parametrize("frames", [1, LEAST_SAMPLES - 1])
def test_spans_that_are_too_short(frames: int):
    with pytest.raises(PromptError, match=f"at least {LEAST_SAMPLES} tell a spectrum.*Mark 0.004 s"):
        noise_of(np.ones((1, frames)), Noise(0, 9))


def test_the_shortest_span_will_do():
    noise_of(np.random.default_rng(0).normal(size=(2, 3000)), Noise(0, LEAST_SAMPLES / RATE_HZ))
