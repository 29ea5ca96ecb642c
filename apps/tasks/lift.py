"""Lift the prompted object of a photo to a mesh, with previews, statistics and a print check."""

from dataclasses import dataclass
from typing import Annotated

from apps.marked import marked, marked_apart
from apps.task import Outcome, TaskKind, Work
from apps.tasks.segment import mask_facts
from apps.written_meshes import PrintOptions, ViewOptions, drawn, mesh_facts, printed
from sam_3d.mirroring import SIDES
from sam_3d.shaping import parse_mode
from shared.errors import PromptError
from shared.params import Choice, Doc, Range
from shared.prompts import Depth, Prompts, of_kind
from shared.registry import choose, engines

ENGINES = "sam_3d.engines"
BACKS = ("made_up", "mirrored")


@dataclass(frozen=True)
class LiftOptions(PrintOptions, ViewOptions):
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


def _run(work: Work) -> Outcome:
    from sam_3d.lift import lift

    options: LiftOptions = work.options
    prompts, depth = without_depth(work.recipe.prompts)
    # An engine that is not here, or a mode that is none, is told before the mask is made.
    choose(engines(ENGINES), (depth,) if depth else (), work.recipe.engine)
    several = joins_parts(options.mode, prompts) and depth is None
    found = marked(
        work.media,
        prompts,
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
        depth=depth,
        progress=work.progress.within(0.3, 0.6),
    )
    lifted, report, warnings = printed(work, lifted)
    told, notes = drawn(work, lifted, report)
    facts = {**mesh_facts(lifted, report, options.height_mm), **told, "masks": mask_facts(found.masks)}
    warnings = (*found.warnings, *lifted.warnings, *warnings, *notes)
    made_by = (lifted.chosen,) if lifted.chosen else ()
    return Outcome((*found.engines, *made_by), warnings, facts)


def without_depth(prompts: Prompts) -> tuple[Prompts, Depth | None]:
    """Return the prompts that mark objects, and the depth map of the photo, if one is given.

    Raises:
        PromptError: There are several depth maps.
    """
    depths = of_kind(prompts, Depth)
    if len(depths) > 1:
        raise PromptError(f"A photo has one depth map, but got {len(depths)}.", "Give one.")
    return tuple(p for p in prompts if not isinstance(p, Depth)), depths[0] if depths else None


def joins_parts(mode: str, prompts: Prompts) -> bool:
    """Whether each object marked counts: for modes that join parts, and for "auto" where parts are marked.

    Raises:
        InputError: There is no such mode, or a parameter of it is wrong.
    """
    return marked_apart(prompts) if mode == "auto" else bool(parse_mode(mode).several)


TASKS = (
    TaskKind(
        name="lift",
        command=("3d", "lift"),
        title="Lifting to a mesh",
        media="picture",
        engines=(ENGINES, "shared.engines"),
        options=LiftOptions,
        formats=("glb", "obj", "ply", "stl", "3mf", "usdz", "fbx"),
        default_formats=("glb", "stl"),
        run=_run,
        exports="sam_3d.export",
        chain=("sam_3d.ops", "OPS"),
    ),
)
