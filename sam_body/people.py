"""Decide who in the photo is meant: the people that prompts point at, or everybody."""

import json
from dataclasses import dataclass

import numpy as np

from sam_body.by_hand import can_stand_alone
from sam_body.crowd import people_boxes
from sam_body.overlooked import SURE, Edges, beside, mask_of, under_clicks
from shared.arrays import content_key
from shared.encoders.cache import EMBEDDINGS
from shared.errors import InputError, PromptError
from shared.masks import Masks
from shared.media import Image
from shared.pose import LANDMARKS, Person, find_people, person_in_box
from shared.pose_turned import quality, turned, turned_back
from shared.prompts import Box, Keypoints, MaskHint, Points, Prompt, Prompts, of_kind

Mask = np.ndarray
LIKELY = 0.4
_TURNED = (
    "Nobody was found in the picture as it is, but in it turned by {}°: look whether the body fits, and turn "
    "the photo first if it lies so."
)
_NOBODY_CURE = (
    "Choose a photo in which a person can be seen from head to hips, upright and not too small, "
    "or place the shoulders, the hips and what else you see of the person as keypoints."
)


@dataclass(frozen=True, eq=False)
class Wanted:
    """One person to estimate.

    Args:
        object_id: Its number in the result.
        person: What the pose net saw; None for a person whose joints are all placed by hand.
        mask: (H, W) bool, its pixels; None when not known.
        keypoints: What the user says about its joints.
    """

    object_id: int
    person: Person | None
    mask: Mask | None
    keypoints: tuple[Keypoints, ...] = ()


def wanted_people(
    image: Image, prompts: Prompts = (), *, most_people: int = 10
) -> tuple[tuple[Wanted, ...], tuple[str, ...]]:
    """Find the people meant, and warnings. What the nets saw is kept for the next prompt on this photo.

    Args:
        image: The photo.
        prompts: Points, boxes and masks; those of one `object_id` mean one person. None of them: everybody,
            numbered from 0, the most certain first. Keypoints correct the person of their `object_id`.
        most_people: Most people to look into where nobody is marked.

    Raises:
        InputError: No person is in the photo, or where a prompt points.
        PromptError: An object has only prompts that say what it is not, or keypoints are of nobody.
    """
    joints: list[Keypoints] = of_kind(prompts, Keypoints)
    marks = tuple(p for p in prompts if not isinstance(p, Keypoints))
    by_number = {n: tuple(k for k in joints if k.object_id == n) for n in {k.object_id for k in joints}}
    found: dict[int, tuple[Person | None, Mask | None]] = {}
    if marks:
        numbers = sorted({getattr(mark, "object_id", 0) for mark in marks})
        groups = {n: [m for m in marks if getattr(m, "object_id", 0) == n] for n in numbers}
        found |= {n: _kept(image, group, by_number.get(n, ())) for n, group in groups.items()}
        more: tuple[str, ...] = ()
    else:
        alone = all(can_stand_alone(given) for given in by_number.values()) and bool(by_number)
        everybody, more = _everybody(image, most_people, may_be_none=alone)
        found |= dict(enumerate(everybody))
    for number in sorted(set(by_number) - set(found)):
        if not can_stand_alone(by_number[number]):
            raise PromptError(
                f"There is no person {number} to correct; {len(found)} were found, numbered from 0.",
                "Correct one of them, or place both shoulders and both hips to add a person.",
            )
        found[number] = (None, None)
    people = tuple(Wanted(n, *seen, by_number.get(n, ())) for n, seen in sorted(found.items()))
    return people, more + tuple(
        words for one in people if one.person is not None for words in _lying(one.object_id, one.person)
    )


def _kept(
    image: Image, marks: list[Prompt], joints: tuple[Keypoints, ...]
) -> tuple[Person | None, Mask | None]:
    """Look for the person that marks mean, once a photo; joints placed by hand can do without the nets."""
    asked = json.dumps([mark.to_json() for mark in marks])

    def look() -> tuple[tuple[Person, Mask], int]:
        found = _one(image, marks)
        return found, _weight(found)

    try:
        return EMBEDDINGS.get("person", content_key(image.content_key, asked), look)
    except InputError:
        masks: list[MaskHint] = of_kind(marks, MaskHint)
        if not can_stand_alone(joints):
            raise
        return None, masks[0].mask if masks else None


def boxes_of_people(image: Image, *, most_people: int = 10) -> tuple[Box, ...]:
    """Return a box for each person that the detector sees, to be chosen from and mended before an estimate.

    Args:
        image: The photo.
        most_people: Most boxes.

    Returns:
        Boxes with the object ids 0, 1, …, the most certain person first.

    Raises:
        InputError: It sees nobody.
    """
    found = people_boxes(image.pixels, least_score=LIKELY)[:most_people]
    if not found:
        raise InputError("The detector sees no person in the photo.", _NOBODY_CURE)
    edges = np.clip(np.round(found), 0, (image.width, image.height) * 2).tolist()
    return tuple(Box((x0, y0, x1, y1), object_id=number) for number, (x0, y0, x1, y1) in enumerate(edges))


def _weight(seen: tuple[Person, Mask]) -> int:
    return seen[0].mask_logits.nbytes + seen[1].nbytes + 4096


def _everybody(
    image: Image, most: int = 10, *, may_be_none: bool = False
) -> tuple[list[tuple[Person, Mask]], tuple[str, ...]]:
    def look() -> tuple[tuple[list[tuple[Person, Mask]], int, int], int]:
        found, boxes, quarters = _look_for_everybody(image, most)
        return (found, boxes, quarters), sum(map(_weight, found)) + 4096

    found, boxes, quarters = EMBEDDINGS.get("people", content_key(image.content_key, str(most)), look)
    if not found and not may_be_none:
        raise InputError("No person was found in the photo, nor in the photo turned.", _NOBODY_CURE)
    said = (_TURNED.format(90 * quarters),) if quarters else ()
    if len(found) < most and len(found) < boxes:
        said += (
            f"About {boxes} people are in the photo, but only {len(found)} could be told apart. "
            "Mark those you miss by a box or their joints.",
        )
    if len(found) < most or boxes <= most:
        return found, said
    return found, (
        *said,
        f"About {boxes} people are in the photo; the {len(found)} most certain ones were estimated. "
        "Raise most_people, or mark those you want.",
    )


def _look_for_everybody(image: Image, most: int) -> tuple[list[tuple[Person, Mask]], int, int]:
    """Return people with their masks, how many boxes of people there are, and how the picture was turned.

    Where nobody is found, the picture is looked at upside down and on either side: in quarters of a turn.
    """
    people, boxes = _looked(image.pixels, most)
    if people:
        found = [(person, mask_of(image, person)) for person in people]
        found += beside(image, boxes[:most], found)[: most - len(found)]
        return found, max(len(boxes), len(found)), 0
    for quarters in (2, 1, 3):
        people, boxes = _looked(turned(image.pixels, quarters), most)
        people = [turned_back(p, quarters, image.width, image.height) for p in people if quality(p) > SURE]
        if people:
            return [(person, mask_of(image, person)) for person in people], len(boxes), quarters
    return [], 0, 0


def _looked(pixels: Mask, most: int) -> tuple[list[Person], list[Edges]]:
    boxes = people_boxes(pixels, least_score=LIKELY)
    given = np.array(boxes[:most], np.float64).reshape(-1, 4)
    return list(find_people(pixels, boxes_xyxy=given, limit=most)), boxes


def _lying(number: int, person: Person) -> list[str]:
    """Say that a person is upside down in the picture."""
    middle = [
        person.landmarks_px[[LANDMARKS.index(f"{side}_{part}") for side in ("left", "right")]].mean(0)
        for part in ("hip", "shoulder")
    ]
    x, y = middle[1] - middle[0]
    if y < abs(x):
        return []
    return [
        f"Person {number + 1} is upside down in the picture, and so is the body. "
        "If it is the photo that is upside down, turn it by 180° and estimate again."
    ]


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
        return person, mask_of(image, person)
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
    for person, mask in _everybody(image)[0]:
        hits = sum(_near(mask, person, xy) for xy in on) - sum(_near(mask, person, xy) for xy in off)
        votes.append((hits, person.score, person, mask))
    hits, _, person, mask = max(votes, key=lambda vote: vote[:2])
    if hits < 1 and (missed := under_clicks(image, on, off)):
        return missed
    if hits < 0.5:
        x, y = on[0]
        cure = "Click on a body, draw a box around one, or give no prompt to find everybody."
        raise InputError(f"No person was found at {x:g},{y:g}.", cure)
    return person, mask


def _near(mask: Mask, person: Person, xy: tuple[float, float]) -> float:
    """Return 1 on the person's mask, 0.5 in the box around its landmarks, else 0."""
    if mask[int(xy[1]), int(xy[0])]:
        return 1.0
    left, top, right, bottom = person.box_xyxy()
    return 0.5 if left <= xy[0] <= right and top <= xy[1] <= bottom else 0.0
