"""What every engine of sound keeps: blocks of any size, the stereo image, the sum, and a quick stop."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile

from sam_audio.cascade import pieces
from sam_audio.planning import PACKAGE, plan
from sam_audio.separate import separate_to_folder
from shared import synth, synth_music
from shared.errors import Cancelled
from shared.media import AudioSource, Waveform
from shared.progress import Progress
from shared.prompts import Band, Example, Noise, Pan, Prompts, Reference, Span, Text
from shared.registry import EngineSpec, engines
from tests.sam_audio.mixing import clip

RATE_HZ = 16_000
SECONDS = 8  # two windows of the engine with the longest ones
SAME_DB = -60.0  # streamed against whole
STOP_S = 2.0
SPECS = [s for s in engines(PACKAGE) if s.missing() is None]
every_engine = pytest.mark.parametrize("spec", SPECS, ids=[spec.id for spec in SPECS])


@dataclass(frozen=True)
class Cut:
    """A source that gives blocks of its own size, and can be endless for all practical purposes."""

    source: AudioSource
    size: int
    times: int = 1

    sample_rate_hz = property(lambda self: self.source.sample_rate_hz)
    channels = property(lambda self: self.source.channels)
    frames = property(lambda self: self.source.frames * self.times)
    content_key = property(lambda self: f"{self.source.content_key}-{self.times}")

    def blocks(self, frames: int) -> Iterator[np.ndarray]:
        for _ in range(self.times):
            yield from self.source.blocks(self.size)


@cache
def mix(seconds: float = SECONDS) -> Waveform:
    """Speech left of the middle, drums right of it, a band wide, rain at the start alone."""
    speech = np.resize(clip("speech_product.flac", RATE_HZ, 3), int(seconds * RATE_HZ))
    drums = synth_music.drums(seconds, sample_rate_hz=RATE_HZ, seed=1)[:, : len(speech)]
    band = np.resize(synth_music.band(("C", "F"), sample_rate_hz=RATE_HZ, seed=2)[:1], (1, len(speech)))
    rain = synth.rain(seconds, sample_rate_hz=RATE_HZ, seed=3)[:, : len(speech)]
    rain = np.repeat(rain[:1], 2, axis=0)
    sound = np.stack([speech, speech * 0.3]) + 0.3 * drums * [[0.3], [1.0]] + 0.2 * band + 0.1 * rain
    return Waveform((sound * 0.5).astype(np.float32), RATE_HZ)


def prompts_for(spec: EngineSpec, tmp_path: Path) -> Prompts:
    """One prompt of each kind that the engine takes, those that name and those that limit apart."""
    if Text in spec.accepts:
        return (Text(spec.concepts[0] if spec.concepts else "speech"),)
    reference = tmp_path / "reference.wav"
    soundfile.write(reference, 0.5 * mix().samples[0, RATE_HZ:], RATE_HZ)
    samples = {
        Span: Span(0.5, 2.5),
        Band: Band(0.5, 2.5, 300, 3000),
        Pan: Pan(-1, -0.2),
        Example: Example(1, 2.5),
        Noise: Noise(0, 1),
        Reference: Reference(str(reference)),
    }
    return tuple(prompt for kind, prompt in samples.items() if kind in spec.accepts)


def stems(source: AudioSource, prompts: Prompts, engine: str) -> dict[str, np.ndarray]:
    found: dict[str, list[np.ndarray]] = {}
    for piece in pieces(source, plan(prompts, engine), Progress()):
        for name, block in piece.items():
            found.setdefault(name, []).append(block)
    return {name: np.concatenate(blocks, axis=1) for name, blocks in found.items()}


def level_db(sound: np.ndarray, against: np.ndarray) -> float:
    return 10 * float(
        np.log10(max((sound.astype(float) ** 2).sum(), 1e-20) / (against.astype(float) ** 2).sum())
    )


@pytest.mark.slow
@every_engine
def test_in_small_blocks_it_is_the_same_as_whole_and_adds_up(spec, tmp_path):
    prompts = prompts_for(spec, tmp_path)
    whole = stems(Cut(mix(), 1 << 30), prompts, spec.id)
    parts = stems(Cut(mix(), 4001), prompts, spec.id)
    total = sum(sound for name, sound in whole.items() if name != "mix")
    np.testing.assert_array_equal(whole["mix"], mix().samples)
    assert np.abs(total - mix().samples).max() < 10 ** (-90 / 20)
    assert whole.keys() == parts.keys()
    for name, sound in whole.items():
        assert sound.shape == mix().samples.shape
        assert level_db(parts[name] - sound, mix().samples) < SAME_DB, name
    target = next(name for name in whole if name.startswith("target"))
    assert level_db(whole[target], mix().samples) > -40, "the engine is to find something in this mix"


@every_engine
def test_what_is_panned_hard_stays_there(spec, tmp_path):
    side = len(spec.id) % 2  # left for one engine, right for the next
    sound = np.zeros((2, 3 * RATE_HZ), np.float32)
    sound[side] = mix().samples[0, : 3 * RATE_HZ]
    prompts = tuple(p for p in prompts_for(spec, tmp_path) if not isinstance(p, Pan)) or (Pan(-1, 1),)
    for name, stem in stems(Waveform(sound, RATE_HZ), prompts, spec.id).items():
        assert level_db(stem[1 - side], sound) < SAME_DB, name


@every_engine
def test_a_stop_is_obeyed_within_two_seconds_and_leaves_nothing(spec, tmp_path):
    """Ten minutes at 48 kHz, stopped as soon as the engine works on them.

    Processor time counts, so that a machine with other work does not matter.
    """
    chunk = np.repeat(mix().samples, 3, axis=1)
    source = Cut(Waveform(chunk, 48_000), 48_000, times=600 // SECONDS)
    prompts = prompts_for(spec, tmp_path)
    stop, under_way, seen = threading.Event(), threading.Event(), []

    def report(fraction: float, stage: str) -> None:
        seen.append((fraction, stage))
        if fraction > 0:
            under_way.set()

    def work() -> None:
        with pytest.raises(Cancelled):
            separate_to_folder(
                source, prompts, tmp_path / "out", engine=spec.id, progress=Progress(report, stop)
            )

    thread = threading.Thread(target=work)
    thread.start()
    assert under_way.wait(120)
    asked_s = time.process_time()
    stop.set()
    thread.join(60)
    assert not thread.is_alive() and time.process_time() - asked_s < STOP_S
    fractions = [fraction for fraction, _ in seen]
    assert fractions == sorted(fractions) and fractions[-1] < 0.5
    assert not (tmp_path / "out").exists()
