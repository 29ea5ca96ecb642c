"""What every embedded separator keeps: length, blocks of any size, silence, level, and its complement."""

import numpy as np
import pytest

from sam_audio.engines import deepfilternet, hpss, spleeter
from shared.registry import engines, loaded
from tests.sam_audio.mixing import clip, streamed

SPECS = [s for s in engines("sam_audio.engines") if s.tier == "embedded" and s.concepts]
PAIRS = [spec for spec in SPECS if len(spec.concepts or ()) == 2]  # a sound, and the rest without it
RATE_HZ = 16_000


def sound(channels: int = 1, seconds: float = 1.3, rate_hz: int = RATE_HZ) -> np.ndarray:
    speech = clip("speech_rain.flac", rate_hz, seconds)
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.03, (channels, speech.shape[1]))
    return (speech + noise).astype(np.float32)


def test_each_concept_has_exactly_one_default():
    concepts = [c for spec in SPECS if spec.default for c in spec.concepts or ()]
    assert len(concepts) == len(set(concepts))
    assert set(concepts) >= {"background", "drums", "instrumental", "melody", "speech", "vocals"}


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: s.id)
def test_blocks_of_any_size_give_the_same_sound(spec):
    mix, concept = sound(), spec.concepts[0]
    whole = streamed(loaded(spec), mix, RATE_HZ, concept, 1 << 20)
    parts = streamed(loaded(spec), mix, RATE_HZ, concept, 1237)
    assert whole.shape == mix.shape
    np.testing.assert_allclose(parts, whole, atol=2e-5)


@pytest.mark.parametrize("spec", PAIRS, ids=lambda s: s.id)
def test_a_concept_and_its_complement_add_up(spec):
    mix = sound()
    both = [streamed(loaded(spec), mix, RATE_HZ, c) for c in spec.concepts]
    assert min(np.abs(part).max() for part in both) > 0
    # What the resampler cuts off above its pass band is in neither (and so in the residual).
    np.testing.assert_allclose(sum(both), mix, atol=0.06)
    at_own_rate = {"deepfilternet": deepfilternet.RATE_HZ, "spleeter": spleeter.RATE_HZ, "hpss": RATE_HZ}[
        spec.id
    ]
    mix = sound(rate_hz=at_own_rate, seconds=0.6)
    both = [streamed(loaded(spec), mix, at_own_rate, c) for c in spec.concepts]
    np.testing.assert_allclose(sum(both), mix, atol=1e-5)


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: s.id)
@pytest.mark.parametrize(
    ("channels", "rate_hz", "frames"), [(1, 8000, 1), (3, 11_025, 700), (8, 96_000, 5000)]
)
def test_rate_channels_and_length_are_kept(spec, channels: int, rate_hz: int, frames: int):
    mix = np.random.default_rng(0).normal(0, 0.1, (channels, frames)).astype(np.float32)
    found = streamed(loaded(spec), mix, rate_hz, spec.concepts[0])
    assert found.shape == mix.shape and found.dtype == np.float32
    assert np.isfinite(found).all()


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: s.id)
def test_silence_stays_silence(spec):
    for concept in spec.concepts[:2]:
        found = streamed(loaded(spec), np.zeros((2, 9000), np.float32), RATE_HZ, concept)
        assert np.abs(found).max() == 0


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: s.id)
def test_channels_do_not_leak_into_a_silent_one(spec):
    mix = np.concatenate([sound(), np.zeros_like(sound())])
    found = streamed(loaded(spec), mix, RATE_HZ, spec.concepts[0])
    assert np.abs(found[1]).max() < 1e-6


@pytest.mark.parametrize("engine", [spleeter.load("cpu"), hpss.load("cpu")], ids=["spleeter", "hpss"])
def test_masks_do_not_depend_on_level(engine):
    mix = sound(2)
    concept = "vocals" if isinstance(engine, spleeter.Spleeter) else "drums"
    loud, soft = (streamed(engine, mix * g, RATE_HZ, concept) / g for g in (1.0, 0.02))
    np.testing.assert_allclose(loud, soft, atol=2e-4)
