"""Text of any kind to soft-edged regions: CLIPSeg, the light one of the open tier.

Lüddecke & Ecker, "Image Segmentation Using Text and Image Prompts", 2022 (arXiv 2112.10003), through
transformers. It sees 352 x 352 pixels and tells no two things of a kind apart: one mask a phrase.
"""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared import hub
from shared.encoders.cache import EMBEDDINGS
from shared.engines.phrases import phrases_in
from shared.engines.pretrained import encoding, load_model, load_processor, missing_model, model_folder
from shared.errors import PromptError
from shared.masks import Masks
from shared.media import Image
from shared.progress import Progress
from shared.prompts import Prompts, Text, of_kind
from shared.registry import EngineSpec, Missing

MODEL, TITLE = "clipseg", "CLIPSeg"
THRESHOLD = 0.4  # of a pixel's belief


class ClipSeg:
    """A loaded CLIPSeg.

    Args:
        folder: Holds config.json, model.safetensors, the processor's configuration and the tokenizer.
        device: "cpu", "cuda" or "mps".

    Raises:
        WeightsError: The files are incomplete or of another model.
    """

    title = TITLE

    def __init__(self, folder: Path, device: str) -> None:
        from transformers import CLIPSegForImageSegmentation, CLIPSegProcessor

        self._model = load_model(CLIPSegForImageSegmentation, folder, device, title=self.title)
        self._processor = load_processor(CLIPSegProcessor, folder, title=self.title)
        self._device = device
        self._encoder = f"clipseg:{folder}:{device}"

    def encode(self, image: Image) -> list[Any]:
        """Return the layers of the picture's transformer that the decoder reads: (1, N, C), float32."""
        return EMBEDDINGS.get(self._encoder, image.content_key, lambda: self._embed(image))

    def segment(
        self,
        image: Image,
        prompts: Prompts,
        progress: Progress | None = None,
        *,
        threshold: float | None = None,
    ) -> tuple[Masks, tuple[str, ...]]:
        """Segment a picture; see `Segmenter`. The threshold is of each pixel's belief."""
        progress = progress or Progress()
        phrases, least = phrases_in(of_kind(prompts, Text)), THRESHOLD if threshold is None else threshold
        if not phrases:
            raise PromptError("The text names nothing.", 'Name a thing, such as "red cup".')
        progress.step(0.0, f"look at the picture with {self.title}")
        layers = self.encode(image)
        found: list[tuple[NDArray[np.bool_], float, str]] = []
        notes: list[str] = []
        for number, phrase in enumerate(phrases):
            progress.step(0.8 + 0.2 * number / len(phrases), f"find {phrase}")
            belief = self._belief(layers, phrase, (image.height, image.width))
            mask = belief > least
            if mask.any():
                found.append((mask, float(belief[mask].mean()), phrase))
            else:
                notes.append(f"{self.title} found no {phrase} (belief above {least:g}).")
        if not found:
            raise PromptError(
                " ".join(notes), "Use another word, lower the threshold, or click on the object."
            )
        masks, scores, labels = zip(*found, strict=True)
        return Masks(np.stack(masks), scores, labels), tuple(notes)

    def _embed(self, image: Image) -> tuple[list[Any], int]:
        pixels = self._processor.image_processor(image.pixels.copy(), return_tensors="pt")["pixel_values"]
        with encoding(self._device, title=self.title):
            out = self._model.clip.get_image_features(
                pixel_values=pixels.to(self._device), interpolate_pos_encoding=True, output_hidden_states=True
            )
        layers = [out.hidden_states[i + 1].float() for i in self._model.extract_layers]
        return layers, sum(layer.nbytes for layer in layers)

    def _belief(self, layers: list[Any], phrase: str, size: tuple[int, int]) -> NDArray[np.float32]:
        """(H, W) 0..1 how much each pixel answers to a phrase."""
        import torch

        words = self._processor.tokenizer([phrase], truncation=True, return_tensors="pt")
        words = {name: value.to(self._device) for name, value in words.items()}
        with torch.inference_mode():
            meaning = self._model.get_conditional_embeddings(batch_size=1, **words)
            logits = self._model.decoder(layers, meaning).logits.float()
            logits = logits.reshape(1, 1, *logits.shape[-2:])
            grown = torch.nn.functional.interpolate(logits, size=size, mode="bilinear", align_corners=False)
        return grown[0, 0].sigmoid().cpu().numpy()


def _missing() -> Missing | None:
    return missing_model(hub.locate(MODEL))


def _load(device: str) -> ClipSeg:
    return ClipSeg(model_folder(hub.locate(MODEL), title=TITLE), device)


SPECS = (
    EngineSpec(
        id="clipseg",
        task="segment",
        tier="open",
        title=TITLE,
        summary="Text of any kind, lightly: one soft-edged region a phrase, no single objects.",
        accepts=frozenset({Text}),
        licence="Apache-2.0",
        version="rd64-refined",
        load=_load,
        missing=_missing,
        origin=partial(hub.origin, MODEL),
        model=MODEL,
    ),
)
