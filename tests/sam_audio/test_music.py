"""Tempo, beats and key of music that was made at a known tempo in a known key; refusals with a cure."""

import numpy as np
import pytest

from sam_audio.music import MOST_S, measure_music
from shared import synth, synth_music
from shared.errors import InputError
from shared.media import Waveform

RATE_HZ = 22_050
pytestmark = pytest.mark.slow  # librosa compiles itself where it has not yet


@pytest.mark.parametrize("bpm", [92.0, 118.0])
def test_the_tempo_of_drums_is_found_and_beats_fall_on_them(bpm: float) -> None:
    sound = synth_music.drums(16, sample_rate_hz=RATE_HZ, bpm=bpm)
    told = measure_music(Waveform(sound.astype(np.float32), RATE_HZ))
    assert told.tempo_bpm == pytest.approx(bpm, rel=0.03) and told.pulse > 1.5
    off = np.array(told.beats_s) * bpm / 60
    assert np.median(np.abs(off - np.rint(off))) < 0.12
    assert told.lengths_ms["1/8"] == pytest.approx(30_000 / told.tempo_bpm, abs=0.1)


PROGRESSIONS = {
    "F Bb C F": "F major",
    "G Em C D": "G major",
    "Am Dm E Am": "A minor",
    "Bm Em F# Bm": "B minor",
}


@pytest.mark.parametrize("chords", PROGRESSIONS)
def test_the_key_of_a_progression_is_found(chords: str) -> None:
    sound = synth_music.band(tuple(chords.split()), sample_rate_hz=RATE_HZ, bpm=110)
    told = measure_music(Waveform(sound.astype(np.float32), RATE_HZ))
    assert told.key == PROGRESSIONS[chords] != told.second_key and told.key_margin > 0
    assert abs(told.tuning_cents) < 10 and told.heard_s == pytest.approx(sound.shape[1] / RATE_HZ, abs=0.01)


def test_another_rate_and_stereo_tell_the_same() -> None:
    sound = synth_music.drums(8, sample_rate_hz=48_000, bpm=100).astype(np.float32)
    assert measure_music(Waveform(sound, 48_000)).tempo_bpm == pytest.approx(100, rel=0.03)


def test_what_has_no_tempo_is_refused_with_a_cure() -> None:
    with pytest.raises(InputError, match=r"lasts 1\.0 s; a tempo wants 3 s.*longer"):
        measure_music(Waveform(synth.tone(1, sample_rate_hz=RATE_HZ), RATE_HZ))
    with pytest.raises(InputError, match="silent"):
        measure_music(Waveform(np.zeros((1, 5 * RATE_HZ), np.float32), RATE_HZ))
    with pytest.raises(InputError, match="8000 Hz or more"):
        measure_music(Waveform(np.ones((1, 10_000), np.float32), 1000))


def test_only_the_first_ten_minutes_are_held() -> None:
    class Endless:
        sample_rate_hz, channels, content_key = 8000, 1, "endless"
        frames = int(MOST_S * 8000) * 3
        asked = 0

        def blocks(self, frames: int):
            beat = np.zeros((1, 4000), np.float32)
            beat[:, :200] = np.random.default_rng(0).normal(0, 0.3, 200)
            while True:
                self.asked += 4000
                yield beat

    source = Endless()
    told = measure_music(source)
    assert told.heard_s == pytest.approx(MOST_S, abs=0.1) and source.asked <= MOST_S * 8000 + 4000
    assert told.tempo_bpm == pytest.approx(120, rel=0.02)
