"""Music made from nothing: plucked guitar, electric piano, bass, strings, drums, and an arranger.

Times are in seconds, frequencies in Hz; everything is float64, deterministic by seed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]
_NOTES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_CHORDS = {"": (0, 4, 7), "m": (0, 3, 7), "7": (0, 4, 7, 10), "m7": (0, 3, 7, 10), "maj7": (0, 4, 7, 11)}


def note_hz(midi: float) -> float:
    """Frequency of a MIDI note number, A4 = 69 = 440 Hz, equal temperament."""
    return 440.0 * 2 ** ((midi - 69) / 12)


def chord_notes(name: str) -> tuple[int, ...]:
    """MIDI notes of a chord such as "D", "Bm", "F#m7", root in the octave from C3 (48)."""
    root = _NOTES[name[0]]
    rest = name[1:]
    if rest[:1] in ("#", "b"):
        root += 1 if rest[0] == "#" else -1
        rest = rest[1:]
    return tuple(48 + root + step for step in _CHORDS[rest])


def pluck(
    frequency_hz: float,
    duration_s: float,
    *,
    sample_rate_hz: int,
    seed: int = 0,
    brightness: float = 0.5,
    decay_s: float = 3.0,
) -> Samples:
    """Play one plucked string (Karplus and Strong 1983; Jaffe and Smith 1983 for tuning and pick).

    Args:
        frequency_hz: Pitch, tuned to a fraction of a sample.
        brightness: 0..1, how fast the high partials die (1: slowly) and how hard the pick is.
        decay_s: Time in which the fundamental falls by 60 dB.

    Returns:
        (T,) samples, peak about 1.
    """
    from scipy.signal import lfilter

    rng = np.random.default_rng(seed)
    frames = int(duration_s * sample_rate_hz)
    period = sample_rate_hz / frequency_hz
    damping = 0.25 * (1 - brightness) + 0.01
    whole = int(period - 2.0)
    loop = np.convolve([damping, 1 - 2 * damping, damping], _lagrange(period - 1.0 - whole))
    loop *= 10 ** (-3 / (frequency_hz * decay_s))
    feedback = np.zeros(whole + len(loop))
    feedback[0] = 1
    feedback[whole:] -= loop
    burst = np.zeros(frames)
    pick = rng.uniform(-1, 1, int(period))
    softness = 0.75 * (1 - brightness)
    pick = lfilter([1 - softness], [1, -softness], pick)
    pick = pick - np.roll(pick, max(1, int(period * 0.14)))
    burst[: min(len(pick), frames)] = pick[:frames]
    string = np.asarray(lfilter([1.0], feedback, burst))
    string = _body(string, sample_rate_hz)
    return _released(string / (np.abs(string).max() + 1e-12), sample_rate_hz)


def _lagrange(delay: float) -> Samples:
    """Third-order Lagrange fractional delay for 1 <= delay < 2 (Laakso et al. 1996)."""
    taps = np.arange(4)
    weights = [np.prod([(delay - k) / (n - k) for k in taps if k != n]) for n in taps]
    return np.array(weights, np.float64)


def _body(string: Samples, sample_rate_hz: int) -> Samples:
    """Add the broad resonances of a guitar's air and top plate (about 100, 200 and 400 Hz)."""
    from scipy.signal import iirpeak, lfilter

    sound = 0.7 * string
    for centre_hz, quality, weight in ((105, 4, 0.5), (205, 5, 0.4), (410, 4, 0.25), (2600, 1, 0.3)):
        b, a = iirpeak(centre_hz, quality, fs=sample_rate_hz)
        sound = sound + weight * np.asarray(lfilter(b, a, string))
    return sound


def _released(sound: Samples, sample_rate_hz: int, release_s: float = 0.04) -> Samples:
    """Fade the last moments out, so that a note never ends with a click."""
    count = min(len(sound), int(release_s * sample_rate_hz))
    sound[len(sound) - count :] *= np.cos(np.linspace(0, np.pi / 2, count)) ** 2
    return sound


def electric_piano(
    frequency_hz: float, duration_s: float, *, sample_rate_hz: int, velocity: float = 0.7
) -> Samples:
    """Play one note of a tine piano by frequency modulation (Chowning 1973): a body and a bell pair."""
    t = np.arange(int(duration_s * sample_rate_hz)) / sample_rate_hz
    w = 2 * np.pi * frequency_hz * t
    bark = 1.6 * velocity * np.exp(-t / 0.9) * min(1.0, 500 / frequency_hz)
    body = np.sin(w + bark * np.sin(w)) * np.exp(-t / (1.6 * (220 / frequency_hz) ** 0.4))
    ratio = 14.0 if frequency_hz * 15 < sample_rate_hz / 2.2 else 5.0
    bell = np.sin(w + 0.5 * np.exp(-t / 0.15) * np.sin(ratio * w)) * np.exp(-t / 0.35)
    sound = (0.8 * body + 0.3 * velocity * bell) * (1 - np.exp(-t / 0.002))
    return _released(sound, sample_rate_hz)


def bass(frequency_hz: float, duration_s: float, *, sample_rate_hz: int, seed: int = 0) -> Samples:
    """Play one fingered bass note: a dark string with a steady fundamental under it."""
    string = pluck(
        frequency_hz, duration_s, sample_rate_hz=sample_rate_hz, seed=seed, brightness=0.15, decay_s=2.5
    )
    t = np.arange(len(string)) / sample_rate_hz
    tone = np.sin(2 * np.pi * frequency_hz * t) * np.exp(-t / 0.8) * (1 - np.exp(-t / 0.006))
    return _released(0.6 * string + 0.5 * tone, sample_rate_hz, 0.03)


def strings(
    frequency_hz: float, duration_s: float, *, sample_rate_hz: int, seed: int = 0, attack_s: float = 0.35
) -> Samples:
    """Play one note of a string section: five detuned, slowly wavering sawtooth players.

    Returns:
        (2, T) samples, players spread from left to right.
    """
    rng = np.random.default_rng(seed)
    t = np.arange(int(duration_s * sample_rate_hz)) / sample_rate_hz
    sound = np.zeros((2, len(t)))
    partials = min(24, int(0.4 * sample_rate_hz / frequency_hz))
    cycle = np.linspace(0, 2 * np.pi, 4097)
    wave = sum(np.sin(k * cycle) / k / (1 + (k * frequency_hz / 2200) ** 2) for k in range(1, partials + 1))
    for player in np.linspace(-1, 1, 5):
        rate_hz, start = rng.uniform(4.6, 5.8), rng.uniform(0, 2 * np.pi)
        cents = 7 * player + 9 * np.minimum(t / 0.8, 1) * np.sin(2 * np.pi * rate_hz * t + start)
        phase = 2 * np.pi * np.cumsum(frequency_hz * 2 ** (cents / 1200)) / sample_rate_hz
        phase += rng.uniform(0, 2 * np.pi)
        voice = np.interp(phase % (2 * np.pi), cycle, wave)
        angle = (player * 0.8 + 1) * np.pi / 4
        sound += np.array([[np.cos(angle)], [np.sin(angle)]]) * voice
    swell = (1 - np.exp(-t / (attack_s / 2))) * np.minimum(1, (t[-1] - t) / 0.25 + 1e-9)
    return 0.16 * sound * swell


def kick(*, sample_rate_hz: int) -> Samples:
    """Play a bass drum: a sine that falls from 150 to 48 Hz, and the click of the beater."""
    t = np.arange(int(0.45 * sample_rate_hz)) / sample_rate_hz
    phase = 2 * np.pi * (48 * t + 102 * 0.035 * (1 - np.exp(-t / 0.035)))
    click = np.sin(2 * np.pi * 2800 * t) * np.exp(-t / 0.003) * 0.12
    return _released(np.sin(phase) * np.exp(-t / 0.13) * (1 - np.exp(-t / 0.0008)) + click, sample_rate_hz)


def snare(*, sample_rate_hz: int, seed: int = 0) -> Samples:
    """Play a snare drum: two modes of the head and the rattle of the wires."""
    t, noise = _hit(0.32, sample_rate_hz, seed)
    head = np.sin(2 * np.pi * 186 * t) + 0.6 * np.sin(2 * np.pi * 331 * t)
    wires = _high(noise, 1400, sample_rate_hz) * np.exp(-t / 0.075)
    return _released(0.5 * head * np.exp(-t / 0.05) + 0.55 * wires, sample_rate_hz)


def hat(*, sample_rate_hz: int, seed: int = 0, opened: bool = False) -> Samples:
    """Play a hi-hat: six inharmonic square waves and noise, above 6 kHz."""
    t, noise = _hit(0.35 if opened else 0.09, sample_rate_hz, seed)
    metal = sum(np.sign(np.sin(2 * np.pi * f * 1.34 * t)) for f in (205, 304, 369, 522, 540, 800))
    sound = _high(0.35 * metal + 0.8 * noise, min(6500.0, 0.35 * sample_rate_hz), sample_rate_hz)
    return _released(0.5 * sound * np.exp(-t / (0.12 if opened else 0.022)), sample_rate_hz, 0.01)


def _hit(duration_s: float, sample_rate_hz: int, seed: int) -> tuple[Samples, Samples]:
    frames = int(duration_s * sample_rate_hz)
    return np.arange(frames) / sample_rate_hz, np.random.default_rng(seed).standard_normal(frames)


def _high(sound: Samples, cutoff_hz: float, sample_rate_hz: int) -> Samples:
    from scipy.signal import butter, sosfilt

    sos = butter(3, cutoff_hz, "highpass", fs=sample_rate_hz, output="sos")
    return np.asarray(sosfilt(sos, sound))


@dataclass
class Score:
    """An empty stereo sheet on which notes are placed.

    Args:
        duration_s: Length of the piece.
        sample_rate_hz: Its sample rate.
    """

    duration_s: float
    sample_rate_hz: int

    def __post_init__(self) -> None:
        self.samples = np.zeros((2, int(round(self.duration_s * self.sample_rate_hz))))

    def add(self, sound: Samples, start_s: float, *, level: float = 1.0, pan: float = 0.0) -> None:
        """Place (T,) or (2, T) samples at a time; `pan` −1 (left) .. 1 (right), equal power."""
        angle = (pan + 1) * np.pi / 4
        stereo = np.array([[np.cos(angle)], [np.sin(angle)]]) * sound if sound.ndim == 1 else sound
        start = int(start_s * self.sample_rate_hz)
        count = max(0, min(stereo.shape[1], self.samples.shape[1] - start))
        self.samples[:, start : start + count] += level * stereo[:, :count]


def drums(duration_s: float, *, sample_rate_hz: int, bpm: float = 100.0, seed: int = 0) -> Samples:
    """Play a plain rock beat, with ghost notes and small differences of strength.

    Returns:
        (2, T) samples, peak 0.9.
    """
    rng = np.random.default_rng(seed)
    score = Score(duration_s, sample_rate_hz)
    step_s = 60 / bpm / 4
    boom = kick(sample_rate_hz=sample_rate_hz)
    for step in range(int(duration_s / step_s)):
        place, time_s = step % 16, step * step_s
        if place in (0, 7, 10) or (place == 14 and rng.random() < 0.3):
            score.add(boom, time_s, level=0.95 if place == 0 else 0.75)
        if place in (4, 12) or rng.random() < 0.06:
            level = 0.7 if place in (4, 12) else 0.12
            score.add(snare(sample_rate_hz=sample_rate_hz, seed=seed + step), time_s, level=level, pan=0.1)
        if place % 2 == 0:
            level = rng.uniform(0.16, 0.22) * (1.2 if place % 4 == 0 else 0.8)
            tick = hat(sample_rate_hz=sample_rate_hz, seed=seed + step, opened=place == 14)
            score.add(tick, time_s, level=level, pan=0.35)
    return _finished(score.samples, sample_rate_hz, wet=0.06, seed=seed)


def guitar(
    chords: tuple[str, ...],
    *,
    sample_rate_hz: int,
    bpm: float = 100.0,
    bars: int | None = None,
    seed: int = 0,
) -> Samples:
    """Play fingerpicked guitar through a progression, one chord a bar of four beats.

    Returns:
        (2, T) samples, peak 0.9; T is `bars` bars (as many as chords when None).
    """
    rng = np.random.default_rng(seed)
    bar_s, count = 240 / bpm, bars or len(chords)
    score = Score(count * bar_s, sample_rate_hz)
    pattern = (0, 2, 3, 2, 1, 3, 2, 3)
    for bar in range(count):
        tones = chord_notes(chords[bar % len(chords)])
        voicing = (tones[0] - (12 if tones[0] > 52 else 0), tones[1], tones[2], tones[0] + 12)
        for eighth, finger in enumerate(pattern):
            ring_s = min(1.8, score.duration_s - (bar + eighth / 8) * bar_s)
            string = pluck(
                note_hz(voicing[finger]),
                ring_s,
                sample_rate_hz=sample_rate_hz,
                seed=int(rng.integers(1 << 31)),
                brightness=rng.uniform(0.55, 0.75),
            )
            time_s = (bar + eighth / 8) * bar_s + rng.uniform(0, 0.012)
            score.add(string, time_s, level=rng.uniform(0.8, 1.0), pan=-0.4 + 0.2 * finger)
    return _finished(score.samples, sample_rate_hz, wet=0.10, seed=seed)


def band(
    chords: tuple[str, ...],
    *,
    sample_rate_hz: int,
    bpm: float = 100.0,
    bars: int | None = None,
    seed: int = 0,
) -> Samples:
    """Play electric piano, bass and strings through a progression, one chord a bar of four beats.

    Returns:
        (2, T) samples, peak 0.9.
    """
    beat_s, count = 60 / bpm, bars or len(chords)
    score = Score(count * 4 * beat_s, sample_rate_hz)
    for bar in range(count):
        tones, start_s = chord_notes(chords[bar % len(chords)]), bar * 4 * beat_s
        root = tones[0] - 12 if tones[0] < 53 else tones[0] - 24
        for beat, length, note in ((0, 1.4, root), (1.5, 0.5, root), (2, 1.5, root), (3.5, 0.5, root + 7)):
            low = bass(note_hz(note), length * beat_s, sample_rate_hz=sample_rate_hz, seed=seed + bar)
            score.add(low, start_s + beat * beat_s, level=0.55)
        for k, tone in enumerate(tones):
            for beat, length, velocity in ((0, 2.4, 0.8), (2.5, 1.5, 0.6)):
                key = electric_piano(
                    note_hz(tone + 12), length * beat_s, sample_rate_hz=sample_rate_hz, velocity=velocity
                )
                score.add(key, start_s + beat * beat_s + 0.008 * k, level=0.2, pan=-0.3 + 0.3 * k)
            bow = strings(note_hz(tone + 12), 4.3 * beat_s, sample_rate_hz=sample_rate_hz, seed=seed + k)
            score.add(bow, start_s, level=0.13)
    return _finished(score.samples, sample_rate_hz, wet=0.12, seed=seed)


def _finished(samples: Samples, sample_rate_hz: int, *, wet: float, seed: int) -> Samples:
    """Put a dry mix into a small room and set its peak to 0.9."""
    from scipy.signal import oaconvolve

    t = np.arange(int(0.9 * sample_rate_hz)) / sample_rate_hz
    tail = np.random.default_rng(seed + 1).standard_normal((2, len(t))) * np.exp(-6.9 * t / 0.8)
    tail = _high(tail, 200, sample_rate_hz)
    tail /= np.sqrt((tail**2).sum(axis=1, keepdims=True))
    room = oaconvolve(samples, tail, axes=1)[:, : samples.shape[1]]
    mixed = samples + wet * 2 * room
    return 0.9 * mixed / (np.abs(mixed).max() + 1e-12)
