"""Give a body that several photos show the looks of all of them: head and hands, clothes, one texture."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sam_body.clothing.drape import drape_together, guessed_limbs, widened
from sam_body.details.finding import with_details, with_landmarks_anew
from sam_body.details.head import face_share
from sam_body.details.seen import Details, Head
from sam_body.details.turning import bones_of
from sam_body.look.looks import LookSettings, clothes_facts, crossed_words, young_words
from sam_body.look.privacy import without_faces
from sam_body.skeletons import FINGERS
from sam_body.texture.painting import Shot, paint_together
from sam_body.texture.registering import with_face
from sam_body.types import Body, Pose
from shared.media import Image
from shared.progress import Progress

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class LooksTogether:
    """A body of several photos as it is to be shown and written.

    Args:
        body: In the shared pose.
        views: As each photo shows it.
        images: The photos, in which faces are unrecognisable if that was asked.
        warnings: What a user should know.
        facts: JSON types: what draping reached.
    """

    body: Body
    views: tuple[Body, ...]
    images: tuple[Image, ...]
    warnings: tuple[str, ...]
    facts: dict[str, Any]


def with_looks_together(
    images: Sequence[Image],
    body: Body,
    views: Sequence[Body],
    masks: Sequence[Mask | None],
    settings: LookSettings,
    *,
    progress: Progress | None = None,
) -> LooksTogether:
    """Return a body with the looks that its photos show.

    Args:
        images: The photos.
        body: In the pose that all share, with the model's own rest pose.
        views: As each photo shows it: the same skin, that photo's pose and camera.
        masks: (H, W) bool, the person in each photo; None where that is not known.
        settings: What to do.
        progress: Told of each part.
    """
    progress = progress or Progress()
    if settings.details:
        progress.step(0.0, "looking at head and hands")
        views = [with_details(image, view) for image, view in zip(images, views, strict=True)]
        body = with_shared_details(body, views)
    shown = tuple(
        without_faces(image, (view,)) if settings.blur_face else image
        for image, view in zip(images, views, strict=True)
    )
    young = young_words(max(views, key=face_share))
    if settings.texture == "clay" and settings.surface == "body":
        return LooksTogether(body, tuple(views), shown, tuple(young), {})
    progress.step(0.4, "widening the surface to the outlines")
    draped = drape_together(views, masks)
    if draped is None:
        what = "texture and clothes" if settings.surface == "clothes" else "texture"
        said = (*young, f"no mask fits this body, so it has no {what} from the photos.")
        return LooksTogether(body, tuple(views), shown, said, {})
    dressed = [widened(view, draped.moved_m) for view in views]
    done, warnings, facts = body, young, {}
    if settings.surface == "clothes":
        done = widened(body, draped.moved_m)
        facts = {"clothes": clothes_facts(views[0], draped)}
        warnings = young + crossed_words(facts["clothes"])
    if settings.texture == "photo":
        progress.step(0.7, "laying the photos onto the body")
        shots = [
            _shot(image, view, wide, mask)
            for image, view, wide, mask in zip(shown, views, dressed, masks, strict=True)
            if mask is not None
        ]
        done = replace(done, paint=replace(paint_together(shots), face_blurred=settings.blur_face))
    made = dressed if settings.surface == "clothes" else views
    return LooksTogether(done, tuple(made), shown, tuple(warnings), facts)


def _shot(image: Image, view: Body, wide: Body, mask: Mask) -> Shot:
    surface = wide.posed_vertices() + view.offset_m
    if view.details is not None and view.details.head is not None:
        surface = with_face(surface, view.skin.faces, view.camera, view.details.head.face_px)
    return Shot(image.pixels, mask, surface, view.camera, guessed_limbs(view))


def with_shared_details(body: Body, views: Sequence[Body]) -> Body:
    """Return a body with the head of the view that shows the face best, and each hand of the surest view.

    Args:
        body: In the pose that all views share.
        views: With what the nets for face and hands saw in each.
    """
    details = [view.details or Details() for view in views]
    bones, posed = bones_of(body.rig), body
    hands: dict[str, float] = {}
    for side in ("left", "right"):
        best = max(range(len(views)), key=lambda k: details[k].hands.get(side, 0.0))
        if side in details[best].hands:
            hands[side] = details[best].hands[side]
            fingers = [f"{finger}_0{n}" for finger in FINGERS for n in (1, 2, 3)]
            names = [f"{part}_{side[0]}" for part in ("lowerarm", "hand", *fingers)]
            posed = _bent_as(posed, views[best], [bones[name] for name in names])
    faces = [(k, one.head) for k, one in enumerate(details) if one.head is not None]
    head: Head | None = None
    if faces:
        best, found = max(faces, key=lambda face: face[1].confidence * max(float(face[1].direction[2]), 0.01))
        posed = _bent_as(posed, views[best], [bones["neck_01"], bones["head"]])
        turn = posed.turns()[bones["head"]]
        gaze = None if found.gaze is None else turn @ found.turn.T @ found.gaze
        head = replace(found, turn=turn, gaze=gaze)
    return with_landmarks_anew(replace(posed, details=Details(head, hands)))


def _bent_as(body: Body, other: Body, bones: list[int]) -> Body:
    rotations = body.pose.rotations.copy()
    rotations[bones] = other.pose.rotations[bones]
    return replace(body, pose=Pose(rotations, body.pose.translation_m))
