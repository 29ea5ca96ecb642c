"""Bodies while joints are dragged: fitted at once, and nothing is written."""

import json
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from apps.kept_files import KeptFiles
from apps.recipes import Recipe
from apps.task import task
from shared.errors import InputError
from shared.progress import Progress
from shared.prompts import Keypoints

if TYPE_CHECKING:
    from apps.tasks.several import SeveralOptions
    from sam_body.several import PhotoOfPerson, Several
    from sam_body.types import Body
    from shared.registry import Chosen


@dataclass(frozen=True)
class FittedPhoto:
    """The people of one photo.

    Args:
        name: Name of the photo in its set; empty for a photo by itself.
        bodies: As that photo shows them.
        factor: Pixels of the bodies' camera for one of the photo's file.
    """

    name: str
    bodies: tuple["Body", ...]
    factor: float = 1.0


@dataclass(frozen=True)
class FittedPhotos:
    """What a fit found.

    Args:
        photos: One, or all of a set.
        chosen: Engine that made it, and why.
        warnings: What a user should know.
    """

    photos: tuple[FittedPhoto, ...]
    chosen: "Chosen"
    warnings: tuple[str, ...] = ()


class LiveBodies:
    """Fits the bodies of a recipe without its files, one fit after another, beside the queue of runs.

    Photos and what the nets saw in them stay in memory, so that a second fit with other joints only fits.
    That of several photos goes on from the last one, if that was of the same photos with other joints.
    """

    def __init__(self) -> None:
        self._media = KeptFiles()
        self._one_at_a_time = threading.Lock()
        self._last: tuple[str, Several] | None = None

    def __call__(self, recipe: Recipe, *, progress: Progress | None = None) -> FittedPhotos:
        """Fit.

        Args:
            recipe: Of the task "estimate" or "several", with the prompts and options of a run.
            progress: May cancel.

        Raises:
            InputError: No such file or task, a wrong option, or no person is there.
            PromptError: A prompt does not fit the photo or the engine.
            EngineUnavailable: The engine named cannot run here.
        """
        fits = {"estimate": self._one, "several": self._several}
        if recipe.task not in fits:
            raise InputError(f"Joints are of bodies, not of {recipe.task!r}.", f"Use {' or '.join(fits)}.")
        options = task(recipe.task).checked_options(recipe.options)
        with self._one_at_a_time:
            return fits[recipe.task](recipe, options, progress)

    def _one(self, recipe: Recipe, options: Any, progress: Progress | None) -> FittedPhotos:
        from sam_body.estimate import estimate
        from shared.loading import load_image

        image = self._media.get(recipe.input, load_image, lambda made: made.pixels.nbytes)
        found = estimate(
            image,
            recipe.prompts,
            engine=recipe.engine,
            rig=options.rig,
            settings=options,
            path=recipe.input,
            progress=progress,
        )
        return FittedPhotos((FittedPhoto("", found.bodies),), found.chosen, found.warnings)

    def _several(self, recipe: Recipe, options: Any, progress: Progress | None) -> FittedPhotos:
        from apps.tasks.several import photos_of_person
        from sam_3d.photos.loading import load_album
        from sam_body.several import estimate_several

        least = task("several").least_photos
        album = self._media.get(
            recipe.input,
            lambda path: load_album(path, least=least),
            lambda made: sum(photo.image.pixels.nbytes for photo in made.photos),
        )
        given = photos_of_person(album, recipe.prompts, options)
        asked = _all_but_joints(recipe.engine, given, options)
        before = self._last[1] if self._last is not None and self._last[0] == asked else None
        found = estimate_several(
            given,
            engine=recipe.engine,
            rig=options.rig,
            settings=options,
            progress=progress,
            before=before,
        )
        self._last = asked, found
        photos = tuple(
            FittedPhoto(photo.name, (view,), photo.factor)
            for photo, view in zip(album.photos, found.views, strict=True)
        )
        return FittedPhotos(photos, found.chosen, found.warnings)


def _all_but_joints(engine: str, photos: list["PhotoOfPerson"], options: "SeveralOptions") -> str:
    """Return what a fit of several photos depends on beside the joints that the user corrected."""

    def facts(photo: "PhotoOfPerson") -> list[Any]:
        marks = [mark.to_json() for mark in photo.prompts if not isinstance(mark, Keypoints)]
        return [photo.name, photo.image.content_key, photo.focal_px, marks]

    return json.dumps([engine, repr(replace(options, marked="", corrections="")), *map(facts, photos)])
