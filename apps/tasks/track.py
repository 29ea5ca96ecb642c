"""Follow the people of a video: one body each, moving, with planted feet."""

from dataclasses import dataclass
from typing import Annotated

from apps.task import Outcome, TaskKind, Work
from apps.tasks.estimate import RIGS
from sam_body.look.looks import SURFACES, TEXTURES, LookSettings
from sam_body.video.settings import VideoSettings
from shared.errors import InputError
from shared.exporting import export
from shared.params import Choice, Doc
from shared.registry import Chosen, engines

ENGINE = "landmark-fit"
FORMATS = ("glb", "bvh", "json", "npz", "csv", "usdc", "usdz", "fbx")
OVERLAYS = ("both", "mesh", "skeleton", "none")
OVERLAY_FILE = "overlay.mp4"


@dataclass(frozen=True)
class TrackOptions(VideoSettings):
    """Options of people in a video: those of the motion, and what is written."""

    texture: Annotated[
        str,
        Choice(TEXTURES),
        Doc("Colours: the best frames on the sides they show, made up elsewhere; or clay."),
    ] = "photo"
    surface: Annotated[
        str, Choice(SURFACES), Doc("Surface: the bare body's, or widened to the outline of clothes and hair.")
    ] = "body"
    blur_face: Annotated[bool, Doc("Make faces unrecognisable in texture and overlay.")] = False
    rig: Annotated[str, Choice(RIGS), Doc("Names and joints of the skeleton.")] = "game_engine"
    overlay: Annotated[
        str,
        Choice(OVERLAYS),
        Doc("What overlay.mp4 shows on the video: body, skeleton, both, or no such file."),
    ] = "both"

    def looks(self) -> LookSettings:
        """Return the looks asked for."""
        return LookSettings(self.texture, self.surface, blur_face=self.blur_face)


def _run(work: Work) -> Outcome:
    from sam_body.video.looking import with_looks
    from sam_body.video.overlay import write_overlay
    from sam_body.video.track import track

    options: TrackOptions = work.options
    if work.recipe.engine not in ("auto", ENGINE):
        raise InputError(
            f"Videos are followed by {ENGINE}, but got {work.recipe.engine!r}.", "Leave the engine at auto."
        )
    shown = options.overlay != "none"
    clip = track(
        work.media,
        work.recipe.prompts,
        rig=options.rig,
        settings=options,
        progress=work.progress.within(0, 0.65 if shown else 0.85),
    )
    clip = with_looks(clip, options.looks(), progress=work.progress.within(0.65, 0.75))
    if shown:
        path = work.folder / OVERLAY_FILE
        part = work.progress.within(0.75, 0.95)
        blur = options.blur_face
        write_overlay(clip.footage, clip.takes, path, style=options.overlay, blur_faces=blur, progress=part)
    for take in clip.takes:
        name = "motion" if len(clip.takes) == 1 else f"motion_{take.object_id:03d}"
        for suffix in work.formats:
            work.progress.step(0.95, f"write {name}.{suffix}")
            export(take, work.folder / f"{name}.{suffix}", package="sam_body.export")
    spec = next(spec for spec in engines("sam_body.engines") if spec.id == ENGINE)
    chosen = Chosen(spec, "it follows people in videos")
    facts = {
        "video": {
            "size_px": list(clip.footage.size_px),
            "fps": round(clip.footage.fps, 4),
            "from_s": clip.footage.start_s,
            "to_s": round(clip.footage.stop_s, 4),
        },
        "people": [take.facts() for take in clip.takes],
    }
    told = clip.warnings[len(clip.footage.notes) :]  # the runner tells those of the media itself
    return Outcome((chosen,), told, facts)


TASKS = (
    TaskKind(
        name="track",
        command=("body", "video"),
        title="People in a video",
        media="video",
        engines=("sam_body.engines",),
        options=TrackOptions,
        formats=FORMATS,
        default_formats=("glb", "bvh", "json"),
        run=_run,
        exports="sam_body.export",
    ),
)
