"""Measure the audio bars on mixtures made from the shipped clips and `shared/synth`, and write them down.

    python benchmarks/audio_bars.py [--minutes 10]

Appends rows to benchmarks/audio_bars.csv: date, machine, bar, wanted, measured, details. SI-SDR improvement
(Le Roux et al. 2019) is against the mix, both stems scaled to 0 dB of each other.
"""

import argparse
import csv
import datetime
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

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
Row = tuple[str, str, str, str]


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


def compared(bar: str, wanted: str, prompt: str, cases: Iterator[tuple[str, Sound, Sound]]) -> Row:
    """Measure several mixtures and return a row with mean, and each value."""
    gains = {name: improvement(prompt, target, other) for name, target, other in cases}
    mean = np.mean([gain for gain, _ in gains.values()])
    rest = np.mean([gain for _, gain in gains.values()])
    each = ", ".join(f"{name} {gain:.1f}" for name, (gain, _) in gains.items())
    return bar, wanted, f"{mean:.1f} dB", f"{each}; residual {rest:.1f}"


def speech_row() -> Row:
    """Two spoken sentences against six backgrounds."""
    voices = {name: clip(f"speech_{name}.flac") for name in ("rain", "product")}
    beds = backgrounds(max(v.shape[1] for v in voices.values()) / RATE_HZ)
    cases = ((f"{bed}/{name}", voice, sound) for bed, sound in beds.items() for name, voice in voices.items())
    return compared("speech against six backgrounds, SI-SDRi", ">= 8 dB mean", "speech", cases)


def vocals_row() -> Row:
    """A sung phrase against accompaniments."""
    singing = clip("singing.flac")
    length_s = singing.shape[1] / RATE_HZ
    cases = ((kind, singing, music(kind, length_s)) for kind in ("guitar", "band", "drums"))
    return compared("vocals over accompaniment, SI-SDRi", ">= 8 dB mean", "vocals", cases)


def drums_row() -> Row:
    """Two beats against melodies."""
    cases = (
        (f"{kind}/{s}", music("drums", 8, s), music(kind, 8, s + 1))
        for kind in ("guitar", "band")
        for s in (1, 5)
    )
    return compared("drums against melody, SI-SDRi", ">= 3 dB mean", "drums", cases)


def long_row(minutes: float) -> Row:
    """Separate a long song in a process of its own; measure memory, time and the sum of the stems."""
    with tempfile.TemporaryDirectory() as folder:
        song = clip("song.flac")
        frames = int(minutes * 60 * RATE_HZ)
        file = WavFile(Path(folder) / "long.wav", RATE_HZ, 2, frames)
        with file.writer() as writer:
            while writer.frames < frames:
                writer.write(song[:, : frames - writer.frames])
        command = [sys.executable, __file__, "--run", str(file.path)]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return f"{minutes:g} min stereo, peak memory", "< 1000 MB", *printed.strip().split("|")


def run_long(path: str) -> str:
    """Separate vocals, drums and the rest with effects and a remix; return memory and details."""
    from sam_audio.effects import gain
    from shared.chain import Chain

    started, worked = time.monotonic(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        source = load_audio(path)
        prompts = (Text("vocals"), Text("drums"))
        report = separate_to_folder(source, prompts, Path(folder), chain=Chain((gain.Gain(gain_db=3.0),)))
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    wall_s, cpu_s = time.monotonic() - started, time.process_time() - worked
    details = f"vocals + drums + remix, {wall_s:.0f} s ({cpu_s:.0f} cpu-s)"
    return f"{memory_mb:.0f} MB|{details}, stems miss the mix by {report.facts['sum_error_dbfs']} dBFS"


def machine() -> str:
    """Name processor and cores."""
    info = Path("/proc/cpuinfo")
    names = [
        line.split(":")[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
    ]
    return f"{names[0] if names else platform.processor()} x{len(names)}"


def main() -> None:
    """Measure every bar and append the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--run", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        print(run_long(options.run))
        return
    rows = [speech_row(), vocals_row(), drums_row(), long_row(options.minutes)]
    table = Path(__file__).with_suffix(".csv")
    new = not table.exists()
    with table.open("a", newline="") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(("date", "machine", "bar", "wanted", "measured", "details"))
        for row in rows:
            writer.writerow((datetime.date.today().isoformat(), machine(), *row))
            print(" | ".join(row))


if __name__ == "__main__":
    main()
