"""Give the people of a video the looks of its best frames: one from each side that they show."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sam_body.building import body_from_fit
from sam_body.fitting import fit
from sam_body.look.looks import LookSettings
from sam_body.look.together import with_looks_together
from sam_body.model import body_model
from sam_body.observation import observe
from sam_body.people import Mask, wanted_people
from sam_body.settings import CLOTHES_M, Beliefs
from sam_body.silhouette import refine
from sam_body.skeletons import skeleton
from sam_body.types import Body
from sam_body.video.footage import Footage
from sam_body.video.track import Clip
from sam_body.video.types import Take
from shared.errors import InputError
from shared.media import Image
from shared.progress import Progress
from shared.prompts import Box

Array = NDArray[np.float64]

MOST_FRAMES = 4
APART_DEG = 35.0
"""Frames that show a person from directions closer than this show the same."""
_MARGIN = 0.12
_ELSEWHERE = 0.2
"""Share of the person's height from which a person found in a frame is another one."""


def with_looks(clip: Clip, settings: LookSettings, *, progress: Progress | None = None) -> Clip:
    """Return the clip with bodies that are painted, and widened to clothes if that is asked.

    The frames chosen are read again and fitted once more, each with the outline of the person's mask.

    Args:
        clip: As it was followed.
        settings: What to do; head and fingers stay those of the motion.
        progress: Told of each frame and person.
    """
    if settings.texture == "clay" and settings.surface == "body":
        return clip
    progress = progress or Progress()
    wanted = [best_frames(take) for take in clip.takes]
    numbers = {int(take.frames[row]) for take, rows in zip(clip.takes, wanted, strict=True) for row in rows}
    images = _pictures(clip.footage, numbers, progress.within(0, 0.3))
    takes, warnings = [], list(clip.warnings)
    for n, (take, rows) in enumerate(zip(clip.takes, wanted, strict=True)):
        part = progress.within(0.3 + 0.7 * n / len(wanted), 0.3 + 0.7 * (n + 1) / len(wanted))
        made, said = _dressed(take, rows, images, settings, part)
        takes.append(made)
        warnings += said if len(wanted) == 1 else [f"Person {take.object_id + 1}: {words}" for words in said]
    return replace(clip, takes=tuple(takes), warnings=tuple(warnings))


def best_frames(take: Take, most: int = MOST_FRAMES) -> list[int]:
    """Return rows of a take, the best first: large, whole, surely seen, and each from another direction.

    Args:
        take: One person.
        most: At most so many.
    """
    azimuth, value = _azimuths_rad(take), _values(take)
    first = value * (1.5 + np.cos(azimuth))  # a face is worth more than a back
    chosen: list[int] = []
    while len(chosen) < most:
        apart = [np.abs(np.angle(np.exp(1j * (azimuth - azimuth[row])))) for row in chosen]
        new = np.min(apart, axis=0) > np.radians(APART_DEG) if chosen else np.ones(len(value), bool)
        left = np.where(new, value if chosen else first, 0)
        if left.max() <= 0:
            break
        chosen.append(int(left.argmax()))
    return chosen


def _azimuths_rad(take: Take) -> Array:
    """(N,) how far the hips have turned from facing the camera."""
    rig, turns = take.motion.body.rig, np.eye(3)
    bone = rig.mover
    while bone >= 0:
        turns = rig.axes[bone] @ take.motion.rotations[:, bone] @ rig.axes[bone].T @ turns
        bone = int(rig.parents[bone])
    ways = turns[:, :, 2] @ take.camera_from_world[:3, :3].T
    return np.arctan2(ways[:, 0], ways[:, 2])


def _values(take: Take) -> Array:
    """(N,) worth of each frame: 0 where the person is not seen."""
    width, height = take.camera.size_px
    found = np.zeros(len(take.frames))
    for row in np.flatnonzero(take.seen):
        joints = take.in_camera(take.motion.at(int(row)).posed_joints())
        if (joints[:, 2] > -0.1).any():
            continue
        flat = take.camera.project(joints)
        inside = ((flat >= 0) & (flat < (width, height))).all(1).mean()
        found[row] = take.scores[row] * inside**4 * np.ptp(flat[:, 1])
    return found


def _pictures(footage: Footage, numbers: set[int], progress: Progress) -> dict[int, Image]:
    found: dict[int, Image] = {}
    for number, frame in enumerate(footage.read(progress)):
        if number in numbers:
            found[number] = Image(frame.pixels)
        if len(found) == len(numbers):
            break
    return found


def _dressed(
    take: Take, rows: Sequence[int], images: dict[int, Image], settings: LookSettings, progress: Progress
) -> tuple[Take, list[str]]:
    shown, views, masks = [], [], []
    for n, row in enumerate(rows):
        progress.step(0.5 * n / len(rows), f"looking at frame {int(take.frames[row])} again")
        image = images.get(int(take.frames[row]))
        view = None if image is None else _view(image, take, row)
        if image is not None and view is not None:
            shown.append(image)
            views.append(view[0])
            masks.append(view[1])
    if not views:
        return take, ["no frame shows them well enough for a texture or clothes."]
    looks = with_looks_together(
        shown, views[0], views, masks, replace(settings, details=True), progress=progress.within(0.5, 1.0)
    )
    made = looks.body
    body = replace(
        take.motion.body,
        skin=made.skin,
        paint=made.paint,
        clothes_m=made.clothes_m,
        standing_m=made.standing_m,
    )
    return replace(take, motion=replace(take.motion, body=body)), list(looks.warnings)


def _view(image: Image, take: Take, row: int) -> tuple[Body, Mask] | None:
    """Return the person of a take as one frame shows them, and their mask; None where they are not found."""
    body, model = take.motion.body, body_model()
    flat = take.camera.project(take.in_camera(take.motion.at(row).posed_joints()))
    low, high = flat.min(0), flat.max(0)
    margin = _MARGIN * float((high - low).max())
    left, top = np.clip(low - margin, 0, None).tolist()
    right, bottom = np.minimum(high + margin, (image.width, image.height)).tolist()
    try:
        wanted = wanted_people(image, (Box((left, top, right, bottom)),))[0][0]
    except InputError:
        return None
    if wanted.person is None or wanted.mask is None:
        return None
    seen = observe(wanted.person, take.camera)
    middle = np.linalg.norm(seen.xy_px.mean(0) - flat.mean(0))
    if middle > _ELSEWHERE * (high - low)[1]:
        return None
    beliefs = Beliefs(shape=tuple(body.shape.values()), clothes_m=CLOTHES_M["usual"])
    fitted = refine(model, seen, fit(model, seen, beliefs), wanted.mask, beliefs)
    return body_from_fit(model, skeleton(body.rig.name), fitted, seen, score=wanted.person.score), wanted.mask
