"""Lift the prompted object of a photo to a mesh, with previews and statistics."""

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from apps.task import Outcome, TaskKind, Work
from apps.tasks.segment import mask_facts
from shared.errors import PromptError
from shared.exporting import export
from shared.masks import Masks
from shared.params import Doc, Range
from shared.prompts import MaskHint
from shared.registry import Chosen, choose, engines

ENGINES = "sam_3d.engines"
MASK_KINDS = "a point, a box, a text or a mask"


@dataclass(frozen=True)
class LiftOptions:
    """Options of a lift."""

    height_mm: Annotated[float, Range(1, 2000, "mm"), Doc("Height of the printed object.")] = 100.0
    thickness: Annotated[float, Range(0.3, 2), Doc("How round the object is, front to back.")] = 1.3
    mask_engine: Annotated[str, Doc("Engine that makes the mask from the prompts.")] = "auto"
    previews: Annotated[bool, Doc("Render preview.png and turntable.gif.")] = True


def _run(work: Work) -> Outcome:
    from sam_3d.lift import lift
    from sam_3d.statistics import statistics

    options: LiftOptions = work.options
    # An engine that is not here is told before the mask is made.
    choose(engines(ENGINES), (), work.recipe.engine)
    masks, chosen, warnings = masks_for(work, options.mask_engine)
    lifted = lift(
        work.media,
        masks,
        engine=work.recipe.engine,
        thickness=options.thickness,
        progress=work.progress.within(0.3, 0.6),
    )
    lifted = work.chain(lifted)
    for number, suffix in enumerate(work.formats):
        work.progress.step(0.6 + 0.1 * number / len(work.formats), f"write {suffix}")
        export(lifted, work.folder / f"object.{suffix}", package="sam_3d.export", height_mm=options.height_mm)
    warnings += lifted.warnings
    if options.previews:
        warnings += _previews(work, lifted)
    facts = {"mesh": statistics(lifted, options.height_mm), "masks": mask_facts(masks)}
    return Outcome((*chosen, lifted.chosen), tuple(warnings), facts)


def _previews(work: Work, lifted: Any) -> tuple[str, ...]:
    from sam_3d.preview import write_previews

    work.progress.step(0.75, "render previews")
    return tuple(write_previews(lifted, work.folder, progress=work.progress.within(0.75, 0.98)))


def masks_for(work: Work, engine: str) -> tuple[Masks, tuple[Chosen, ...], tuple[str, ...]]:
    """Return the one mask that the prompts mean: a given mask as it is, others through an engine.

    Raises:
        PromptError: No prompt at all, or nothing was found.
    """
    from shared.segment import segment

    prompts = work.recipe.prompts
    if not prompts:
        raise PromptError("The object is not named yet.", f"Give {MASK_KINDS}.")
    if all(isinstance(prompt, MaskHint) for prompt in prompts):
        union = np.logical_or.reduce([p.mask for p in prompts if isinstance(p, MaskHint)])
        return Masks(union[None], (1.0,), ("",)), (), ()
    found = segment(work.media, prompts, engine=engine, progress=work.progress.within(0, 0.3))
    if not len(found.masks):
        raise PromptError("No object was found for these prompts.", f"Give {MASK_KINDS} of another place.")
    best = int(np.argmax(found.masks.scores))
    others = len(set(found.masks.object_ids)) - 1
    note = (f"{others + 1} objects were found; the most certain one was lifted.",) if others else ()
    return found.masks.select([best]), found.engines, found.warnings + note


TASKS = (
    TaskKind(
        name="lift",
        command=("3d", "lift"),
        title="Lifting to a mesh",
        media="picture",
        engines=(ENGINES, "shared.engines"),
        options=LiftOptions,
        formats=("glb", "obj", "ply", "stl", "3mf"),
        default_formats=("glb", "stl"),
        run=_run,
        chain=("sam_3d.ops", "OPS"),
    ),
)
