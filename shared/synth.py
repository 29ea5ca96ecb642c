"""Everyday sounds made from nothing: noise, rain, traffic, a café, birds, a siren; and mixing at a level.

Every background is (2, T) float32 with a peak of 0.9, deterministic by seed. Times in seconds, frequencies
in Hz. Music is in `shared.synth_music`, pictures are in `shared.synth_pictures`.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Stereo = NDArray[np.float32]
Samples = NDArray[np.float64]

# First three formants in Hz of nine vowels, mean of adult men (Peterson and Barney 1952).
_VOWELS = (
    (270, 2290, 3010),
    (390, 1990, 2550),
    (530, 1840, 2480),
    (660, 1720, 2410),
    (730, 1090, 2440),
    (570, 840, 2410),
    (440, 1020, 2240),
    (300, 870, 2240),
    (640, 1190, 2390),
)


def white_noise(duration_s: float, *, sample_rate_hz: int, seed: int = 0) -> Stereo:
    """Make noise of equal power per Hz."""
    noise = np.random.default_rng(seed).standard_normal((2, _frames(duration_s, sample_rate_hz)))
    return _finished(noise)


def pink_noise(duration_s: float, *, sample_rate_hz: int, seed: int = 0, slope_db: float = -3.0) -> Stereo:
    """Make noise whose power falls by `slope_db` per octave (−3: equal power per octave), above 20 Hz."""
    return _finished(_coloured(duration_s, sample_rate_hz, np.random.default_rng(seed), slope_db))


def _coloured(duration_s: float, sample_rate_hz: int, rng: np.random.Generator, slope_db: float) -> Samples:
    frames = _frames(duration_s, sample_rate_hz)
    spectrum = np.fft.rfft(rng.standard_normal((2, frames)))
    frequency_hz = np.fft.rfftfreq(frames, 1 / sample_rate_hz)
    octaves = np.log2(np.maximum(frequency_hz, 20) / 1000)
    spectrum *= 10 ** (slope_db * octaves / 20) * (frequency_hz >= 20)
    noise = np.fft.irfft(spectrum, frames)
    return noise / noise.std()


def rain(duration_s: float, *, sample_rate_hz: int, seed: int = 0, drops_per_s: float = 220.0) -> Stereo:
    """Make rain: the hiss of far drops, swelling slowly, and near drops that each ring and splash."""
    rng = np.random.default_rng(seed)
    frames = _frames(duration_s, sample_rate_hz)
    hiss = _band(_coloured(duration_s, sample_rate_hz, rng, -3.5), 250, 11000, sample_rate_hz)
    hiss *= 1 + 0.12 * _wander(frames, sample_rate_hz, 0.4, rng)
    near = np.zeros((2, frames))
    drops = [_drop(rng, sample_rate_hz) for _ in range(32)]
    for _ in range(rng.poisson(drops_per_s * duration_s)):
        drop, start, angle = drops[rng.integers(32)], rng.integers(0, frames), rng.uniform(0, np.pi / 2)
        drop = drop[: frames - start] * rng.lognormal(0, 0.8) * 0.25
        near[:, start : start + len(drop)] += np.array([[np.cos(angle)], [np.sin(angle)]]) * drop
    return _finished(hiss / hiss.std() * 0.5 + near, headroom=0.6)


def _drop(rng: np.random.Generator, sample_rate_hz: int) -> Samples:
    """One drop: a splash of noise, then a bubble that rings and rises (van den Doel 2005)."""
    t = np.arange(int(0.03 * sample_rate_hz)) / sample_rate_hz
    pitch_hz, decay_s = rng.uniform(900, min(5200, 0.4 * sample_rate_hz)), rng.uniform(0.002, 0.007)
    bubble = np.sin(2 * np.pi * pitch_hz * t * (1 + 4 * t)) * np.exp(-t / decay_s)
    splash = rng.standard_normal(len(t)) * np.exp(-t / 0.0016)
    return rng.uniform(0.3, 1.0) * bubble + 0.5 * splash


def traffic(duration_s: float, *, sample_rate_hz: int, seed: int = 0) -> Stereo:
    """Make a street: the rumble of tyres, an idling engine, and cars that pass from side to side."""
    rng = np.random.default_rng(seed)
    frames = _frames(duration_s, sample_rate_hz)
    t = np.arange(frames) / sample_rate_hz
    rumble = _band(_coloured(duration_s, sample_rate_hz, rng, -5), 30, 2500, sample_rate_hz)
    street = rumble / rumble.std() + 0.5 * _engine(frames, sample_rate_hz, rng, speed=14.0)
    pass_s = rng.uniform(0, 2)
    while pass_s < duration_s:
        side, width_s = rng.choice([-1, 1]), rng.uniform(0.7, 1.4)
        near = 1 / (1 + ((t - pass_s) / width_s) ** 2) ** 1.5
        angle = (side * np.tanh((t - pass_s) / width_s) + 1) * np.pi / 4
        tyres = _band(_coloured(duration_s, sample_rate_hz, rng, -3), 150, 5000, sample_rate_hz)[0]
        car = 1.6 * tyres / tyres.std() + _engine(frames, sample_rate_hz, rng, speed=rng.uniform(28, 45))
        street += np.stack([np.cos(angle), np.sin(angle)]) * (1.4 * near * car)
        pass_s += rng.exponential(1.6) + 0.8
    return _finished(street)


def engine(duration_s: float, *, sample_rate_hz: int, seed: int = 0) -> Stereo:
    """Make a car engine, heard near, whose speed wanders."""
    rng = np.random.default_rng(seed)
    frames = _frames(duration_s, sample_rate_hz)
    air = _band(_coloured(duration_s, sample_rate_hz, rng, -3), 200, 3500, sample_rate_hz)
    return _finished(_engine(frames, sample_rate_hz, rng, speed=24.0) + 0.12 * air)


def _engine(frames: int, sample_rate_hz: int, rng: np.random.Generator, *, speed: float) -> Samples:
    """(T,) firing pulses of four cylinders; `speed` in revolutions per second."""
    turns = np.cumsum(speed * (1 + 0.06 * _wander(frames, sample_rate_hz, 0.5, rng))) / sample_rate_hz
    orders = np.arange(0.5, min(40.5, 0.34 * sample_rate_hz / speed), 0.5)
    weights = rng.uniform(0.5, 1.0, len(orders)) / orders**0.8 * np.where(orders % 2 == 0, 2.5, 0.6)
    starts = rng.uniform(0, 2 * np.pi, len(orders))
    cycle = np.linspace(0, 2, 8193)
    waves = np.sin(2 * np.pi * orders[:, None] * cycle + starts[:, None])
    sound = np.interp(turns % 2, cycle, weights @ waves)
    return sound / (sound.std() + 1e-12)


def babble(duration_s: float, *, sample_rate_hz: int, seed: int = 0, talkers: int = 10) -> Stereo:
    """Make a café: talkers whose words cannot be made out, a room tone, and a few cups."""
    rng = np.random.default_rng(seed)
    room = _band(_coloured(duration_s, sample_rate_hz, rng, -4), 60, 4000, sample_rate_hz)
    sound = 0.12 * room / room.std()
    for _ in range(talkers):
        voice = _talker(duration_s, sample_rate_hz, rng)
        angle = rng.uniform(0.1, np.pi / 2 - 0.1)
        sound += np.array([[np.cos(angle)], [np.sin(angle)]]) * voice * rng.uniform(0.15, 0.45)
    for _ in range(rng.poisson(0.4 * duration_s)):
        t = np.arange(int(0.4 * sample_rate_hz)) / sample_rate_hz
        tone_hz = rng.uniform(2200, min(4200, 0.2 * sample_rate_hz))
        cup = sum(np.sin(2 * np.pi * tone_hz * r * t) * np.exp(-t * 18 * r) for r in (1, 1.5, 2.3))
        start = rng.integers(0, sound.shape[1])
        angle, count = rng.uniform(0, np.pi / 2), min(len(t), sound.shape[1] - start)
        cup = np.asarray(cup)[:count] * rng.uniform(0.1, 0.4)
        sound[:, start : start + count] += np.array([[np.cos(angle)], [np.sin(angle)]]) * cup
    return _finished(sound)


def _talker(duration_s: float, sample_rate_hz: int, rng: np.random.Generator) -> Samples:
    """(T,) syllables of random vowels, sung by a glottal pulse through three formants; variance 1."""
    from scipy.signal import iirpeak, lfilter

    frames = _frames(duration_s, sample_rate_hz)
    sound = np.zeros(frames)
    voice_hz, tract = rng.choice([105, 120, 190, 215]) * rng.uniform(0.92, 1.08), rng.uniform(0.95, 1.15)
    start_s = rng.uniform(0, 0.3)
    while start_s < duration_s:
        length_s = rng.uniform(0.12, 0.26)
        t = np.arange(int(length_s * sample_rate_hz)) / sample_rate_hz
        pitch_hz = voice_hz * rng.uniform(0.88, 1.15) * (1 + 0.15 * (0.5 - t / length_s))
        turns = np.cumsum(pitch_hz) / sample_rate_hz % 1
        pulse = np.where(turns < 0.6, np.sin(np.pi * turns / 0.6) ** 2, 0) + 0.02 * rng.standard_normal(
            len(t)
        )
        syllable = np.zeros(len(t))
        for formant_hz, weight in zip(rng.choice(_VOWELS), (1.0, 0.5, 0.2), strict=True):
            centre_hz = min(formant_hz * tract, 0.45 * sample_rate_hz)
            b, a = iirpeak(centre_hz, centre_hz / (60 + 0.04 * centre_hz), fs=sample_rate_hz)
            syllable += weight * np.asarray(lfilter(b, a, np.diff(pulse, prepend=0)))
        shape = np.hanning(len(t)) ** 0.6 / (syllable.std() + 1e-9) * rng.uniform(0.5, 1.0)
        first = int(start_s * sample_rate_hz)
        count = min(len(t), frames - first)
        sound[first : first + count] += (syllable * shape)[:count]
        start_s += length_s * rng.uniform(0.8, 1.1) + (rng.uniform(0.25, 0.9) if rng.random() < 0.14 else 0)
    sound = _band(sound, 90, 5000, sample_rate_hz)
    return sound / (sound.std() + 1e-12)


def birds(duration_s: float, *, sample_rate_hz: int, seed: int = 0) -> Stereo:
    """Make birdsong: phrases of whistled syllables that sweep, trill and repeat, over a breath of wind."""
    rng = np.random.default_rng(seed)
    wind = _band(_coloured(duration_s, sample_rate_hz, rng, -6), 80, 1500, sample_rate_hz)
    sound = 0.03 * wind / wind.std()
    ceiling_hz = 0.42 * sample_rate_hz
    for _ in range(4):
        base_hz, angle = rng.uniform(2300, 4300), rng.uniform(0.1, np.pi / 2 - 0.1)
        sweep, trill_hz = rng.uniform(-0.35, 0.45), rng.choice([0, 0, 28, 45])
        level, time_s = rng.uniform(0.3, 1.0), rng.uniform(0, 1.5)
        while time_s < duration_s:
            for _ in range(rng.integers(3, 9)):
                t = np.arange(int(rng.uniform(0.06, 0.16) * sample_rate_hz)) / sample_rate_hz
                rise = t / t[-1]
                pitch_hz = base_hz * (1 + sweep * (rise - 0.5) + 0.06 * np.sin(2 * np.pi * trill_hz * t))
                phase = 2 * np.pi * np.cumsum(np.minimum(pitch_hz, ceiling_hz)) / sample_rate_hz
                chirp = level * np.sin(np.pi * rise) ** 0.7 * (np.sin(phase) + 0.08 * np.sin(2 * phase))
                start = int(time_s * sample_rate_hz)
                count = max(0, min(len(t), sound.shape[1] - start))
                side = np.array([[np.cos(angle)], [np.sin(angle)]])
                sound[:, start : start + count] += side * chirp[:count]
                time_s += t[-1] + rng.uniform(0.02, 0.09)
            time_s += rng.uniform(0.6, 2.2)
    return _finished(sound)


def siren(duration_s: float, *, sample_rate_hz: int, seed: int = 0) -> Stereo:
    """Make an emergency siren: a harsh tone that wails between 620 and 1450 Hz, moving across."""
    rng = np.random.default_rng(seed)
    t = np.arange(_frames(duration_s, sample_rate_hz)) / sample_rate_hz
    wail = 0.5 - 0.5 * np.cos(2 * np.pi * 0.28 * t + rng.uniform(0, 2 * np.pi))
    phase = 2 * np.pi * np.cumsum(620 + 830 * wail**0.8) / sample_rate_hz
    partials = [k for k in range(1, 9) if 1450 * k < 0.45 * sample_rate_hz]
    wail = sum(np.sin(k * phase) / k**1.1 for k in partials)
    wail = wail * (1 + 0.1 * _wander(len(t), sample_rate_hz, 3, rng))
    angle = (0.7 * np.tanh((t - duration_s / 2) / 2) + 1) * np.pi / 4
    return _finished(np.stack([np.cos(angle), np.sin(angle)]) * wail)


def tone(duration_s: float, *, sample_rate_hz: int, frequency_hz: float = 440.0, peak: float = 0.5) -> Stereo:
    """Make a sine of the given peak on both channels."""
    t = np.arange(_frames(duration_s, sample_rate_hz)) / sample_rate_hz
    return np.tile(peak * np.sin(2 * np.pi * frequency_hz * t), (2, 1)).astype(np.float32)


def mixed_at(
    target: ArrayLike, background: ArrayLike, *, ratio_db: float, peak: float = 0.89
) -> tuple[Stereo, Stereo]:
    """Scale two sounds so that the target's power is `ratio_db` above the background's.

    Args:
        target: (C, T) samples.
        background: (C, T') samples with T' >= T; the surplus is cut off.
        peak: Greatest sample of their sum.

    Returns:
        The scaled target and background, (C, T) float32; their sum is the mixture.
    """
    voice = np.asarray(target, np.float64)
    bed = np.asarray(background, np.float64)[:, : voice.shape[1]]
    bed = bed * np.sqrt((voice**2).mean() / ((bed**2).mean() + 1e-30) / 10 ** (ratio_db / 10))
    scale = peak / (np.abs(voice + bed).max() + 1e-30)
    return (voice * scale).astype(np.float32), (bed * scale).astype(np.float32)


def _frames(duration_s: float, sample_rate_hz: int) -> int:
    return int(round(duration_s * sample_rate_hz))


def _finished(sound: Samples, *, headroom: float = 1.0) -> Stereo:
    """Round off rare peaks (above `headroom` of the greatest) and set the peak to 0.9."""
    limit = headroom * np.abs(sound).max() + 1e-12
    soft = np.tanh(sound / limit) if headroom < 1 else sound / limit
    return (0.9 * soft / (np.abs(soft).max() + 1e-12)).astype(np.float32)


def _band(sound: Samples, low_hz: float, high_hz: float, sample_rate_hz: int) -> Samples:
    from scipy.signal import butter, sosfilt

    high_hz = min(high_hz, 0.45 * sample_rate_hz)
    sos = butter(2, (low_hz, high_hz), "bandpass", fs=sample_rate_hz, output="sos")
    return np.asarray(sosfilt(sos, sound))


def _wander(frames: int, sample_rate_hz: int, rate_hz: float, rng: np.random.Generator) -> Samples:
    """(T,) smooth random curve of about unit size that turns about `rate_hz` times a second."""
    knots = int(frames / sample_rate_hz * rate_hz * 2) + 4
    return np.interp(np.linspace(0, knots - 1, frames), np.arange(knots), rng.standard_normal(knots))
