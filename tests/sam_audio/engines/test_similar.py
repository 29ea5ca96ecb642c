"""Sounds like the example are taken out, others are left; and it says when there are none."""

import numpy as np
import pytest

from sam_audio.engines.similar import LEAST_SAMPLES, Similar, SimilarTake
from shared import synth
from shared.errors import PromptError
from shared.media import Waveform
from shared.progress import Progress
from shared.prompts import Example
from tests.sam_audio.mixing import si_sdr

RATE_HZ = 16_000
LENGTH = 8 * RATE_HZ
PLACES_S = (1.0, 2.6, 4.5, 6.8)
FIRST = Example(0.95, 1.45)


def taken(sound: np.ndarray, *examples: Example, rate_hz: int = RATE_HZ, size: int = 5000):
    wave = Waveform(sound.astype(np.float32), rate_hz)
    take = Similar().prepare(wave, examples, Progress())
    assert isinstance(take, SimilarTake)
    found = np.concatenate(list(take(wave.blocks(size))), axis=1)
    assert found.shape == sound.shape and found.dtype == np.float32 and np.isfinite(found).all()
    return found, take


def call(low_hz: float, places_s=PLACES_S, seed: int = 0) -> np.ndarray:
    """A rising and falling whistle of two syllables, each time a little different."""
    rng = np.random.default_rng(seed)
    sound = np.zeros((1, LENGTH))
    for place_s in places_s:
        for start_s, slope in ((0.0, 900), (0.22, -700)):
            t = np.arange(int(0.2 * RATE_HZ)) / RATE_HZ
            pitch_hz = low_hz * rng.uniform(0.98, 1.02) + slope * t
            syllable = np.sin(2 * np.pi * np.cumsum(pitch_hz) / RATE_HZ) * np.sin(np.pi * t / 0.2)
            first = int((place_s + start_s) * RATE_HZ)
            sound[0, first : first + len(t)] += 0.1 * rng.uniform(0.7, 1.3) * syllable
    return sound


def street() -> np.ndarray:
    bed = synth.traffic(8, sample_rate_hz=RATE_HZ, seed=2).mean(0, keepdims=True)
    return 0.07 * bed / bed.std()


def test_every_call_is_taken_out_of_traffic():
    target = call(2600)
    mix = target + street()
    found, take = taken(mix, FIRST)
    assert si_sdr(found, target) - si_sdr(mix, target) > 12
    assert take.facts["matches"] == len(PLACES_S) and take.facts["best_likeness"] > 0.7
    assert take.warnings == []
    assert not np.abs(found[:, : int(0.4 * RATE_HZ)]).max() > 0.01


def test_blocks_of_any_size_give_the_same_sound():
    mix = call(2600) + street()
    whole, _ = taken(mix, FIRST, size=1 << 20)
    np.testing.assert_allclose(taken(mix, FIRST, size=1237)[0], whole, atol=1e-5)


def test_what_is_not_meant_is_left():
    other = call(2000, places_s=(1.8, 3.6, 5.6), seed=1)
    target = call(2600)
    mix = target + other + 0.3 * street()
    without, _ = taken(mix, FIRST)
    found, _ = taken(mix, FIRST, Example(1.75, 2.25, keep=False))
    assert si_sdr(found, target) > max(si_sdr(without, target) - 0.5, si_sdr(mix, target) + 10)
    assert np.square(found[:, int(1.75 * RATE_HZ) : int(2.25 * RATE_HZ)]).mean() < 1e-6


def test_channels_keep_their_balance():
    mix = call(2600) + street()
    both = np.concatenate([mix, 0.25 * mix, 0 * mix])
    found, _ = taken(both, FIRST)
    np.testing.assert_allclose(found[1], 0.25 * found[0], atol=1e-6)
    assert not found[2].any()


def test_it_says_when_nothing_is_alike():
    mix = call(2600, places_s=(1.0,)) + 0.3 * street()
    found, take = taken(mix, FIRST)
    assert "Hardly anything else" in take.warnings[0] and take.facts["best_likeness"] < 0.65
    late = slice(3 * RATE_HZ, None)
    assert np.square(found[:, late]).mean() < 0.02 * np.square(mix[:, late]).mean()


@pytest.mark.parametrize("rate_hz", [1, 200])
def test_events_of_sensors_with_an_offset(rate_hz: int):
    rng = np.random.default_rng(0)
    event = np.zeros((1, 6000))
    for place in (500, 2100, 4400):
        n = np.arange(200)
        event[0, place : place + 200] = np.sin(0.5 * n + 0.003 * n**2) * np.hanning(200)
    mix = 1e4 + 20 * event + rng.normal(0, 3, event.shape)
    found, take = taken(mix, Example(490 / rate_hz, 710 / rate_hz), rate_hz=rate_hz)
    assert take.facts["matches"] == 3
    assert si_sdr(found, event) > 8


@pytest.mark.parametrize(
    ("examples", "words"),
    [
        ((), "No example"),
        ((Example(0.1, 0.2, keep=False),), "No example"),
        ((Example(0.1, 0.1005),), f"at least {LEAST_SAMPLES}.*Mark 0.002 s"),
        ((Example(3.0, 3.5),), "silent"),
    ],
)
def test_examples_that_teach_nothing(examples, words: str):
    sound = np.zeros((1, 4 * RATE_HZ))
    sound[:, :RATE_HZ] = np.random.default_rng(0).normal(0, 0.1, RATE_HZ)
    with pytest.raises(PromptError, match=words):
        taken(sound, *examples)


def test_an_example_that_is_all_there_is():
    sound = np.random.default_rng(0).normal(0, 0.1, (2, LEAST_SAMPLES))
    taken(sound, Example(0, 9))
