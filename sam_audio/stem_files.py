"""Write the stems of a separation as working files, or take those of an earlier run."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sam_audio.cascade import RESIDUAL, Found, pieces
from sam_audio.export.wav import WavFile, WavWriter
from sam_audio.planning import Plan
from sam_audio.stem_cache import StemCache, stem_key
from sam_audio.tally import Measured, Tally
from shared.exporting import atomic
from shared.media import AudioSource
from shared.progress import Progress


@dataclass(frozen=True)
class StemFiles:
    """Stems on the disk, as <name>.wav of 32-bit floats, the residual last.

    Args:
        files: By name.
        measured: How loud they are, and whether they add up.
        found: What engines told about their work.
        reused: Whether they are of an earlier run.
    """

    files: dict[str, WavFile]
    measured: Measured
    found: Found
    reused: bool = False


def write_stems(
    source: AudioSource,
    made: Plan,
    folder: Path,
    *,
    progress: Progress,
    cache: StemCache | None = None,
    own: bool = False,
) -> StemFiles:
    """Write each stem, all of them or none.

    Args:
        source: The mix.
        made: What is taken out, and by which engine.
        folder: Where to.
        progress: Where to report and when to stop.
        cache: Stems of earlier runs, to take them from or to add these to.
        own: Whether the files will be changed in place, so that they must not be shared with the cache.

    Raises:
        Cancelled: The work was asked to stop; nothing was added to the cache then.
    """
    names = (*(part.slug for part in made.targets), RESIDUAL)
    files = {name: WavFile.like(source, folder / f"{name}.wav") for name in names}
    key = stem_key(source, made) if cache else None
    if cache and key and (notes := cache.take(key, folder, own=own)) is not None:
        progress.step(1.0, "take the stems of an earlier run")
        return StemFiles(files, Measured.from_json(notes["measured"]), Found(**notes["found"]), reused=True)
    found = Found()
    measured = _separated(source, made, files, progress, found)
    progress.check()  # what was stopped is not kept, even when it was just done
    if cache and key:
        told = {"facts": found.facts, "warnings": found.warnings}
        notes = {"measured": measured.to_json(), "found": told}
        cache.put(key, [file.path for file in files.values()], notes, own=own)
    return StemFiles(files, measured, found)


def _separated(
    source: AudioSource,
    made: Plan,
    files: dict[str, WavFile],
    progress: Progress,
    found: Found,
) -> Measured:
    tally = Tally(source.sample_rate_hz)
    with ExitStack() as stack:
        writers: dict[str, WavWriter] = {}
        for name, file in files.items():
            draft = stack.enter_context(atomic(file.path))
            writers[name] = stack.enter_context(WavFile.like(source, draft).writer())
        for piece in pieces(source, made, progress, found=found):
            tally.add(piece)
            for name, writer in writers.items():
                writer.write(piece[name])
    return tally.measured()
