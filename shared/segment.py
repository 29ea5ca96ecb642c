"""The verb of pictures: prompts in, masks out, by the best engine that is here."""

from dataclasses import dataclass

from shared.errors import PromptError
from shared.mask_choice import apart, together
from shared.mask_choice import chosen as chosen_among
from shared.mask_notes import faint, notes
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
        chosen: The engine; None where the prompts were finished masks, which need none.
        warnings: Sentences.
    """

    masks: Masks
    chosen: Chosen | None
    warnings: tuple[str, ...] = ()

    @property
    def engines(self) -> tuple[Chosen, ...]:
        """The engines that took part: one or none."""
        return (self.chosen,) if self.chosen else ()


def segment(
    image: Image,
    prompts: Prompts,
    *,
    engine: str = "auto",
    threshold: float | None = None,
    progress: Progress | None = None,
) -> Segmentation:
    """Segment what the prompts mean.

    The picture is encoded once; later calls on the same picture only pay for their prompts.

    Args:
        image: The picture.
        prompts: Clicks, boxes, texts, earlier masks; those of one object share its object_id. An object
            given by masks alone is taken as it is. A `Choice` picks among the masks found.
        engine: "auto" (the best that is on this machine) or an engine id.
        threshold: Least score, 0..1, of objects found by a text or by asking for everything; None leaves
            it to the engine.
        progress: Told of the stages; may cancel.

    Returns:
        Masks in the order of the prompts' objects; several masks of one object id are candidates.

    Raises:
        PromptError: No prompt, a prompt outside the picture, one that finds nothing, or a wrong choice.
        EngineUnavailable: The engine is unknown or cannot run here.
        Cancelled: The run was stopped.
    """
    progress = progress or Progress()
    asked, ready, choice = apart(prompts)
    if not asked and not ready:
        raise PromptError(
            "Nothing says what to segment.", "Give a click, a box, a text or an earlier mask of the object."
        )
    check(prompts, image)
    found, chosen, warnings = _found(image, asked, engine, threshold, progress) if asked else (None, None, ())
    masks = chosen_among(together(found, ready, prompts), choice)
    progress.step(1.0, "masks are ready")
    return Segmentation(masks, chosen, (*warnings, *notes(masks)))


def _found(
    image: Image, asked: Prompts, engine: str, threshold: float | None, progress: Progress
) -> tuple[Masks, Chosen, tuple[str, ...]]:
    """Let the best engine answer."""
    chosen = choose(engines(ENGINES), asked, engine)
    progress.step(0.0, f"load {chosen.spec.title}")
    segmenter = loaded(chosen.spec)
    masks, warnings = segmenter.segment(image, asked, progress.within(0.05, 1.0), threshold=threshold)
    return masks, chosen, (*warnings, *faint(image, masks))
