"""Hand stems over: at their level, in the formats asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sam_audio.export.formats import WORKING, SoundFormat, chosen, rate_notes
from sam_audio.export.sndfile import Tags
from sam_audio.export.wav import WavFile
from sam_audio.levelling import Level, settle
from sam_audio.loudness import Levels
from sam_audio.streaming import Watched
from sam_audio.tally import decibels
from shared.exporting import atomic
from shared.media import AudioSource
from shared.progress import Progress

HIGHEST_PEAK = 1 - 2.0**-20  # of what goes into whole numbers or through a lossy codec
DEFAULT = Level()


@dataclass(frozen=True)
class Delivery:
    """In what form stems are handed over.

    Args:
        formats: Names of `sam_audio.export.formats`.
        level: How loud the remix is; where there is none, limiter and loudness concern the targets.
        song: What the recording is called, for the tags of files.
    """

    formats: tuple[str, ...] = (WORKING,)
    level: Level = DEFAULT
    song: str = ""

    @property
    def keeps_working_files(self) -> bool:
        """Whether the float WAVs that the suite works on are wanted themselves."""
        return WORKING in self.formats

    @property
    def changes_targets(self) -> bool:
        """Whether targets are brought to their level in place, where no remix is made."""
        return self.level.mode in ("limiter", "loudness")

    def forms(self, source: AudioSource) -> tuple[SoundFormat, ...]:
        """Return the formats, if they can hold the sound.

        Raises:
            InputError: An unknown format, or two that would make files of one name.
            ExportError: More channels than a format holds.
        """
        return chosen(self.formats, source)


def settle_targets(
    targets: Mapping[str, WavFile], level: Level, levels: dict[str, Levels], progress: Progress
) -> tuple[dict[str, Any], list[str]]:
    """Bring targets to their level, where that is asked for and no remix is made.

    Args:
        targets: By name; changed in place.
        level: Limiter and loudness change them; other modes leave them as they are, so that they add up.
        levels: Of all sounds; those of the targets are replaced.
        progress: Where to report and when to stop.

    Returns:
        Gains by name, and sentences for the user.
    """
    if level.mode not in ("limiter", "loudness"):
        return {}, []
    gains_db: dict[str, Any] = {}
    notes: list[str] = []
    for place, (name, file) in enumerate(targets.items()):
        share = progress.within(place / len(targets), (place + 1) / len(targets))
        done = settle(file, level, levels[name], name=name, progress=share)
        levels[name] = done.levels
        gains_db[name] = round(done.gain_db, 2)
        notes += [done.note] if done.note else []
        if done.gain_db or done.limited_db:
            notes.append(f"With {name} at another level, the files no longer add up to the mix.")
    return gains_db, notes


def encode_all(
    stems: Mapping[str, WavFile],
    forms: Iterable[SoundFormat],
    folder: Path,
    *,
    peaks: Mapping[str, float],
    tags: Mapping[str, Tags],
    progress: Progress,
) -> tuple[dict[str, Any], list[str]]:
    """Write each stem in each format but the working one, which is there already.

    Formats that cannot hold levels above full scale get all stems with one gain, so that they still add up.

    Args:
        stems: By name.
        forms: The formats.
        folder: Where to: <name>.<suffix>.
        peaks: Highest sample of each stem, linear.
        tags: For each stem.
        progress: Where to report and when to stop.

    Returns:
        Facts, and sentences for the user.
    """
    others = [form for form in forms if form.name != WORKING]
    if not others:
        return {}, []
    loudest = max(peaks.values())
    gain = min(1.0, HIGHEST_PEAK / loudest) if loudest > 0 else 1.0
    jobs = [(form, name) for form in others for name in stems]
    for place, (form, name) in enumerate(jobs):
        share = progress.within(place / len(jobs), (place + 1) / len(jobs))
        source = Watched(stems[name], share, f"write {form.suffix[1:].upper()}")
        with atomic(folder / f"{name}{form.suffix}") as draft:
            form.save(source, draft, gain=1.0 if form.boundless else gain, tags=tags[name])
    notes = rate_notes(others, next(iter(stems.values())).sample_rate_hz)
    if gain < 1:
        which = ", ".join(form.name for form in others)
        notes.append(f"All {which} files were lowered by {-decibels(gain):.1f} dB, so that none clips.")
    return {"encoded_gain_db": round(float(np.round(decibels(gain), 2)), 2)}, notes
