"""Boxes of whatever a text names: Grounding DINO through transformers.

Liu et al., "Grounding DINO: Marrying DINO with Grounded Pre-Training for Open-Set Object Detection",
2023 (arXiv 2303.05499). All phrases of a run are read together; each box takes the phrase whose words it
answers to most.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.detector import iou
from shared.encoders.cache import EMBEDDINGS
from shared.engines.pretrained import encoding, load_model, load_processor
from shared.errors import PromptError
from shared.media import Image

MODEL = "grounding-dino-tiny"
THRESHOLD = 0.3
LEAST_KEPT = 0.05  # what a lower threshold can still ask for without another run of the net
SAME_BOX = 0.75  # overlap above which two boxes show one thing
MOST = 60


@dataclass(frozen=True)
class Sighting:
    """One found thing.

    Args:
        phrase: The phrase that it answers to.
        score: 0..1.
        box_xyxy: Left, top, right, bottom in pixels, within the picture.
    """

    phrase: str
    score: float
    box_xyxy: tuple[float, float, float, float]


class Grounding:
    """A loaded Grounding DINO.

    Args:
        folder: Holds config.json, model.safetensors, the processor's configuration and the tokenizer.
        device: "cpu", "cuda" or "mps".

    Raises:
        WeightsError: The files are incomplete or of another model.
    """

    title = "Grounding DINO"

    def __init__(self, folder: Path, device: str) -> None:
        from transformers import GroundingDinoForObjectDetection, GroundingDinoProcessor

        self._model = load_model(GroundingDinoForObjectDetection, folder, device, title=self.title)
        self._processor = load_processor(GroundingDinoProcessor, folder, title=self.title)
        self._device = device
        self._name = f"grounding:{folder}:{device}"

    def find(self, image: Image, phrases: Sequence[str], *, threshold: float | None = None) -> list[Sighting]:
        """Return what the phrases name, by phrase and then the most certain first, at most 60.

        Args:
            image: The picture.
            phrases: In lower case, without full stops.
            threshold: Least score 0..1; None takes 0.3. Another threshold does not run the net anew.

        Raises:
            PromptError: The phrases are too long to be read together.
        """
        least = THRESHOLD if threshold is None else threshold
        name = f"{self._name}:{'. '.join(phrases)}"
        seen = EMBEDDINGS.get(name, image.content_key, lambda: self._see(image, phrases))
        kept: list[Sighting] = []
        for sighting in seen:
            new = all(iou(sighting.box_xyxy, other.box_xyxy) < SAME_BOX for other in kept)
            if new and len(kept) < MOST and sighting.score >= least:
                kept.append(sighting)
        return sorted(kept, key=lambda s: phrases.index(s.phrase))

    def _see(self, image: Image, phrases: Sequence[str]) -> tuple[list[Sighting], int]:
        import torch

        words = self._processor.tokenizer(f"{'. '.join(phrases)}.", return_tensors="pt")
        longest = min(self._model.config.max_text_len, self._model.config.text_config.max_position_embeddings)
        if words["input_ids"].shape[1] > longest:
            raise PromptError(
                f"{self.title} reads at most {longest} word pieces at once.", "Name fewer things in one run."
            )
        pixels = self._processor.image_processor(image.pixels.copy(), return_tensors="pt")
        inputs = {name: value.to(self._device) for name, value in {**words, **pixels}.items()}
        with encoding(self._device, title=self.title):
            out = self._model(**inputs)
        with torch.inference_mode():
            belief = out.logits[0].float().sigmoid().cpu().numpy()  # (queries, word pieces)
            boxes = out.pred_boxes[0].float().cpu().numpy()
        spans = self._spans(words["input_ids"][0].tolist(), len(phrases))
        scores = np.stack([belief[:, span].max(axis=1) for span in spans], axis=1)
        order = np.argsort(-scores.max(axis=1), kind="stable")
        corners = _corners(boxes, image.width, image.height)
        seen = [
            Sighting(phrases[int(scores[i].argmax())], float(scores[i].max()), tuple(corners[i].tolist()))
            for i in order
            if scores[i].max() >= LEAST_KEPT and (corners[i, 2:] - corners[i, :2] >= 1).all()
        ]
        return seen, 200 * (len(seen) + 1)

    def _spans(self, pieces: list[int], count: int) -> list[list[int]]:
        """Return which word pieces make each phrase; full stops part them."""
        stop = self._processor.tokenizer.convert_tokens_to_ids(".")
        special = set(self._processor.tokenizer.all_special_ids) - {self._processor.tokenizer.unk_token_id}
        spans: list[list[int]] = [[]]
        for place, piece in enumerate(pieces):
            if piece == stop:
                spans.append([])
            elif piece not in special:
                spans[-1].append(place)
        return [span or [0] for span in spans[:count]]


def _corners(boxes: NDArray[np.float32], width: int, height: int) -> NDArray[np.float64]:
    """(N, 4) centre and size in parts of the picture to left, top, right, bottom in pixels inside it."""
    centre, size = boxes[:, :2].astype(np.float64), boxes[:, 2:].astype(np.float64)
    corners = np.concatenate([centre - size / 2, centre + size / 2], axis=1)
    limits = np.array([width, height, width, height], np.float64)
    return np.clip(corners * limits, 0, limits)
