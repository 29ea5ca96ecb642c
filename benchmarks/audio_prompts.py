"""Bars of prompts that point: pan windows, boxes, noise profiles, sounds like an example.

    python -m benchmarks.audio_prompts

All sounds are those of `shared/synth`, `shared/synth_music` and the shipped clips. SI-SDR improvement (Le
Roux et al. 2019) is against the mix, all channels together. A call, bell or bark and its surroundings are at
0 dB while it sounds, the rest at 0 dB over the whole.
"""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.audio_bars import clip, music, si_sdr
from benchmarks.record import Row, record
from sam_audio.engines.noise_profile import NoiseProfile
from sam_audio.engines.selection import Selection
from sam_audio.engines.similar import Similar
from sam_audio.types import Take
from shared import synth, synth_music
from shared.media import Waveform
from shared.progress import Progress
from shared.prompts import Band, Example, Noise, Pan

RATE_HZ = 48_000
LENGTH_S = 10.8
LENGTH = int(LENGTH_S * RATE_HZ)
LEVEL = 0.08
BLOCK = 48_000
Sound = NDArray[np.float64]


@dataclass(frozen=True)
class Events:
    """A sound that comes again and again.

    Args:
        sound: (1, T).
        spans_s: When it is heard.
        low_hz: Lowest frequency of it.
        high_hz: Highest.
    """

    sound: Sound
    spans_s: tuple[tuple[float, float], ...]
    low_hz: float
    high_hz: float


def placed(make: Callable[[int], Sound], starts_s: Iterable[float], low_hz: float, high_hz: float) -> Events:
    """Put a sound, made anew each time, at some times."""
    sound, spans = np.zeros((1, LENGTH)), []
    for number, start_s in enumerate(starts_s):
        first = int(start_s * RATE_HZ)
        piece = make(number)[: LENGTH - first]
        sound[0, first : first + len(piece)] += piece
        spans.append((start_s, start_s + len(piece) / RATE_HZ))
    return Events(sound / np.sqrt((sound[sound != 0] ** 2).mean()) * LEVEL, tuple(spans), low_hz, high_hz)


def bird_call(number: int) -> Sound:
    """Four whistled syllables that fall or rise, a little different each time."""
    song, mood = np.random.default_rng(9), np.random.default_rng(100 + number)
    parts = []
    for _ in range(4):
        rise = np.linspace(0, 1, int(0.11 * RATE_HZ))
        pitch_hz = 3300 * mood.uniform(0.98, 1.02) * (1 + song.uniform(-0.2, 0.25) * (rise - 0.5))
        whistle = np.sin(2 * np.pi * np.cumsum(pitch_hz) / RATE_HZ)
        parts += [np.abs(np.sin(np.pi * rise)) ** 0.7 * whistle]
        parts += [np.zeros(int(song.uniform(0.02, 0.06) * RATE_HZ))]
    return np.concatenate(parts[:-1]) * 10 ** (mood.uniform(-3, 3) / 20)


def bell(number: int) -> Sound:
    """A church bell's partials (hum, prime, tierce, quint, nominal and above)."""
    mood = np.random.default_rng(number)
    t = np.arange(int(2.2 * RATE_HZ)) / RATE_HZ
    partials = (
        (0.5, 0.5, 1.0),
        (1, 1, 1.5),
        (1.183, 0.6, 2),
        (1.506, 0.4, 2.2),
        (2, 0.7, 3),
        (3.01, 0.25, 5),
    )
    sounds = [
        level * np.exp(-t * decay) * np.sin(2 * np.pi * 880 * ratio * t + mood.uniform(0, 6))
        for ratio, level, decay in partials
    ]
    return mood.uniform(0.7, 1.2) * np.sum(sounds, axis=0)


def bark(number: int) -> Sound:
    """A rough voice of a fifth of a second through three formants."""
    from scipy.signal import butter, sosfilt

    mood = np.random.default_rng(50 + number)
    t = np.arange(int(0.22 * RATE_HZ)) / RATE_HZ
    pitch_hz = 420 * mood.uniform(0.95, 1.05) * (1 + 0.35 * np.sin(np.pi * t / t[-1]))
    voice = (np.cumsum(pitch_hz) / RATE_HZ % 1 < 0.3) - 0.3 + 0.5 * mood.standard_normal(len(t))
    formants = ((700, 1.0), (1500, 0.8), (2800, 0.4))
    tract = [butter(2, (f * 0.8, f * 1.2), "bandpass", fs=RATE_HZ, output="sos") for f, _ in formants]
    throat = sum(w * np.asarray(sosfilt(s, voice)) for s, (_, w) in zip(tract, formants, strict=True))
    return throat * np.abs(np.sin(np.pi * t / t[-1])) ** 0.5 * mood.uniform(0.7, 1.2)


def melody(start_s: float, end_s: float) -> Events:
    """A plucked melody of six notes, over and over between two times."""
    notes, step_s = (64, 67, 69, 72, 67, 64), 0.45
    starts = np.arange(start_s, end_s - step_s, step_s)

    def play(number: int) -> Sound:
        pitch_hz = synth_music.note_hz(notes[number % 6])
        return synth_music.pluck(pitch_hz, 0.9, sample_rate_hz=RATE_HZ, seed=number, brightness=0.6)

    made = placed(play, starts, 100, 8000)
    return Events(made.sound, ((start_s, start_s + 6 * step_s),), made.low_hz, made.high_hz)


@cache
def bed(kind: str) -> Sound:
    """Return a background as mono at the usual level, (1, T)."""
    makers = {
        "traffic": lambda: synth.traffic(LENGTH_S, sample_rate_hz=RATE_HZ, seed=2),
        "rain": lambda: synth.rain(LENGTH_S, sample_rate_hz=RATE_HZ, seed=1),
        "café": lambda: synth.babble(LENGTH_S, sample_rate_hz=RATE_HZ, seed=3),
        "band": lambda: music("band", LENGTH_S),
        "guitar": lambda: music("guitar", LENGTH_S),
        "drums": lambda: music("drums", LENGTH_S),
        "speech": lambda: np.concatenate([clip(f"speech_{n}.flac") for n in ("rain", "product")], axis=1),
        "singing": lambda: clip("singing.flac"),
        "white": lambda: synth.white_noise(LENGTH_S, sample_rate_hz=RATE_HZ, seed=3)[:1],
        "pink": lambda: synth.pink_noise(LENGTH_S, sample_rate_hz=RATE_HZ, seed=4)[:1],
        "hum": hum,
        "fan": fan,
    }
    sound = np.asarray(makers[kind](), np.float64).mean(0)
    sound = np.resize(sound, LENGTH)[None]
    return sound / sound.std() * LEVEL


def hum() -> Sound:
    """Mains hum: 24 harmonics of 50 Hz and a little hiss, (1, T)."""
    rng, t = np.random.default_rng(0), np.arange(LENGTH) / RATE_HZ
    tones = sum(np.sin(2 * np.pi * 50 * k * t + rng.uniform(0, 6)) / k**0.7 for k in range(1, 25))
    return (tones / np.std(tones) + 0.1 * rng.standard_normal(LENGTH))[None]


def fan() -> Sound:
    """Air and the blades of a fan, (1, T)."""
    t = np.arange(LENGTH) / RATE_HZ
    air = synth.pink_noise(LENGTH_S, sample_rate_hz=RATE_HZ, seed=7, slope_db=-6)[0].astype(np.float64)
    return (air / air.std() + 0.5 * np.sin(2 * np.pi * 170 * t) + 0.3 * np.sin(2 * np.pi * 340 * t + 1))[None]


def run(take: Take, wave: Waveform) -> Sound:
    """Return what a take yields for a whole sound."""
    return np.concatenate(list(take(wave.blocks(BLOCK))), axis=1).astype(np.float64)


def gained(take_of: Callable[[Waveform], Take], target: Sound, other: Sound) -> float:
    """Mix, separate, and return the improvement of the target, dB."""
    mix = (target + other).astype(np.float32)
    wave = Waveform(mix, RATE_HZ)
    return si_sdr(run(take_of(wave), wave), target) - si_sdr(mix, target)  # pyright: ignore[reportArgumentType]


def row(bar: str, gains_db: dict[str, float], how: str, at_least: float | None = None) -> Row:
    """Return the mean of several gains, each told."""
    each = ", ".join(f"{name} {gain:.1f}" for name, gain in gains_db.items())
    return Row(bar, float(np.mean(list(gains_db.values()))), "dB", at_least=at_least, how=f"{how}: {each}")


def pan_rows() -> tuple[Row, ...]:
    """Three sources panned by level alone, each window taken in turn."""
    windows = (Pan(-1, -0.35), Pan(-0.35, 0.35), Pan(0.35, 1))
    gains: dict[str, float] = {}
    for names in (("speech", "guitar", "drums"), ("singing", "band", "café"), ("drums", "speech", "band")):
        angles = (np.array((-0.7, 0.0, 0.7)) + 1) * np.pi / 4
        images = [np.array([[np.cos(a)], [np.sin(a)]]) * bed(n) for a, n in zip(angles, names, strict=True)]
        for place, window in enumerate(windows):
            take = lambda wave, w=window: Selection().prepare(wave, (w,), Progress())  # noqa: E731
            others = np.sum([image for number, image in enumerate(images) if number != place], axis=0)
            gains[f"{names[place]} of {'/'.join(names)}"] = gained(take, images[place], others)
    return (row("pan window, amplitude-panned mix of three", gains, "9 targets at pan −0.7, 0, 0.7", 10),)


def drawn(events: Events, number: int) -> Band:
    """Return a box as drawn by hand: 50 ms and an eighth of the height more on each side."""
    start_s, end_s = events.spans_s[number]
    room_hz = (events.high_hz - events.low_hz) / 8
    return Band(
        max(start_s - 0.05, 0), end_s + 0.05, max(events.low_hz - room_hz, 0), events.high_hz + room_hz
    )


def box_rows() -> tuple[Row, ...]:
    """One box around one call, with and without what lies beneath it."""
    made: list[Row] = []
    sounds = {
        "bird call": placed(bird_call, (4.0,), 2600, 3900),
        "bell": placed(bell, (4.0,), 430, 2700),
    }
    for name, events in sounds.items():
        for foreground in (False, True):
            gains: dict[str, float] = {}
            for kind in ("traffic", "rain", "café", "band"):
                box = drawn(events, 0)
                take = lambda wave, b=box, f=foreground: Selection().prepare(  # noqa: E731
                    wave, (b,), Progress(), foreground=f
                )
                gains[kind] = gained(take, events.sound, bed(kind))
            words = "box, only what stands out" if foreground else "box"
            bar = {"bird call": 8.0}.get(name)
            if bar:
                label = f"{words}: bird call in traffic"
                made.append(Row(label, gains["traffic"], "dB", at_least=bar, how="one drawn box"))
            made.append(row(f"{words}: {name}", gains, "one drawn box, mean of four backgrounds"))
    return tuple(made)


def noise_rows() -> tuple[Row, ...]:
    """Speech, singing and music in steady noise at 0 dB; two seconds of the noise alone come first."""
    lead = 2 * RATE_HZ
    gains: dict[str, float] = {}
    for kind in ("white", "pink", "hum", "fan"):
        noise = bed(kind)
        for name in ("speech", "singing", "guitar", "band"):
            target = bed(name).copy()
            target[:, :lead] = 0
            mix = (target + noise).astype(np.float32)
            wave = Waveform(mix, RATE_HZ)
            clean = mix - run(NoiseProfile().prepare(wave, (Noise(0, 2),), Progress()), wave)
            before, after = (si_sdr(x[:, lead:], target[:, lead:]) for x in (mix, clean))
            gains[f"{name}/{kind}"] = after - before
    return (row("noise profile, steady noise at 0 dB", gains, "16 mixtures", 6),)


def similar_rows() -> tuple[Row, ...]:
    """The first of several events is the example; all of them are the target."""
    sounds = {
        "bird calls": (placed(bird_call, (1, 2.7, 4.1, 6, 7.8, 10), 0, 0), ("traffic", "café", "speech")),
        "bells": (placed(bell, (0.8, 4.0, 7.1, 9.5), 0, 0), ("band", "speech", "rain")),
        "barks": (placed(bark, (1, 1.35, 3.2, 4.8, 5.1, 7.4, 9.9, 10.3), 0, 0), ("rain", "traffic", "band")),
        "a melody with rests": (melody(1, 6), ("band", "speech", "café")),
        "a melody without rest": (melody(0.3, 10.7), ("band", "speech", "café")),
    }
    made: list[Row] = []
    for name, (events, kinds) in sounds.items():
        start_s, end_s = events.spans_s[0]
        example = Example(max(start_s - 0.04, 0), min(end_s + 0.02, start_s + 2.7))
        take = lambda wave, e=example: Similar().prepare(wave, (e,), Progress())  # noqa: E731
        gains = {kind: gained(take, events.sound, bed(kind)) for kind in kinds}
        made.append(row(f"sounds like an example: {name}", gains, "the first is marked, mean of three"))
    return tuple(made)


def main() -> int:
    """Measure every bar; return how many are missed."""
    rows = (*pan_rows(), *box_rows(), *noise_rows(), *similar_rows())
    return record("audio_prompts", rows, packages=("numpy", "scipy", "torch", "torchaudio"))


if __name__ == "__main__":
    sys.exit(main())
