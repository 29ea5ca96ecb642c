"""Bring a finished sound to its level: as it is, one gain, a limiter, or a loudness."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from sam_audio.export.wav import WavFile
from sam_audio.limiter import Limiter, through
from sam_audio.loudness import LevelMeter, Levels
from sam_audio.streaming import BLOCK_FRAMES
from shared.encoders.audio import Block
from shared.errors import InputError
from shared.exporting import atomic
from shared.progress import Progress

Mode = Literal["as_is", "gain", "limiter", "loudness"]
MODES: tuple[str, ...] = get_args(Mode)
CEILING_DBTP = -1.0  # what EBU R 128 allows, so that lossy codecs and converters do not clip
SHORTFALL_LU = 0.5  # worth a sentence
MOST_GAIN_DB = 40.0  # what would need more is noise, not sound


@dataclass(frozen=True)
class Level:
    """How loud a sound leaves the suite.

    Args:
        mode: "as_is": no sample is changed. "gain": where the true peak exceeds −1 dBTP, the whole is lowered
            by one gain, so that the balance stays. "limiter": only peaks above −1 dBTP are lowered.
            "loudness": one gain brings the whole to `loudness_lufs`, and the limiter keeps −1 dBTP.
        loudness_lufs: Wanted integrated loudness; for the mode "loudness" alone.

    Raises:
        InputError: There is no such mode.
    """

    mode: str = "gain"
    loudness_lufs: float = -16.0

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise InputError(f"There is no level {self.mode!r}.", f"Choose from {', '.join(MODES)}.")


@dataclass(frozen=True)
class Settled:
    """What was done to a sound.

    Args:
        gain_db: One gain for the whole.
        limited_db: The most that a peak was lowered by the limiter, 0 or below.
        levels: Of the sound as it is now.
        note: A sentence for the user; empty when nothing was done.
    """

    gain_db: float
    limited_db: float
    levels: Levels
    note: str = ""


def settle(
    file: WavFile, level: Level, measured: Levels, *, name: str, progress: Progress | None = None
) -> Settled:
    """Change a file of floats in place.

    Args:
        file: What `WavWriter` wrote.
        level: How loud it should be.
        measured: How loud it is.
        name: What the sound is called in sentences: "remix".
        progress: Where to report and when to stop.

    Raises:
        ExportError: The disk is full.
    """
    gain_db, note = _gain_db(level, measured, name)
    peak_dbtp = measured.true_peak_dbtp
    over = peak_dbtp is not None and peak_dbtp + gain_db > CEILING_DBTP
    if over and level.mode in ("limiter", "loudness"):
        limited_db, levels = _limit(file, gain_db, progress or Progress())
        note = f"{note} Peaks of the {name} were lowered by up to {-limited_db:.1f} dB by the limiter."
        note += _shortfall(level, levels)
        return Settled(gain_db, limited_db, levels, note.strip())
    if gain_db:
        file.scale(10 ** (gain_db / 20))
    return Settled(gain_db, 0.0, measured.shifted(gain_db), note)


def _gain_db(level: Level, measured: Levels, name: str) -> tuple[float, str]:
    """Return the gain for the whole and a sentence about it."""
    peak_dbtp = measured.true_peak_dbtp
    if level.mode == "gain" and peak_dbtp is not None and peak_dbtp > CEILING_DBTP:
        gain_db = CEILING_DBTP - peak_dbtp
        return gain_db, f"The {name} was lowered by {-gain_db:.1f} dB, so that it does not clip."
    if level.mode != "loudness":
        return 0.0, ""
    if measured.integrated_lufs is None:
        why = "it is silent, or shorter than 0.4 s, or its rate is below 8000 Hz"
        return 0.0, f"The {name} has no loudness ({why}); its level was not changed."
    wanted_db = level.loudness_lufs - measured.integrated_lufs
    gain_db = min(wanted_db, MOST_GAIN_DB)
    word = "raised" if gain_db > 0 else "lowered"
    short = f", not by the {wanted_db:.0f} dB it would take" if gain_db < wanted_db else ""
    goal = f"to {measured.integrated_lufs + gain_db:.1f} LUFS"
    return gain_db, f"The {name} was {word} by {abs(gain_db):.1f} dB {goal}{short}."


def _shortfall(level: Level, levels: Levels) -> str:
    """Return a sentence where the limiter took away so much that the loudness was not reached."""
    lufs = levels.integrated_lufs
    if level.mode != "loudness" or lufs is None or lufs > level.loudness_lufs - SHORTFALL_LU:
        return ""
    return f" So {lufs:.1f} LUFS were reached, not {level.loudness_lufs:.1f}."


def _limit(file: WavFile, gain_db: float, progress: Progress) -> tuple[float, Levels]:
    """Send the file through gain and limiter; return the deepest cut and the new levels."""
    limiter = Limiter(file.sample_rate_hz, ceiling_db=CEILING_DBTP, channels=file.channels)
    meter = LevelMeter(file.sample_rate_hz, file.channels)
    with atomic(file.path) as draft:
        made = WavFile.like(file, draft)
        with made.writer() as writer:
            for block in through(limiter, _louder(file, gain_db)):
                meter.add(block)
                writer.write(block)
                progress.step(writer.frames / file.frames, "limit the peaks")
    return limiter.deepest_db, meter.levels()


def _louder(file: WavFile, gain_db: float) -> Iterator[Block]:
    factor = np.float32(10 ** (gain_db / 20))
    for block in file.blocks(BLOCK_FRAMES):
        yield block * factor
