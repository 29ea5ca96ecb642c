"""Estimate one person from several photos (folder or ZIP), with the body drawn over each of them."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

from apps.figure import FigureOptions
from apps.task import Outcome, TaskKind, Work
from apps.tasks.estimate import FORMATS, RESTS, RIGS
from apps.tasks.reconstruct import prompts_by_photo
from sam_body.look.looks import LookSettings
from sam_body.settings import FitSettings
from shared.exporting import export
from shared.params import Choice, Doc
from shared.prompts import Keypoints, MaskHint, Prompts

if TYPE_CHECKING:
    from sam_3d.photos.album import Album, Photo
    from sam_body.several import PhotoOfPerson
    from sam_body.types import Body

SEVERAL_FORMATS = tuple(name for name in FORMATS if name != "coco")


@dataclass(frozen=True)
class SeveralOptions(FigureOptions, LookSettings, FitSettings):
    """Options of a body from several photos: those of the fit, those of the looks, and what is written."""

    marked: Annotated[str, Doc("Name of the photo that the prompts are for; empty for the first.")] = ""
    corrections: Annotated[str, Doc('Prompts of other photos, as JSON: {"b.jpg": [{"kind": "box", …}]}.')] = (
        ""
    )
    rig: Annotated[str, Choice(RIGS), Doc("Names and joints of the skeleton.")] = "game_engine"
    rest: Annotated[str, Choice(RESTS), Doc("Rest pose of the skeleton: its own, T, A or the photos'.")] = (
        "model"
    )
    previews: Annotated[bool, Doc("Render an overlay of each photo, overlay.png of all, and side.png.")] = (
        True
    )


def _run(work: Work) -> Outcome:
    from sam_body.look.together import with_looks_together
    from sam_body.measures import measures_of
    from sam_body.preview import write_overlays
    from sam_body.rest_pose import with_rest
    from sam_body.several import estimate_several

    options: SeveralOptions = work.options
    figure, album = options.figure(), work.media
    photos = photos_of_person(album, work.recipe.prompts, options)
    found = estimate_several(
        photos,
        engine=work.recipe.engine,
        rig=options.rig,
        settings=options,
        progress=work.progress.within(0, 0.5),
    )
    looks = with_looks_together(
        [photo.image for photo in photos],
        found.body,
        found.views,
        found.masks,
        options,
        progress=work.progress.within(0.5, 0.7),
    )
    body = with_rest(looks.body, options.rest)
    for suffix in work.formats:
        work.progress.step(0.75, f"write body.{suffix}")
        more = figure if suffix == "stl" else {}
        export(body, work.folder / f"body.{suffix}", package="sam_body.export", **more)
    warnings = found.warnings + looks.warnings
    if options.previews:
        work.progress.step(0.85, "render previews")
        warnings += write_overlays(looks.images, looks.views, looks.body, work.folder)
    facts: dict[str, Any] = {
        "bodies": [body.facts() | looks.facts | {"measures_cm": measures_of(body)}],
        "photos": [
            agreed.to_json() | {"keypoints": _keypoints(view, photo.factor)}
            for agreed, view, photo in zip(found.agreements, looks.views, album.photos, strict=True)
        ],
    }
    return Outcome((found.chosen,), warnings, facts)


def photos_of_person(album: "Album", prompts: Prompts, options: SeveralOptions) -> list["PhotoOfPerson"]:
    """Return the photos of an album as those of a person, each with its own prompts and corrections.

    Args:
        album: The photos.
        prompts: Those of the photo that `options.marked` names, or of the first.
        options: Has the corrections.

    Raises:
        InputError: A photo is named that is not there.
        PromptError: A prompt is wrong in itself.
    """
    given = prompts_by_photo(album, prompts, options.marked, options.corrections)
    return [_person_photo(photo, given.get(photo.name, ())) for photo in album.photos]


def _keypoints(view: "Body", factor: float) -> list[dict[str, Any]]:
    """Return the joints of a photo in the pixels of its file, as the page draws and corrects them."""
    marks = view.landmarks
    return [
        {
            "name": name,
            "seen_px": [round(float(v), 2) for v in marks.seen_px[i] / factor],
            "fitted_px": [round(float(v), 2) for v in marks.fitted_px[i] / factor],
            "visibility": round(float(marks.visibility[i]), 4),
            "basis": marks.basis[i],
        }
        for i, name in enumerate(marks.names)
    ]


def _person_photo(photo: "Photo", prompts: Prompts) -> "PhotoOfPerson":
    """Return a photo of an album as one of a person: prompts in pixels of its picture, its mask as a hint."""
    from sam_3d.photos.marking import scaled_prompts
    from sam_body.several import PhotoOfPerson

    joints = tuple(_scaled(prompt, photo.factor) for prompt in prompts if isinstance(prompt, Keypoints))
    marks = scaled_prompts(tuple(p for p in prompts if not isinstance(p, Keypoints)), photo)
    if not marks and photo.mask is not None and photo.mask.any():
        marks = (MaskHint(photo.mask),)
    return PhotoOfPerson(photo.name, photo.image, (*marks, *joints), photo.focal_px)


def _scaled(prompt: Keypoints, factor: float) -> Keypoints:
    return replace(prompt, xy_px=tuple((x * factor, y * factor) for x, y in prompt.xy_px))


TASKS = (
    TaskKind(
        name="several",
        command=("body", "photos"),
        title="A body from several photos",
        media="photos",
        engines=("sam_body.engines",),
        options=SeveralOptions,
        formats=SEVERAL_FORMATS,
        default_formats=("glb", "bvh", "stl", "json"),
        run=_run,
        exports="sam_body.export",
        least_photos=2,
    ),
)
