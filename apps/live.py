"""Masks while a person marks: nothing is written, and the picture stays in memory between clicks."""

import threading
from functools import partial
from pathlib import Path

from apps.kept_files import KeptFiles
from shared.media import Image
from shared.progress import Progress
from shared.prompts import Prompts
from shared.segment import Segmentation, segment


class LiveMasks:
    """Answers prompts one after another, beside the queue of runs, so that a click never waits for a lift.

    The first answer for a picture pays for reading and encoding it; later ones only for their prompts.
    """

    def __init__(self) -> None:
        self._pictures = KeptFiles()
        self._one_at_a_time = threading.Lock()

    def __call__(
        self, photo: str | Path, prompts: Prompts, *, engine: str = "auto", progress: Progress | None = None
    ) -> Segmentation:
        """Segment a picture file as `shared.segment.segment` does.

        Args:
            photo: Path of the picture.
            prompts: What is meant.
            engine: "auto" or an engine id.
            progress: May cancel.

        Raises:
            InputError: No such picture, or one that cannot be read.
            PromptError: As of `segment`.
        """
        with self._one_at_a_time:
            return segment(self._picture(photo), prompts, engine=engine, progress=progress)

    def _picture(self, path: str | Path) -> Image:
        from shared.loading import load_image

        return self._pictures.get(path, partial(load_image, shrink=0), lambda image: image.pixels.nbytes)
