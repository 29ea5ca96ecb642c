"""Procedural things that are struck, walked on, broken, clapped or typed on, and crowds."""

import numpy as np

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
    ring,
    voiced,
    wander,
)


def bell(rng: Rng, seconds: float) -> Sound:
    """Return bells from door chime to church: inharmonic partials, struck once or often."""
    base = np.exp(rng.uniform(np.log(110), np.log(2600)))
    ratios = np.array([0.5, 1.0, 1.19, 1.5, 2.0, 2.51, 2.66, 3.01, 4.1, 5.2, 6.4]) * np.exp(
        rng.normal(0, 0.025, 11)
    )
    decay = np.exp(rng.uniform(np.log(0.3), np.log(5.0)))
    gap = (0.02, 0.25) if rng.random() < 0.25 else (0.3, 2.0)
    tune = [1.0] if rng.random() < 0.5 else list(rng.choice([1.0, 1.125, 1.26, 1.5, 0.84], 3))
    out = np.zeros(count(seconds))
    at = rng.uniform(0, 0.5)
    while at < seconds:
        strike = ring(rng, min(decay * 4, seconds), base * rng.choice(tune) * ratios, decay)
        strike[:400] += click(rng, 400 / RATE_HZ, 1500, 9000)[:400] * rng.uniform(0, 1)
        put(out, strike, int(at * RATE_HZ), np.exp(rng.normal(0, 0.2)))
        at += rng.uniform(*gap)
    return out


def _taps(rng: Rng, seconds: float, make: object, gap_s: float, jitter: float) -> Sound:
    out, at = np.zeros(count(seconds)), rng.uniform(0, gap_s)
    while at < seconds:
        grain = make()  # type: ignore[operator]
        put(out, grain / (np.abs(grain).max() + 1e-9), int(at * RATE_HZ), np.exp(rng.normal(0, 0.2)))
        at += gap_s * np.exp(rng.normal(0, jitter))
    return out


def clock(rng: Rng, seconds: float) -> Sound:
    """Return ticking: short bright clicks of a small body, two alternating."""
    bodies = [rng.uniform(900, 7500, 5) for _ in range(2)]
    turn = [0]

    def tick() -> Sound:
        turn[0] += 1
        grain = ring(rng, 0.06, bodies[turn[0] % 2], rng.uniform(0.003, 0.012))
        grain[:60] += rng.standard_normal(60) * rng.uniform(0.2, 1.5)
        return grain

    return _taps(rng, seconds, tick, float(rng.choice([1.0, 0.5, 0.25, 0.2, rng.uniform(0.15, 1.2)])), 0.01)


def footsteps(rng: Rng, seconds: float) -> Sound:
    """Return steps on wood, stone, gravel, snow or leaves."""
    soft, low_hz = rng.random() < 0.5, rng.uniform(60, 400)
    top_hz = rng.uniform(1500, 9000)

    def step() -> Sound:
        n = count(rng.uniform(0.12, 0.35))
        sound = np.zeros(n)
        put(sound, click(rng, 0.06, low_hz, low_hz * 5), 0, rng.uniform(0.3, 1.5))
        if soft:
            for at in rng.integers(0, n // 2, int(rng.integers(10, 60))):
                put(
                    sound,
                    click(rng, rng.uniform(0.003, 0.03), rng.uniform(400, 2500), top_hz),
                    int(at),
                    rng.uniform(0.05, 0.6),
                )
        else:
            put(sound, ring(rng, 0.1, rng.uniform(150, 2500, 6), 0.02), 0, rng.uniform(0.2, 1))
            put(
                sound,
                click(rng, 0.05, 500, top_hz),
                int(rng.uniform(0.03, 0.12) * RATE_HZ),
                rng.uniform(0.1, 0.7),
            )
        return sound

    return _taps(rng, seconds, step, rng.uniform(0.28, 0.8), 0.06)


def hooves(rng: Rng, seconds: float) -> Sound:
    """Return a horse's walk, trot or gallop: hollow knocks in groups."""
    out, period, hz = np.zeros(count(seconds)), rng.uniform(0.35, 1.0), rng.uniform(250, 1100)
    places = rng.choice([0, 1])
    pattern = (0.0, 0.18, 0.36) if places else (0.0, 0.25, 0.5, 0.75)
    for start in np.arange(rng.uniform(0, 0.3), seconds, period):
        for place in pattern:
            grain = ring(rng, 0.12, hz * np.exp(rng.normal(0, 0.12)) * np.array([1, 1.7, 2.9]), 0.02)
            grain += 0.3 * click(rng, 0.12, 200, 4000)[: len(grain)]
            put(
                out,
                grain,
                int((start + place * period + rng.normal(0, 0.008)) * RATE_HZ),
                np.exp(rng.normal(0, 0.2)),
            )
    return out


def applause(rng: Rng, seconds: float) -> Sound:
    """Return clapping, of two hands or a hall."""
    out = np.zeros(count(seconds))
    people = int(np.exp(rng.uniform(np.log(2), np.log(120))))
    for _ in range(people):
        hz, gap, level = rng.uniform(500, 2600), rng.uniform(0.18, 0.4), rng.uniform(0.1, 1)
        grains = [click(rng, rng.uniform(0.01, 0.04), hz * 0.6, hz * rng.uniform(2, 4)) for _ in range(3)]
        at = rng.uniform(0, gap)
        while at < seconds:
            put(out, grains[int(rng.integers(3))], int(at * RATE_HZ), level * np.exp(rng.normal(0, 0.2)))
            at += gap * np.exp(rng.normal(0, 0.08))
    return out


def crowd(rng: Rng, seconds: float) -> Sound:
    """Return a babble of many throats with sliding formants."""
    out = np.zeros(count(seconds))
    for _ in range(int(rng.integers(6, 22))):
        pitch = rng.uniform(85, 260) * wander(rng, seconds, 3, 0.15)
        syllables = np.clip(low(rng.standard_normal(len(out)), rng.uniform(3, 6)) * 60, 0, None)
        colour = [rng.uniform(300, 900), rng.uniform(900, 2300), rng.uniform(2300, 3500)]
        talk = formants(voiced(rng, pitch, 0.3), colour, 4) * syllables
        out += talk / (talk.std() + 1e-9) * rng.uniform(0.2, 1)
    return out + rng.uniform(0, 0.4) * out.std() * noise(rng, seconds, 1)


def typing(rng: Rng, seconds: float) -> Sound:
    """Return keys of a keyboard or typewriter."""
    low_hz, sharp = rng.uniform(600, 2500), rng.uniform(0.005, 0.03)

    def key() -> Sound:
        sound = np.zeros(count(0.15))
        for part in range(int(rng.integers(1, 4))):
            grain = click(
                rng, sharp * rng.uniform(0.6, 1.6), low_hz * rng.uniform(0.5, 1.4), rng.uniform(4000, 10500)
            )
            put(sound, grain, int(part * rng.uniform(0.02, 0.06) * RATE_HZ), rng.uniform(0.3, 1))
        return sound + 0.3 * ring(rng, 0.15, rng.uniform(300, 3000, 3), 0.01)[: len(sound)]

    return _taps(rng, seconds, key, rng.uniform(0.07, 0.3), 0.5)


def gunshot(rng: Rng, seconds: float) -> Sound:
    """Return shots: a crack and its echo."""
    fall = rng.uniform(0.03, 0.3)

    def shot() -> Sound:
        bang = low(noise(rng, fall * 6, rng.uniform(0, 1.2)), rng.uniform(2000, 11000), 1)
        bang *= attack_decay(len(bang), 0.001, fall)
        return np.tanh(bang * rng.uniform(1, 4))

    return calls(rng, seconds, shot, (0.02, 0.12) if rng.random() < 0.3 else (0.2, 1.6))


def explosion(rng: Rng, seconds: float) -> Sound:
    """Return explosions: a blow and a long rumble."""

    def one() -> Sound:
        fall = rng.uniform(0.25, 1.2)
        blow = low(noise(rng, fall * 4, rng.uniform(0.8, 1.8)), rng.uniform(300, 5000), 1)
        debris = band(noise(rng, fall * 4), 500, 8000, 1) * rng.uniform(0, 0.2)
        return np.tanh(
            (blow + debris[: len(blow)]) * attack_decay(len(blow), 0.005, fall) * rng.uniform(1, 4)
        )

    return calls(rng, seconds, one, (0.3, 2.0))


def glass(rng: Rng, seconds: float) -> Sound:
    """Return breaking glass: a crack and many small high rings."""

    def one() -> Sound:
        out = np.zeros(count(rng.uniform(0.5, 1.4)))
        put(out, click(rng, 0.08, 1500, 11000), 0, rng.uniform(0.5, 2))
        for _ in range(int(rng.integers(15, 70))):
            shard = ring(rng, 0.2, rng.uniform(2000, 11000, 4), rng.uniform(0.008, 0.05))
            put(out, shard, int(rng.exponential(0.15) * RATE_HZ), rng.uniform(0.05, 0.7))
        return out

    return calls(rng, seconds, one, (0.3, 2.0))


def knock(rng: Rng, seconds: float) -> Sound:
    """Return knocks on wood in groups."""
    body = np.sort(rng.uniform(90, 1800, 7))

    def group() -> Sound:
        hits = int(rng.integers(2, 7))
        gap = rng.uniform(0.09, 0.3)
        out = np.zeros(count(hits * gap + 0.2))
        for k in range(hits):
            hit = ring(rng, 0.18, body, rng.uniform(0.012, 0.05))
            hit[:200] += click(rng, 200 / RATE_HZ, 300, 4000)[:200]
            put(out, hit, int(k * gap * RATE_HZ), rng.uniform(0.7, 1.2))
        return out

    return calls(rng, seconds, group, (0.2, 1.5))


def door(rng: Rng, seconds: float) -> Sound:
    """Return a door: creak of stick and slip, thud, latch."""

    def one() -> Sound:
        parts = [np.zeros(8)]
        if rng.random() < 0.6:
            creak = harmonics(
                rng, glide(rng, rng.uniform(0.4, 1.6), [float(x) for x in rng.uniform(40, 500, 5)]), 0.4, 30
            )
            parts.append(formants(creak, [rng.uniform(500, 1200), rng.uniform(1500, 3500)], 4) * 0.3)
        thud = click(rng, rng.uniform(0.15, 0.4), 50, rng.uniform(300, 1500)) * rng.uniform(1, 3)
        thud += 0.3 * ring(rng, len(thud) / RATE_HZ, rng.uniform(100, 1500, 5), 0.03)[: len(thud)]
        parts += [thud, np.zeros(count(rng.uniform(0.01, 0.2))), click(rng, 0.03, 1500, 8000)]
        return np.concatenate(parts)

    return calls(rng, seconds, one, (0.2, 1.5))


GENERATORS = {
    "bell": bell,
    "clock": clock,
    "footsteps": footsteps,
    "hooves": hooves,
    "applause": applause,
    "crowd": crowd,
    "typing": typing,
    "gunshot": gunshot,
    "explosion": explosion,
    "glass": glass,
    "knock": knock,
    "door": door,
}
