"""Procedural animals and babies: a rough throat, a pitch contour, formants and a rhythm for each."""

from collections.abc import Callable
from functools import partial

import numpy as np

from tools.train_separator.signals import (
    RATE_HZ,
    Rng,
    Sound,
    attack_decay,
    band,
    calls,
    count,
    formants,
    glide,
    harmonics,
    hump,
    noise,
    put,
    voiced,
)


def _between(rng: Rng, bounds: tuple[float, float]) -> float:
    return float(np.exp(rng.uniform(np.log(bounds[0]), np.log(bounds[1]))))


def _throat(
    rng: Rng,
    *,
    length_s: tuple[float, float],
    pitch_hz: tuple[float, float],
    contour: list[list[float]],
    mouth_hz: list[tuple[float, float]],
    breath: tuple[float, float],
    rough: float = 0.02,
    tremble: tuple[float, float] | None = None,
) -> Callable[[], Sound]:
    """Return a maker of one animal's calls: this animal's pitch and mouth stay, each call varies."""
    pitch, mouth = _between(rng, pitch_hz), [_between(rng, place) for place in mouth_hz]
    length, air = _between(rng, length_s), rng.uniform(*breath)
    shape = contour[int(rng.integers(len(contour)))]
    quaver = None if tremble is None else rng.uniform(*tremble)

    def one() -> Sound:
        seconds = length * np.exp(rng.normal(0, 0.15))
        curve = pitch * np.exp(rng.normal(0, 0.06)) * glide(rng, seconds, shape)
        if quaver is not None:
            t = np.arange(len(curve)) / RATE_HZ
            curve *= 1 + rng.uniform(0.02, 0.09) * np.sin(2 * np.pi * quaver * t)
        sound = voiced(rng, curve, air, rough * rng.uniform(0.5, 2))
        sound = formants(sound, [hz * np.exp(rng.normal(0, 0.05)) for hz in mouth], rng.uniform(2.5, 7))
        if quaver is not None:
            sound *= 0.6 + 0.4 * np.sin(2 * np.pi * quaver * np.arange(len(sound)) / RATE_HZ)
        return sound * hump(len(sound), rng, rng.uniform(0.3, 1.0))

    return one


def _animal(rng: Rng, seconds: float, *, gap_s: tuple[float, float] = (0.1, 1.2), **throat: object) -> Sound:
    return calls(rng, seconds, _throat(rng, **throat), gap_s)  # type: ignore[arg-type]


RISE_FALL = [[0.8, 1.15, 0.9], [0.9, 1.2, 0.7], [1, 1.05, 0.8]]
DOG = {
    "length_s": (0.09, 0.35),
    "pitch_hz": (140, 1000),
    "contour": [[0.8, 1.3, 0.7], [1.1, 1.2, 0.6], [0.7, 1.2, 0.9]],
    "mouth_hz": [(350, 1100), (1000, 2200), (2200, 4200)],
    "breath": (0.3, 1.8),
    "rough": 0.05,
    "gap_s": (0.06, 0.8),
}
CAT = {
    "length_s": (0.35, 1.3),
    "pitch_hz": (320, 900),
    "contour": [[0.8, 1.1, 1.05, 0.75], [0.7, 1.2, 0.9], [1, 1.1, 0.8]],
    "mouth_hz": [(700, 1500), (1600, 2800), (3000, 4800)],
    "breath": (0.02, 0.3),
    "rough": 0.008,
    "gap_s": (0.2, 1.5),
}
COW = {
    "length_s": (0.9, 2.6),
    "pitch_hz": (75, 210),
    "contour": [[0.8, 1, 1.1, 0.9], [0.7, 1, 1, 0.8], [1, 1.2, 1.3, 0.9]],
    "mouth_hz": [(250, 600), (700, 1300), (2000, 3000)],
    "breath": (0.05, 0.5),
    "rough": 0.02,
    "gap_s": (0.3, 1.6),
}
SHEEP = {
    "length_s": (0.4, 1.3),
    "pitch_hz": (180, 520),
    "contour": [[0.9, 1, 1, 0.9], [1, 1.05, 0.95, 0.85]],
    "mouth_hz": [(500, 1000), (1300, 2200), (2500, 3800)],
    "breath": (0.1, 0.5),
    "rough": 0.02,
    "tremble": (6, 16),
    "gap_s": (0.2, 1.4),
}
HORSE = {
    "length_s": (0.7, 2.0),
    "pitch_hz": (450, 1300),
    "contour": [[1, 1.3, 0.9, 0.5], [1.2, 1.1, 0.8, 0.5]],
    "mouth_hz": [(700, 1400), (1600, 2600), (3000, 4500)],
    "breath": (0.2, 0.9),
    "rough": 0.04,
    "tremble": (7, 15),
    "gap_s": (0.3, 1.6),
}
PIG = {
    "length_s": (0.08, 0.4),
    "pitch_hz": (60, 260),
    "contour": RISE_FALL,
    "mouth_hz": [(300, 800), (1000, 2000)],
    "breath": (0.8, 3.0),
    "rough": 0.12,
    "gap_s": (0.05, 0.5),
}
DUCK = {
    "length_s": (0.1, 0.3),
    "pitch_hz": (110, 300),
    "contour": [[1.1, 1, 0.85], [1, 1.05, 0.9]],
    "mouth_hz": [(900, 1600), (1800, 2800), (3200, 4200)],
    "breath": (0.1, 0.7),
    "rough": 0.03,
    "gap_s": (0.03, 0.5),
}
CROW = {
    "length_s": (0.2, 0.55),
    "pitch_hz": (260, 750),
    "contour": [[0.9, 1.1, 0.9], [1.1, 1, 0.8]],
    "mouth_hz": [(1000, 1700), (1800, 2800), (3200, 4800)],
    "breath": (0.4, 1.5),
    "rough": 0.1,
    "gap_s": (0.1, 0.9),
}
LION = {
    "length_s": (0.6, 2.6),
    "pitch_hz": (35, 130),
    "contour": [[0.8, 1.2, 0.8], [1, 1.1, 0.7]],
    "mouth_hz": [(250, 550), (700, 1300), (1800, 2800)],
    "breath": (0.6, 2.5),
    "rough": 0.15,
    "gap_s": (0.2, 1.2),
}
WOLF = {
    "length_s": (1.2, 3.5),
    "pitch_hz": (280, 700),
    "contour": [[0.6, 1, 1.05, 1, 0.7], [0.7, 1.1, 1, 0.9, 0.6]],
    "mouth_hz": [(400, 900), (900, 1600)],
    "breath": (0.0, 0.08),
    "rough": 0.003,
    "gap_s": (0.2, 1.2),
}
BABY = {
    "length_s": (0.4, 1.4),
    "pitch_hz": (320, 620),
    "contour": [[0.8, 1.15, 1.1, 0.8], [0.9, 1.1, 1, 0.7]],
    "mouth_hz": [(900, 1400), (1700, 2600), (3200, 4500)],
    "breath": (0.05, 0.5),
    "rough": 0.02,
    "gap_s": (0.1, 0.6),
}
ROOSTER = {
    "length_s": (0.9, 1.8),
    "pitch_hz": (420, 800),
    "contour": [[0.7, 1.1, 0.9, 1.5, 1.4, 0.9], [0.8, 1.2, 1, 1.4, 1.5, 0.8]],
    "mouth_hz": [(900, 1500), (1800, 2800), (3400, 4600)],
    "breath": (0.1, 0.5),
    "rough": 0.02,
    "gap_s": (0.4, 2.0),
}
THROATS = {
    "dog": DOG,
    "cat": CAT,
    "cow": COW,
    "sheep": SHEEP,
    "horse": HORSE,
    "pig": PIG,
    "duck": DUCK,
    "crow": CROW,
    "lion": LION,
    "wolf": WOLF,
    "baby": BABY,
    "rooster": ROOSTER,
}


def birds(rng: Rng, seconds: float) -> Sound:
    """Return songbirds: chirps, trills and whistles of one to three birds."""
    out = np.zeros(count(seconds))
    for _ in range(int(rng.integers(1, 4))):
        base, trill = rng.uniform(1700, 6500), rng.uniform(8, 40)
        shapes = [[float(x) for x in rng.uniform(0.7, 1.4, int(rng.integers(2, 6)))] for _ in range(3)]

        def chirp(base: float = base, trill: float = trill, shapes: list[list[float]] = shapes) -> Sound:
            notes = [np.zeros(8)]
            for _ in range(int(rng.integers(1, 9))):
                curve = base * glide(rng, rng.uniform(0.03, 0.25), shapes[int(rng.integers(3))])
                if rng.random() < 0.3:
                    curve *= 1 + 0.08 * np.sin(2 * np.pi * trill * np.arange(len(curve)) / RATE_HZ)
                note = harmonics(rng, curve, 2.2, 3) * hump(len(curve), rng, rng.uniform(0.4, 1.2))
                notes += [note, np.zeros(int(rng.uniform(0.01, 0.12) * RATE_HZ))]
            return np.concatenate(notes)

        out += calls(rng, seconds, chirp, (0.1, 1.5)) * rng.uniform(0.3, 1)
    return out


def owl(rng: Rng, seconds: float) -> Sound:
    """Return hoots: soft low tones in groups."""
    hz = rng.uniform(230, 620)

    def hoots() -> Sound:
        parts = []
        for _ in range(int(rng.integers(1, 5))):
            curve = hz * glide(rng, rng.uniform(0.1, 0.7), [0.93, 1, 0.97])
            tone = harmonics(rng, curve, 3.0, 4) + 0.05 * noise(rng, len(curve) / RATE_HZ)[: len(curve)]
            parts += [tone * hump(len(curve), rng, 0.7), np.zeros(int(rng.uniform(0.05, 0.35) * RATE_HZ))]
        return np.concatenate(parts)

    return calls(rng, seconds, hoots, (0.3, 1.5))


def hen(rng: Rng, seconds: float) -> Sound:
    """Return clucks: short nasal bursts in uneven rhythm, now and then a long one."""
    hz = rng.uniform(330, 750)

    def cluck() -> Sound:
        long = rng.random() < 0.15
        length = rng.uniform(0.25, 0.8) if long else rng.uniform(0.03, 0.12)
        source = voiced(rng, hz * glide(rng, length, [0.9, 1.15, 0.85]), rng.uniform(0.1, 0.6), 0.03)
        grain = formants(source, [rng.uniform(800, 1300), rng.uniform(1700, 2600)], 5)
        return grain * attack_decay(len(grain), 0.006, length * 0.6)

    return calls(rng, seconds, cluck, (0.04, 0.5), 0.4)


def frog(rng: Rng, seconds: float) -> Sound:
    """Return croaks: bursts of damped pulses, from one frog to a pond of them."""
    out = np.zeros(count(seconds))
    for _ in range(int(rng.choice([1, 1, 2, 5]))):
        hz, rate, body = rng.uniform(300, 2400), rng.uniform(15, 90), rng.uniform(0.15, 0.8)

        def croak(hz: float = hz, rate: float = rate, body: float = body) -> Sound:
            grain = np.zeros(count(body))
            t = np.arange(int(0.04 * RATE_HZ)) / RATE_HZ
            for at in np.arange(0, body, 1 / rate):
                pulse = np.sin(2 * np.pi * hz * t) * np.exp(-t * rng.uniform(80, 200))
                put(grain, pulse, int(at * RATE_HZ))
            return grain * hump(len(grain), rng, 0.5)

        out += calls(rng, seconds, croak, (0.1, 1.0)) * rng.uniform(0.3, 1)
    return out


def sneeze(rng: Rng, seconds: float) -> Sound:
    """Return sneezes: an indrawn breath, then a burst of shaped noise."""

    def one() -> Sound:
        gasp = band(noise(rng, rng.uniform(0.2, 0.7)), 500, 4000)
        gasp *= np.linspace(0, 0.15, len(gasp))
        burst = noise(rng, rng.uniform(0.15, 0.5))
        voice = voiced(rng, rng.uniform(150, 500) * glide(rng, len(burst) / RATE_HZ, [1.2, 1, 0.7]), 0.5)
        sound = formants(
            burst + 0.7 * voice[: len(burst)], [rng.uniform(700, 1500), rng.uniform(2000, 5000)], 2
        )
        return np.concatenate([gasp, sound * attack_decay(len(sound), 0.01, 0.12)])

    return calls(rng, seconds, one, (0.5, 2.0))


GENERATORS: dict[str, Callable[[Rng, float], Sound]] = {
    "birds": birds,
    "owl": owl,
    "hen": hen,
    "frog": frog,
    "sneeze": sneeze,
    **{name: partial(_animal, **throat) for name, throat in THROATS.items()},
}
