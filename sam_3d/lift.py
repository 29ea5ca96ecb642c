"""The verb: lift a masked object of a photo to a closed, textured mesh."""

import numpy as np
from numpy.typing import NDArray

from sam_3d.types import Lifter, Reconstruction
from shared.errors import InputError, PromptError
from shared.masks import Masks
from shared.media import Image
from shared.progress import Progress
from shared.prompts import MaskHint, check
from shared.registry import choose, engines, loaded

THICKNESS_RANGE = (0.3, 2.0)


def lift(
    image: Image,
    masks: Masks | NDArray[np.bool_],
    *,
    engine: str = "auto",
    thickness: float = 1.3,
    progress: Progress | None = None,
) -> Reconstruction:
    """Lift one object to a watertight mesh that projects back onto its mask.

    Args:
        image: The photo.
        masks: Masks of the picture's size; the one with the highest score is lifted. Or one (H, W) mask.
        engine: "auto" or the id of an engine in `sam_3d.engines`.
        thickness: How deep the object is made, 0.3 (flat) to 2; engines that measure depth may ignore it.
        progress: Told of each stage; may cancel.

    Returns:
        The object; its mesh's longest edge is 1 ("relative") unless the engine knows its true size.

    Raises:
        PromptError: There is no mask, it is empty, or it has another size than the picture.
        InputError: The thickness is out of range.
        EngineUnavailable: The named engine is unknown or cannot run here.
        Cancelled: The run was cancelled.
    """
    progress = progress or Progress()
    low, high = THICKNESS_RANGE
    if not low <= thickness <= high:
        raise InputError(f"thickness wants {low:g} to {high:g}, but got {thickness!r}.")
    hint = MaskHint(_one(masks))
    check((hint,), image)
    chosen = choose(engines("sam_3d.engines"), (hint,), engine)
    progress.step(0.0, f"lifting with {chosen.spec.id}")
    lifter: Lifter = loaded(chosen.spec)
    shape = lifter(image, hint.mask, thickness=float(thickness), progress=progress)
    progress.step(1.0, "lifted")
    return Reconstruction(shape.mesh, shape.camera, shape.position, shape.warnings, chosen)


def _one(masks: Masks | NDArray[np.bool_]) -> NDArray[np.bool_]:
    if not isinstance(masks, Masks):
        array = np.asarray(masks)
        if array.ndim != 2 or array.dtype != np.bool_:
            raise PromptError(f"A mask wants (H, W) true/false values, but got {array.shape} {array.dtype}.")
        return array
    if not len(masks):
        raise PromptError(
            "There is no mask to lift.", "Mark an object with a point, a box, a text or a mask."
        )
    return masks.masks[int(np.argmax(masks.scores))]
