"""Clicks, boxes and earlier masks for the models of the SAM family that take them one object at a time.

`Sam2Model` and `Sam3TrackerModel` of transformers have the same prompts and outputs, so they share this.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import PromptError
from shared.masks import Masks
from shared.progress import Progress
from shared.prompts import Box, MaskHint, Points, Prompts

# An earlier mask enters as logits of this size, as in SAM 2's `add_new_mask` (sigmoid scale 20, bias -10).
HINT_LOGIT = 10.0


@dataclass
class Target:
    """What the prompts say of one object, in pixels of the picture."""

    object_id: int
    points: list[tuple[float, float]] = field(default_factory=list)
    keep: list[bool] = field(default_factory=list)
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)
    hint: NDArray[np.bool_] | None = None

    @property
    def ambiguous(self) -> bool:
        """Whether it is a single click, which may mean a part, the whole or a group."""
        return len(self.points) == 1 and not self.boxes and self.hint is None


def targets(prompts: Prompts) -> tuple[list[Target], tuple[str, ...]]:
    """Gather prompts by object, in the order in which the objects first appear.

    These models know no box of what is not meant: its centre is taken as a click that excludes.

    Returns:
        The objects and warnings.

    Raises:
        PromptError: An object has only prompts of what it is not.
    """
    found: dict[int, Target] = {}
    warnings: list[str] = []
    for prompt in prompts:
        if not isinstance(prompt, Points | Box | MaskHint):
            continue
        target = found.setdefault(prompt.object_id, Target(prompt.object_id))
        if isinstance(prompt, Points):
            target.points += prompt.xy_px
            target.keep += prompt.keep
        elif isinstance(prompt, MaskHint):
            earlier = target.hint
            target.hint = prompt.mask if earlier is None else earlier | prompt.mask
        elif prompt.keep:
            target.boxes.append(prompt.xyxy_px)
        else:
            left, top, right, bottom = prompt.xyxy_px
            target.points.append(((left + right) / 2, (top + bottom) / 2))
            target.keep.append(False)
            warnings.append("A box of what is not meant was taken as a click at its centre that excludes.")
    for target in found.values():
        if not (any(target.keep) or target.boxes or target.hint is not None):
            raise PromptError(
                f"Object {target.object_id} has only prompts of what it is not.",
                "Add a click or a box on the object itself.",
            )
    return list(found.values()), tuple(dict.fromkeys(warnings))


class ClickHead:
    """The prompt encoder and mask decoder of a loaded model; its image encoder is run elsewhere.

    Args:
        model: A `Sam2Model` or `Sam3TrackerModel` on its device.
        processor: The `Sam2Processor` or `Sam3TrackerProcessor` of its folder.
        title: What a person calls the model.
    """

    def __init__(self, model: Any, processor: Any, *, title: str) -> None:
        self._model = model
        self._processor = processor
        self._title = title

    def segment(
        self, features: list[Any], size: tuple[int, int], wanted: Iterable[Target], progress: Progress
    ) -> tuple[Masks, tuple[str, ...]]:
        """Segment objects one by one: three candidates for a single click, else one mask.

        Args:
            features: The picture's embedding, finest level first.
            size: Height and width of the picture in pixels.
            wanted: The objects, see `targets`.

        Raises:
            PromptError: No object has a single pixel.
        """
        wanted = list(wanted)
        masks: list[NDArray[np.bool_]] = []
        scores: list[float] = []
        ids: list[int] = []
        warnings: list[str] = []
        for number, target in enumerate(wanted):
            progress.step(number / len(wanted), f"segment object {target.object_id}")
            found = [(m, s) for m, s in self._candidates(features, size, target) if m.any()]
            if not found:
                warnings.append(f"{self._title} found nothing for object {target.object_id}.")
            for mask, score in sorted(found, key=lambda pair: -pair[1]):
                masks.append(mask)
                scores.append(score)
                ids.append(target.object_id)
        progress.step(1.0, "segmented")
        if not masks:
            raise PromptError(f"{self._title} found nothing there.", "Click on the middle of the object.")
        return Masks(np.stack(masks), tuple(scores), ("",) * len(masks), tuple(ids)), tuple(warnings)

    def _candidates(
        self, features: list[Any], size: tuple[int, int], target: Target
    ) -> list[tuple[NDArray[np.bool_], float]]:
        if len(target.boxes) < 2:
            box = target.boxes[0] if target.boxes else None
            return self._decode(features, size, target, box, several=target.ambiguous)
        parts = [self._decode(features, size, target, box, several=False)[0] for box in target.boxes]
        union = np.logical_or.reduce([mask for mask, _ in parts])
        return [(union, float(np.mean([score for _, score in parts])))]

    def _decode(
        self,
        features: list[Any],
        size: tuple[int, int],
        target: Target,
        box: tuple[float, float, float, float] | None,
        *,
        several: bool,
    ) -> list[tuple[NDArray[np.bool_], float]]:
        import torch

        device = features[0].device
        prompts: dict[str, Any] = {"original_sizes": [list(size)], "return_tensors": "pt"}
        if target.points:
            prompts["input_points"] = [[[list(point) for point in target.points]]]
            prompts["input_labels"] = [[[int(keep) for keep in target.keep]]]
        if box is not None:
            prompts["input_boxes"] = [[list(box)]]
        inputs = {name: value.to(device) for name, value in self._processor(**prompts).items()}
        del inputs["original_sizes"]
        if target.hint is not None:
            inputs["input_masks"] = self._hint_logits(target.hint).to(device)
        with torch.inference_mode():
            out = self._model(image_embeddings=features, multimask_output=several, **inputs)
            logits = out.pred_masks.float().cpu()
            scores = out.iou_scores[0, 0].float().clamp(0, 1).tolist()
        masks = self._processor.post_process_masks(logits, [list(size)])[0][0].numpy()
        return list(zip(masks, scores, strict=True))

    def _hint_logits(self, mask: NDArray[np.bool_]) -> Any:
        """Return (1, 1, h, w) logits of the size that the mask encoder takes."""
        import torch

        size = self._model.prompt_encoder.mask_input_size
        share = torch.from_numpy(mask.astype(np.float32))[None, None]
        small = torch.nn.functional.interpolate(
            share, size=tuple(size), mode="bilinear", align_corners=False, antialias=True
        )
        return (2 * small - 1) * HINT_LOGIT
