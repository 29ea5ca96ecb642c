"""Decode the sources into the bank: 24 kHz mono clips, one manifest row each.

    python -m tools.train_separator.bank BANK

BANK/x/<package> holds the unpacked packages; clips go to BANK/clips, rows to BANK/manifest.jsonl. Files
that are already there are kept, so the bank can be widened while a training reads it.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tools.train_separator.sources import SOURCES, Source

RATE_HZ = 24_000
LONGEST_S = 60.0
SOUND_FILES = {".wav", ".ogg", ".oga", ".flac", ".mp3"}


def decoded(path: Path, longest_s: float = LONGEST_S) -> Any:
    """Return a file as (T,) float32 of peak one at 24 kHz without silence at its ends, or None."""
    import soundfile
    import soxr

    try:
        with soundfile.SoundFile(path) as file:
            rate = file.samplerate
            sound = file.read(int(longest_s * rate), dtype="float32", always_2d=True).mean(1)
    except soundfile.LibsndfileError:
        return None
    if rate != RATE_HZ:
        sound = soxr.resample(sound, rate, RATE_HZ)
    return tidied(sound)


def tidied(sound: Any) -> Any:
    """Return the sound at peak one without the silence at its ends; None when there is none."""
    peak = np.abs(sound).max(initial=0)
    if peak < 1e-4 or len(sound) < RATE_HZ // 16:
        return None
    sound = (sound - sound.mean()) / peak
    loud = np.flatnonzero(np.abs(sound) > 0.01)
    return sound[max(0, loud[0] - 200) : loud[-1] + 2400].astype(np.float32)


def store(folder: Path, *, sound: str, split: str, name: str, samples: Any, row: dict[str, str]) -> None:
    """Write one clip as int16 and its row; a clip of that name is kept."""
    place = folder / "clips" / split / sound / f"{name}.npy"
    if place.exists() or samples is None:
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_suffix(".part.npy")
    np.save(part, (np.clip(samples, -1, 1) * 32000).astype(np.int16))
    part.rename(place)
    listed = {"sound": sound, "split": split, "clip": place.name, **row}
    with (folder / "manifest.jsonl").open("a", encoding="utf8") as manifest:
        manifest.write(json.dumps(listed) + "\n")


def files(folder: Path, source: Source) -> Iterator[Path]:
    """Yield the sound files of a source in a fixed order."""
    pattern = re.compile(source.pattern, re.IGNORECASE)
    root = folder / "x" / source.package
    for path in sorted(root.rglob("*")):
        spoken = "_desc" in path.name and "_desc" not in source.pattern  # tuxpaint's read-out names
        if path.suffix.lower() in SOUND_FILES and pattern.search(str(path)) and not spoken:
            yield path


def main() -> None:
    """Decode every source."""
    folder = Path(sys.argv[1])
    for source in SOURCES:
        found = list(files(folder, source))[:60]
        for path in found:
            name = f"{source.package}-{re.sub(r'[^A-Za-z0-9]+', '_', path.stem)[-40:]}"
            row = {"file": path.name, "package": source.package, "licence": source.licence}
            samples = decoded(path)
            store(folder, sound=source.sound, split=source.split, name=name, samples=samples, row=row)
        if not found:
            sys.stderr.write(f"nothing for {source}\n")


if __name__ == "__main__":
    main()
