"""From prompts to the masks of the things that a lift is about."""

from dataclasses import dataclass

import numpy as np

from shared.errors import PromptError
from shared.mask_notes import notes
from shared.masks import Masks
from shared.media import Image
from shared.progress import Progress
from shared.prompts import MaskHint, Prompts
from shared.registry import Chosen

KINDS = "a point, a box, a text or a mask"


@dataclass(frozen=True, eq=False)
class Marked:
    """What prompts mean.

    Args:
        masks: One mask where one thing is wanted, else the best of each object.
        engines: What made them; none for finished masks.
        warnings: Sentences.
    """

    masks: Masks
    engines: tuple[Chosen, ...]
    warnings: tuple[str, ...]


def marked(image: Image, prompts: Prompts, engine: str, progress: Progress, *, several: bool) -> Marked:
    """Find the masks that the prompts mean: given masks as they are, others through an engine.

    Args:
        image: The photo.
        prompts: Clicks, boxes, words, masks.
        engine: "auto" or the id of a mask engine.
        progress: Told of the stages; may cancel.
        several: Whether each object counts, or only one: the most certain, of given masks the union.

    Raises:
        PromptError: No prompt at all, or nothing was found.
    """
    from shared.segment import segment

    if not prompts:
        raise PromptError("The object is not named yet.", f"Give {KINDS}.")
    if not several and all(isinstance(prompt, MaskHint) for prompt in prompts):
        union = np.logical_or.reduce([p.mask for p in prompts if isinstance(p, MaskHint)])
        given = Masks(union[None], (1.0,), ("",))
        return Marked(given, (), notes(given))
    found = segment(image, prompts, engine=engine, progress=progress)
    if not len(found.masks):
        raise PromptError("No object was found for these prompts.", f"Give {KINDS} of another place.")
    masks = found.masks
    best = {masks.object_ids[i]: int(i) for i in np.argsort(masks.scores, kind="stable")}
    if several:
        return Marked(masks.select([best[i] for i in sorted(best)]), found.engines, found.warnings)
    note = f"{len(best)} objects were found; the most certain one was lifted."
    one = masks.select([int(np.argmax(masks.scores))])
    return Marked(one, found.engines, found.warnings + ((note,) if len(best) > 1 else ()))


def marked_apart(prompts: Prompts) -> bool:
    """Whether clicks, boxes or masks of several objects were given, as for the parts of a thing."""
    return len({getattr(prompt, "object_id", 0) for prompt in prompts}) > 1
