"""The verb of pictures: prompts in, masks out, by the best engine that is here."""

from dataclasses import dataclass

from shared.errors import PromptError
from shared.masks import Masks
from shared.media import Image
from shared.progress import Progress
from shared.prompts import Prompts, check
from shared.registry import Chosen, choose, engines, loaded

ENGINES = "shared.engines"


@dataclass(frozen=True, eq=False)
class Segmentation:
    """Masks, the engine that made them and why it was taken, and what the user should know.

    Args:
        masks: N masks of the picture's own size; none is empty.
        chosen: The engine.
        warnings: Sentences.
    """

    masks: Masks
    chosen: Chosen
    warnings: tuple[str, ...] = ()


def segment(
    image: Image, prompts: Prompts, *, engine: str = "auto", progress: Progress | None = None
) -> Segmentation:
    """Segment what the prompts mean.

    The picture is encoded once; later calls on the same picture only pay for their prompts.

    Args:
        image: The picture.
        prompts: Clicks, boxes, texts, earlier masks; those of one object share its object_id.
        engine: "auto" (the best that is on this machine) or an engine id.
        progress: Told of the stages; may cancel.

    Returns:
        Masks in the order of the prompts' objects; several masks of one object id are candidates.

    Raises:
        PromptError: No prompt, a prompt outside the picture, or one that finds nothing.
        EngineUnavailable: The engine is unknown or cannot run here.
        Cancelled: The run was stopped.
    """
    progress = progress or Progress()
    if not prompts:
        raise PromptError(
            "Nothing says what to segment.", "Give a click, a box, a text or an earlier mask of the object."
        )
    check(prompts, image)
    chosen = choose(engines(ENGINES), prompts, engine)
    progress.step(0.0, f"load {chosen.spec.title}")
    segmenter = loaded(chosen.spec)
    masks, warnings = segmenter.segment(image, prompts, progress.within(0.05, 1.0))
    progress.step(1.0, "masks are ready")
    return Segmentation(masks, chosen, warnings)
