"""Procedural weather, water and background: rain, streams, waves, wind, thunder, fire, drips, insects."""

import numpy as np

from tools.train_separator.signals import (
    RATE_HZ,
    Rng,
    Sound,
    band,
    calls,
    click,
    count,
    harmonics,
    low,
    noise,
    put,
    wander,
)


def _drop(rng: Rng, low_hz: float, high_hz: float) -> Sound:
    """Return a bubble's chirp (Minnaert): a rising sine that dies out."""
    n = int(rng.uniform(0.008, 0.06) * RATE_HZ)
    t = np.arange(n) / RATE_HZ
    hz = np.exp(rng.uniform(np.log(low_hz), np.log(high_hz)))
    rise = rng.uniform(0, 2.5) * hz
    return np.sin(2 * np.pi * (hz + rise * t / t[-1] / 2) * t) * np.exp(-t * rng.uniform(60, 300))


def _grains(rng: Rng, seconds: float, a_second: float, low_hz: float, high_hz: float) -> Sound:
    out = np.zeros(count(seconds))
    for at in rng.integers(0, len(out), int(a_second * seconds)):
        put(out, _drop(rng, low_hz, high_hz), int(at), rng.uniform(0.05, 1) ** 2)
    return out


def rain(rng: Rng, seconds: float) -> Sound:
    """Return rain on soft or hard ground: hiss, many small drops, some near ones."""
    low_hz = np.exp(rng.uniform(np.log(150), np.log(2500)))
    hiss = band(
        noise(rng, seconds, rng.uniform(0, 0.8)), low_hz, rng.uniform(6000, 11500), int(rng.integers(1, 3))
    )
    hiss *= wander(rng, seconds, 0.7, rng.uniform(0, 0.3))
    taps = np.zeros(count(seconds))
    for at in rng.integers(0, len(taps), int(rng.uniform(5, 220) * seconds)):
        grain = click(rng, rng.uniform(0.003, 0.02), rng.uniform(400, 3000), rng.uniform(4000, 11000))
        put(taps, grain, int(at), rng.uniform(0.05, 1) ** 3)
    drops = _grains(rng, seconds, rng.uniform(0, 25), 700, 5000)
    return hiss / hiss.std() + rng.uniform(0.5, 12) * taps + rng.uniform(0, 4) * drops


def stream(rng: Rng, seconds: float) -> Sound:
    """Return running water, from a brook (bubbles) to a waterfall (hiss)."""
    low_hz = np.exp(rng.uniform(np.log(120), np.log(900)))
    bubbles = _grains(rng, seconds, rng.uniform(60, 500), low_hz, low_hz * rng.uniform(3, 9))
    hiss = band(noise(rng, seconds, rng.uniform(0, 1.3)), low_hz * 0.7, rng.uniform(2500, 11000), 1)
    hiss *= wander(rng, seconds, 3, rng.uniform(0.05, 0.3))
    return bubbles / (bubbles.std() + 1e-6) + rng.uniform(0.1, 2.5) * hiss / hiss.std()


def drip(rng: Rng, seconds: float) -> Sound:
    """Return single drops that fall into water."""
    low_hz = rng.uniform(350, 1500)

    def one() -> Sound:
        tail = np.zeros(count(rng.uniform(0.1, 0.5)))
        for k in range(int(rng.integers(1, 4))):
            at = int(k * rng.uniform(0.02, 0.08) * RATE_HZ)
            put(tail, _drop(rng, low_hz, low_hz * 2.2), at, 0.7**k)
        return tail

    return calls(rng, seconds, one, (0.05, 1.0))


def waves(rng: Rng, seconds: float) -> Sound:
    """Return surf: noise that swells and breaks every few seconds."""
    n = count(seconds)
    t = np.arange(n) / RATE_HZ
    period = rng.uniform(3, 9)
    swell = (
        0.5 + 0.5 * np.sin(2 * np.pi * t / period * wander(rng, seconds, 0.3, 0.15) + rng.uniform(0, 6))
    ) ** rng.uniform(1, 3)
    deep = band(noise(rng, seconds, rng.uniform(0.8, 1.8)), 60, rng.uniform(600, 2500), 1)
    foam = band(noise(rng, seconds, rng.uniform(0, 0.8)), rng.uniform(500, 1500), 10500, 1)
    return deep / deep.std() * (0.15 + swell) + rng.uniform(0.2, 1.2) * foam / foam.std() * swell**1.5


def wind(rng: Rng, seconds: float) -> Sound:
    """Return wind: gusty low noise, with a whistle that follows the gusts."""
    gust = wander(rng, seconds, rng.uniform(0.4, 1.5), rng.uniform(0.3, 0.9))
    air = low(noise(rng, seconds, rng.uniform(1.0, 2.2)), rng.uniform(300, 2500)) * gust
    howl = np.zeros(count(seconds))
    for _ in range(int(rng.integers(0, 4))):
        hz = rng.uniform(200, 1400) * wander(rng, seconds, 1.0, 0.18)
        phase = 2 * np.pi * np.cumsum(hz) / RATE_HZ
        rough = low(noise(rng, seconds), rng.uniform(10, 60))
        howl += np.sin(phase) * rough / rough.std() * gust ** rng.uniform(1, 3)
    leaves = band(noise(rng, seconds), 1500, 9000, 1) * gust**1.5 * rng.uniform(0, 0.25)
    return air / air.std() + rng.uniform(0.1, 0.8) * howl + leaves


def thunder(rng: Rng, seconds: float) -> Sound:
    """Return thunder: a crack, then rolls that fade."""
    out = np.zeros(count(seconds))
    at = int(rng.uniform(0, 0.3 * seconds) * RATE_HZ)
    if rng.random() < 0.6:
        crack = band(noise(rng, rng.uniform(0.2, 0.8)), 80, rng.uniform(1500, 8000), 1)
        put(out, crack * np.exp(-np.linspace(0, rng.uniform(4, 9), len(crack))), at, rng.uniform(0.6, 2.5))
    for _ in range(int(rng.integers(2, 9))):
        roll = low(noise(rng, rng.uniform(0.6, 4), rng.uniform(1.0, 2.0)), rng.uniform(90, 500))
        shape = np.linspace(0, 1, len(roll)) ** rng.uniform(0.1, 1) * np.exp(
            -np.linspace(0, rng.uniform(3, 6), len(roll))
        )
        put(
            out,
            roll * shape / (np.abs(roll * shape).max() + 1e-9),
            at + int(rng.uniform(0, 2.5) * RATE_HZ),
            rng.uniform(0.3, 1.2),
        )
    return out


def fire(rng: Rng, seconds: float) -> Sound:
    """Return a fire: crackles of all sizes above a soft roar."""
    out = np.zeros(count(seconds))
    for at in rng.integers(0, len(out), int(rng.uniform(8, 90) * seconds)):
        low_hz = rng.uniform(300, 4000)
        grain = click(
            rng, np.exp(rng.uniform(np.log(0.002), np.log(0.025))), low_hz, low_hz * rng.uniform(1.8, 5)
        )
        put(out, grain, int(at), rng.pareto(1.6) * 0.15 + 0.02)
    roar = low(noise(rng, seconds, rng.uniform(0.8, 1.8)), rng.uniform(150, 900)) * wander(
        rng, seconds, 5, 0.3
    )
    return np.clip(out, -6, 6) + rng.uniform(0.02, 0.4) * roar / roar.std()


def crickets(rng: Rng, seconds: float) -> Sound:
    """Return crickets or cicadas: pulsed high tones or a buzzing band."""
    n = count(seconds)
    t = np.arange(n) / RATE_HZ
    out = np.zeros(n)
    for _ in range(int(rng.integers(1, 5))):
        hz = rng.uniform(2200, 8500) * wander(rng, seconds, 2, 0.004)
        tone = np.sin(2 * np.pi * np.cumsum(hz) / RATE_HZ)
        if rng.random() < 0.3:
            tone = band(noise(rng, seconds), float(hz[0]) * 0.8, float(hz[0]) * 1.2)
        pulses = np.clip(np.sin(2 * np.pi * rng.uniform(15, 110) * t), 0, 1) ** rng.uniform(0.5, 2)
        chirps = np.sin(2 * np.pi * rng.uniform(0.5, 4) * t + rng.uniform(0, 6)) > rng.uniform(-1, 0.4)
        out += tone * pulses * low(chirps.astype(float), 60) * rng.uniform(0.2, 1)
    return out


def bees(rng: Rng, seconds: float) -> Sound:
    """Return flying insects: buzzing harmonics that wander and pass."""
    out = np.zeros(count(seconds))
    for _ in range(int(rng.choice([1, 1, 2, 6, 20]))):
        hz = rng.uniform(110, 620) * wander(rng, seconds, rng.uniform(1, 5), rng.uniform(0.03, 0.12))
        buzz = harmonics(rng, hz, rng.uniform(0.4, 1.3), 25)
        out += buzz * wander(rng, seconds, 2, rng.uniform(0.1, 0.7))
    return out


def hiss(rng: Rng, seconds: float) -> Sound:
    """Return steady background noise of any colour, with or without hum; never a target."""
    sound = noise(rng, seconds, rng.uniform(-0.3, 2.2))
    if rng.random() < 0.3:
        sound += harmonics(
            rng, np.full(count(seconds), rng.choice([50.0, 60.0, 100.0])), 1.2, 20
        ) * rng.uniform(0.1, 1)
    return sound


GENERATORS = {
    "rain": rain,
    "stream": stream,
    "drip": drip,
    "waves": waves,
    "wind": wind,
    "thunder": thunder,
    "fire": fire,
    "crickets": crickets,
    "bees": bees,
    "noise": hiss,
}
