"""Building blocks of procedural sounds: coloured noise, gliding harmonics, formants, grains and envelopes."""

from typing import Any

import numpy as np
from scipy import signal

RATE_HZ = 24_000
Rng = np.random.Generator
Sound = Any


def count(seconds: float) -> int:
    """Return samples for a time."""
    return max(8, round(seconds * RATE_HZ))


def sawtooth(phase: Sound, width: float) -> Sound:
    """Return a saw of rise `width` (0..1) of the period."""
    shape: Any = signal.sawtooth
    return shape(phase, width)


def noise(rng: Rng, seconds: float, slope: float = 0.0) -> Sound:
    """Return noise whose power falls by `slope` · 3 dB an octave (0 white, 1 pink, 2 brown)."""
    n = count(seconds)
    spectrum = np.fft.rfft(rng.standard_normal(n))
    spectrum *= np.maximum(np.arange(len(spectrum)), n * 20 / RATE_HZ) ** (-slope / 2)
    sound = np.fft.irfft(spectrum, n)
    return sound / (sound.std() + 1e-9)


def band(sound: Sound, low_hz: float, high_hz: float, order: int = 2) -> Sound:
    """Band-pass a sound."""
    low, high = max(15.0, low_hz), min(high_hz, RATE_HZ * 0.49)
    if low >= high * 0.95:
        low = high * 0.5
    return signal.sosfilt(signal.butter(order, (low, high), "band", fs=RATE_HZ, output="sos"), sound)


def low(sound: Sound, hz: float, order: int = 2) -> Sound:
    """Low-pass a sound."""
    return signal.sosfilt(signal.butter(order, min(hz, RATE_HZ * 0.49), fs=RATE_HZ, output="sos"), sound)


def wander(rng: Rng, seconds: float, rate_hz: float, depth: float) -> Sound:
    """Return a smooth random curve around one (log-normal), changing at about `rate_hz`."""
    n = count(seconds)
    points = max(4, int(seconds * rate_hz) + 3)
    curve = np.interp(np.linspace(0, points - 1, n), np.arange(points), rng.standard_normal(points))
    return np.exp(depth * curve)


def glide(rng: Rng, seconds: float, shape: list[float]) -> Sound:
    """Return a smooth curve through the values, at evenly spaced times with jitter."""
    n = count(seconds)
    places = np.linspace(0, 1, len(shape))
    places[1:-1] += rng.uniform(-0.25, 0.25, len(shape) - 2) / len(shape)
    curve = np.interp(np.linspace(0, 1, n), places, shape)
    size = max(3, n // 24)
    return np.convolve(np.pad(curve, size, mode="edge"), np.ones(size) / size, "same")[size:-size]


def harmonics(rng: Rng, pitch_hz: Sound, tilt: float = 1.0, most: int = 40) -> Sound:
    """Return a harmonic tone along a pitch curve; partial k has level k^-tilt with random dents."""
    phase = 2 * np.pi * np.cumsum(pitch_hz) / RATE_HZ
    top = int(min(most, RATE_HZ * 0.47 / max(20.0, float(np.max(pitch_hz)))))
    sound = np.zeros(len(phase))
    for k in range(1, max(2, top + 1)):
        sound += np.sin(k * phase + rng.uniform(0, 6.28)) * k**-tilt * np.exp(rng.normal(0, 0.35))
    return sound


def voiced(rng: Rng, pitch_hz: Sound, breath: float, jitter: float = 0.02) -> Sound:
    """Return a rough throat-like source along a pitch curve: pulses with jitter, and breath."""
    n = len(pitch_hz)
    wobble = np.exp(jitter * low(rng.standard_normal(n), 200) * 12)
    phase = np.cumsum(pitch_hz * wobble) / RATE_HZ
    pulse = sawtooth(2 * np.pi * phase, rng.uniform(0.02, 0.3))
    return pulse + breath * rng.standard_normal(n)


def formants(sound: Sound, centres_hz: list[float], q: float = 6.0) -> Sound:
    """Colour a source by resonances, the higher the weaker."""
    out = np.zeros(len(sound))
    for place, centre in enumerate(centres_hz):
        if centre < RATE_HZ * 0.45:
            b, a = signal.iirpeak(centre, q, fs=RATE_HZ)
            coloured: Sound = signal.lfilter(b, a, sound)
            out += coloured * 0.7**place
    return out + 0.03 * sound


def attack_decay(n: int, attack_s: float, decay_s: float) -> Sound:
    """Return an envelope: straight rise, exponential fall, straight to zero at its end."""
    rise = max(2, int(attack_s * RATE_HZ))
    curve = np.exp(-np.maximum(np.arange(n) - rise, 0) / (decay_s * RATE_HZ))
    curve[:rise] *= np.linspace(0, 1, min(rise, n))[: len(curve[:rise])]
    end = max(2, n // 20)
    curve[-end:] *= np.linspace(1, 0, end)
    return curve


def hump(n: int, rng: Rng, sharp: float = 0.6) -> Sound:
    """Return a smooth rise and fall with its top at a random place."""
    top = rng.uniform(0.15, 0.7)
    t = np.linspace(0, 1, n)
    return np.where(t < top, t / top, (1 - t) / (1 - top)) ** sharp


def put(target: Sound, grain: Sound, at: int, gain: float = 1.0) -> None:
    """Add a grain into a sound in place; what reaches beyond its end is cut."""
    if 0 <= at < len(target):
        room = min(len(grain), len(target) - at)
        target[at : at + room] += gain * grain[:room]


def ring(rng: Rng, seconds: float, partials_hz: Sound, decay_s: float, damping: float = 0.5) -> Sound:
    """Return a struck body: decaying partials, the higher the faster gone."""
    n = count(seconds)
    t = np.arange(n) / RATE_HZ
    sound = np.zeros(n)
    base = float(np.min(partials_hz))
    for hz in partials_hz:
        if hz < RATE_HZ * 0.46:
            fall = decay_s * (base / hz) ** damping * np.exp(rng.normal(0, 0.3))
            level = np.exp(rng.normal(0, 0.5)) * (base / hz) ** 0.3
            sound += level * np.sin(2 * np.pi * hz * t + rng.uniform(0, 6.28)) * np.exp(-t / fall)
    sound[-100:] *= np.linspace(1, 0, 100)
    return sound


def click(rng: Rng, seconds: float, low_hz: float, high_hz: float) -> Sound:
    """Return a short burst of band noise that decays."""
    grain = band(noise(rng, seconds), low_hz, high_hz)
    return grain * np.exp(-np.linspace(0, rng.uniform(4, 9), len(grain)))


def calls(rng: Rng, seconds: float, make: Any, gap_s: tuple[float, float], vary: float = 0.25) -> Sound:
    """Lay calls made by `make()` one after another with pauses."""
    out = np.zeros(count(seconds))
    at = int(rng.uniform(0, 0.4) * RATE_HZ)
    while at < len(out) - 600:
        grain = make()
        put(out, grain, at, float(np.exp(rng.normal(0, vary))))
        at += len(grain) + int(rng.uniform(*gap_s) * RATE_HZ)
    return out
