"""One hour of stereo at 48 kHz through each embedded engine: memory, time, and the sum of what comes out.

    python -m benchmarks.audio_long [--minutes 60] [--only hpss,spleeter]

Each engine runs in a process of its own, into files, with pictures and loudness, as the command does; one
run more sends the sum of all experts through a rack of effects into MP3. The hour is made of the shipped
song, again and again. Disk for three stems of the length is needed (4 GB for an hour). Rows of engines that
are not run stay as they were recorded.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.record import RESULTS, Row, peak_mb, record
from sam_audio.export.wav import WavFile
from sam_audio.planning import PACKAGE
from shared.prompts import Band, Example, Noise, Pan, Prompts, Reference, Span, Text
from shared.registry import EngineSpec, engines

ROOT = Path(__file__).parents[1]
RATE_HZ, CHANNELS = 48_000, 2
MOST_MB = 1200
EFFECTS = "effects"
CHAIN = ("eq", "compressor", "pitch_shift", "chorus", "reverb", "limiter")
PACKAGES = ("numpy", "scipy", "torch", "onnxruntime", "soxr", "soundfile")


def embedded() -> dict[str, EngineSpec]:
    """Return the embedded engines by id."""
    return {spec.id: spec for spec in engines(PACKAGE) if spec.tier == "embedded" and not spec.missing()}


def write_long(path: Path, minutes: float) -> WavFile:
    """Write the shipped song again and again, stereo at 48 kHz."""
    from benchmarks.audio_bars import clip

    song, frames = clip("song.flac"), int(minutes * 60 * RATE_HZ)
    file = WavFile(path, RATE_HZ, CHANNELS, frames)
    with file.writer() as writer:
        while writer.frames < frames:
            writer.write(song[:, : frames - writer.frames])
    return file


def prompts_for(spec: EngineSpec, reference: str) -> Prompts:
    """Return all that the engine takes, so that it has the most to do."""
    if spec.concepts is not None:
        return (Text(spec.concepts[0]),)
    samples = {
        Span: Span(10, 1e5),
        Band: Band(5, 1e5, 200, 5000),
        Pan: Pan(-0.5, 0.5),
        Example: Example(2, 5),
        Noise: Noise(0, 2),
        Reference: Reference(reference),
    }
    return tuple(prompt for kind, prompt in samples.items() if kind in spec.accepts)


def run_one(name: str, path: str) -> dict[str, Any]:
    """Separate a file in this process; return memory, times and the error of the sum."""
    from sam_audio.delivery import Delivery
    from sam_audio.separate import separate_to_folder
    from shared.chain import parse_chain
    from shared.discovery import declared
    from shared.loading import load_audio

    started, source = time.monotonic(), load_audio(path)
    spec = embedded().get(name)
    prompts = prompts_for(spec, str(Path(path).with_name("reference.wav"))) if spec else (Text("drums"),)
    steps = [{"id": step} for step in CHAIN] if name == EFFECTS else []
    chain = parse_chain(steps, declared("sam_audio.effects", "EFFECTS"), what="effect") if steps else None
    delivery = Delivery(("mp3",)) if name == EFFECTS else Delivery()
    engine = spec.id if spec else "hpss"
    with tempfile.TemporaryDirectory(dir=Path(path).parent) as folder:
        report = separate_to_folder(
            source, prompts, Path(folder) / "out", engine=engine, chain=chain, delivery=delivery
        )
    return {
        "memory_mb": peak_mb(),
        "cpu_s": time.process_time(),
        "wall_s": time.monotonic() - started,
        "error_dbfs": report.facts["sum_error_dbfs"],
    }


def rows_of(name: str, path: Path, minutes: float) -> tuple[Row, ...]:
    """Measure one engine in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.audio_long", "--run", name, str(path)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    found = json.loads(done.stdout)
    what = f"hpss, {', '.join(CHAIN)}, MP3" if name == EFFECTS else name
    how = f"{minutes:g} min stereo 48 kHz, {what}, pictures and loudness; {found['wall_s']:.0f} s wall"
    return (
        Row(f"{name}: peak memory", found["memory_mb"], "MB", at_most=MOST_MB, how=how),
        Row(f"{name}: processor time", found["cpu_s"], "s", how=how),
        Row(f"{name}: stems and residual against the mix", found["error_dbfs"], "dBFS", at_most=-90, how=how),
    )


def recorded() -> dict[str, Row]:
    """Return the rows of an earlier run by name, so that one engine can be measured again alone."""
    path = RESULTS / "audio_long.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf8", newline="") as stream:
        return {row["bar"]: _row(row) for row in csv.DictReader(stream)}


def _row(told: dict[str, str]) -> Row:
    limit = float(told["wanted"].removeprefix("<= ")) if told["wanted"] else None
    return Row(told["bar"], float(told["measured"]), told["unit"], at_most=limit, how=told["how"])


def main() -> int:
    """Measure; return how many bars are missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--only", default="", help="comma list of engines, and effects")
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        print(json.dumps(run_one(*options.run)))
        return 0
    names = [name for name in options.only.split(",") if name] or [*embedded(), EFFECTS]
    rows: dict[str, Row] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.wav"
        write_long(path, options.minutes)
        reference = write_long(Path(folder) / "reference.wav", min(options.minutes, 1.0))
        reference.scale(float(np.float32(0.5)))
        for name in names:
            found = {row.bar: row for row in rows_of(name, path, options.minutes)}
            rows = recorded() | found  # read anew: another run may have written meanwhile
            record("audio_long", rows.values(), packages=PACKAGES)
    return sum(not row.met for row in rows.values())


if __name__ == "__main__":
    sys.exit(main())
