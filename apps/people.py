"""Which of the masks in a photo are people: as the user says, by their names, or as a detector sees them."""

from shared.detector import Detection, find_things, iou
from shared.errors import InputError, PromptError
from shared.masks import Masks
from shared.media import Image
from shared.vocabulary import SYNONYMS

PERSON = "person"
AUTO, NAMED = "auto", "named"
LEAST_SCORE = 0.4
"""What the detector must be certain of; below it, mannequins of shops and coats on hooks come up."""
LEAST_OVERLAP = 0.6
"""Of the boxes of mask and detection: a shirt or a face that is marked alone is not the person."""
_NAMES = frozenset((PERSON, *SYNONYMS[PERSON].split()))


def people(image: Image, masks: Masks, who: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return which masks are people.

    Args:
        image: The photo.
        masks: One a thing.
        who: "auto": those with a name for people, and those without any name that the detector takes for a
            person; "named": the former alone; or numbers of objects as the page shows them, from 1: "1,3".

    Returns:
        Indices of the masks that are people for certain, and of those that the detector takes for people.

    Raises:
        InputError: `who` is none of these.
        PromptError: A number is not of an object that was found.
    """
    said = who.strip().lower() or AUTO
    if said not in (AUTO, NAMED):
        return _numbered(masks, said), ()
    named = tuple(i for i, label in enumerate(masks.labels) if label.strip().lower() in _NAMES)
    unnamed = [i for i, label in enumerate(masks.labels) if not label.strip()]
    if said == NAMED or not unnamed:
        return named, ()
    things = find_things(image.pixels)
    boxes = masks.boxes_xyxy
    return named, tuple(i for i in unnamed if _is_person(tuple(float(v) for v in boxes[i]), things))


def _numbered(masks: Masks, said: str) -> tuple[int, ...]:
    parts = [part.strip() for part in said.split(",") if part.strip()]
    if not parts or not all(part.isascii() and part.isdigit() for part in parts):
        raise InputError(
            f"People are told by {AUTO}, {NAMED}, or the numbers of their objects, but got {said[:60]!r}.",
            "Write such as 1,3.",
        )
    there = {object_id + 1: index for index, object_id in enumerate(masks.object_ids)}
    if missing := [part for part in parts if int(part) not in there]:
        offer = ", ".join(map(str, sorted(there)))
        raise PromptError(f"There is no object {', '.join(missing)}.", f"The objects are {offer}.")
    return tuple(sorted({there[int(part)] for part in parts}))


def _is_person(box: tuple[float, ...], things: tuple[Detection, ...]) -> bool:
    """Whether the thing that fits a mask's box best is a person."""
    sure = [thing for thing in things if thing.score >= LEAST_SCORE]
    best = max(sure, key=lambda thing: iou(box, thing.box_xyxy), default=None)
    return best is not None and best.label == PERSON and iou(box, best.box_xyxy) >= LEAST_OVERLAP
