"""Make one object of several photos (folder, ZIP or video), with the masks as one picture to look over."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from apps.task import Outcome, TaskKind, Work
from apps.written_meshes import PrintOptions, ViewOptions, drawn, mesh_facts, printed
from shared.errors import InputError
from shared.params import Choice, Doc, Range
from shared.prompts import Prompts

if TYPE_CHECKING:
    from sam_3d.photos.album import Album
    from sam_3d.photos.making import Made

WAYS = ("auto", "known", "turntable", "mat", "sfm")
DIRECTIONS = ("auto", "left", "right")


@dataclass(frozen=True)
class ReconstructOptions(PrintOptions, ViewOptions):
    """Options of an object from several photos."""

    cameras: Annotated[
        str,
        Choice(WAYS),
        Doc(
            "How the cameras are known: cameras.json, turntable, marker mat, or sfm (structure from motion)."
        ),
    ] = "auto"
    marked: Annotated[str, Doc("Name of the photo that the prompts are for; empty for the first.")] = ""
    corrections: Annotated[str, Doc('Prompts of other photos, as JSON: {"b.jpg": [{"kind": "box", …}]}.')] = (
        ""
    )
    angles: Annotated[
        str, Doc("Turntable: angle of each photo in degrees, by commas; empty for equal steps.")
    ] = ""
    direction: Annotated[
        str, Choice(DIRECTIONS), Doc("Turntable: where the object's front moves in the pictures.")
    ] = "auto"
    ruler_mm: Annotated[float, Range(50, 200, "mm"), Doc("Mat: length of the printed 100 mm line.")] = 100.0
    detail: Annotated[float, Range(32, 256), Doc("Points along the object's longest edge.")] = 256.0
    height_mm: Annotated[
        float, Range(1, 2000, "mm"), Doc("Height of the printed object, where no mat tells its true size.")
    ] = 100.0
    mask_engine: Annotated[str, Doc("Engine that makes the masks from the prompts.")] = "auto"


def _run(work: Work) -> Outcome:
    from sam_3d.photos.making import make

    options: ReconstructOptions = work.options
    if work.recipe.engine not in ("auto", "carving"):
        raise InputError(
            f"Several photos are carved and take no lift engine, but got {work.recipe.engine!r}.",
            "Leave the engine at auto.",
        )
    album: Album = work.media
    made = make(
        album,
        prompts_by_photo(album, work.recipe.prompts, options.marked, options.corrections),
        cameras=options.cameras,
        angles_deg=_angles(options.angles),
        direction=options.direction,
        engine=options.mask_engine,
        ruler_mm=options.ruler_mm,
        cells=round(options.detail),
        progress=work.progress.within(0, 0.58),
    )
    _write_sheet(work, made)
    lifted, report, warnings = printed(work, made.object)
    facts = {**mesh_facts(lifted, report, options.height_mm), "photos": _facts(made)}
    told, notes = drawn(work, lifted, report)
    chosen = (made.object.chosen,) if made.object.chosen else ()
    warnings = (*made.object.warnings, *warnings, *notes)
    return Outcome((*made.marks.engines, *chosen), warnings, {**facts, **told})


def prompts_by_photo(album: "Album", prompts: Prompts, marked: str, corrections: str) -> dict[str, Prompts]:
    """Return prompts by photo: those of the recipe for the photo that is marked, and the corrections.

    Args:
        album: The photos.
        prompts: Those of the recipe.
        marked: Name of the photo that they are for; empty for the first.
        corrections: Prompts of other photos, as JSON.

    Raises:
        InputError: The corrections cannot be read, or name a photo that is not there.
        PromptError: A prompt is wrong.
    """
    from sam_3d.photos.marking import prompts_of

    try:
        given: Any = json.loads(corrections) if corrections.strip() else {}
    except ValueError as error:
        raise InputError(f"The corrections are not JSON ({error}).") from None
    found = prompts_of(album, given)
    if prompts:
        name = marked or album.photos[0].name
        album.index(name)
        found[name] = prompts
    return found


def _angles(text: str) -> list[float] | None:
    if not text.strip():
        return None
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise InputError(
            f"Cannot read the angles {text!r}.", "Write 0,30,60 and so on, in degrees."
        ) from None


def _write_sheet(work: Work, made: "Made") -> None:
    from PIL import Image

    from sam_3d.photos.contact_sheet import contact_sheet

    Image.fromarray(contact_sheet(made.album, made.marks)).save(work.folder / "masks.png")


def _facts(made: "Made") -> dict[str, Any]:
    from sam_3d.photos.cameras import to_json
    from sam_3d.photos.judging import doubted

    ways = {p.name: way for p, way in zip(made.album.photos, made.marks.ways, strict=True)}
    names = [made.album.photos[i].name for i in made.used]
    doubtful = list(doubted(names, made.object.warnings))
    views = to_json(names, made.views)
    return {"cameras": made.cameras, "masks": ways, "doubtful": doubtful, "views": views}


TASKS = (
    TaskKind(
        name="reconstruct",
        command=("3d", "photos"),
        title="An object from several photos",
        media="photos",
        engines=("shared.engines",),
        options=ReconstructOptions,
        formats=("glb", "obj", "ply", "stl", "3mf", "usdz", "fbx"),
        default_formats=("glb", "stl"),
        run=_run,
        exports="sam_3d.export",
        chain=("sam_3d.ops", "OPS"),
    ),
)
