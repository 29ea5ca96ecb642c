"""Make the example mixes in examples/audio: a bird in traffic to draw a box on, a voice over a known song.

    python tools/make_example_mixes.py examples/audio

The traffic and the bird are synthetic (`shared.synth`); the voice and the song are the examples that
make_example_audio.py made, which must be in the folder already.
"""

import argparse
from pathlib import Path

import numpy as np
import soundfile
import soxr
from scipy.signal import butter, sosfilt

from shared import synth

RATE_HZ = 32_000
BIRD_S = (2.0, 4.2)  # where the bird sings in the traffic
SONG_FROM_S, SONG_DB = 1.3, -4.0  # the song begins inside, as a radio that was on already


def bird_in_traffic() -> np.ndarray:
    """A bird that sings once in a street: (T,) float at 32 kHz, 6 s; its song is 6 dB below the street."""
    street = synth.traffic(6.0, sample_rate_hz=RATE_HZ, seed=4).mean(0)
    start, stop = (int(edge * RATE_HZ) for edge in BIRD_S)
    song = synth.birds(BIRD_S[1] - BIRD_S[0], sample_rate_hz=RATE_HZ, seed=6).mean(0)
    song = sosfilt(butter(4, 1500, "highpass", fs=RATE_HZ, output="sos"), song)  # without its wind
    edge = np.minimum(np.arange(len(song)), np.arange(len(song))[::-1]) / (0.05 * RATE_HZ)
    song = song * np.clip(edge, 0, 1)
    level = 0.5 * street[start:stop].std() / song.std()
    mix = street.astype(np.float64)
    mix[start : start + len(song)] += level * song[: stop - start]
    return 0.7 * mix / np.abs(mix).max()


def voice_over_song(folder: Path) -> tuple[np.ndarray, int]:
    """A voice and the song behind it, duller and later than in its own file: (T,) float, and the rate."""
    voice, rate_hz = soundfile.read(folder / "speech_product.flac")
    song, song_hz = soundfile.read(folder / "song.flac")
    music = soxr.resample(song.mean(1), song_hz, rate_hz)[int(SONG_FROM_S * rate_hz) :][: len(voice)]
    music = sosfilt(butter(1, 6000, "lowpass", fs=rate_hz, output="sos"), music)
    music *= voice.std() / music.std() * 10 ** (SONG_DB / 20)
    mix = voice[: len(music)] + music
    return 0.7 * mix / np.abs(mix).max(), rate_hz


def main() -> None:
    """Write the mixes into the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    made = {
        "bird_in_traffic.flac": (bird_in_traffic(), RATE_HZ),
        "voice_over_song.flac": voice_over_song(folder),
    }
    for name, (samples, rate_hz) in made.items():
        soundfile.write(folder / name, samples, rate_hz, "PCM_16", compression_level=1.0)
        kilobytes = (folder / name).stat().st_size / 1e3
        print(f"{name}: {len(samples) / rate_hz:.1f} s, {rate_hz} Hz, {kilobytes:.0f} kB")


if __name__ == "__main__":
    main()
