"""Estimate people in a photo as posed, rigged bodies."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from apps.figure import FigureOptions
from apps.task import Outcome, TaskKind, Work
from sam_body.look.looks import LookSettings
from sam_body.settings import FitSettings
from shared.errors import InputError
from shared.exporting import export
from shared.params import Choice, Doc
from shared.registry import choose, engines

if TYPE_CHECKING:
    from sam_body.types import Body
    from shared.media import Image

RIGS = ("game_engine", "mixamo", "cmu", "smpl")
RESTS = ("model", "T", "A", "photo")
FORMATS = ("glb", "bvh", "stl", "json", "obj", "ply", "npz", "csv", "coco", "usdc", "usdz", "fbx")
MODELS = ("mannequin", "mhr")
COCO_FILE = "keypoints_coco.json"


@dataclass(frozen=True)
class EstimateOptions(FigureOptions, LookSettings, FitSettings):
    """Options of a body estimate: those of the fit, those of the looks, and what is written."""

    rig: Annotated[str, Choice(RIGS), Doc("Names and joints of the skeleton.")] = "game_engine"
    rest: Annotated[str, Choice(RESTS), Doc("Rest pose of the skeleton: its own, T, A or the photo's.")] = (
        "model"
    )
    body: Annotated[
        str, Choice(MODELS), Doc("Body: the shipped one, or MHR where mhr_model.pt is given.")
    ] = "mannequin"
    previews: Annotated[bool, Doc("Render overlays on the photo, and side.png: all round and above.")] = True
    turntable: Annotated[bool, Doc("Render turntable.gif: one turn of the first person.")] = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.body == "mhr":
            self.check_for_mhr()

    def check_for_mhr(self) -> None:
        """Refuse what MHR cannot have.

        Raises:
            InputError: A rest pose or a surface that only the shipped body has.
        """
        if self.rest in ("T", "A"):
            raise InputError(
                f"MHR cannot rest in the {self.rest}-pose.", "Take its own (rest model), or the photo's."
            )
        if self.surface == "clothes":
            raise InputError("MHR cannot be widened to clothes.", "Take the body's surface.")

    def looks(self) -> LookSettings:
        """Return the looks that the chosen body can have."""
        texture = self.texture if self.body == "mannequin" else "clay"
        return LookSettings(texture, self.surface, self.details, self.blur_face)


def _run(work: Work) -> Outcome:
    from sam_body.estimate import estimate
    from sam_body.export.coco import PhotoPeople
    from sam_body.look.looks import with_looks
    from sam_body.mhr.building import MhrBody, as_mhr
    from sam_body.mhr.person import MhrPerson
    from sam_body.rest_pose import with_rest

    options: EstimateOptions = work.options
    figure, (engine, model) = options.figure(), _engine(work)
    found = estimate(
        work.media,
        work.recipe.prompts,
        engine=engine,
        rig=options.rig,
        settings=options,
        path=work.recipe.input,
        progress=work.progress.within(0, 0.5),
    )
    looks = with_looks(
        work.media,
        found.bodies,
        work.recipe.prompts,
        options.looks(),
        most_people=options.most_people,
        progress=work.progress.within(0.5, 0.6),
    )
    people, warnings = list(looks.bodies), found.warnings + looks.warnings
    dressed = [as_mhr(model, body) for body in people] if model else []
    if model:
        people = [one.body for one in dressed]
        warnings += tuple(warning for one in dressed for warning in one.warnings)
    bodies = [with_rest(body, options.rest) for body in people]
    for number, body in enumerate(bodies):
        name = "body" if len(found.bodies) == 1 else f"body_{number:03d}"
        for suffix in work.formats:
            if suffix == "coco":
                continue
            work.progress.step(0.6 + 0.2 * number / len(found.bodies), f"write {name}.{suffix}")
            more = figure if suffix == "stl" else {}
            export(body, work.folder / f"{name}.{suffix}", package="sam_body.export", **more)
        source = dressed[number] if model else body
        if isinstance(source, MhrBody | MhrPerson):
            source.write_parameters(work.folder / f"{name}_mhr.npz")
    if "coco" in work.formats:
        everybody = PhotoPeople(looks.bodies, Path(work.recipe.input).name)
        export(everybody, work.folder / COCO_FILE, package="sam_body.export")
    warnings += _pictures(work, looks.image, people)
    told = looks.facts or tuple({} for _ in bodies)
    facts = {
        "bodies": [
            body.facts() | more | {"measures_cm": _measures(body)}
            for body, more in zip(bodies, told, strict=True)
        ]
    }
    return Outcome((found.chosen,), warnings, facts)


def _pictures(work: Work, image: "Image", people: "list[Body]") -> tuple[str, ...]:
    """Draw the pictures asked for; return warnings."""
    from sam_3d.preview import turntable
    from sam_body.preview import as_mesh, write_previews

    options: EstimateOptions = work.options
    said: list[str] = []
    if options.previews:
        work.progress.step(0.85, "render previews")
        said += write_previews(image, people, work.folder)
    if options.turntable:
        share = work.progress.within(0.9, 1.0)
        said += turntable([as_mesh(people[0])], work.folder / "turntable.gif", progress=share).warnings
    return tuple(dict.fromkeys(said))


def _engine(work: Work) -> tuple[str, Any]:
    """Return the engine to ask for, and MHR where its bodies are to become that.

    Where MHR is wanted, the engine that makes it by itself comes first.

    Raises:
        InputError: An option is set that its bodies cannot have.
        EngineUnavailable: MHR is wanted and not here.
    """
    from sam_body.engines.sam3d_body import ID
    from sam_body.mhr.model import mhr

    options: EstimateOptions = work.options
    specs, prompts, asked = engines("sam_body.engines"), work.recipe.prompts, work.recipe.engine
    if options.body == "mhr" and asked == "auto":
        able = [s for s in specs if s.id == ID and s.missing() is None and s.understands(prompts)]
        asked = ID if able else asked
    spec = choose(specs, prompts, asked).spec
    if spec.id == ID:
        options.check_for_mhr()
        if options.blur_face:
            raise InputError(
                f"Faces can be made unrecognisable on the shipped body only; {spec.title} makes MHR.",
                "Choose another engine, or leave faces as they are.",
            )
    return asked, mhr() if options.body == "mhr" and spec.id != ID else None


def _measures(body: Any) -> dict[str, float]:
    """Return all measures of the shipped body, or the height of another one."""
    from sam_body.measures import measures_of

    return measures_of(body) if body.shape else {"height": round(100 * body.height_m, 1)}


TASKS = (
    TaskKind(
        name="estimate",
        command=("body", "estimate"),
        title="Body estimation",
        media="picture",
        engines=("sam_body.engines",),
        options=EstimateOptions,
        formats=FORMATS,
        default_formats=("glb", "bvh", "stl", "json"),
        run=_run,
        exports="sam_body.export",
    ),
)
