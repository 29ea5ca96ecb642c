"""Masks that need no engine, and the choice among those that were found."""

from dataclasses import replace

import numpy as np

from shared.errors import PromptError
from shared.masks import Masks
from shared.prompts import Box, Choice, MaskHint, Points, Prompts, of_kind

Ready = dict[int, MaskHint]


def apart(prompts: Prompts) -> tuple[Prompts, Ready, Choice | None]:
    """Tell what an engine is asked from what is known already and from the choice among the results.

    An object that is given by masks alone is known already, as long as no prompt names things by words: a
    mask beside a name narrows it down.

    Args:
        prompts: What the user gave.

    Returns:
        Prompts for the engine; the known masks by object id; the choice, when there is one.

    Raises:
        PromptError: There are several choices, or a choice of nothing.
    """
    choices: list[Choice] = of_kind(prompts, Choice)
    if len(choices) > 1:
        raise PromptError("The masks are chosen twice.", "Give one choice with all numbers.")
    asked = tuple(prompt for prompt in prompts if not isinstance(prompt, Choice))
    ready: Ready = {}
    if all(isinstance(prompt, Points | Box | MaskHint) for prompt in asked):
        marked = {p.object_id for p in asked if isinstance(p, Points | Box)}
        for hint in of_kind(asked, MaskHint):
            if hint.object_id not in marked:
                ready[hint.object_id] = _joined(ready.get(hint.object_id), hint)
    rest = tuple(p for p in asked if not (isinstance(p, MaskHint) and p.object_id in ready))
    return rest, ready, choices[0] if choices else None


def together(found: Masks | None, ready: Ready, prompts: Prompts) -> Masks:
    """Return the engine's masks and the known ones, in the order in which their objects are prompted.

    Args:
        found: What an engine found, or None.
        ready: Known masks by object id.
        prompts: What the user gave.
    """
    if found is not None and not ready:
        return found
    ids = list(dict.fromkeys(getattr(prompt, "object_id", 0) for prompt in prompts))
    rows = [(hint.mask, 1.0, hint.label, number) for number, hint in ready.items()]
    if found is not None:
        rows += zip(found.masks, found.scores, found.labels, found.object_ids, strict=True)
    rows.sort(key=lambda row: ids.index(row[3]) if row[3] in ids else len(ids))
    masks, scores, labels, numbers = zip(*rows, strict=True)
    return Masks(np.stack(masks), scores, labels, numbers)


def chosen(masks: Masks, choice: Choice | None) -> Masks:
    """Return only the masks that a choice takes; all without one.

    Raises:
        PromptError: A number that no mask has, or no mask is good enough.
    """
    if choice is None:
        return masks
    numbers = tuple(range(len(masks))) if choice.numbers is None else choice.numbers
    if wrong := [n for n in numbers if n >= len(masks)]:
        raise PromptError(
            f"There is no mask {wrong[0]}: these prompts find {len(masks)}, counted from 0.",
            "Look at the masks once more and choose among them.",
        )
    kept = [n for n in numbers if masks.scores[n] >= choice.least_score]
    if not kept:
        best = max((masks.scores[n] for n in numbers), default=0.0)
        raise PromptError(
            f"No mask has a score of {choice.least_score:g}; the best one has {best:.2f}.",
            "Lower the least score.",
        )
    return masks.select(kept)


def _joined(earlier: MaskHint | None, later: MaskHint) -> MaskHint:
    if earlier is None:
        return later
    return replace(earlier, mask=earlier.mask | later.mask, label=earlier.label or later.label)
