"""Mix stems down to one file, as a mixer's faders stand, without clipping."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from sam_audio.export.flac import write_flac
from sam_audio.export.wav import WavFile
from sam_audio.mix_settings import Matrix, StemSetting, heard, matrix
from sam_audio.peak import TruePeak
from sam_audio.remix import CEILING
from sam_audio.streaming import BLOCK_FRAMES
from shared.encoders.audio import Block
from shared.errors import ExportError, InputError
from shared.exporting import atomic
from shared.media import AudioSource
from shared.progress import Progress

Ceiling = Literal["gain", "none"]
SUFFIXES = (".wav", ".flac")
NEUTRAL = StemSetting()
QUIETEST = 1e-10  # −200 dB stands for silence


@dataclass(frozen=True)
class MixReport:
    """What a mix-down did.

    Args:
        heard: Names of the stems in it.
        channels: Of the file.
        peak_dbtp: True peak of the sum before anything was done about it, dB; −200 for silence.
        gain_db: Static gain that was applied, 0 or below.
    """

    heard: tuple[str, ...]
    channels: int
    peak_dbtp: float
    gain_db: float


def mix_down(
    stems: Mapping[str, AudioSource],
    settings: Mapping[str, StemSetting],
    path: str | Path,
    *,
    ceiling: Ceiling = "gain",
    progress: Progress | None = None,
) -> MixReport:
    """Write the sum of stems at their levels and places, in bounded memory.

    The file has the stems' channels; two, when a mono stem is panned. Where the true peak would exceed
    −1 dBTP, the whole file is lowered by one gain, so that the balance stays; it is never raised. All stems
    at 0 dB in the middle give back the recording as it was: WAV whatever its peak, FLAC up to full scale.

    Args:
        stems: By name; of one length, rate and number of channels.
        settings: By the names of stems; a stem without one is at 0 dB in the middle.
        path: Where to: .wav (32-bit float) or .flac (24 bit).
        ceiling: What keeps the true peak at −1 dBTP: one "gain"; "none" leaves it, which only WAV can hold.
        progress: Where to report and when to stop.

    Raises:
        InputError: Stems do not fit one another, no stem is heard, or a setting names none.
        ExportError: Another suffix, a full disk, or a peak above full scale in FLAC.
    """
    path, progress = Path(path), progress or Progress()
    _check(stems, path, ceiling)
    names = heard(stems, settings)
    if not names:
        raise InputError("No stem is heard in this mix.", "Unmute one.")
    chosen = {name: settings.get(name, NEUTRAL) for name in names}
    channels = _channels(stems, chosen)
    parts = [(stems[name], matrix(chosen[name], stems[name].channels, channels)) for name in names]
    with ExitStack() as stack:
        draft = stack.enter_context(atomic(path))
        first = parts[0][0]
        wav = WavFile(_wav_path(stack, draft), first.sample_rate_hz, channels, first.frames)
        peak = _write_sum(parts, wav, progress)
        whole = len(names) == len(stems) and all(s.gain_db == 0 and s.pan == 0 for s in chosen.values())
        gain = 1.0 if ceiling == "none" or (whole and _holds(path, peak)) else min(1.0, CEILING / peak)
        if gain < 1:
            wav.scale(gain)
        if wav.path != draft:
            write_flac(wav, draft)
    return MixReport(names, channels, _db(peak), _db(gain))


def _check(stems: Mapping[str, AudioSource], path: Path, ceiling: str) -> None:
    if path.suffix.lower() not in SUFFIXES:
        kind = path.suffix or "a file without a suffix"
        raise ExportError(f"A mix cannot be written as {kind}.", f"Take {' or '.join(SUFFIXES)}.")
    if ceiling not in get_args(Ceiling):
        raise InputError(f"There is no ceiling {ceiling!r}.", f"Choose from {', '.join(get_args(Ceiling))}.")
    if not stems:
        raise InputError("A mix wants at least one stem.")
    forms = {(s.sample_rate_hz, s.channels, s.frames) for s in stems.values()}
    if len(forms) > 1:
        found = "; ".join(f"{r} Hz, {c} channels, {n} samples" for r, c, n in sorted(forms))
        raise InputError(f"The stems differ in rate, channels or length: {found}.", "Take those of one run.")


def _channels(stems: Mapping[str, AudioSource], chosen: Mapping[str, StemSetting]) -> int:
    """Return how many channels the mix has: panned mono becomes stereo."""
    channels = next(iter(stems.values())).channels
    return 2 if channels == 1 and any(setting.pan for setting in chosen.values()) else channels


def _wav_path(stack: ExitStack, draft: Path) -> Path:
    """Return where the sum is written: the draft itself, or a file beside it that is encoded after."""
    if draft.suffix.lower() == ".wav":
        return draft
    spare = stack.enter_context(tempfile.TemporaryDirectory(prefix=".mix-", dir=draft.parent))
    return Path(spare) / "mix.wav"


def _write_sum(parts: list[tuple[AudioSource, Matrix]], file: WavFile, progress: Progress) -> float:
    """Write the sum and return its true peak, linear."""
    meter = TruePeak(file.channels)
    with file.writer() as writer:
        for block in _summed(parts):
            meter.add(block)
            writer.write(block)
            progress.step(writer.frames / file.frames, "mix")
    return max(meter.value(), QUIETEST)


def _summed(parts: list[tuple[AudioSource, Matrix]]) -> Iterator[Block]:
    streams = (source.blocks(BLOCK_FRAMES) for source, _ in parts)
    for blocks in zip(*streams, strict=True):
        yield np.sum([gains @ block for (_, gains), block in zip(parts, blocks, strict=True)], axis=0)


def _holds(path: Path, peak: float) -> bool:
    """Whether the format can hold such a peak."""
    return path.suffix.lower() == ".wav" or peak <= 1


def _db(ratio: float) -> float:
    return 20 * float(np.log10(ratio))
