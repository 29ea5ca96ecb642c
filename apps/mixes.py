"""A mix of a finished separation's stems, as a result of its own."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from apps import manifest
from apps.runner import Result
from sam_audio.levelling import Level
from sam_audio.mix_settings import StemSetting
from sam_audio.naming import download_name
from shared.errors import InputError
from shared.exporting import staged_folder
from shared.loading import load_audio
from shared.progress import Progress

RESIDUAL = "residual"
WET, REMIX = "wet", "remix"  # the targets with their effects, alone and in the whole
FINISHED = (REMIX, WET)
AS_USUAL = Level()
BEST_FIRST = (".wav", ".flac", ".ogg", ".mp3")


def stem_files(result: Result, *, others: tuple[str, ...] = ()) -> dict[str, Path]:
    """Return the stems of a separation by name, the residual last; each once, in its best format.

    Args:
        result: Of the task "separate".
        others: Further sounds to list after them where the result has them.

    Raises:
        InputError: The result holds no stems.
    """
    sounds = {path.stem: path for path in sorted(result.files, key=_place, reverse=True) if _is_sound(path)}
    targets = sorted(name for name in sounds if name.startswith("target"))
    if not targets or RESIDUAL not in sounds:
        raise InputError("This result holds no stems.", "Name the result of a separation.")
    return {name: sounds[name] for name in (*targets, RESIDUAL, *others) if name in sounds}


def _is_sound(path: Path) -> bool:
    return path.suffix in BEST_FIRST


def _place(path: Path) -> int:
    return BEST_FIRST.index(path.suffix) if _is_sound(path) else len(BEST_FIRST)


def write_mix(
    result: Result,
    settings: Mapping[str, StemSetting],
    folder: str | Path,
    *,
    format: str = "wav",
    level: Level = AS_USUAL,
    progress: Progress | None = None,
) -> Result:
    """Mix the stems of a separation into `folder`: the mix and a manifest, or nothing.

    Args:
        result: Of the task "separate".
        settings: Faders by stem name, such as "target" and "residual"; of "remix", the finished mix with
            effects, and "wet", the targets with effects alone, what is soloed takes the place of all stems.
        folder: Where to; made when it is not there.
        format: A name of `sam_audio.export.formats`.
        level: How loud it should be; by default one gain keeps the true peak at −1 dBTP.
        progress: Where to report and when to stop.

    Raises:
        StudioError: A setting names no stem, no stem is heard, or the folder cannot be written.
    """
    from sam_audio.export.formats import chosen
    from sam_audio.mixing import mix_down

    finished = tuple(name for name in FINISHED if name in settings and settings[name].solo)
    files = stem_files(result, others=finished)
    sources: dict[str, Any] = {name: load_audio(path) for name, path in files.items()}
    first = next(iter(sources.values()))
    (form,) = chosen([format], first)
    song = Path(str(result.manifest.get("recipe", {}).get("input", {}).get("file", ""))).stem
    with staged_folder(folder, room_bytes=8 * first.frames * first.channels) as draft:
        path = draft / f"mix{form.suffix}"
        report = mix_down(sources, settings, path, format=format, level=level, song=song, progress=progress)
        record = {
            "suite": {"name": "segment-studio", "version": manifest.suite_version()},
            "of": result.manifest.get("recipe", {}),
            "mix": {"stems": {name: asdict(setting) for name, setting in settings.items()}, **asdict(level)},
            "warnings": [note for note in (report.settled.note,) if note],
            "facts": {"heard": list(report.heard), "loudness": report.settled.levels.to_json()},
            "files": [
                {
                    "name": path.name,
                    "bytes": path.stat().st_size,
                    "sha256": manifest.sha256_of(path),
                    "download_name": download_name(song, "mix", (), form.suffix),
                }
            ],
        }
        manifest.write(record, draft)
    return Result(Path(folder), record)
