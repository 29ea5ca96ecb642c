"""Estimate one person from several photos in about the same pose: one shape, one pose, a camera a photo."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sam_body.agreement import Agreement, judged, warnings_of
from sam_body.building import body_from_fit
from sam_body.clothes_colors import clothes_colors, color_warnings
from sam_body.corrections import corrected, told
from sam_body.engines.landmark_fit import LandmarkFit
from sam_body.fitting import Fit
from sam_body.likeliest import Likeliest, Sight, followed, likeliest, mirrored
from sam_body.measures import missed_words, solved
from sam_body.model import BodyModel, body_model
from sam_body.observation import observe
from sam_body.people import Wanted, wanted_people
from sam_body.settings import Beliefs, FitSettings
from sam_body.skeletons import skeleton
from sam_body.together import Mask, fit_together, with_measures
from sam_body.types import Body
from shared import prompts as prompting
from shared.errors import InputError, PromptError
from shared.media import Image
from shared.pose import Person
from shared.progress import Progress
from shared.prompts import Keypoints, Prompts
from shared.registry import Chosen, choose, engines, loaded

MOST_PHOTOS = 8


@dataclass(frozen=True, eq=False)
class PhotoOfPerson:
    """One photo to estimate a person from.

    Args:
        name: What messages call it.
        image: Its pixels.
        prompts: Points, boxes or masks of the person, where others are in it too, and keypoints.
        focal_px: Focal length that its file tells (EXIF), in pixels of `image`; None where it tells none.
    """

    name: str
    image: Image
    prompts: Prompts = ()
    focal_px: float | None = None


@dataclass(frozen=True, eq=False)
class Several:
    """A person from several photos.

    Args:
        body: In the pose that all photos share, placed in the first photo.
        views: One body a photo: the same shape, with that photo's small differences of pose and its camera.
        agreements: What each photo says of camera and pose beside the others.
        chosen: Engine whose landmarks were taken, and why.
        warnings: What a user should know.
        masks: (H, W) bool, the person in each photo; None where that is not known.
        outcome: Of the fit; from it `estimate_several` goes on when the user has said more.
    """

    body: Body
    views: tuple[Body, ...]
    agreements: tuple[Agreement, ...]
    chosen: Chosen
    warnings: tuple[str, ...]
    masks: tuple[Mask | None, ...]
    outcome: Likeliest


def estimate_several(
    photos: Sequence[PhotoOfPerson],
    *,
    engine: str = "auto",
    rig: str = "game_engine",
    settings: FitSettings | None = None,
    progress: Progress | None = None,
    before: Several | None = None,
) -> Several:
    """Estimate one person from 2 to 8 photos.

    Args:
        photos: The first one places the body.
        engine: "auto" or the id of an engine that fits to landmarks.
        rig: Name of a rig, see `sam_body.skeletons`.
        settings: Beliefs of the fit, and the camera where it is one and known; the usual ones when not given.
        progress: Told of each photo; may stop the run.
        before: Estimate of the same photos by the same settings with other keypoints: going on from it is
            much quicker, and finds the body near it.

    Raises:
        InputError: Too few or too many photos, one twice, or one without a person.
        EngineUnavailable: The engine named cannot run here.
        PromptError: A prompt does not fit its photo, or marks several people.
    """
    progress, settings, bones = progress or Progress(), settings or FitSettings(), skeleton(rig)
    _check(photos)
    chosen, net = _engine(photos, engine)
    model, beliefs = body_model(), settings.beliefs()
    people, scores, sights, cameras, warnings = [], [], [], [], []
    for number, photo in enumerate(photos):
        progress.step(0.5 * number / len(photos), f"looking at {photo.name}")
        wanted, person, notes = _person(photo, settings.most_people)
        view = settings.view(photo.image.width, photo.image.height, exif_px=photo.focal_px)
        people.append(wanted)
        scores.append(person.score)
        cameras.append(view)
        warnings += notes
        sight, said = net.sharpened(photo.image, wanted, observe(person, view.camera)), told(wanted.keypoints)
        sights.append(Sight(*(net.deepened(corrected(one, said)) for one in (sight, mirrored(sight)))))
    masks = [wanted.mask if settings.outline else None for wanted in people]
    if before is not None and [v.object_id for v in before.views] != [w.object_id for w in people]:
        before = None  # keypoints can mean another person
    outcome = _outcome(model, sights, beliefs, masks, progress, before)
    found, seen = outcome.found, outcome.seen
    names = [photo.name for photo in photos]
    agreed = judged(model, found, seen, names, masks, outcome.swapped)
    colors = [
        clothes_colors(photo.image.pixels, sight, wanted.mask)
        for photo, sight, wanted in zip(photos, seen, people, strict=True)
    ]
    warnings += color_warnings(names, colors)
    warnings += warnings_of(agreed)
    if beliefs.measures_cm:
        warnings += missed_words(solved(found.fits[0].shape, beliefs.measures_cm))

    def body(shown: Fit, number: int) -> Body:
        score, person, source = scores[number], people[number].object_id, cameras[number].source
        return body_from_fit(
            model, bones, shown, seen[number], score=score, object_id=person, focal_source=source
        )

    views = tuple(body(fit, number) for number, fit in enumerate(found.fits))
    known = tuple(wanted.mask for wanted in people)
    said_once = tuple(dict.fromkeys(warnings))
    return Several(body(found.shared(), 0), views, agreed, chosen, said_once, known, outcome)


def _outcome(
    model: BodyModel,
    sights: Sequence[Sight],
    beliefs: Beliefs,
    masks: Sequence[Mask | None],
    progress: Progress,
    before: Several | None,
) -> Likeliest:
    """Fit one body to what all photos show, to the outlines, and to the measures."""
    progress.step(0.5, "fitting one body to all photos")
    if before is not None:
        return followed(model, before.outcome, sights, beliefs, masks)
    first = likeliest(model, sights, replace(beliefs, measures_cm={}))
    progress.step(0.8, "following the outlines")
    found = fit_together(model, first.found, first.seen, beliefs.without_girths(), masks)
    return replace(first, found=with_measures(model, found, first.seen, beliefs, masks))


def _engine(photos: Sequence[PhotoOfPerson], engine: str) -> tuple[Chosen, LandmarkFit]:
    asked = tuple(prompt for photo in photos for prompt in photo.prompts)
    # Engines that fit take corrections; those that do not fit take one photo.
    able = [s for s in engines("sam_body.engines") if engine != "auto" or Keypoints in s.accepts]
    chosen = choose(able, asked, engine)
    net = loaded(chosen.spec)
    if not isinstance(net, LandmarkFit):
        raise InputError(f"{chosen.spec.title} takes one photo.", "Leave the engine at auto.")
    return chosen, net


def _check(photos: Sequence[PhotoOfPerson]) -> None:
    if not 2 <= len(photos) <= MOST_PHOTOS:
        raise InputError(
            f"A person from several photos wants 2 to {MOST_PHOTOS} of them, but got {len(photos)}.",
            "Take one from the front and one from the side; one photo alone goes to `body estimate`.",
        )
    names: dict[str, str] = {}
    for photo in photos:
        if (other := names.get(photo.image.content_key)) is not None:
            raise InputError(
                f"{other} and {photo.name} are the same picture.",
                "Give photos from different sides, such as front and side.",
            )
        names[photo.image.content_key] = photo.name


def _person(photo: PhotoOfPerson, most_people: int) -> tuple[Wanted, Person, list[str]]:
    """Return who is meant in a photo, what the net saw of that one, and warnings."""
    try:
        prompting.check(photo.prompts, photo.image)
        found, _ = wanted_people(photo.image, photo.prompts, most_people=most_people)
    except InputError as error:
        raise type(error)(f"{photo.name}: {error.problem}", error.cure) from None
    marked = any(not isinstance(prompt, Keypoints) for prompt in photo.prompts)
    if marked and len(found) > 1:
        raise PromptError(f"{photo.name}: {len(found)} people are marked.", "Mark one, the same in each.")
    people = [(wanted, wanted.person) for wanted in found if wanted.person is not None]
    if not people:
        raise InputError(f"{photo.name}: no person was found.", "Leave it out, or draw a box around one.")
    corrected_ones = [each for each in people if each[0].keypoints]
    if marked or len(people) == 1 or len(corrected_ones) == 1:
        return *(corrected_ones or people)[0], []
    tallest = max(people, key=lambda each: _size_px(each[1]))
    return *tallest, [
        f"{photo.name} shows {len(people)} people; the tallest in it was taken. Mark the one meant."
    ]


def _size_px(person: Person) -> float:
    left, top, right, bottom = person.box_xyxy()
    return float(np.hypot(right - left, bottom - top))
