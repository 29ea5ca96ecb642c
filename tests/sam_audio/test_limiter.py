"""The limiter: the ceiling holds between samples too, what is softer stays, and blocks do not matter."""

import numpy as np
import pytest

from sam_audio.limiter import LOOK_AHEAD_S, Limiter, limited
from sam_audio.loudness import levels
from shared.media import Waveform
from shared.synth_music import drums

CEILING_DB = -1.0


def limit(sound: np.ndarray, rate_hz: int, *, size: int = 4096, ceiling_db: float = CEILING_DB) -> np.ndarray:
    blocks = (sound[:, start : start + size] for start in range(0, sound.shape[1], size))
    found = list(limited(blocks, rate_hz, ceiling_db=ceiling_db, channels=len(sound)))
    return np.concatenate(found, axis=1)


def loud(rate_hz: int = 16_000) -> np.ndarray:
    beat = drums(3, sample_rate_hz=rate_hz, seed=3)
    return (beat / np.abs(beat).max() * 2.5).astype(np.float32)


def bursts(rate_hz: int) -> np.ndarray:
    """Full-scale noise in bursts of random length, starting and ending with one."""
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.5, (2, rate_hz * 2))
    level = np.repeat(rng.choice([0.05, 1.0, 3.0], 40), rate_hz // 20)
    level[: rate_hz // 20] = level[-rate_hz // 20 :] = 3.0
    return (noise * level).astype(np.float32)


def quarter(rate_hz: int) -> np.ndarray:
    """A sine at a quarter of the rate whose samples all lie 3 dB below its peaks."""
    return (1.2 * np.sin(np.pi / 2 * np.arange(rate_hz) + np.pi / 4))[None].astype(np.float32)


@pytest.mark.parametrize("made", [loud, bursts, quarter])
@pytest.mark.parametrize("rate_hz", [8000, 48_000])
def test_no_peak_gets_past(made, rate_hz: int):
    sound = made(rate_hz)
    found = limit(sound, rate_hz)
    assert found.shape == sound.shape
    peak_db = levels(Waveform(found, rate_hz)).true_peak_dbtp
    assert peak_db is not None and CEILING_DB - 0.5 < peak_db <= CEILING_DB + 0.01


def test_what_stays_below_is_not_changed():
    sound = loud() * np.float32(0.3)
    np.testing.assert_array_equal(limit(sound, 16_000), sound)


def test_only_the_surroundings_of_a_peak_are_lowered_and_the_gain_glides():
    rate_hz = 48_000
    sound = np.full((1, rate_hz), 0.5, np.float32)
    sound[0, 24_000] = 2.0
    gain_db = 20 * np.log10(limit(sound, rate_hz)[0] / sound[0])
    ahead = round(LOOK_AHEAD_S * rate_hz)
    assert gain_db[24_000] == pytest.approx(-1 - 20 * np.log10(2), abs=0.1)
    assert np.abs(gain_db[: 24_000 - ahead - 20]).max() == 0
    assert np.abs(np.diff(gain_db)).max() < 0.1  # 7 dB within 5 ms, no step
    assert np.abs(gain_db[24_000 + round(0.15 * rate_hz) :]).max() == 0


def test_both_channels_move_together():
    sound = np.stack([loud()[0], np.full(48_000, 0.1, np.float32)])
    found = limit(sound, 16_000)
    gain = found[1] / sound[1]
    np.testing.assert_allclose(found[0], sound[0] * gain, atol=1e-6)
    assert gain.min() < 0.5


@pytest.mark.parametrize("size", [1, 100, 7919])
def test_blocks_do_not_matter(size: int):
    sound = loud(8000)[:, : 6000 if size == 1 else None]
    np.testing.assert_allclose(limit(sound, 8000, size=size), limit(sound, 8000, size=1 << 20), atol=1e-6)


@pytest.mark.parametrize("frames", [0, 1, 5, 300])
def test_the_shortest_sounds_keep_their_length(frames: int):
    sound = np.full((2, frames), 3.0, np.float32)
    found = limit(sound, 44_100) if frames else np.zeros((2, 0))
    assert found.shape == sound.shape and np.abs(found).max(initial=0) < 10 ** (-1 / 20)


def test_how_deep_it_went_is_known():
    limiter = Limiter(8000, ceiling_db=-1, channels=1)
    limiter(np.full((1, 800), 0.5, np.float32))
    assert limiter.deepest_db == 0
    limiter(np.full((1, 800), 2.0, np.float32))
    assert limiter.deepest_db == pytest.approx(-7.5, abs=0.5)  # and a step rings above its samples
