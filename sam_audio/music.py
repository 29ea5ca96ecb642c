"""What a musician asks of a recording: tempo, beats, key and tuning, measured by librosa."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_audio.streaming import BLOCK_FRAMES
from shared.errors import InputError
from shared.media import AudioSource
from shared.progress import Progress

RATE_HZ, LEAST_HZ = 22_050, 8_000
LEAST_S, MOST_S = 3.0, 600.0  # of a recording; what comes after the latter is not listened to
CLEAR_PULSE = 1.5  # how much stronger onsets are on the beats than elsewhere, where there is a pulse
NOTES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
# How well each note of the scale fits a key, as listeners rated it (Krumhansl and Kessler, 1982).
MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
LOWEST, OCTAVES = "C2", 4  # where keys are heard: above, overtones take over
THIRD = 0.25  # of a note sounds as its major third, by its fifth partial
LENGTHS = {"1/4": 1.0, "1/8": 0.5, "1/8 dotted": 0.75, "1/8 triplet": 1 / 3, "1/16": 0.25}


@dataclass(frozen=True)
class Music:
    """Tempo, beats, key and tuning of a recording.

    Args:
        tempo_bpm: Beats a minute; a half or twice of it may be felt as well.
        pulse: How much stronger onsets are on the beats than on average; below 1.5 there is hardly a beat.
        beats_s: When the beats fall, in seconds.
        key: Such as "D minor".
        key_margin: By how much the key's correlation with the notes heard exceeds that of the next one, 0..2.
        second_key: The next one.
        tuning_cents: How far the notes lie above A = 440 Hz, −50..50.
        heard_s: How much of the recording was listened to.
    """

    tempo_bpm: float
    pulse: float
    beats_s: tuple[float, ...]
    key: str
    key_margin: float
    second_key: str
    tuning_cents: float
    heard_s: float

    @property
    def lengths_ms(self) -> dict[str, float]:
        """Lengths of notes in milliseconds, as the delay wants them: "1/8" and others."""
        return {name: round(60_000 / self.tempo_bpm * part, 1) for name, part in LENGTHS.items()}

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form, with the lengths of notes."""
        return {**asdict(self), "beats_s": list(self.beats_s), "lengths_ms": self.lengths_ms}


def measure_music(source: AudioSource, *, progress: Progress | None = None) -> Music:
    """Measure tempo, beats, key and tuning of at most the first ten minutes.

    Beats are tracked by dynamic programming on the strength of onsets (Ellis, "Beat Tracking by Dynamic
    Programming", 2007), and the key is the one whose profile correlates best with the mean constant-Q chroma.
    The first call in a process takes seconds longer, while librosa compiles what it needs.

    Args:
        source: Music of 3 s or more at 8 kHz or more.
        progress: Where to report and when to stop.

    Raises:
        InputError: The recording is too short, too slow, or silent.
        Cancelled: The work was asked to stop.
    """
    progress = progress or Progress()
    progress.step(0.0, "listen to the music")
    sound = _mono(source)
    progress.step(0.2, "look for the beat")
    with _quiet():
        import librosa

        sound = librosa.resample(sound, orig_sr=source.sample_rate_hz, target_sr=RATE_HZ)
        onsets = librosa.onset.onset_strength(y=sound, sr=RATE_HZ)
        tempo, beats = librosa.beat.beat_track(onset_envelope=onsets, sr=RATE_HZ)
        times_s = librosa.frames_to_time(beats, sr=RATE_HZ)
        progress.step(0.7, "look for the key")
        tuning = float(librosa.estimate_tuning(y=sound, sr=RATE_HZ))
        lowest_hz = float(librosa.note_to_hz(LOWEST))
        chroma = librosa.feature.chroma_cqt(
            y=sound, sr=RATE_HZ, tuning=tuning, fmin=lowest_hz, n_octaves=OCTAVES
        ).mean(axis=1)
    if len(beats) < 4 or not float(np.atleast_1d(tempo)[0]) > 0:
        raise InputError("No beat can be heard in this recording.", "Take a recording of music.")
    (best, margin), (second, _) = _keys(np.maximum(chroma - THIRD * np.roll(chroma, 4), 0))
    progress.step(1.0, "measured")
    return Music(
        round(_tempo_bpm(times_s), 1),
        round(float(onsets[beats].mean() / onsets.mean()), 2),
        tuple(round(float(time), 3) for time in times_s),
        best,
        round(margin, 3),
        second,
        round(100 * tuning, 1),
        round(len(sound) / RATE_HZ, 3),
    )


def _mono(source: AudioSource) -> NDArray[np.float32]:
    """Return the mean of the channels of the first ten minutes, at the source's rate."""
    rate_hz, most = source.sample_rate_hz, int(MOST_S * source.sample_rate_hz)
    if rate_hz < LEAST_HZ:
        raise InputError(
            f"Music wants {LEAST_HZ} Hz or more, but this recording has {rate_hz} Hz.",
            "Take a recording of sound that people hear.",
        )
    if source.frames < LEAST_S * rate_hz:
        raise InputError(
            f"The recording lasts {source.frames / rate_hz:.1f} s; a tempo wants {LEAST_S:g} s or more.",
            "Take a longer part.",
        )
    sound, heard = np.empty(min(source.frames, most), np.float32), 0
    for block in source.blocks(BLOCK_FRAMES):
        part = block.mean(axis=0)[: len(sound) - heard]
        sound[heard : heard + len(part)] = part
        heard += len(part)
        if heard == len(sound):
            break
    if not np.any(np.abs(sound) > 1e-6):
        raise InputError("The recording is silent: it has no tempo.", "Take another one.")
    return sound


def _tempo_bpm(times_s: NDArray[np.floating]) -> float:
    """Return the tempo by the line through the beats: finer than the steps in which it was looked for."""
    steps = np.diff(times_s)
    places = np.concatenate([[0.0], np.cumsum(np.maximum(np.rint(steps / np.median(steps)), 1))])
    return 60 / float(np.polyfit(places, times_s, 1)[0])


def _keys(chroma: NDArray[np.floating]) -> tuple[tuple[str, float], tuple[str, float]]:
    """Return the two keys that fit best, each with how much better it fits than the next."""
    fits: list[tuple[float, str]] = []
    for words, profile in (("major", MAJOR), ("minor", MINOR)):
        for tonic, note in enumerate(NOTES):
            fit = np.corrcoef(chroma, np.roll(profile, tonic))[0, 1]
            fits.append((float(np.nan_to_num(fit, nan=-1.0)), f"{note} {words}"))
    first, second, third = sorted(fits, reverse=True)[:3]
    return (first[1], first[0] - second[0]), (second[1], second[0] - third[0])


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what librosa and its parts say of their own versions from the user."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
