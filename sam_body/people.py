"""Decide who in the photo is meant: the people that prompts point at, or everybody."""

import numpy as np

from shared.errors import InputError, PromptError
from shared.masks import Masks
from shared.media import Image
from shared.pose import Person, find_people, person_in_box
from shared.prompts import Box, MaskHint, Points, Prompt, Prompts, of_kind

Mask = np.ndarray
MOST_PEOPLE = 10
_NOBODY_CURE = "Choose a photo in which a person can be seen from head to hips, upright and not too small."


def wanted_people(image: Image, prompts: Prompts) -> tuple[tuple[Person, Mask], ...]:
    """Find the people meant, each with a mask (H, W) bool of its pixels.

    Args:
        image: The photo.
        prompts: Points, boxes and masks; those of one `object_id` mean one person. None: everybody.

    Raises:
        InputError: No person is in the photo, or where a prompt points.
        PromptError: An object has only prompts that say what it is not.
    """
    if not prompts:
        return _everybody(image)
    numbers = sorted({getattr(prompt, "object_id", 0) for prompt in prompts})
    groups = [[p for p in prompts if getattr(p, "object_id", 0) == number] for number in numbers]
    return tuple(_one(image, group) for group in groups)


def _everybody(image: Image) -> tuple[tuple[Person, Mask], ...]:
    from shared.detector import find_things

    boxes = [t.box_xyxy for t in find_things(image.pixels, least_score=0.4) if t.label == "person"]
    given = np.array(boxes[:MOST_PEOPLE], np.float64).reshape(-1, 4)
    people = find_people(image.pixels, boxes_xyxy=given, limit=MOST_PEOPLE)
    if not people:
        raise InputError("No person was found in the photo.", _NOBODY_CURE)
    return tuple((person, _mask(image, person)) for person in people)


def _one(image: Image, prompts: list[Prompt]) -> tuple[Person, Mask]:
    masks: list[MaskHint] = of_kind(prompts, MaskHint)
    boxes: list[Box] = [box for box in of_kind(prompts, Box) if box.keep]
    if masks:
        union = np.logical_or.reduce([hint.mask for hint in masks])
        box = Masks(union[None], (1.0,), ("person",)).boxes_xyxy[0]
        person = _inside(image, (box[0], box[1], box[2], box[3]), "mask")
        return person, union
    if boxes:
        person = _inside(image, boxes[0].xyxy_px, "box")
        return person, _mask(image, person)
    return _clicked(image, of_kind(prompts, Points))


def _inside(image: Image, box: tuple[float, float, float, float], what: str) -> Person:
    person = person_in_box(image.pixels, box)
    if person is None:
        cure = "Draw it around one whole person, or give no prompt to find everybody."
        raise InputError(f"No person was found inside the {what}.", cure)
    return person


def _clicked(image: Image, clicks: list[Points]) -> tuple[Person, Mask]:
    on = [xy for click in clicks for xy, keep in zip(click.xy_px, click.keep, strict=True) if keep]
    off = [xy for click in clicks for xy, keep in zip(click.xy_px, click.keep, strict=True) if not keep]
    if not on:
        raise PromptError("The prompts only say where the person is not.", "Add a point on the person.")
    votes = []
    for person, mask in _everybody(image):
        hits = sum(_near(mask, person, xy) for xy in on) - sum(_near(mask, person, xy) for xy in off)
        votes.append((hits, person.score, person, mask))
    hits, _, person, mask = max(votes, key=lambda vote: vote[:2])
    if hits < 0.5:
        x, y = on[0]
        cure = "Click on a body, or give no prompt to find everybody."
        raise InputError(f"No person was found at {x:g},{y:g}.", cure)
    return person, mask


def _near(mask: Mask, person: Person, xy: tuple[float, float]) -> float:
    """Return 1 on the person's mask, 0.5 in the box around its landmarks, else 0."""
    if mask[int(xy[1]), int(xy[0])]:
        return 1.0
    left, top, right, bottom = person.box_xyxy()
    return 0.5 if left <= xy[0] <= right and top <= xy[1] <= bottom else 0.0


def _mask(image: Image, person: Person) -> Mask:
    return person.mask_probability(image.height, image.width) > 0.5
