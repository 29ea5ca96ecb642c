"""Whatever the blocks, the rate and the channels: the same sound, as long as it was, in bounded memory."""

import itertools
from collections.abc import Iterator

import numpy as np
import pytest

from sam_audio.effects.chorus import Chorus
from sam_audio.effects.compressor import Compressor
from sam_audio.effects.deesser import DeEsser
from sam_audio.effects.delay import Delay
from sam_audio.effects.distortion import Distortion
from sam_audio.effects.equalizer import Equalizer
from sam_audio.effects.flanger import Flanger
from sam_audio.effects.formant import Formant
from sam_audio.effects.gain import Gain
from sam_audio.effects.gate import Gate
from sam_audio.effects.limiter import Limiter
from sam_audio.effects.phaser import Phaser
from sam_audio.effects.pitch_shift import PitchShift
from sam_audio.effects.reverb import Reverb
from sam_audio.effects.robot import Robot
from sam_audio.effects.stream import BlockStream, Effect
from sam_audio.effects.telephone import Telephone
from sam_audio.effects.vibrato import Vibrato
from sam_audio.effects.whisper import Whisper
from shared.chain import Chain

STEPS: tuple[Effect, ...] = (
    Gain(gain_db=-3),
    Equalizer(low_db=6, mid_db=-9, high_db=4),
    PitchShift(semitones=-5),
    PitchShift(semitones=7.3, wet=0.5, keep_formants=True),
    Formant(semitones=4),
    Robot(method="monotone", wet=0.8),
    Robot(method="vocoder"),
    Robot(method="ring"),
    Whisper(),
    Reverb(decay_s=0.4, wet=0.6),
    Delay(time_ms=11, feedback=0.7),
    Delay(time_ms=50, ping_pong=True),
    Telephone(codec=False),
    Compressor(),
    Chorus(),
    Flanger(),
    Phaser(),
    Vibrato(),
    Distortion(),
    DeEsser(threshold_db=-60),
    Gate(),
    Limiter(gain_db=20),
)
each = pytest.mark.parametrize("effect", STEPS, ids=lambda e: f"{e.id}-{getattr(e, 'method', '')}")


def ragged(sound: np.ndarray, seed: int) -> Iterator[np.ndarray]:
    """Blocks of 0 to 3000 frames."""
    rng, start = np.random.default_rng(seed), 0
    while start < sound.shape[1]:
        size = int(rng.choice([0, 1, 7, 480, 3000]))
        yield sound[:, start : start + size]
        start += size


def through(effect: Effect, blocks: Iterator[np.ndarray], rate_hz: int, channels: int) -> np.ndarray:
    return np.concatenate(list(effect(BlockStream(rate_hz, channels, blocks)).blocks), axis=1)


@each
@pytest.mark.parametrize(
    ("rate_hz", "channels", "frames"), [(8000, 1, 9001), (48000, 8, 30_011), (192000, 2, 60_000)]
)
def test_ragged_blocks_give_the_same_sound(effect: Effect, rate_hz: int, channels: int, frames: int) -> None:
    rng = np.random.default_rng(5)
    sound = rng.normal(0, 0.1, (channels, frames)).astype(np.float32)
    whole = through(effect, iter([sound]), rate_hz, channels)
    assert whole.shape == sound.shape and whole.dtype == np.float32
    np.testing.assert_allclose(through(effect, ragged(sound, 1), rate_hz, channels), whole, atol=2e-6)


@each
def test_silence_gives_silence_and_nothing_gives_nothing(effect: Effect) -> None:
    silence = np.zeros((2, 5000), np.float32)
    assert np.abs(through(effect, ragged(silence, 2), 16000, 2)).max() < 1e-7
    assert list(effect(BlockStream(16000, 2, iter([]))).blocks) == []


def test_a_long_chain_reads_little_ahead() -> None:
    """Effects that need not hear the end, on endless sound: less than 160,000 frames are read ahead."""
    read = 0

    def endless() -> Iterator[np.ndarray]:
        nonlocal read
        block = np.full((1, 800), 0.1, np.float32)
        for _ in itertools.count():
            read += block.shape[1]
            yield block

    given = 0
    for block in Chain(STEPS)(BlockStream(8000, 1, endless())).blocks:
        given += block.shape[1]
        if given > 10 * 8000:
            break
    assert read - given < 160_000
