"""Which shapes fit what is marked in a photo, as pictures to choose from: for every face."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from apps.marked import marked, marked_apart
from shared import prompts as prompting
from shared.progress import Progress
from shared.prompts import Prompts

if TYPE_CHECKING:
    from sam_3d.suggest import Suggestion


def suggestions(
    photo: str | Path, prompts: Prompts, *, mask_engine: str = "auto", progress: Progress | None = None
) -> tuple["Suggestion", ...]:
    """Return every mode of a lift for what the prompts mean, the best first, each with a small picture.

    Args:
        photo: A picture file.
        prompts: What is meant; marks of several objects are taken as the parts of one thing.
        mask_engine: "auto" or the id of a mask engine.
        progress: Told of the stages; may cancel.

    Raises:
        InputError: Not a picture.
        PromptError: No prompt, one that does not fit the photo, or nothing was found.
    """
    from sam_3d.lift import one_each
    from sam_3d.suggest import suggest
    from shared.loading import load_image

    progress = progress or Progress()
    image = load_image(photo)
    prompting.check(prompts, image)
    share = progress.within(0, 0.4)
    found = marked(image, prompts, mask_engine, share, several=marked_apart(prompts))
    return suggest(image, one_each(found.masks), progress=progress.within(0.4, 1))


def to_json(offered: tuple["Suggestion", ...]) -> list[dict[str, Any]]:
    """Return suggestions without their pictures as JSON types."""
    return [
        {"mode": one.mode, "title": one.title, "score": round(one.score, 3), "reason": one.reason}
        for one in offered
    ]


def as_text(offered: tuple["Suggestion", ...]) -> str:
    """Return suggestions as lines for a terminal."""
    width = max(len(one.mode) for one in offered)
    return "\n".join(f"{one.score:4.0%}  {one.mode:{width}}  {one.title}. {one.reason}" for one in offered)


def write_pictures(offered: tuple["Suggestion", ...], folder: str | Path) -> list[Path]:
    """Write `shape_MODE.png` of each suggestion into a folder, all or none; return their paths.

    Raises:
        ExportError: The folder cannot be written.
    """
    from PIL import Image

    from shared.exporting import staged_folder

    names = []
    with staged_folder(folder) as draft:
        for one in offered:
            if one.picture is not None:
                names.append(f"shape_{one.mode.partition(':')[0]}.png")
                Image.fromarray(one.picture).save(draft / names[-1])
    return [Path(folder) / name for name in names]
