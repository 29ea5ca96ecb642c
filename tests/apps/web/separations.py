"""A finished separation without a separator, for tests of what comes after."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from PIL import Image

from apps.runner import Result
from shared.synth import engine, siren

RATE_HZ = 8000
SECONDS = 4


def stems_of(channels: int = 2, seconds: float = SECONDS) -> dict[str, np.ndarray]:
    """Return two sounds that differ, (C, T) float32 each."""
    target = siren(seconds, sample_rate_hz=RATE_HZ, seed=1)[:channels] * np.float32(0.4)
    residual = engine(seconds, sample_rate_hz=RATE_HZ, seed=2)[:channels] * np.float32(0.3)
    return {"target": target, "residual": residual}


def separation(folder: Path, stems: Mapping[str, np.ndarray], **facts: Any) -> Result:
    """Write stems and pictures as a separation does."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, samples in stems.items():
        soundfile.write(folder / f"{name}.wav", samples.T, RATE_HZ, "FLOAT")
    for name in ("mix", *stems):
        Image.new("RGB", (1236, 454), (18, 16, 26)).save(folder / f"{name}.png")
    files = sorted(path.name for path in folder.iterdir())
    return Result(folder, {"files": [{"name": name} for name in files], "facts": facts, "recipe": {}})
