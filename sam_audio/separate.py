"""Separate sound by prompt: in memory, or from a source of any length into a folder."""

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sam_audio.cascade import RESIDUAL, Found, pieces
from sam_audio.export.flac import write_flac
from sam_audio.export.wav import WavFile, WavWriter
from sam_audio.planning import Part, Plan, plan
from sam_audio.preview import write_previews
from sam_audio.remix import write_remix
from sam_audio.streaming import BLOCK_FRAMES
from sam_audio.types import Separation, Stem
from shared.chain import Chain
from shared.encoders.audio import Block
from shared.exporting import atomic, staged_folder
from shared.media import AudioSource, Waveform
from shared.progress import Progress
from shared.prompts import Prompts, check
from shared.registry import Chosen

FAINT_DB = -45.0  # a target this far below the mix was hardly there
FLAC_PEAK = 1 - 2.0**-20


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
    progress: Progress | None = None,
) -> Separation:
    """Separate sound in memory.

    Args:
        source: The mix, a `Waveform` or a file, which is then read whole.
        prompts: What is wanted, not wanted, and where (`sam_audio.planning`).
        engine: "auto" or an engine id.
        strength: How strictly engines that compare sounds keep the others out, 0..2.
        progress: Where to report and when to stop.

    Raises:
        PromptError: A prompt does not fit the sound, or cannot be separated.
        EngineUnavailable: The named engine is unknown or cannot run here.
    """
    check(prompts, source)
    made = plan(prompts, engine, sample_rate_hz=source.sample_rate_hz)
    wave = source if isinstance(source, Waveform) else _whole(source)
    sounds = {name: np.empty(wave.samples.shape, np.float32) for name in (*_slugs(made), RESIDUAL)}
    place = 0
    for piece in pieces(wave, made, progress or Progress(), strength=strength):
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
    chain: Chain | None = None,
    formats: tuple[str, ...] = ("wav",),
    progress: Progress | None = None,
) -> SeparationReport:
    """Separate sound of any length into files, in bounded memory.

    Writes target.wav (target_<words>.wav each, for several prompts), residual.wav, remix.wav when there is
    a chain, and a picture of each and of the mix. WAV holds 32-bit floats; FLAC holds 24 bits.

    Args:
        source: The mix.
        prompts: What is wanted, not wanted, and where (`sam_audio.planning`).
        folder: Where to; made when it is not there.
        engine: "auto" or an engine id.
        strength: How strictly engines that compare sounds keep the others out, 0..2.
        chain: Effects for the targets; the remix is their result and the residual.
        formats: "wav", "flac" or both.
        progress: Where to report and when to stop.

    Raises:
        PromptError: A prompt does not fit the sound, or cannot be separated.
        EngineUnavailable: The named engine is unknown or cannot run here.
        ExportError: The folder cannot be written or the disk is full.
    """
    progress = progress or Progress()
    check(prompts, source)
    made = plan(prompts, engine, sample_rate_hz=source.sample_rate_hz)
    with staged_folder(folder) as draft:
        return _into(draft, source, made, strength, chain, formats, progress)


def _into(
    folder: Path,
    source: AudioSource,
    made: Plan,
    strength: float,
    chain: Chain | None,
    formats: tuple[str, ...],
    progress: Progress,
) -> SeparationReport:
    """Write everything into an empty folder."""
    facts: dict[str, Any] = {"duration_s": round(source.frames / source.sample_rate_hz, 3)}
    warnings = [part.note for part in (*made.targets, *made.removals) if part.note]
    names = (*_slugs(made), RESIDUAL)
    found = Found()
    with ExitStack() as stack:
        home = folder if "wav" in formats else _spare_folder(stack, folder)
        share = progress.within(0, 0.8 if chain else 0.85)
        levels = _write_stems(source, made, strength, home, share, found)
        stems = {name: _file(source, home / f"{name}.wav") for name in names}
        if chain is not None:
            targets = [stems[name] for name in names if name != RESIDUAL]
            stems["remix"] = _file(source, home / "remix.wav")
            gain_db = write_remix(
                targets, stems[RESIDUAL], chain, stems["remix"], progress=progress.within(0.8, 0.9)
            )
            facts["remix_gain_db"] = round(gain_db, 2)
            if gain_db < 0:
                warnings.append(f"The remix was lowered by {-gain_db:.1f} dB, so that it does not clip.")
        if "flac" in formats:
            facts["flac_gain_db"] = _write_flacs(stems, levels, folder, warnings)
        pictures = write_previews({"mix": source, **stems}, folder, progress=progress.within(0.9, 1))
    warnings += found.warnings
    facts["targets"] = [{**_fact(part, levels, warnings), **found.of(part)} for part in made.targets]
    if made.removals:
        facts["removed"] = [{**_removal(part), **found.of(part)} for part in made.removals]
    facts["sum_error_dbfs"] = round(_db(levels.error, -200.0), 1)
    files = [f"{name}.{suffix}" for name in stems for suffix in formats]
    return SeparationReport((*files, *pictures), made.engines, tuple(warnings), facts)


class _Levels:
    """Energy and peak of the mix and each stem, and by how much the stems miss the mix."""

    def __init__(self) -> None:
        self.energy: dict[str, float] = {}
        self.peak: dict[str, float] = {}
        self.error = 0.0

    def add(self, piece: dict[str, Block]) -> None:
        for name, block in piece.items():
            self.energy[name] = self.energy.get(name, 0.0) + float(np.square(block, dtype=np.float64).sum())
            self.peak[name] = max(self.peak.get(name, 0.0), float(np.abs(block).max(initial=0.0)))
        total = sum(block for name, block in piece.items() if name != "mix")
        self.error = max(self.error, float(np.abs(total - piece["mix"]).max(initial=0.0)))

    def share_db(self, name: str) -> float:
        """Return the level of a stem against the mix."""
        return _db(np.sqrt(self.energy[name] / max(self.energy["mix"], 1e-30)), -200.0)


def _write_stems(
    source: AudioSource, made: Plan, strength: float, folder: Path, progress: Progress, found: Found
) -> _Levels:
    """Write each stem as WAV, all of them or none."""
    levels = _Levels()
    with ExitStack() as stack:
        writers: dict[str, WavWriter] = {}
        for name in (*_slugs(made), RESIDUAL):
            draft = stack.enter_context(atomic(folder / f"{name}.wav"))
            file = _file(source, draft)
            writers[name] = stack.enter_context(file.writer())
        for piece in pieces(source, made, progress, strength=strength, found=found):
            levels.add(piece)
            for name, writer in writers.items():
                writer.write(piece[name])
    return levels


def _write_flacs(stems: dict[str, WavFile], levels: _Levels, folder: Path, warnings: list[str]) -> float:
    """Write each stem as FLAC, all with one gain, so that they still add up; return it in dB."""
    loudest = max(levels.peak.values())  # that of the mix stands for a remix with neutral effects
    gain = FLAC_PEAK / loudest if loudest > FLAC_PEAK else 1.0
    for name, stem in stems.items():
        with atomic(folder / f"{name}.flac") as draft:
            write_flac(stem, draft, gain=gain)
    if gain < 1:
        warnings.append(f"All FLAC files were lowered by {-_db(gain):.1f} dB, so that none clips.")
    return round(_db(gain), 2)


def _fact(part: Part, levels: _Levels, warnings: list[str]) -> dict[str, Any]:
    share_db = levels.share_db(part.slug)
    if share_db < FAINT_DB:
        what = part.concept if part.chosen and not part.prompts else "sound"
        warnings.append(f'Hardly any {what} was found for "{part.text}": {share_db:.0f} dB of the mix.')
    return {**_removal(part), "file": part.slug, "level_db": round(share_db, 1)}


def _removal(part: Part) -> dict[str, Any]:
    engine = part.chosen.spec.id if part.chosen else ""
    return {"prompt": part.text, "concept": part.concept, "engine": engine}


def _slugs(made: Plan) -> tuple[str, ...]:
    return tuple(part.slug for part in made.targets)


def _file(source: AudioSource, path: Path) -> WavFile:
    return WavFile(path, source.sample_rate_hz, source.channels, source.frames)


def _spare_folder(stack: ExitStack, folder: Path) -> Path:
    """Make a folder beside the result for what is needed on the way only."""
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=".stems-", dir=folder)))


def _db(ratio: float, floor_db: float = -np.inf) -> float:
    return max(20 * float(np.log10(ratio)), floor_db) if ratio > 0 else floor_db
