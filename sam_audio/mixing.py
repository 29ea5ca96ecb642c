"""Mix stems down to one file, as a mixer's faders stand, at the level asked for."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sam_audio.delivery import HIGHEST_PEAK
from sam_audio.export.formats import WORKING, SoundFormat, chosen
from sam_audio.export.sndfile import Tags
from sam_audio.export.wav import WavFile
from sam_audio.levelling import Level, Settled, settle
from sam_audio.loudness import LevelMeter, Levels
from sam_audio.mix_settings import Matrix, StemSetting, heard, matrix
from sam_audio.streaming import BLOCK_FRAMES, Watched
from shared.encoders.audio import Block
from shared.errors import ExportError, InputError
from shared.exporting import atomic
from shared.media import AudioSource
from shared.progress import Progress

NEUTRAL = StemSetting()
DEFAULT = Level()
AS_IS = Level("as_is")


@dataclass(frozen=True)
class MixReport:
    """What a mix-down did.

    Args:
        heard: Names of the stems in it.
        channels: Of the file.
        settled: Gain and limiter that brought it to its level, and how loud it is.
        encoded_gain_db: Gain for a format that holds nothing above full scale, 0 or below.
    """

    heard: tuple[str, ...]
    channels: int
    settled: Settled
    encoded_gain_db: float = 0.0


def mix_down(
    stems: Mapping[str, AudioSource],
    settings: Mapping[str, StemSetting],
    path: str | Path,
    *,
    format: str = WORKING,
    level: Level = DEFAULT,
    song: str = "",
    progress: Progress | None = None,
) -> MixReport:
    """Write the sum of stems at their levels and places, in bounded memory.

    The file has the stems' channels; two, when a mono stem is panned. All stems at 0 dB in the middle give
    back the recording as it was, whatever its peak, unless a limiter or a loudness is asked for.

    Args:
        stems: By name; of one length, rate and number of channels.
        settings: By the names of stems; a stem without one is at 0 dB in the middle.
        path: Where to, with the format's suffix.
        format: A name of `sam_audio.export.formats`.
        level: How loud it should be; by default one gain keeps the true peak at −1 dBTP.
        song: What the recording is called, for the tags of the file.
        progress: Where to report and when to stop.

    Raises:
        InputError: Stems do not fit one another, no stem is heard, or a setting names none.
        ExportError: The suffix is not the format's, it cannot hold the sound, or the disk is full.
    """
    path, progress = Path(path), progress or Progress()
    form, names = _checked(stems, path, format), heard(stems, settings)
    if not names:
        raise InputError("No stem is heard in this mix.", "Unmute one.")
    wanted = {name: settings.get(name, NEUTRAL) for name in names}
    channels = _channels(stems, wanted)
    parts = [(stems[name], matrix(wanted[name], stems[name].channels, channels)) for name in names]
    whole = len(names) == len(stems) and all(s.gain_db == 0 and s.pan == 0 for s in wanted.values())
    level = AS_IS if whole and level.mode == "gain" else level
    with ExitStack() as stack:
        draft = stack.enter_context(atomic(path))
        first, home = parts[0][0], _working_path(stack, draft, form)
        file = WavFile(home, first.sample_rate_hz, channels, first.frames)
        measured = _write_sum(parts, file, progress.within(0, 0.6))
        settled = settle(file, level, measured, name="mix", progress=progress.within(0.6, 0.8))
        gain = 1.0 if form.boundless else min(1.0, HIGHEST_PEAK / max(settled.levels.peak, 1e-9))
        if file.path != draft:
            source = Watched(file, progress.within(0.8, 1), f"write {form.suffix[1:].upper()}")
            form.save(source, draft, gain=gain, tags=Tags("mix", song, "Segment Studio"))
    return MixReport(names, channels, settled, 20 * float(np.log10(gain)))


def _checked(stems: Mapping[str, AudioSource], path: Path, format: str) -> SoundFormat:
    if not stems:
        raise InputError("A mix wants at least one stem.")
    shapes = {(s.sample_rate_hz, s.channels, s.frames) for s in stems.values()}
    if len(shapes) > 1:
        found = "; ".join(f"{r} Hz, {c} channels, {n} samples" for r, c, n in sorted(shapes))
        raise InputError(f"The stems differ in rate, channels or length: {found}.", "Take those of one run.")
    (form,) = chosen([format], next(iter(stems.values())))
    if path.suffix.lower() != form.suffix:
        raise ExportError(f"{form.title} cannot be called {path.name}.", f"End its name in {form.suffix}.")
    return form


def _channels(stems: Mapping[str, AudioSource], chosen: Mapping[str, StemSetting]) -> int:
    """Return how many channels the mix has: panned mono becomes stereo."""
    channels = next(iter(stems.values())).channels
    return 2 if channels == 1 and any(setting.pan for setting in chosen.values()) else channels


def _working_path(stack: ExitStack, draft: Path, form: SoundFormat) -> Path:
    """Return where the sum is written: the draft itself, or a file beside it that is encoded after."""
    if form.name == WORKING:
        return draft
    spare = stack.enter_context(tempfile.TemporaryDirectory(prefix=".mix-", dir=draft.parent))
    return Path(spare) / "mix.wav"


def _write_sum(parts: list[tuple[AudioSource, Matrix]], file: WavFile, progress: Progress) -> Levels:
    meter = LevelMeter(file.sample_rate_hz, file.channels)
    with file.writer() as writer:
        for block in _summed(parts):
            meter.add(block)
            writer.write(block)
            progress.step(writer.frames / file.frames, "mix")
    return meter.levels()


def _summed(parts: list[tuple[AudioSource, Matrix]]) -> Iterator[Block]:
    streams = (source.blocks(BLOCK_FRAMES) for source, _ in parts)
    for blocks in zip(*streams, strict=True):
        yield np.sum([gains @ block for (_, gains), block in zip(parts, blocks, strict=True)], axis=0)
