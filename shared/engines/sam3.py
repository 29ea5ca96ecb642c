"""SAM 3 for pictures: a phrase or examples find all of a kind, clicks and boxes cut one object.

Carion et al., "SAM 3: Segment Anything with Concepts", 2025, run through transformers' `Sam3Model`
(concepts) and `Sam3TrackerModel` (clicks), both from the same files. The weights are Meta's, under the
SAM License, and are handed out on request only.
"""

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared import hub
from shared.engines.click_head import ClickHead, Target, targets
from shared.engines.pretrained import load_model, load_processor, missing_model, model_folder
from shared.engines.sam3_encoder import Sam3Encoder
from shared.errors import InputError, PromptError
from shared.masks import Masks
from shared.media import Image
from shared.progress import Progress
from shared.prompts import Box, MaskHint, Points, Prompts, Text, of_kind
from shared.registry import EngineSpec, Missing

THRESHOLD_SETTING = "SEGSTUDIO_SAM3_THRESHOLD"
THRESHOLD = 0.5  # of the official processor; transformers' own default is 0.3
MAX_OBJECTS = 100
EXAMPLES = "visual"  # the phrase that stands for "whatever the example boxes show"


class Sam3:
    """A loaded SAM 3.

    Args:
        folder: Holds config.json, model.safetensors, the processor's configuration and the tokenizer.
        device: "cpu", "cuda" or "mps".
        threshold: Belief above which a found object is kept, 0..1.

    Raises:
        WeightsError: The files are incomplete or of another model.
    """

    title = "SAM 3"

    def __init__(self, folder: Path, device: str, *, threshold: float = THRESHOLD) -> None:
        from transformers import Sam3Model, Sam3Processor, Sam3TrackerModel, Sam3TrackerProcessor

        self.threshold = threshold
        self._detector = load_model(Sam3Model, folder, device, title=self.title)
        tracker = load_model(Sam3TrackerModel, folder, device, title=f"{self.title} (clicks)")
        self._processor = load_processor(Sam3Processor, folder, title=self.title)
        image_processor = self._processor.image_processor
        name = f"sam3:{folder}:{device}"
        self._encoder = Sam3Encoder(self._detector, tracker, image_processor, name=name, title=self.title)
        self._head = ClickHead(tracker, Sam3TrackerProcessor(image_processor), title=self.title)

    def encode(self, image: Image) -> Any:
        """Return what both heads share: the vision transformer's output (1, N, C), float32."""
        return self._encoder.tokens(image)

    def segment(
        self,
        image: Image,
        prompts: Prompts,
        progress: Progress | None = None,
        *,
        threshold: float | None = None,
    ) -> tuple[Masks, tuple[str, ...]]:
        """Segment a picture; see `Segmenter`.

        A text finds all objects that it names, and boxes beside it are examples; so do boxes alone when
        one of them excludes. Clicks beside a text choose among what was found: a click on an object
        keeps it, one that excludes drops it. Otherwise clicks, boxes and earlier masks cut one object each.
        """
        progress = progress or Progress()
        progress.step(0.0, f"look at the picture with {self.title}")
        self.encode(image)
        texts, boxes = of_kind(prompts, Text), of_kind(prompts, Box)
        if not texts and not _are_examples(prompts):
            return self._by_clicks(image, targets(prompts), progress.within(0.8, 1.0))
        phrases = list(dict.fromkeys(text.text for text in texts)) or [""]
        least = self.threshold if threshold is None else threshold
        found = []
        for number, phrase in enumerate(phrases):
            progress.step(0.8 + 0.1 * number / len(phrases), f"find {phrase or 'what the boxes show'}")
            found.append(self._find(image, phrase, boxes, least))
        masks = _joined(found)
        if not len(masks):
            raise self._nothing(phrases, least)
        masks, warnings = _chosen_by_clicks(masks, of_kind(prompts, Points))
        hints = tuple(p for p in prompts if isinstance(p, MaskHint))
        if not hints:
            return masks, warnings
        refined, more = self._by_clicks(image, targets(hints), progress.within(0.9, 1.0))
        return _joined([masks, refined]), warnings + more

    def _by_clicks(
        self, image: Image, wanted: tuple[list[Target], tuple[str, ...]], progress: Progress
    ) -> tuple[Masks, tuple[str, ...]]:
        features, size = self._encoder.for_clicks(image), (image.height, image.width)
        masks, more = self._head.segment(features, size, wanted[0], progress)
        return masks, wanted[1] + more

    def _find(self, image: Image, phrase: str, boxes: list[Box], least: float) -> Masks:
        import torch

        asked: dict[str, Any] = {
            "text": phrase or EXAMPLES,
            "original_sizes": [[image.height, image.width]],
            "return_tensors": "pt",
        }
        if boxes:
            asked["input_boxes"] = [[list(box.xyxy_px) for box in boxes]]
            asked["input_boxes_labels"] = [[int(box.keep) for box in boxes]]
        device = self._detector.device
        inputs = {name: value.to(device) for name, value in self._processor(**asked).items()}
        del inputs["original_sizes"]
        with torch.inference_mode():
            out = self._detector(vision_embeds=self._encoder.for_concepts(image), **inputs)
            scores = out.pred_logits[0].sigmoid() * out.presence_logits[0].sigmoid()
            order = scores.argsort(descending=True)[:MAX_OBJECTS]
            order = order[scores[order] > least]
            masks = np.zeros((len(order), image.height, image.width), np.bool_)
            for row, i in enumerate(order):
                masks[row] = _full_size(out.pred_masks[0, i], image)
        found = Masks(masks, tuple(scores[order].tolist()), (phrase,) * len(order))
        seen = [row for row in range(len(found)) if masks[row].any()]
        return found if len(seen) == len(found) else found.select(seen)

    def _nothing(self, phrases: list[str], least: float) -> PromptError:
        what = " or ".join(repr(phrase) for phrase in phrases if phrase) or "object like the examples"
        return PromptError(
            f"{self.title} found no {what} in the picture (belief above {least:g}).",
            f"Use another word, an example box or a click, or lower the threshold ({THRESHOLD_SETTING}).",
        )


def _are_examples(prompts: Prompts) -> bool:
    """Whether there are only boxes, some around what is meant and some around what is not."""
    return {box.keep for box in prompts if isinstance(box, Box)} == {True, False} and all(
        isinstance(prompt, Box) for prompt in prompts
    )


def _full_size(logits: Any, image: Image) -> NDArray[np.bool_]:
    """Scale one mask to the picture: bool at once, as 64-bit masks of many objects fill the memory."""
    import torch

    share = logits.float().sigmoid()[None, None]
    size = (image.height, image.width)
    share = torch.nn.functional.interpolate(share, size=size, mode="bilinear", align_corners=False)
    return (share[0, 0] > 0.5).cpu().numpy()


def _joined(found: Iterable[Masks]) -> Masks:
    """Put masks behind each other; objects are numbered anew, candidates stay together."""
    found = list(found)
    if len(found) == 1:
        return found[0]
    ids: list[int] = []
    for masks in found:
        start = max(ids, default=-1) + 1
        new = {old: start + number for number, old in enumerate(dict.fromkeys(masks.object_ids))}
        ids += [new[old] for old in masks.object_ids]
    return Masks(
        np.concatenate([masks.masks for masks in found]),
        tuple(score for masks in found for score in masks.scores),
        tuple(label for masks in found for label in masks.labels),
        tuple(ids),
    )


def _chosen_by_clicks(masks: Masks, clicks: list[Points]) -> tuple[Masks, tuple[str, ...]]:
    if not clicks:
        return masks, ()
    marks = [(xy, keep) for points in clicks for xy, keep in zip(points.xy_px, points.keep, strict=True)]
    wanted, dropped, idle = set(), set(), 0
    for (x, y), keep in marks:
        hit = set(np.flatnonzero(masks.masks[:, int(y), int(x)]).tolist())
        (wanted if keep else dropped).update(hit)
        idle += not hit
    if any(keep for _, keep in marks):
        chosen = [i for i in range(len(masks)) if i in wanted - dropped]
    else:
        chosen = [i for i in range(len(masks)) if i not in dropped]
    if not chosen:
        raise PromptError(
            f"The clicks choose none of the {len(masks)} objects that were found.",
            "Click on one of them, or leave the text away to cut out what you click on.",
        )
    note = (f"{idle} of {len(marks)} clicks are on none of the objects that were found.",) if idle else ()
    return masks.select(chosen), note


def _missing() -> Missing | None:
    return missing_model(hub.locate("sam3"))


def _load(device: str) -> Sam3:
    return Sam3(model_folder(hub.locate("sam3"), title="SAM 3"), device, threshold=_threshold())


def _threshold() -> float:
    text = os.environ.get(THRESHOLD_SETTING, "") or str(THRESHOLD)
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise InputError(f"{THRESHOLD_SETTING} wants a number from 0 to 1, but is {text!r}.")
    return value


SPECS = (
    EngineSpec(
        id="sam3",
        task="segment",
        tier="official",
        title="SAM 3",
        summary="Segment Anything with Concepts: any phrase, example boxes, clicks and corrections.",
        accepts=frozenset({Text, Points, Box, MaskHint}),
        licence="SAM License (gated)",
        version="3.0",
        load=_load,
        missing=_missing,
        model="sam3",
        origin=partial(hub.origin, "sam3"),
        default=True,
    ),
)
