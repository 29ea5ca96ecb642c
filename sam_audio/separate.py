"""Separate sound by prompt: in memory, or from a source of any length into a folder."""

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sam_audio.axes import Axis
from sam_audio.cascade import RESIDUAL, pieces
from sam_audio.delivery import Delivery, encode_all, settle_targets
from sam_audio.effects.stream import check_effects
from sam_audio.export.sndfile import Tags
from sam_audio.export.wav import WavFile
from sam_audio.levelling import Level
from sam_audio.loudness import Levels
from sam_audio.planning import Part, Plan, plan
from sam_audio.preview import write_previews
from sam_audio.remix import write_remix
from sam_audio.stem_cache import StemCache
from sam_audio.stem_files import write_stems
from sam_audio.streaming import BLOCK_FRAMES, Watched
from sam_audio.tally import Measured
from sam_audio.types import Separation, Stem
from shared.chain import Chain
from shared.exporting import staged_folder
from shared.media import AudioSource, Waveform
from shared.progress import Progress
from shared.prompts import Prompts, check
from shared.registry import Chosen

FAINT_DB = -45.0  # a target this far below the mix was hardly there
SILENT = "The recording is silent: there is nothing in it to separate."
DEFAULT = Delivery()
# Where on the way each part of the work ends; separating takes most of it.
SEPARATED, REMIXED, ENCODED = 0.8, 0.88, 0.94


@dataclass(frozen=True)
class SeparationReport:
    """What a separation into a folder did.

    Args:
        files: Names of the files written, the targets first.
        engines: Each engine that took part, and why it was chosen.
        warnings: Sentences a user should read.
        facts: Numbers and names about the result (JSON).
    """

    files: tuple[str, ...]
    engines: tuple[Chosen, ...]
    warnings: tuple[str, ...]
    facts: dict[str, Any]


def separate(
    source: AudioSource,
    prompts: Prompts,
    *,
    engine: str = "auto",
    strength: float = 1.0,
    foreground: bool = True,
    progress: Progress | None = None,
) -> Separation:
    """Separate sound in memory.

    Args:
        source: The mix, a `Waveform` or a file, which is then read whole.
        prompts: What is wanted, not wanted, and where (`sam_audio.planning`).
        engine: "auto" or an engine id.
        strength: How strictly engines that compare sounds keep the others out, 0..2.
        foreground: Of drawn boxes alone, keep only what stands out of the sound beside them.
        progress: Where to report and when to stop.

    Raises:
        PromptError: A prompt does not fit the sound, or cannot be separated.
        EngineUnavailable: The named engine is unknown or cannot run here.
    """
    check(prompts, source)
    made = plan(
        prompts,
        engine,
        sample_rate_hz=source.sample_rate_hz,
        strength=strength,
        foreground=foreground,
    )
    wave = source if isinstance(source, Waveform) else _whole(source)
    sounds = {name: np.empty(wave.samples.shape, np.float32) for name in (*_slugs(made), RESIDUAL)}
    place = 0
    for piece in pieces(wave, made, progress or Progress()):
        for name, sound in sounds.items():
            sound[:, place : place + piece[name].shape[1]] = piece[name]
        place += piece[RESIDUAL].shape[1]
    waves = {name: Waveform(sound, wave.sample_rate_hz) for name, sound in sounds.items()}
    targets = (Stem(part.text, waves[part.slug], part.concept, part.chosen) for part in made.targets)
    return Separation(wave, tuple(targets), Stem(RESIDUAL, waves[RESIDUAL]))


def _whole(source: AudioSource) -> Waveform:
    blocks = list(source.blocks(BLOCK_FRAMES))
    return Waveform(np.concatenate(blocks, axis=1), source.sample_rate_hz)


def separate_to_folder(
    source: AudioSource,
    prompts: Prompts,
    folder: Path,
    *,
    engine: str = "auto",
    strength: float = 1.0,
    foreground: bool = True,
    chain: Chain | None = None,
    delivery: Delivery = DEFAULT,
    axis: Axis = "mel",
    progress: Progress | None = None,
    cache: StemCache | None = None,
) -> SeparationReport:
    """Separate sound of any length into files, in bounded memory.

    Writes target.wav (target_<words>.wav each, for several prompts), residual.wav, and a picture of each and
    of the mix. With a chain also wet.wav, the targets with their effects alone, and remix.wav, the whole.

    Args:
        source: The mix.
        prompts: What is wanted, not wanted, and where (`sam_audio.planning`).
        folder: Where to; made when it is not there.
        engine: "auto" or an engine id.
        strength: How strictly engines that compare sounds keep the others out, 0..2.
        foreground: Of drawn boxes alone, keep only what stands out of the sound beside them.
        chain: Effects for the targets; the remix is their result and the residual.
        delivery: Formats and level of the files.
        axis: Frequency axis of the pictures.
        progress: Where to report and when to stop.
        cache: Stems of earlier runs. A run that differs from one of them in effects, formats and level alone
            takes its stems, and the fact "stems_reused" says so.

    Raises:
        PromptError: A prompt does not fit the sound, or cannot be separated.
        InputError: An effect cannot work on such sound.
        EngineUnavailable: The named engine is unknown or cannot run here.
        ExportError: The folder cannot be written, the disk is full, or a format cannot hold the sound.
    """
    progress = progress or Progress()
    check(prompts, source)
    delivery.forms(source)
    check_effects(chain or Chain(), source)
    made = plan(
        prompts,
        engine,
        sample_rate_hz=source.sample_rate_hz,
        strength=strength,
        foreground=foreground,
    )
    sounds = len(made.targets) + (1 if chain is None else 3)
    room_bytes = 4 * source.frames * source.channels * sounds
    with staged_folder(folder, room_bytes=room_bytes) as draft:
        return _into(draft, source, made, chain, delivery, axis, progress, cache)


def _into(
    folder: Path,
    source: AudioSource,
    made: Plan,
    chain: Chain | None,
    delivery: Delivery,
    axis: Axis,
    progress: Progress,
    cache: StemCache | None,
) -> SeparationReport:
    """Write everything into an empty folder."""
    facts: dict[str, Any] = {"duration_s": round(source.frames / source.sample_rate_hz, 3)}
    warnings = [part.note for part in (*made.targets, *made.removals) if part.note]
    with ExitStack() as stack:
        home = folder if delivery.keeps_working_files else _spare_folder(stack, folder)
        own, share = chain is None and delivery.changes_targets, progress.within(0, SEPARATED)
        written = write_stems(source, made, home, progress=share, cache=cache, own=own)
        measured, found, stems = written.measured, written.found, dict(written.files)
        targets = {name: stems[name] for name in _slugs(made)}
        levels, share = dict(measured.levels), progress.within(SEPARATED, REMIXED)
        if chain is None:
            gains_db, notes = settle_targets(targets, delivery.level, levels, share)
        else:
            stems |= {name: WavFile.like(source, home / f"{name}.wav") for name in ("wet", "remix")}
            gains_db, notes = _remixed([*targets.values()], stems, chain, delivery.level, levels, share)
        changed = {name for name in levels if name in gains_db or name not in measured.peak}
        peaks = {**measured.peak, **{name: levels[name].peak for name in changed}}
        tags = {name: Tags(name, delivery.song, "Segment Studio") for name in stems}
        told, more = encode_all(
            stems,
            delivery.forms(source),
            folder,
            peaks=peaks,
            tags=tags,
            progress=progress.within(REMIXED, ENCODED),
        )
        sounds = _watched({"mix": source, **stems}, progress.within(ENCODED, 1))
        pictures = write_previews(sounds, folder, axis=axis)
    warnings += [*found.warnings, *notes, *more]
    facts["targets"] = [{**_fact(part, measured, warnings), **found.of(part)} for part in made.targets]
    if made.removals:
        facts["removed"] = [{**_removal(part), **found.of(part)} for part in made.removals]
    facts |= {"sum_error_dbfs": round(measured.sum_error_dbfs, 1), "gain_db": gains_db, **told}
    facts |= {"stems_reused": True} if written.reused else {}
    facts["loudness"] = {name: level.to_json() for name, level in levels.items()}
    files = [f"{name}{form.suffix}" for name in stems for form in delivery.forms(source)]
    return SeparationReport((*files, *pictures), made.engines, tuple(warnings), facts)


def _remixed(
    targets: list[WavFile],
    stems: dict[str, WavFile],
    chain: Chain,
    level: Level,
    levels: dict[str, Levels],
    progress: Progress,
) -> tuple[dict[str, float], list[str]]:
    """Write wet and remix, note their levels; return the gain of the remix, and sentences for the user."""
    wet, remix = stems["wet"], stems["remix"]
    alone, done = write_remix(targets, stems[RESIDUAL], chain, wet, remix, level=level, progress=progress)
    levels |= {"wet": alone, "remix": done.levels}
    return {"remix": round(done.gain_db, 2)}, [done.note] if done.note else []


def _watched(sounds: dict[str, AudioSource], progress: Progress) -> dict[str, AudioSource]:
    """Return the sounds such that reading each of them is its part of the work."""
    parts = len(sounds)
    shares = [progress.within(place / parts, (place + 1) / parts) for place in range(parts)]
    return {
        name: Watched(sound, share, "draw the sounds")
        for (name, sound), share in zip(sounds.items(), shares, strict=True)
    }


def _fact(part: Part, measured: Measured, warnings: list[str]) -> dict[str, Any]:
    share_db = measured.shares_db[part.slug]
    if measured.peak["mix"] == 0:
        warnings += [SILENT] if SILENT not in warnings else []
    elif share_db < FAINT_DB:
        what = part.concept if part.chosen and not part.prompts else "sound"
        warnings.append(f'Hardly any {what} was found for "{part.text}": {share_db:.0f} dB of the mix.')
    return {**_removal(part), "file": part.slug, "level_db": round(share_db, 1)}


def _removal(part: Part) -> dict[str, Any]:
    engine = part.chosen.spec.id if part.chosen else ""
    return {"prompt": part.text, "concept": part.concept, "engine": engine}


def _slugs(made: Plan) -> tuple[str, ...]:
    return tuple(part.slug for part in made.targets)


def _spare_folder(stack: ExitStack, folder: Path) -> Path:
    """Make a folder beside the result for what is needed on the way only."""
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=".stems-", dir=folder)))
