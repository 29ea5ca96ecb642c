"""Lift the prompted object of a photo to a mesh, with previews and statistics."""

from dataclasses import dataclass
from typing import Annotated, Any

from apps.marked import marked, marked_apart
from apps.task import Outcome, TaskKind, Work
from apps.tasks.segment import mask_facts
from sam_3d.mirroring import SIDES
from sam_3d.shaping import parse_mode
from shared.exporting import export
from shared.params import Choice, Doc, Range
from shared.prompts import Prompts
from shared.registry import choose, engines

ENGINES = "sam_3d.engines"
BACKS = ("made_up", "mirrored")


@dataclass(frozen=True)
class LiftOptions:
    """Options of a lift."""

    height_mm: Annotated[float, Range(1, 2000, "mm"), Doc("Height of the printed object.")] = 100.0
    thickness: Annotated[float, Range(0.3, 2), Doc("How deep a round object is, front to back.")] = 1.3
    mode: Annotated[
        str, Doc("Shape: round, revolve, extrude, relief, lithophane, shell, parts or auto, with parameters.")
    ] = "round"
    symmetry: Annotated[str, Choice(SIDES), Doc("Half that is mirrored onto the other one.")] = "none"
    back: Annotated[
        str, Choice(BACKS), Doc("Back of the object: made up from its rim, or its front mirrored.")
    ] = "made_up"
    mask_engine: Annotated[str, Doc("Engine that makes the mask from the prompts.")] = "auto"
    previews: Annotated[bool, Doc("Render preview.png and turntable.gif.")] = True


def _run(work: Work) -> Outcome:
    from sam_3d.lift import lift
    from sam_3d.statistics import statistics

    options: LiftOptions = work.options
    # An engine that is not here, or a mode that is none, is told before the mask is made.
    choose(engines(ENGINES), (), work.recipe.engine)
    several = joins_parts(options.mode, work.recipe.prompts)
    found = marked(
        work.media,
        work.recipe.prompts,
        options.mask_engine,
        work.progress.within(0, 0.3),
        several=several,
    )
    lifted = lift(
        work.media,
        found.masks,
        engine=work.recipe.engine,
        mode=options.mode,
        thickness=options.thickness,
        symmetry=options.symmetry,
        back=options.back,
        progress=work.progress.within(0.3, 0.6),
    )
    lifted = work.chain(lifted)
    for number, suffix in enumerate(work.formats):
        work.progress.step(0.6 + 0.1 * number / len(work.formats), f"write {suffix}")
        export(lifted, work.folder / f"object.{suffix}", package="sam_3d.export", height_mm=options.height_mm)
    warnings = found.warnings + lifted.warnings
    if options.previews:
        warnings += _previews(work, lifted)
    facts = {"mesh": statistics(lifted, options.height_mm), "masks": mask_facts(found.masks)}
    made_by = (lifted.chosen,) if lifted.chosen else ()
    return Outcome((*found.engines, *made_by), tuple(warnings), facts)


def joins_parts(mode: str, prompts: Prompts) -> bool:
    """Whether each object marked counts: for modes that join parts, and for "auto" where parts are marked.

    Raises:
        InputError: There is no such mode, or a parameter of it is wrong.
    """
    return marked_apart(prompts) if mode == "auto" else bool(parse_mode(mode).several)


def _previews(work: Work, lifted: Any) -> tuple[str, ...]:
    from sam_3d.preview import write_previews

    work.progress.step(0.75, "render previews")
    return tuple(write_previews(lifted, work.folder, progress=work.progress.within(0.75, 0.98)))


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
