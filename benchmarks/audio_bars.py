"""Audio bars: speech, vocals and drums out of mixtures, memory of a long run, sum of the stems.

    python -m benchmarks.audio_bars [--minutes 10]

Mixtures are of the shipped clips and `shared/synth`, all stereo at 48 kHz, both parts at 0 dB of each other.
SI-SDR improvement (Le Roux et al. 2019) is against the mix, all channels together.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.record import Row, peak_mb, record
from sam_audio.export.wav import WavFile
from sam_audio.separate import separate, separate_to_folder
from shared import synth, synth_music
from shared.loading import load_audio
from shared.media import Waveform
from shared.prompts import Text

ROOT = Path(__file__).parents[1]
RATE_HZ = 48_000
CHORDS = ("Am", "F", "C", "G")
Sound = NDArray[np.float32]
Cases = Iterable[tuple[str, Sound, Sound]]


def clip(name: str) -> Sound:
    """Return a shipped clip as stereo at 48 kHz, (2, T)."""
    import soxr

    source = load_audio(ROOT / "examples" / "audio" / name)
    sound = np.concatenate(list(source.blocks(1 << 16)), axis=1)
    sound = np.stack([soxr.resample(channel, source.sample_rate_hz, RATE_HZ) for channel in sound])
    return np.repeat(sound, 2, axis=0)[:2] if len(sound) == 1 else sound


def backgrounds(duration_s: float) -> dict[str, Sound]:
    """Return six different backgrounds for speech."""
    made: dict[str, Callable[[], Sound]] = {
        "rain": lambda: synth.rain(duration_s, sample_rate_hz=RATE_HZ, seed=1),
        "traffic": lambda: synth.traffic(duration_s, sample_rate_hz=RATE_HZ, seed=2),
        "cafe": lambda: synth.babble(duration_s, sample_rate_hz=RATE_HZ, seed=3),
        "birds": lambda: synth.birds(duration_s, sample_rate_hz=RATE_HZ, seed=4),
        "siren": lambda: synth.siren(duration_s, sample_rate_hz=RATE_HZ, seed=5),
        "guitar": lambda: music("guitar", duration_s),
    }
    return {name: make() for name, make in made.items()}


def music(kind: str, duration_s: float, seed: int = 6) -> Sound:
    """Return "guitar", "band" or "drums", at least as long as asked."""
    bars = int(np.ceil(duration_s / 2.4))
    if kind == "drums":
        return synth_music.drums(duration_s, sample_rate_hz=RATE_HZ, seed=seed).astype(np.float32)
    play = {"guitar": synth_music.guitar, "band": synth_music.band}[kind]
    return play(CHORDS, sample_rate_hz=RATE_HZ, bars=bars, seed=seed).astype(np.float32)


def si_sdr(estimate: Sound, reference: Sound) -> float:
    """Return the scale-invariant signal-to-distortion ratio in dB, all channels together."""
    estimate, reference = (x.astype(np.float64).ravel() - x.mean() for x in (estimate, reference))
    wanted = reference * (estimate @ reference) / (reference @ reference)
    return float(10 * np.log10((wanted @ wanted) / ((estimate - wanted) @ (estimate - wanted))))


def improvement(prompt: str, target: Sound, other: Sound) -> tuple[float, float]:
    """Mix at 0 dB, separate, and return the improvement of target and residual, dB."""
    frames = min(target.shape[1], other.shape[1])
    target, other = (x[:, :frames] / np.sqrt((x[:, :frames] ** 2).mean()) * 0.08 for x in (target, other))
    mix = (target + other).astype(np.float32)
    done = separate(Waveform(mix, RATE_HZ), (Text(prompt),))
    found, rest = done.target.sound.samples, done.residual.sound.samples
    return si_sdr(found, target) - si_sdr(mix, target), si_sdr(rest, other) - si_sdr(mix, other)


def compared(bar: str, at_least: float, prompt: str, cases: Cases) -> tuple[Row, Row]:
    """Measure several mixtures; return the mean for the target and for what is left."""
    gains = {name: improvement(prompt, target, other) for name, target, other in cases}
    each = ", ".join(f"{name} {gain:.1f}" for name, (gain, _) in gains.items())
    target_db, rest_db = np.mean(list(gains.values()), axis=0)
    how = f"mean SI-SDR improvement of {len(gains)} mixtures at 0 dB"
    return (
        Row(bar, float(target_db), "dB", at_least=at_least, how=f"{how}: {each}"),
        Row(f"{bar}: residual", float(rest_db), "dB", how=how),
    )


def speech_rows() -> tuple[Row, ...]:
    """Two spoken sentences against six backgrounds."""
    voices = {name: clip(f"speech_{name}.flac") for name in ("rain", "product")}
    beds = backgrounds(max(v.shape[1] for v in voices.values()) / RATE_HZ)
    cases = [(f"{bed}/{name}", voice, sound) for bed, sound in beds.items() for name, voice in voices.items()]
    return compared("speech against six backgrounds", 8, "speech", cases)


def vocals_rows() -> tuple[Row, ...]:
    """A sung phrase against accompaniments."""
    singing = clip("singing.flac")
    length_s = singing.shape[1] / RATE_HZ
    cases = [(kind, singing, music(kind, length_s)) for kind in ("guitar", "band", "drums")]
    return compared("vocals over accompaniment", 8, "vocals", cases)


def drums_rows() -> tuple[Row, ...]:
    """Two beats against melodies."""
    pairs = [(kind, seed) for kind in ("guitar", "band") for seed in (1, 5)]
    cases = [(f"{kind}/{seed}", music("drums", 8, seed), music(kind, 8, seed + 1)) for kind, seed in pairs]
    return compared("drums against melody", 3, "drums", cases)


def long_rows(minutes: float) -> tuple[Row, ...]:
    """Separate a long song in a process of its own; measure memory, time and the sum of the stems."""
    with tempfile.TemporaryDirectory() as folder:
        song = clip("song.flac")
        frames = int(minutes * 60 * RATE_HZ)
        file = WavFile(Path(folder) / "long.wav", RATE_HZ, 2, frames)
        with file.writer() as writer:
            while writer.frames < frames:
                writer.write(song[:, : frames - writer.frames])
        command = [sys.executable, "-m", "benchmarks.audio_bars", "--run", str(file.path)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found = json.loads(done.stdout)
    how = f"{minutes:g} min stereo 48 kHz: speech, vocals, drums, an effect, remix, pictures"
    return (
        Row("peak memory of a long separation", found["memory_mb"], "MB", at_most=1000, how=how),
        Row(
            "processor time of a long separation",
            found["cpu_s"],
            "s",
            how=f"{how}; {found['wall_s']:.0f} s wall",
        ),
        Row("stems and residual against the mix", found["error_dbfs"], "dBFS", at_most=-90, how=how),
    )


def run_long(path: str) -> str:
    """Separate speech, vocals and drums with an effect and a remix; return memory, time and error as JSON."""
    from sam_audio.effects.gain import Gain
    from shared.chain import Chain

    started = time.monotonic()
    prompts = (Text("speech"), Text("vocals"), Text("drums"))
    with tempfile.TemporaryDirectory() as folder:
        report = separate_to_folder(
            load_audio(path), prompts, Path(folder), chain=Chain((Gain(gain_db=3.0),))
        )
    found = {
        "memory_mb": peak_mb(),
        "wall_s": time.monotonic() - started,
        "cpu_s": time.process_time(),
        "error_dbfs": report.facts["sum_error_dbfs"],
    }
    return json.dumps(found)


def main() -> int:
    """Measure every bar; return how many are missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--run", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        print(run_long(options.run))
        return 0
    rows = (*speech_rows(), *vocals_rows(), *drums_rows(), *long_rows(options.minutes))
    return record("audio", rows, packages=("numpy", "torch", "torchaudio", "onnxruntime", "soxr"))


if __name__ == "__main__":
    sys.exit(main())
