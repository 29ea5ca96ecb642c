"""Estimate people in a photo as posed, rigged bodies."""

from dataclasses import dataclass

from sam_body.settings import FitSettings
from sam_body.skeletons import skeleton
from sam_body.types import Body
from shared import prompts as prompting
from shared.media import Image
from shared.progress import Progress
from shared.prompts import Prompts
from shared.registry import Chosen, choose, engines, loaded


@dataclass(frozen=True, eq=False)
class Estimate:
    """The people of a photo.

    Args:
        bodies: One a person: in the order of the prompts' object ids, else the most certain first.
        chosen: Engine that made them, and why.
        warnings: What a user should know about this result.
    """

    bodies: tuple[Body, ...]
    chosen: Chosen
    warnings: tuple[str, ...] = ()


def estimate(
    image: Image,
    prompts: Prompts = (),
    *,
    engine: str = "auto",
    rig: str = "game_engine",
    settings: FitSettings | None = None,
    path: str | None = None,
    progress: Progress | None = None,
) -> Estimate:
    """Estimate shape, pose and place of the people meant.

    Args:
        image: The photo.
        prompts: Points, boxes or masks of people (one `object_id` a person); none for everybody. Keypoints
            correct the person of their `object_id`, or add one; what the nets saw is kept in memory, so that
            a second call with corrections only fits.
        engine: "auto" or an engine id.
        rig: Name of a rig, see `sam_body.skeletons`.
        settings: Camera and beliefs of the fit; the usual ones when not given.
        path: The photo's file, whose EXIF may tell the focal length.
        progress: Told of each person; may stop the run.

    Raises:
        InputError: No person is there, or the rig is unknown.
        PromptError: A prompt does not fit the photo or the engine.
        EngineUnavailable: The engine named cannot run here.
    """
    progress = progress or Progress()
    bones = skeleton(rig)
    prompting.check(prompts, image)
    chosen = choose(engines("sam_body.engines"), prompts, engine)
    progress.step(0.0, f"loading {chosen.spec.title}")
    wishes = (settings or FitSettings()).wishes(image.width, image.height, path=path)
    engine_found = loaded(chosen.spec).estimate(image, prompts, bones, wishes, progress.within(0.05, 1.0))
    bodies, warnings = engine_found
    return Estimate(bodies, chosen, warnings)
