"""Augment clips of the bank into a pool of spectra that the trainer mixes; runs beside it, at low priority.

    nice python -m tools.train_separator.pool BANK POOL

The pool is two memory-mapped files: spectra (slots, 2, 769, 256) float16 of 4 s segments at unit power, and
labels (slots,) int16, -1 while a slot is being written. Slots are renewed one after another for ever; the
bank is read again every few minutes.
"""

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from scipy import signal

from tools.train_separator.model import BINS, HOP, N_FFT, RATE_HZ
from tools.train_separator.sources import sounds

SLOTS, FRAMES = 2400, 256
SAMPLES = (FRAMES - 1) * HOP + N_FFT
REAL_SHARE = 0.72  # of picks, where a class has recordings as well as procedural clips
REREAD_S = 240.0
WINDOW = np.hanning(N_FFT + 1)[:-1].astype(np.float32)


def opened(folder: Path, mode: Any = "r+") -> tuple[Any, Any]:
    """Map the pool's files; makes them when they are not there."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = not (folder / "labels.npy").exists()
    kind = "w+" if fresh else mode
    spectra = np.lib.format.open_memmap(folder / "spectra.npy", kind, np.float16, (SLOTS, 2, BINS, FRAMES))
    labels = np.lib.format.open_memmap(folder / "labels.npy", kind, np.int16, (SLOTS,))
    if fresh:
        labels[:] = -1
    return spectra, labels


def listed(bank: Path) -> dict[str, dict[str, list[Path]]]:
    """Return training clips by class and kind: recordings apart from procedural ones."""
    found: dict[str, dict[str, list[Path]]] = {}
    for path in sorted((bank / "clips/train").glob("*/*.npy")):
        kind = "procedural" if path.name.startswith("procedural") else "real"
        found.setdefault(path.parent.name, {}).setdefault(kind, []).append(path)
    return found


def picked(kinds: dict[str, list[Path]], rng: np.random.Generator) -> Path:
    """Pick a clip: recordings oftener, the oftener the more of them there are."""
    real, made = kinds.get("real", []), kinds.get("procedural", [])
    share = REAL_SHARE * min(1.0, 0.45 + len(real) / 15)
    chosen = real if real and (not made or rng.random() < share) else made
    return chosen[int(rng.integers(len(chosen)))]


def excerpt(clip: Any, rng: np.random.Generator) -> Any:
    """Return SAMPLES of a clip at another speed: cut out of it, or laid down once or again and again."""
    speed = float(np.exp(rng.normal(0, 0.13)))
    length = int(min(len(clip), SAMPLES * speed * 1.05 + 8))
    start = int(rng.integers(0, len(clip) - length + 1))
    part = clip[start : start + length].astype(np.float32) / 32000
    places = np.arange(0, len(part) - 1, speed)
    part = np.interp(places, np.arange(len(part)), part).astype(np.float32)
    if len(part) >= SAMPLES:
        return part[:SAMPLES]
    out = np.zeros(SAMPLES, np.float32)
    at, once = int(rng.integers(0, max(1, (SAMPLES - len(part)) // 2))), rng.random() < 0.25
    while at < SAMPLES:
        room = min(len(part), SAMPLES - at)
        out[at : at + room] += part[:room]
        at += len(part) + int(rng.uniform(0, 0.6 * RATE_HZ))
        if once:
            break
    return out


def roomed(sound: Any, rng: np.random.Generator) -> Any:
    """Put the sound into a random room: direct sound and exponentially falling noise."""
    seconds = rng.uniform(0.05, 0.9)
    n = int(seconds * RATE_HZ)
    tail = rng.standard_normal(n) * np.exp(-np.linspace(0, 6.9, n))
    tail = signal.lfilter([1], [1, -rng.uniform(0, 0.7)], tail)
    tail *= np.exp(rng.uniform(np.log(0.1), np.log(1.2))) / (np.linalg.norm(tail) + 1e-9)
    tail[0] = 1
    return signal.fftconvolve(sound, tail)[:SAMPLES].astype(np.float32)


def equaliser(rng: np.random.Generator) -> Any:
    """Return a smooth random gain a bin, now and then with the top or bottom cut off."""
    hz = np.maximum(np.arange(BINS) * RATE_HZ / N_FFT, 30.0)
    points = np.geomspace(60, 12000, 7)
    gain_db = np.interp(np.log(hz), np.log(points), np.cumsum(rng.normal(0, 2.5, 7)))
    gain = 10 ** (gain_db / 20)
    if rng.random() < 0.2:
        gain /= 1 + (hz / np.exp(rng.uniform(np.log(2500), np.log(10000)))) ** 6
    if rng.random() < 0.15:
        gain /= 1 + (np.exp(rng.uniform(np.log(60), np.log(350))) / hz) ** 4
    return gain.astype(np.float32)


def spectrum(sound: Any) -> Any:
    """Return frames of SAMPLES samples, complex (769, 256)."""
    frames = np.lib.stride_tricks.sliding_window_view(sound, N_FFT)[::HOP][:FRAMES]
    return np.fft.rfft(frames * WINDOW, axis=1).T.astype(np.complex64)


def segment(path: Path, rng: np.random.Generator) -> Any:
    """Return one augmented spectrum at unit power as (2, 769, 256) float16; None when it is silent."""
    sound = excerpt(np.load(path, mmap_mode="r"), rng)
    if rng.random() < 0.4:
        sound = roomed(sound, rng)
    frames = spectrum(sound)
    power = float((frames.real**2 + frames.imag**2).sum(0).mean())
    if power < 1e-7:
        return None
    frames *= 8.0 / np.sqrt(power)
    return np.stack((frames.real, frames.imag)).astype(np.float16)


def main() -> None:
    """Renew slots for ever."""
    bank, folder = Path(sys.argv[1]), Path(sys.argv[2])
    spectra, labels = opened(folder)
    names = sounds()
    rng = np.random.default_rng(time.time_ns() % 2**32)
    slot, read = int(np.argmax(labels < 0)) if (labels < 0).any() else 0, 0.0
    clips: dict[str, dict[str, list[Path]]] = {}
    while True:
        if time.monotonic() - read > REREAD_S or not clips:
            clips, read = listed(bank), time.monotonic()
            present = [name for name in names if name in clips]
        sound = present[int(rng.integers(len(present)))]
        made = segment(picked(clips[sound], rng), rng)
        if made is not None:
            labels[slot] = -1
            spectra[slot] = made
            labels[slot] = names.index(sound)
            slot = (slot + 1) % SLOTS


if __name__ == "__main__":
    main()
