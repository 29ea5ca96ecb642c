"""Run one recipe from media to a finished result folder."""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from apps import manifest
from apps.recipes import Recipe
from apps.task import TaskKind, Work, task
from sam_3d.photos.album import Album
from sam_body.video.footage import Footage, open_footage
from shared import prompts as prompting
from shared.errors import InputError
from shared.exporting import staged_folder
from shared.media import Image
from shared.progress import Progress
from shared.prompts import FILED, Prompt


@dataclass(frozen=True)
class Result:
    """A finished run.

    Args:
        folder: Holds the files.
        manifest: What `manifest.json` in it says.
    """

    folder: Path
    manifest: dict[str, Any]

    @property
    def files(self) -> tuple[Path, ...]:
        """All files of the result, the manifest last."""
        names = [item["name"] for item in self.manifest["files"]]
        return tuple(self.folder / name for name in (*names, manifest.NAME))


def run(
    recipe: Recipe,
    folder: str | Path,
    *,
    progress: Progress | None = None,
    private: bool = False,
    kept: Path | None = None,
) -> Result:
    """Run a recipe and put its files into `folder`, all of them or none.

    Args:
        recipe: What to do.
        folder: Where the result goes; made when it is not there.
        progress: Where to report and when to stop.
        private: Leave the input's path out of the manifest (its name stays).
        kept: Folder for what later runs may take from this one, such as stems; None keeps nothing.

    Raises:
        StudioError: Anything that the user can mend; nothing was written then.
    """
    progress = progress or Progress()
    started = time.monotonic()
    kind = task(recipe.task)
    options = kind.checked_options(recipe.options)
    formats = kind.chosen_formats(recipe.formats)
    chain = kind.checked_chain(recipe.chain)
    progress.step(0.0, "load")
    media, sha256 = _load(kind, recipe, options, progress)
    if kind.media not in ("photos", "video"):  # whose prompts are for one picture each; the task checks them
        prompting.check(recipe.prompts, media)
    prompts = tuple(_known(prompt, progress) for prompt in recipe.prompts)
    recipe = replace(
        recipe, prompts=prompts, input_sha256=sha256, formats=formats, chain=tuple(chain.to_json())
    )
    with staged_folder(folder, room_bytes=_room(media)) as draft:
        work = Work(recipe, options, media, formats, chain, draft, progress.within(0.05, 0.97), kept)
        outcome = kind.run(work)
        outcome = replace(outcome, warnings=(*getattr(media, "notes", ()), *outcome.warnings))
        progress.step(0.98, "write the manifest")
        told = manifest.anonymous(recipe) if private else recipe
        record = manifest.describe(told, outcome, draft, time.monotonic() - started, progress)
        manifest.write(record, draft)
    progress.step(1.0, "done")
    return Result(Path(folder), record)


def _room(media: Any) -> int:
    """About what a result takes: three stems of a sound in 32-bit floats, or a few pictures and meshes."""
    if isinstance(media, Image):
        return 8 * media.pixels.size + 5_000_000
    if isinstance(media, Album):
        return 100_000_000
    if isinstance(media, Footage):
        return 20_000_000 + 60_000 * media.frames
    return 12 * media.frames * media.channels


def _load(kind: TaskKind, recipe: Recipe, options: Any, progress: Progress) -> tuple[Any, str]:
    from shared.loading import load_audio, load_image

    if kind.media == "photos":
        from sam_3d.photos.loading import load_album

        album = load_album(recipe.input, progress=progress.within(0, 0.05), least=kind.least_photos)
        media: Any = album
    elif kind.media == "video":
        media = open_footage(recipe.input, most_fps=options.most_fps)
    elif kind.media == "sound":
        media = load_audio(recipe.input, sample_rate_hz=getattr(options, "rate_hz", 0) or None)
    else:
        media = load_image(recipe.input, shrink=getattr(options, "shrink", 1))
    return media, _checked_sha256(recipe.input, recipe.input_sha256, progress)


def _known(prompt: Prompt, progress: Progress) -> Prompt:
    """Note the sha256 of a file that a prompt names."""
    if not isinstance(prompt, FILED):
        return prompt
    return replace(prompt, sha256=_checked_sha256(prompt.file, prompt.sha256, progress))


def _checked_sha256(path: str, wanted: str, progress: Progress) -> str:
    sha256 = manifest.sha256_of(Path(path), progress)
    if wanted not in ("", sha256):
        raise InputError(
            f"{path} is not the file that this recipe was made for (its sha256 differs).",
            "Give the original file, or run the recipe with --input FILE to use another one.",
        )
    return sha256
