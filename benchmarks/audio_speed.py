"""Time and memory of each engine on the same sound, a process each, beside those of the package demucs.

    python -m benchmarks.audio_speed spleeter 20      one engine on 20 s, as JSON

HTDemucs runs with random weights: the work is the same. "demucs" is the package's own `apply_model` at its
fastest setting (one pass, no shifts), "htdemucs" is the same net through this suite.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.audio_bars import RATE_HZ, Sound, clip
from benchmarks.record import peak_mb
from sam_audio.streaming import BLOCK_FRAMES
from shared.media import Waveform
from shared.registry import engines, loaded

ROOT = Path(__file__).parents[1]
DEMUCS, HTDEMUCS = "demucs", "htdemucs"
DEMUCS_HZ = 44_100
SOURCES = ("drums", "bass", "other", "vocals")
# The arguments of the released htdemucs that differ from the defaults of the class.
ARGUMENTS: dict[str, Any] = {
    "bottom_channels": 512,
    "dconv_mode": 3,
    "segment": Fraction(39, 5),
    "samplerate": DEMUCS_HZ,
}
PARAMETERS = 41_984_456  # of the released htdemucs


def names() -> tuple[str, ...]:
    """Return who is measured: every embedded engine of concepts, HTDemucs, and the package demucs."""
    listed = engines("sam_audio.engines")
    embedded = [spec.id for spec in listed if spec.tier == "embedded" and spec.concepts]
    return (*embedded, HTDEMUCS, DEMUCS)


def measured(seconds: float) -> Iterator[dict[str, Any]]:
    """Run each in a process of its own, one after another."""
    for name in names():
        command = [sys.executable, "-m", "benchmarks.audio_speed", name, str(seconds)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
        yield json.loads(done.stdout.splitlines()[-1])


def run(name: str, seconds: float) -> dict[str, Any]:
    """Measure one engine: seconds of clock and processor for the work, without loading; peak memory."""
    import torch

    rate_hz = RATE_HZ if name not in (DEMUCS, HTDEMUCS) else DEMUCS_HZ
    song = clip("song.flac")
    sound = np.tile(song, -(-int(seconds * rate_hz) // song.shape[1]))[:, : int(seconds * rate_hz)]
    work = _demucs() if name == DEMUCS else _engine(name)
    before_mb = peak_mb()
    wall_s, cpu_s = time.monotonic(), time.process_time()
    work(np.ascontiguousarray(sound), rate_hz)
    return {
        "engine": name,
        "seconds": seconds,
        "wall_s": time.monotonic() - wall_s,
        "cpu_s": time.process_time() - cpu_s,
        "peak_mb": peak_mb(),
        "loaded_mb": before_mb,
        "threads": torch.get_num_threads(),
    }


def _engine(name: str) -> Any:
    if name == HTDEMUCS:
        from sam_audio.engines.demucs_checkpoint import Bag
        from sam_audio.engines.htdemucs import HtDemucs

        engine, concept = HtDemucs(Bag((_net(),), ((1.0,) * len(SOURCES),)), "cpu"), "vocals"
    else:
        spec = next(spec for spec in engines("sam_audio.engines") if spec.id == name)
        engine, concept = loaded(spec, "cpu"), (spec.concepts or ("",))[0]

    def work(sound: Sound, rate_hz: int) -> None:
        for _ in engine.stream(Waveform(sound, rate_hz).blocks(BLOCK_FRAMES), rate_hz, concept=concept):
            pass

    return work


def _demucs() -> Any:
    import torch
    from demucs.apply import apply_model

    net = _net()

    def work(sound: Sound, rate_hz: int) -> None:
        apply_model(net, torch.from_numpy(sound)[None], shifts=0, split=True, overlap=0.25)

    return work


def _net() -> Any:
    from demucs.htdemucs import HTDemucs

    net = HTDemucs(sources=list(SOURCES), **ARGUMENTS).eval()
    count = sum(tensor.numel() for tensor in net.parameters())
    if count != PARAMETERS:
        sys.exit(f"This HTDemucs has {count} parameters; the released one has {PARAMETERS}.")
    return net


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], float(sys.argv[2]))))
