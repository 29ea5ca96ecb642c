"""Text of any kind to sharp masks: Grounding DINO finds boxes, SAM 2.1 cuts out what they hold.

Both by weights that anyone may download (Apache-2.0), as in Ren et al., "Grounded SAM", 2024 (arXiv
2401.14159). Clicks, boxes and earlier masks beside a text cut objects of their own, by SAM 2.1.
"""

from typing import Any

import numpy as np

from shared import hub
from shared.engines import sam2
from shared.engines.grounding import MODEL, THRESHOLD, Grounding, Sighting
from shared.engines.phrases import phrases_in
from shared.engines.pretrained import missing_packages, model_folder
from shared.engines.sam2 import Sam2
from shared.errors import PromptError
from shared.masks import Masks
from shared.media import Image
from shared.progress import Progress
from shared.prompts import Box, MaskHint, Points, Prompts, Text, of_kind
from shared.registry import EngineSpec, Missing

TITLE = "Grounded SAM 2.1"
NEEDS = (MODEL, sam2.DEFAULT)


class GroundedSam2:
    """A loaded Grounding DINO and a loaded SAM 2.1.

    Args:
        finder: Grounding DINO.
        cutter: SAM 2.1.
    """

    title = TITLE

    def __init__(self, finder: Grounding, cutter: Sam2) -> None:
        self._finder = finder
        self._cutter = cutter

    def encode(self, image: Image) -> list[Any]:
        """Return SAM 2.1's features; Grounding DINO sees a picture together with its phrases only."""
        return self._cutter.encode(image)

    def segment(
        self,
        image: Image,
        prompts: Prompts,
        progress: Progress | None = None,
        *,
        threshold: float | None = None,
    ) -> tuple[Masks, tuple[str, ...]]:
        """Segment a picture; see `Segmenter`. Objects of clicks and boxes come first, then those named."""
        progress = progress or Progress()
        phrases = phrases_in(of_kind(prompts, Text))
        marked = tuple(prompt for prompt in prompts if not isinstance(prompt, Text))
        if of_kind(prompts, Text) and not phrases:
            raise PromptError("The text names nothing.", 'Name a thing, such as "red cup".')
        progress.step(0.0, f"look for {', '.join(phrases)}" if phrases else "look at the picture")
        seen = self._finder.find(image, phrases, threshold=threshold) if phrases else []
        absent = tuple(p for p in phrases if p not in {sighting.phrase for sighting in seen})
        least = THRESHOLD if threshold is None else threshold
        notes = tuple(f"{TITLE} found no {phrase} (belief above {least:g})." for phrase in absent)
        if not seen and not marked:
            raise PromptError(
                " ".join(notes), "Use another word, lower the threshold, or click on the object."
            )
        parts: list[Masks] = []
        if marked:
            masks, warnings = self._cutter.segment(image, marked, progress.within(0.4, 0.7))
            parts, notes = [masks], warnings + notes
        if seen:
            free_id = 1 + max((i for masks in parts for i in masks.object_ids), default=-1)
            parts.append(self._cut(image, seen, free_id, progress.within(0.7, 1.0)))
        return _joined(parts), notes

    def _cut(self, image: Image, seen: list[Sighting], free_id: int, progress: Progress) -> Masks:
        """Cut out what each box holds; named by its phrase, scored by the finder's belief."""
        boxes = tuple(Box(sighting.box_xyxy, object_id=n) for n, sighting in enumerate(seen))
        masks, _ = self._cutter.segment(image, boxes, progress)
        return Masks(
            masks.masks,
            tuple(seen[n].score for n in masks.object_ids),
            tuple(seen[n].phrase for n in masks.object_ids),
            tuple(free_id + n for n in masks.object_ids),
        )


def _joined(parts: list[Masks]) -> Masks:
    return Masks(
        np.concatenate([masks.masks for masks in parts]),
        tuple(score for masks in parts for score in masks.scores),
        tuple(label for masks in parts for label in masks.labels),
        tuple(number for masks in parts for number in masks.object_ids),
    )


def _missing() -> Missing | None:
    """Name the first of the two models that is not here, and the commands for all that lack."""
    if lacking := missing_packages():
        return lacking
    wanting = [found for name in NEEDS if isinstance(found := hub.locate(name), Missing)]
    if not wanting:
        return None
    return Missing(
        " ".join(dict.fromkeys(found.reason for found in wanting)),
        " ".join(dict.fromkeys(found.cure for found in wanting)),
        wanting[0].download,
    )


def _load(device: str) -> GroundedSam2:
    finder, cutter = (model_folder(hub.locate(name), title=TITLE) for name in NEEDS)
    return GroundedSam2(Grounding(finder, device), Sam2(cutter, device))


def _origin() -> dict[str, Any]:
    return {name: hub.origin(name) for name in NEEDS}


SPECS = (
    EngineSpec(
        id="grounded_sam2",
        task="segment",
        tier="open",
        title=TITLE,
        summary="Text of any kind: Grounding DINO finds boxes, SAM 2.1 cuts out what they hold.",
        accepts=frozenset({Text, Points, Box, MaskHint}),
        licence="Apache-2.0",
        version="1",
        load=_load,
        missing=_missing,
        origin=_origin,
        model=MODEL,
    ),
)
