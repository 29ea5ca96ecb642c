"""What every image-mask engine offers, whatever its tier."""

from typing import Any, Protocol

from shared.masks import Masks
from shared.media import Image
from shared.progress import Progress
from shared.prompts import Prompts


class Segmenter(Protocol):
    """An engine of the task "segment", as `load(device)` of its spec returns it."""

    def encode(self, image: Image) -> Any:
        """Return what the engine computes once a picture, kept in `EMBEDDINGS` by content key."""
        ...

    def segment(
        self,
        image: Image,
        prompts: Prompts,
        progress: Progress = ...,
        *,
        threshold: float | None = None,
    ) -> tuple[Masks, tuple[str, ...]]:
        """Segment a picture; the prompts have passed `prompts.check` and the engine accepts their kinds.

        Args:
            image: The picture.
            prompts: What is asked.
            progress: Told of the stages; may cancel.
            threshold: Least score, 0..1, of objects that a text or `Everything` finds; None takes the
                engine's own. Objects of clicks, boxes and masks are not judged by it.

        Returns:
            Masks and warnings. Masks of one object id are candidates for the same object, best first
            (a single click is ambiguous: part, whole, group); objects follow each other in the order
            of their prompts. Scores are in 0..1. No mask is empty.

        Raises:
            PromptError: Nothing of what the prompts ask for is in the picture.
            Cancelled: The run was stopped.
        """
        ...
