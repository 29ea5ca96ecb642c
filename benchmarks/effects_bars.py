"""Speed of every effect, and the memory that all of them in one chain take.

    python -m benchmarks.effects_bars [--seconds 60]

Processor time (all threads) over the length of the sound: stereo at 48 kHz, two voices over rain, read from a
32-bit float WAV and written to one. The settings are those of `BUSY`, or what the effect comes with.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.record import Row, record
from sam_audio.effects.stream import BlockStream, Effect
from sam_audio.export.wav import WavFile
from sam_audio.presets import presets
from shared.chain import Chain, parse_chain
from shared.discovery import declared
from shared.synth import babble, rain

RATE_HZ = 48_000
LONG = 4  # times the length, for the memory
BUSY: dict[str, tuple[dict[str, Any], ...]] = {
    "delay": ({"ping_pong": True, "time_ms": 10},),
    "denoise": ({"method": "steady"}, {"method": "speech"}),
    "eq": ({"low_db": 3, "mid_db": -3, "high_db": 3},),
    "formant": ({"semitones": 4},),
    "gain": ({"gain_db": 3},),
    "limiter": ({"gain_db": 12},),
    "normalise": ({"to": "loudness"}, {"to": "peak"}),
    "pan": ({"pan": 0.5},),
    "parametric": ({"gain_db": 6},),
    "pitch_shift": ({"semitones": 4}, {"semitones": -5, "keep_formants": True}),
    "reverb": ({}, {"space": "cathedral", "decay_s": 8}),
    "robot": ({"method": "monotone"}, {"method": "vocoder"}, {"method": "ring"}),
    "time": ({"speed": 0.8}, {"speed": 1.25}),
}
BAR = 0.1
EFFECTS: tuple[type[Effect], ...] = declared("sam_audio.effects", "EFFECTS")


def sound(folder: Path, seconds: float) -> WavFile:
    """Write the sound that is measured on."""
    ten = babble(10, sample_rate_hz=RATE_HZ, seed=1, talkers=2) * np.float32(0.5)
    ten += rain(10, sample_rate_hz=RATE_HZ, seed=2)[:, : ten.shape[1]] * np.float32(0.2)
    frames = round(seconds * RATE_HZ)
    file = WavFile(folder / f"{seconds:g}.wav", RATE_HZ, 2, frames)
    with file.writer() as writer:
        while writer.frames < frames:
            writer.write(ten[:, : frames - writer.frames])
    return file


def processor_s(chain: Chain[BlockStream], file: WavFile) -> float:
    """Return the processor time of reading, the chain, and writing."""
    out = WavFile(file.path.with_name("out.wav"), RATE_HZ, 2, file.frames)
    start = time.process_time()
    with out.writer() as writer:
        for block in chain(BlockStream.of(file)).blocks:
            writer.write(block)
    return time.process_time() - start


def cases() -> Iterator[tuple[str, Chain[BlockStream]]]:
    """Yield what is measured: every effect, then every preset."""
    for effect in EFFECTS:
        for settings in BUSY.get(effect.id, ({},)):
            words = ", ".join(f"{key} {value}" for key, value in settings.items())
            yield f"{effect.id} {words}".strip(), parse_chain([{"id": effect.id, **settings}], EFFECTS)
    for preset in presets().values():
        yield f"preset {preset.id}", parse_chain(list(preset.steps), EFFECTS)


def speed(folder: Path, seconds: float) -> Iterator[Row]:
    """Yield a row for reading and writing alone, then one a case, each warmed up on a second of sound."""
    file, second = sound(folder, seconds), sound(folder, 1.0)
    processor_s(Chain(), file)
    plain_s = min(processor_s(Chain(), file) for _ in range(3))
    yield Row(
        "read and write the file", plain_s / seconds, "RTF", how="processor time over the sound's length"
    )
    for name, chain in cases():
        processor_s(chain, second)
        taken_s = processor_s(chain, file)
        how = f"with reading and writing; {taken_s / plain_s:.1f} times these alone"
        yield Row(name, taken_s / seconds, "RTF", at_most=BAR, how=how)


def memory(seconds: float) -> Row:
    """Return how much more memory a long sound takes than a short one, through all effects at once."""
    lengths = (seconds, LONG * seconds)
    command = [sys.executable, "-m", "benchmarks.effects_bars", "--peak-of"]
    peaks = [float(subprocess.check_output([*command, f"{length_s:g}"])) for length_s in lengths]
    told = [f"{length_s:g} s: {peak:.0f} MB" for length_s, peak in zip(lengths, peaks, strict=True)]
    how = f"peaks of two processes, {', '.join(told)}"
    name = f"memory added by {LONG} times the length, {len(EFFECTS)} effects in one chain"
    return Row(name, peaks[1] - peaks[0], "MB", at_most=64, how=how)


def peak_mb(folder: Path, seconds: float) -> float:
    """Run a chain of all effects over a sound and return the peak memory of this process.

    The kernel's own mark is read: the one of `resource` still holds what the process that started us had.
    """
    steps = [BUSY.get(effect.id, ({},))[0] | {"id": effect.id} for effect in EFFECTS]
    processor_s(parse_chain(steps, EFFECTS), sound(folder, seconds))
    status = Path("/proc/self/status").read_text("utf8").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def main() -> int:
    """Measure and write the rows."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--peak-of", type=float, help="print the peak memory (MB) of so many seconds")
    asked = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as spare:
        folder = Path(spare)
        if asked.peak_of:
            print(peak_mb(folder, asked.peak_of))
            return 0
        rows = [*speed(folder, asked.seconds), memory(asked.seconds / 2)]
    return record("effects", rows, packages=("numpy", "scipy", "soxr", "torch", "onnxruntime"))


if __name__ == "__main__":
    sys.exit(main())
