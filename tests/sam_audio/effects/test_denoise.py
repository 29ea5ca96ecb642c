"""De-noise: steady noise goes, what moves stays; with speech, the engine's answer and a limit."""

from pathlib import Path

import numpy as np
import pytest

from sam_audio.effects.denoise import DeNoise
from shared.loading import load_audio
from shared.registry import engines, loaded
from shared.synth import white_noise
from tests.sam_audio.effects.measuring import applied

RATE_HZ = 16_000


def si_sdr_db(found: np.ndarray, wanted: np.ndarray) -> float:
    """Le Roux et al. 2019."""
    a, b = found.ravel().astype(float), wanted.ravel().astype(float)
    target = (a @ b) / (b @ b) * b
    return float(10 * np.log10((target**2).sum() / ((a - target) ** 2).sum()))


def voice_in_noise(level_db: float = 5.0) -> tuple[np.ndarray, np.ndarray]:
    """(1, T) of a reading, alone and in white noise that is so much softer."""
    soxr = pytest.importorskip("soxr")
    source = load_audio(Path(__file__).parents[3] / "examples" / "audio" / "speech_product.flac")
    voice = next(iter(source.blocks(6 * source.sample_rate_hz)))[0]
    voice = soxr.resample(voice, source.sample_rate_hz, RATE_HZ)[None].astype(np.float32)
    noise = white_noise(voice.shape[1] / RATE_HZ, sample_rate_hz=RATE_HZ, seed=4)[:1, : voice.shape[1]]
    noise = noise * np.float32(voice.std() / noise.std() * 10 ** (-level_db / 20))
    return voice, (voice + noise).astype(np.float32)


def test_a_voice_comes_out_of_steady_noise() -> None:
    voice, mix = voice_in_noise()
    found = applied(DeNoise(most_db=24), mix, RATE_HZ)
    assert si_sdr_db(found, voice) > si_sdr_db(mix, voice) + 6


@pytest.mark.parametrize("most_db", [6.0, 20.0])
def test_noise_alone_is_lowered_by_the_most(most_db: float) -> None:
    noise = 0.1 * white_noise(6, sample_rate_hz=RATE_HZ, seed=4)
    found = applied(DeNoise(most_db=most_db), noise, RATE_HZ)[:, RATE_HZ:-RATE_HZ]
    assert 20 * np.log10(found.std() / noise.std()) == pytest.approx(-most_db, abs=1.5)


def test_clean_speech_passes() -> None:
    voice, _ = voice_in_noise()
    assert si_sdr_db(applied(DeNoise(), voice, RATE_HZ), voice) > 15


def test_one_gain_keeps_the_stereo_image() -> None:
    _, mix = voice_in_noise()
    found = applied(DeNoise(), np.concatenate([mix, 0.25 * mix]), RATE_HZ)
    np.testing.assert_allclose(found[1], 0.25 * found[0], atol=1e-6)


def test_with_speech_the_rest_is_lowered_by_the_most() -> None:
    _, mix = voice_in_noise()
    mix = mix[:, : 2 * RATE_HZ]
    spec = next(spec for spec in engines("sam_audio.engines") if spec.id == "deepfilternet")
    speech = np.concatenate(list(loaded(spec).stream(iter([mix]), RATE_HZ, concept="speech")), axis=1)
    found = applied(DeNoise(method="speech", most_db=20), mix, RATE_HZ)
    np.testing.assert_allclose(found, speech + 0.1 * (mix - speech), atol=1e-5)
