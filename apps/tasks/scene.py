"""Lift every object marked in a photo, people as bodies, and arrange them on one ground plane."""

from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np

from apps.marked import Marked, marked
from apps.people import AUTO, PERSON, people
from apps.task import Outcome, TaskKind, Work
from apps.tasks.lift import without_depth
from apps.tasks.segment import mask_facts
from apps.written_meshes import PrintOptions
from sam_3d.shaping import parse_mode
from shared.errors import ExportError, InputError, PromptError
from shared.exporting import export
from shared.media import Image
from shared.params import Choice, Doc, Range
from shared.prompts import MaskHint
from shared.registry import Chosen, choose, engines

ENGINES = "sam_3d.engines"
MOST_OBJECTS = 24
BODIES = "bodies"
ZIP = "zip"


@dataclass(frozen=True)
class SceneOptions(PrintOptions):
    """Options of a scene; its things are checked as prints where a ZIP of STLs is wanted."""

    mode: Annotated[str, Doc("Shape of each object, with parameters, or auto; as for a lift.")] = "round"
    thickness: Annotated[float, Range(0.3, 2), Doc("How deep round objects are, front to back.")] = 1.3
    people: Annotated[
        str, Choice((BODIES, "objects")), Doc("People as posed bodies of their true size, or as objects.")
    ] = BODIES
    who: Annotated[
        str,
        Doc(
            "Which objects are people: auto (those named so, and marked ones that a detector takes for a "
            "person), named (the former alone), or their numbers, such as 1,3."
        ),
    ] = AUTO
    tallest_mm: Annotated[
        float,
        Range(0, 5000, "mm"),
        Doc(
            "Height of the tallest object, where no person gives the scale; 0: as high as such things "
            "usually are, or 100 mm."
        ),
    ] = 0.0
    field_of_view_deg: Annotated[
        float, Range(10, 120, "deg"), Doc("What the camera sees, along the photo's long side.")
    ] = 55.0
    pitch_deg: Annotated[
        float,
        Range(0, 85, "deg"),
        Doc("How far the camera is expected to look down; people and things of usual height tell better."),
    ] = 20.0
    ground: Annotated[bool, Doc("Add a thin ground plate below all.")] = True
    mask_engine: Annotated[str, Doc("Engine that makes the masks from the prompts.")] = "auto"
    previews: Annotated[bool, Doc("Render preview.png, and the turntable.")] = True
    turntable: Annotated[bool, Doc("Render turntable.gif: one turn.")] = True


def _run(work: Work) -> Outcome:
    from sam_3d.arrange import arrange

    options: SceneOptions = work.options
    prompts, depth = without_depth(work.recipe.prompts)
    choose(engines(ENGINES), (depth,) if depth else (), work.recipe.engine)
    if options.mode != "auto" and parse_mode(options.mode).several:
        raise InputError(
            f"A scene makes each mask a thing of its own, so the mode {options.mode} cannot be used.",
            "Take another mode, or lift the parts as one object.",
        )
    progress = work.progress
    found = marked(work.media, prompts, options.mask_engine, progress.within(0, 0.25), several=True)
    if len(found.masks) > MOST_OBJECTS:
        raise PromptError(
            f"{len(found.masks)} objects were found; a scene takes at most {MOST_OBJECTS}.",
            "Mark the ones that matter, or raise the score that they need.",
        )
    items, made_by, warnings = _items(work, found, depth)
    if not items:
        raise InputError("Nothing but the ground was marked.", "Mark what stands on it as well.")
    progress.step(0.65, "arranging the scene")
    size = (work.media.width, work.media.height)
    made = arrange(
        items,
        size,
        field_of_view_deg=options.field_of_view_deg,
        pitch_deg=options.pitch_deg,
        tallest_mm=options.tallest_mm or None,
        plate=options.ground,
    )
    reports, notes = _write(work, made.scene)
    warnings += made.warnings + notes
    facts = {"scene": _facts(made, reports), "masks": mask_facts(found.masks)}
    if options.previews:
        drawn = _previews(work, made.scene)
        facts["renderer"] = drawn.renderer
        warnings += drawn.warnings
    every = {chosen.spec.id: chosen for chosen in (*found.engines, *made_by)}
    return Outcome(tuple(every.values()), tuple(dict.fromkeys(found.warnings + warnings)), facts)


def _write(work: Work, scene: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Write the scene in every format; tell the print check of each thing, and what was held back.

    Raises:
        ExportError: Nothing is left to write: a ZIP alone was asked for, and nothing in it would print.
    """
    from sam_3d.printing.scene_check import check_scene, printable_scene

    options, reports, notes = work.options, {}, ()
    prints: Any = scene
    if ZIP in work.formats and options.print_check:
        work.progress.step(0.66, "check the prints")
        reports = check_scene(scene, infill_percent=options.infill_percent, printer=options.printer)
        try:
            prints, notes = printable_scene(scene, reports)
        except ExportError as error:
            if work.formats == (ZIP,):
                raise
            prints, notes = None, (f"ZIP held back: {error}",)
    for suffix in work.formats:
        work.progress.step(0.7, f"write {suffix}")
        what = prints if suffix == ZIP else scene
        if what is not None:
            export(what, work.folder / f"scene.{suffix}", package="sam_3d.export")
    return reports, notes


def _items(work: Work, found: Marked, depth: Any) -> tuple[list[Any], tuple[Chosen, ...], tuple[str, ...]]:
    """Lift or estimate each object."""
    from sam_3d.standing import carriers, grounds, uncovered

    masks = found.masks
    certain, likely = ((), ())
    if work.options.people == BODIES:
        work.progress.step(0.25, "telling people from things")
        certain, likely = people(work.media, masks, work.options.who)
    names = [PERSON if n in {*certain, *likely} else label for n, label in enumerate(masks.labels)]
    every = tuple(masks.masks)
    below = carriers(every, names)
    ground = grounds(every, names, below)
    kept = [number for number in range(len(masks)) if number not in ground]
    items, made_by, warnings = [], [], [_is_ground(names[number]) for number in ground]
    for count, number in enumerate(kept):
        share = work.progress.within(0.26 + 0.39 * count / len(kept), 0.26 + 0.39 * (count + 1) / len(kept))
        mask = np.ascontiguousarray(masks.masks[number])
        if number in certain:
            item, chosen, notes = _person(work, mask, share)
        elif number in likely:
            item, chosen, notes = _likely_person(
                work, mask, f"Object {masks.object_ids[number] + 1}", depth, share
            )
        else:
            riders = [masks.masks[n] for n, one in enumerate(below) if one == number]
            photo, mask = uncovered(work.media, mask, riders) if riders else (work.media, mask)
            item, chosen, notes = _thing(work, photo, masks.labels[number], mask, depth, share)
        on = below[number]
        items.append(replace(item, stands_on=kept.index(on) if on in kept else None))
        made_by += [chosen] if chosen else []
        warnings += notes
    return items, tuple(made_by), tuple(warnings)


def _is_ground(name: str) -> str:
    said = f"The {name}" if name else "A thing that bears others"
    return f"{said} goes on beyond the photo: it was taken as the ground, not lifted."


def _thing(
    work: Work, photo: Image, label: str, mask: Any, depth: Any, progress: Any
) -> tuple[Any, Chosen | None, tuple[str, ...]]:
    """Lift one object."""
    from sam_3d.arrange import Item
    from sam_3d.lift import lift

    lifted = lift(
        photo,
        mask,
        engine=work.recipe.engine,
        mode=work.options.mode,
        thickness=work.options.thickness,
        depth=depth,
        progress=progress,
    )
    return Item(label, lifted, mask), lifted.chosen, lifted.warnings


def _likely_person(
    work: Work, mask: Any, name: str, depth: Any, progress: Any
) -> tuple[Any, Chosen | None, tuple[str, ...]]:
    """Estimate what the detector takes for a person; lift it where no body is found in it. Says which."""
    try:
        item, chosen, notes = _person(work, mask, progress)
    except InputError:
        item, chosen, notes = _thing(work, work.media, "", mask, depth, progress)
        return item, chosen, (f"{name} looks like a person, but no body was found in it: a thing.", *notes)
    said = f"{name} was taken for a person and became a body. If it is a thing, say who the people are: "
    return item, chosen, (f"{said}named, or the numbers of their objects.", *notes)


def _person(work: Work, mask: Any, progress: Any) -> tuple[Any, Chosen, tuple[str, ...]]:
    """Estimate a person, coloured by the photo, as a thing of known height."""
    from sam_3d.arrange import Item
    from sam_3d.coloring import with_photo_colors
    from sam_3d.types import Shape
    from sam_body.estimate import estimate

    guess = estimate(work.media, (MaskHint(mask),), progress=progress)
    body = guess.bodies[0]
    shape = Shape(body.mesh(), body.camera, body.offset_m)
    colored = Shape(with_photo_colors(shape, work.media, mask), body.camera, body.offset_m)
    height_m = float(np.ptp(shape.mesh.vertices[:, 1]))
    return Item(PERSON, colored, mask, height_m), guess.chosen, guess.warnings


def _facts(made: Any, reports: dict[str, Any]) -> dict[str, Any]:
    """Return the camera's pitch, and of each thing its name, carrier, size, place, distance and overlap.

    And its print check, where it was made.
    """
    things = []
    nodes = made.scene.nodes
    placed = zip(
        nodes, made.overlaps, made.distances_m, made.stands_on, strict=False
    )  # the plate is no thing
    for node, overlap, distance, below in placed:
        size = np.ptp(node.mesh.vertices, axis=0) * 1000
        things.append(
            {
                "name": node.name,
                "stands_on": "ground" if below is None else nodes[below].name,
                "size_mm": [round(float(v), 2) for v in size],
                "position_m": [round(float(v), 4) for v in node.position],
                "distance_m": round(distance, 4),
                "overlap_iou": round(overlap, 4),
                "faces": len(node.mesh.faces),
                **({"print": reports[node.name].to_json()} if node.name in reports else {}),
            }
        )
    return {"pitch_deg": round(made.pitch_deg, 1), "objects": things}


def _previews(work: Work, scene: Any) -> Any:
    from sam_3d.preview import write_views

    work.progress.step(0.75, "render previews")
    share = work.progress.within(0.75, 0.98)
    return write_views(scene.in_world(), work.folder, gif=work.options.turntable, progress=share)


TASKS = (
    TaskKind(
        name="scene",
        command=("3d", "scene"),
        title="Arranging a scene",
        media="picture",
        engines=(ENGINES, "shared.engines"),
        options=SceneOptions,
        formats=("glb", "obj", "zip", "usdz", "fbx"),
        default_formats=("glb",),
        run=_run,
        exports="sam_3d.export",
    ),
)
