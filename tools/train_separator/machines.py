"""Procedural motors, vehicles, sirens and alarms."""

import numpy as np
from scipy import signal

from tools.train_separator.signals import (
    RATE_HZ,
    Rng,
    Sound,
    attack_decay,
    band,
    calls,
    click,
    count,
    formants,
    glide,
    harmonics,
    low,
    noise,
    put,
    sawtooth,
    wander,
)


def _motor(rng: Rng, seconds: float, low_hz: float, high_hz: float, rough: tuple[float, float]) -> Sound:
    """Return firing pulses of a motor whose speed wanders or glides, through a muffler, and its noise."""
    start = np.exp(rng.uniform(np.log(low_hz), np.log(high_hz)))
    speeds = [start * s for s in rng.uniform(0.6, 1.7, 5)] if rng.random() < 0.5 else [start] * 5
    pitch = glide(rng, seconds, speeds) * wander(rng, seconds, 4, rng.uniform(0.005, 0.05))
    sound = harmonics(rng, pitch, rng.uniform(0.3, 1.2), 45)
    sound += rng.uniform(0, 0.8) * harmonics(rng, pitch / 2, rng.uniform(0.5, 1.2), 45)
    sound = np.tanh(sound * rng.uniform(0.2, 2))
    beat = 1 + rng.uniform(0, 0.8) * np.sin(2 * np.pi * np.cumsum(pitch / rng.choice([1, 2, 4])) / RATE_HZ)
    air = band(noise(rng, seconds, rng.uniform(0, 1.5)), 60, rng.uniform(1500, 9000), 1)
    sound = (
        formants(sound, [rng.uniform(80, 400), rng.uniform(400, 1500), rng.uniform(1500, 3500)], 1.5)
        + 0.3 * sound
    )
    return sound / sound.std() + rng.uniform(*rough) * air / air.std() * beat


def _idle(rng: Rng, seconds: float) -> Sound:
    """Return an idling engine: the same few uneven strokes again and again, at nearly one speed."""
    hz = np.exp(rng.uniform(np.log(6), np.log(45)))
    cylinders, n = int(rng.choice([1, 2, 4, 6, 8])), int(RATE_HZ / hz)
    cycle = np.zeros(n)
    for stroke in range(cylinders):
        grain = band(noise(rng, min(0.5 / hz, 0.08), rng.uniform(0, 1.5)), 30, rng.uniform(500, 6000), 1)
        grain *= np.exp(-np.linspace(0, rng.uniform(3, 8), len(grain)))
        put(cycle, grain, int((stroke / cylinders + rng.normal(0, 0.01)) % 1 * n), np.exp(rng.normal(0, 0.3)))
    places = np.cumsum(wander(rng, seconds, 3, rng.uniform(0.002, 0.04))) % (n - 1)
    sound = np.interp(places, np.arange(n), cycle)
    air = low(noise(rng, seconds, rng.uniform(0.5, 1.5)), rng.uniform(500, 5000), 1)
    return sound / (sound.std() + 1e-9) + rng.uniform(0.05, 0.6) * air / air.std()


def engine(rng: Rng, seconds: float) -> Sound:
    """Return a car or motorcycle, driving or idling."""
    if rng.random() < 0.5:
        return _idle(rng, seconds)
    return low(_motor(rng, seconds, 22, 140, (0.05, 0.8)), rng.uniform(1200, 9000), 1)


def chainsaw(rng: Rng, seconds: float) -> Sound:
    """Return a two-stroke saw."""
    return _motor(rng, seconds, 80, 240, (0.2, 0.9)) * wander(rng, seconds, 3, 0.2)


def helicopter(rng: Rng, seconds: float) -> Sound:
    """Return rotor blades that chop air, with a turbine."""
    t = np.arange(count(seconds)) / RATE_HZ
    rate = rng.uniform(9, 26)
    chop = (
        0.5 + 0.5 * sawtooth(2 * np.pi * rate * t + rng.uniform(0, 6), rng.uniform(0.05, 0.4))
    ) ** rng.uniform(1.5, 5)
    air = low(noise(rng, seconds, rng.uniform(0.3, 1.6)), rng.uniform(400, 5000), 1)
    whine = harmonics(rng, np.full(len(t), rng.uniform(300, 1500)), 1.5, 5) * rng.uniform(0, 0.3)
    return (air / air.std() * (0.1 + chop) + whine) * wander(rng, seconds, 0.5, 0.3)


def airplane(rng: Rng, seconds: float) -> Sound:
    """Return a jet or propeller plane that passes."""
    if rng.random() < 0.3:
        return _motor(rng, seconds, 60, 120, (0.2, 0.8)) * wander(rng, seconds, 0.4, 0.4)
    roar = low(noise(rng, seconds, rng.uniform(0.4, 1.6)), rng.uniform(500, 6000), 1) * wander(
        rng, seconds, 3, 0.15
    )
    t = np.arange(count(seconds)) / RATE_HZ
    doppler = 1.1 - 0.25 / (1 + np.exp(-(t - seconds * rng.uniform(0.2, 0.8)) * rng.uniform(0.3, 2)))
    whine = harmonics(rng, rng.uniform(400, 3500) * doppler, 1.2, 4)
    return (roar / roar.std() + rng.uniform(0, 0.6) * whine) * wander(
        rng, seconds, 0.4, rng.uniform(0.1, 0.6)
    )


def train(rng: Rng, seconds: float) -> Sound:
    """Return a train: rumble, wheels over joints, sometimes steam puffs or a whistle."""
    out = low(noise(rng, seconds, rng.uniform(0.8, 1.8)), rng.uniform(300, 3000), 1)
    out *= rng.uniform(0.2, 1.0) / out.std()
    period = rng.uniform(0.35, 1.2)
    offsets = (0.0, rng.uniform(0.08, 0.2))
    for beat in np.arange(0, seconds, period):
        for offset in offsets:
            grain = click(rng, rng.uniform(0.05, 0.15), rng.uniform(80, 300), rng.uniform(800, 4000))
            put(out, grain / (np.abs(grain).max() + 1e-9), int((beat + offset) * RATE_HZ), rng.uniform(1, 4))
    if rng.random() < 0.35:
        t = np.arange(len(out)) / RATE_HZ
        puffs = (0.5 + 0.5 * np.sin(2 * np.pi * t * rng.uniform(2, 7))) ** 3
        out += band(noise(rng, seconds), 200, 5000, 1) * puffs * rng.uniform(0.5, 2)
    if rng.random() < 0.35:
        chord = sum(
            harmonics(rng, np.full(count(rng.uniform(0.8, 2)), f), 1.3, 8)[: count(0.8)]
            for f in rng.uniform(280, 750, 3)
        )
        put(
            out,
            np.asarray(chord) * attack_decay(count(0.8), 0.1, 2.0),
            int(rng.uniform(0, max(0.1, seconds - 1)) * RATE_HZ),
            rng.uniform(0.3, 1.5),
        )
    return out


def vacuum(rng: Rng, seconds: float) -> Sound:
    """Return a vacuum cleaner, fan or dryer: steady hum and rushing air."""
    hum = harmonics(rng, rng.uniform(80, 500) * wander(rng, seconds, 1, 0.01), rng.uniform(0.6, 1.5), 30)
    air = band(noise(rng, seconds, rng.uniform(0, 1)), rng.uniform(100, 600), rng.uniform(3000, 11000), 1)
    return air / air.std() + rng.uniform(0.1, 1.2) * hum / hum.std()


def horn(rng: Rng, seconds: float) -> Sound:
    """Return a car horn: one or two steady reedy tones, in hoots."""
    base = rng.uniform(280, 560)
    pitches = [base, base * rng.uniform(1.18, 1.3)][: int(rng.integers(1, 3))]

    def hoot() -> Sound:
        n = count(rng.uniform(0.12, 1.4))
        sound = sum(harmonics(rng, np.full(n, hz), rng.uniform(0.3, 0.9), 20) for hz in pitches)
        return np.asarray(sound) * attack_decay(n, 0.015, 5)

    return calls(rng, seconds, hoot, (0.08, 0.9), 0.1)


def siren(rng: Rng, seconds: float) -> Sound:
    """Return a siren: wail, yelp, two-tone or rotating horn."""
    t = np.arange(count(seconds)) / RATE_HZ
    low_hz, high_hz = rng.uniform(350, 800), rng.uniform(900, 1900)
    kind, rate = int(rng.integers(4)), rng.uniform(0.12, 0.6)
    if kind == 1:
        rate = rng.uniform(1.5, 4.5)
    wave = 0.5 + 0.5 * sawtooth(2 * np.pi * rate * t + rng.uniform(0, 6), rng.uniform(0.3, 0.7))
    if kind == 2:
        wave = (np.sin(2 * np.pi * rng.uniform(0.4, 1.2) * t) > 0).astype(float)
        high_hz = low_hz * rng.uniform(1.2, 1.5)
    pitch = low(np.full(len(t), low_hz) + (high_hz - low_hz) * wave - low_hz, 40) + low_hz
    tone = harmonics(rng, np.clip(pitch, 100, 4000), rng.uniform(0.5, 1.8), 14)
    return tone * wander(rng, seconds, 0.5, rng.uniform(0, 0.4))


def beep(rng: Rng, seconds: float) -> Sound:
    """Return an alarm or phone: beeps of sine, square or two tones in a rhythm."""
    hz, on, off = (
        np.exp(rng.uniform(np.log(450), np.log(4200))),
        rng.uniform(0.04, 0.5),
        rng.uniform(0.03, 0.7),
    )
    second, group = hz * rng.choice([1.0, 1.0, 1.25, 1.5, 0.8]), int(rng.integers(1, 6))
    square, trill = rng.random() < 0.4, rng.random() < 0.2
    parts = []
    for k in range(group):
        n = count(on)
        t = np.arange(n) / RATE_HZ
        f = hz if k % 2 == 0 else second
        phase = 2 * np.pi * f * t
        if trill:
            phase += 2.5 * np.sin(2 * np.pi * rng.uniform(15, 30) * t)
        tone = (
            signal.square(phase)
            if square and f < 3000
            else np.sin(phase) + rng.uniform(0, 0.4) * np.sin(2 * phase)
        )
        parts += [tone * attack_decay(n, 0.003, rng.choice([0.1, 10.0])), np.zeros(count(off))]
    pattern = np.concatenate(parts)
    return calls(rng, seconds, lambda: pattern, (0.0, rng.uniform(0.05, 1.0)), 0.0)


GENERATORS = {
    "engine": engine,
    "chainsaw": chainsaw,
    "helicopter": helicopter,
    "airplane": airplane,
    "train": train,
    "vacuum": vacuum,
    "horn": horn,
    "siren": siren,
    "beep": beep,
}
