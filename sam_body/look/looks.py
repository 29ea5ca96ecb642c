"""Give estimated bodies the look of their photo: head and hands, clothes, texture; or a face made unknown."""

from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from sam_body.clothing.crossings import crossings
from sam_body.clothing.drape import Draped, drape, guessed_limbs
from sam_body.details.finding import with_details
from sam_body.details.head import face_share
from sam_body.look.privacy import without_faces
from sam_body.model import body_model
from sam_body.people import wanted_people
from sam_body.texture.painting import paint
from sam_body.texture.registering import with_face
from sam_body.types import Body
from shared.errors import StudioError
from shared.media import Image
from shared.params import Choice, Doc, validated
from shared.progress import Progress
from shared.prompts import Prompts

LARGE_FACE = 1.35
"""Faces larger than this against the fitted body are no grown person's."""
TEXTURES, SURFACES = ("photo", "clay"), ("body", "clothes")


@dataclass(frozen=True)
class LookSettings:
    """What a body is to look like."""

    texture: Annotated[
        str, Choice(TEXTURES), Doc("Colours: the photo on the side it shows and made up elsewhere, or clay.")
    ] = "photo"
    surface: Annotated[
        str, Choice(SURFACES), Doc("Surface: the bare body's, or widened to the outline of clothes and hair.")
    ] = "body"
    details: Annotated[bool, Doc("Turn head and fingers as the nets for face and hands see them.")] = True
    blur_face: Annotated[bool, Doc("Make faces unrecognisable in texture and previews.")] = False

    def __post_init__(self) -> None:
        validated(self)


@dataclass(frozen=True, eq=False)
class Looks:
    """Bodies as they are to be shown and written.

    Args:
        bodies: In the order given.
        image: The photo, in which faces are unrecognisable if that was asked.
        warnings: What a user should know.
        facts: Of each body, JSON types: what draping reached.
    """

    bodies: tuple[Body, ...]
    image: Image
    warnings: tuple[str, ...] = ()
    facts: tuple[dict[str, Any], ...] = ()


def with_looks(
    image: Image,
    bodies: tuple[Body, ...],
    prompts: Prompts,
    settings: LookSettings,
    *,
    most_people: int = 10,
    progress: Progress | None = None,
) -> Looks:
    """Return the bodies of a photo with the looks asked for.

    Args:
        image: The photo.
        bodies: Estimated from it, with the model's own rest pose.
        prompts: Those of the estimate; they tell the masks.
        settings: What to do.
        most_people: That of the estimate.
        progress: Told of each person.
    """
    progress = progress or Progress()
    ours = [len(body.skin.vertices) == len(body_model().vertices) for body in bodies]
    if not all(ours):
        return Looks(bodies, image, ("Texture, clothes, head and hands are of the shipped body only.",))
    if settings.details:
        bodies = tuple(with_details(image, body) for body in bodies)
    shown = without_faces(image, bodies) if settings.blur_face else image
    young = [_of(number, bodies, words) for number, body in enumerate(bodies) for words in young_words(body)]
    if settings.texture == "clay" and settings.surface == "body":
        return Looks(bodies, shown, tuple(young), tuple({} for _ in bodies))
    masks = _masks(image, prompts, most_people)
    made: list[Body] = []
    warnings = young
    facts: list[dict[str, Any]] = []
    for number, body in enumerate(bodies):
        progress.step(number / len(bodies), f"dressing person {number + 1} of {len(bodies)}")
        done, said, told = _dressed(shown, body, masks.get(body.object_id), settings)
        made.append(done)
        warnings += [_of(number, bodies, words) for words in said]
        facts.append(told)
    return Looks(tuple(made), shown, tuple(warnings), tuple(facts))


def _of(number: int, bodies: tuple[Body, ...], words: str) -> str:
    return words if len(bodies) == 1 else f"Person {number + 1}: {words}"


def young_words(body: Body) -> list[str]:
    """Return a warning where the face is too large for the body that was fitted.

    Args:
        body: With its details.
    """
    share = face_share(body)
    if share < LARGE_FACE:
        return []
    return [
        f"the face is {share - 1:.0%} larger than that of the fitted body, as small children's are. "
        "Give height_cm, which fits a child's proportions too."
    ]


def _masks(image: Image, prompts: Prompts, most_people: int) -> dict[int, NDArray[np.bool_]]:
    """Each person's mask by number; the nets' findings are still in memory from the estimate."""
    try:
        people, _ = wanted_people(image, prompts, most_people=most_people)
    except StudioError:
        return {}
    return {person.object_id: person.mask for person in people if person.mask is not None}


def _dressed(
    image: Image, body: Body, mask: NDArray[np.bool_] | None, settings: LookSettings
) -> tuple[Body, list[str], dict[str, Any]]:
    draped = None if mask is None else drape(body, mask)
    if mask is None or draped is None:
        what = "texture and clothes" if settings.surface == "clothes" else "texture"
        return body, [f"no mask fits this body, so it has no {what} from the photo."], {}
    warnings: list[str] = []
    facts: dict[str, Any] = {}
    done = body
    if settings.surface == "clothes":
        done, facts = draped.body, {"clothes": clothes_facts(body, draped)}
        warnings += crossed_words(facts["clothes"])
    if settings.texture == "photo":
        surface = draped.body.posed_vertices() + body.offset_m
        if body.details is not None and body.details.head is not None:
            surface = with_face(surface, body.skin.faces, body.camera, body.details.head.face_px)
        picture = paint(image.pixels, mask, surface, body.camera, guessed=guessed_limbs(body))
        done = replace(done, paint=replace(picture, face_blurred=settings.blur_face))
    return done, warnings, facts


def clothes_facts(body: Body, draped: Draped) -> dict[str, Any]:
    """Return what draping reached, as JSON types.

    Args:
        body: Before.
        draped: After.
    """
    return {
        "outline_iou_before": round(draped.iou_before, 4),
        "outline_iou_after": round(draped.iou_after, 4),
        "most_cm": round(float(draped.moved_m.max()) * 100, 1),
        "faces_crossing_before": crossings(body),
        "faces_crossing": crossings(draped.body),
    }


def crossed_words(facts: dict[str, Any]) -> list[str]:
    """Return a warning where clothes run through something, from what `clothes_facts` told."""
    crossed = facts["faces_crossing"] - facts["faces_crossing_before"]
    return (
        [f"the clothes run through themselves or the body in {crossed} more triangles."]
        if crossed > 0
        else []
    )
