"""SAM 2.1: clicks, boxes and refinement, by weights that anyone may download (Apache-2.0).

Ravi et al., "SAM 2: Segment Anything in Images and Videos", 2024 (arXiv 2408.00714), run through
transformers' `Sam2Model`. The picture is encoded once; each prompt then costs milliseconds.
"""

from functools import partial
from pathlib import Path
from typing import Any

from shared import hub
from shared.encoders.cache import EMBEDDINGS
from shared.engines.click_head import ClickHead, targets
from shared.engines.pretrained import encoding, load_model, load_processor, missing_model, model_folder
from shared.masks import Masks
from shared.media import Image
from shared.progress import Progress
from shared.prompts import Box, MaskHint, Points, Prompts
from shared.registry import EngineSpec, Missing

DEFAULT = "sam2.1-tiny"


class Sam2:
    """A loaded SAM 2.1.

    Args:
        folder: Holds config.json, model.safetensors and the processor's configuration.
        device: "cpu", "cuda" or "mps".

    Raises:
        WeightsError: The files are incomplete or of another model.
    """

    title = "SAM 2.1"

    def __init__(self, folder: Path, device: str) -> None:
        from transformers import Sam2Model, Sam2Processor

        self._model = load_model(Sam2Model, folder, device, title=self.title)
        self._processor = load_processor(Sam2Processor, folder, title=self.title)
        self._head = ClickHead(self._model, self._processor, title=self.title)
        self._device = device
        self._encoder = f"sam2:{folder}:{device}"

    def encode(self, image: Image) -> list[Any]:
        """Return the picture's features, finest level first: float32 tensors (1, C, h, w)."""
        return EMBEDDINGS.get(self._encoder, image.content_key, lambda: self._embed(image))

    def segment(
        self,
        image: Image,
        prompts: Prompts,
        progress: Progress | None = None,
        *,
        threshold: float | None = None,
    ) -> tuple[Masks, tuple[str, ...]]:
        """Segment the objects of clicks, boxes and earlier masks; see `Segmenter`."""
        progress = progress or Progress()
        wanted, warnings = targets(prompts)
        progress.step(0.0, f"look at the picture with {self.title}")
        features = self.encode(image)
        size = (image.height, image.width)
        masks, more = self._head.segment(features, size, wanted, progress.within(0.8, 1.0))
        return masks, warnings + more

    def _embed(self, image: Image) -> tuple[list[Any], int]:
        pixels = self._processor(images=image.pixels.copy(), return_tensors="pt")["pixel_values"]
        with encoding(self._device, title=self.title):
            levels = self._model.get_image_embeddings(pixels.to(self._device))
            levels = [level.float() for level in levels]
        return levels, sum(level.nbytes for level in levels)


def _missing(name: str) -> Missing | None:
    return missing_model(hub.locate(name, own=name == DEFAULT))


def _load(name: str, device: str) -> Sam2:
    return Sam2(model_folder(hub.locate(name, own=name == DEFAULT), title=Sam2.title), device)


def _spec(engine_id: str, name: str, title: str, summary: str) -> EngineSpec:
    return EngineSpec(
        id=engine_id,
        task="segment",
        tier="open",
        title=title,
        summary=summary,
        accepts=frozenset({Points, Box, MaskHint}),
        licence="Apache-2.0",
        version="2.1",
        load=partial(_load, name),
        missing=partial(_missing, name),
        origin=partial(hub.origin, name, own=name == DEFAULT),
        model=name,
        default=name == DEFAULT,
    )


_HOW = "Segment Anything 2.1: sharp masks from clicks, boxes and corrections"
SPECS = (
    _spec("sam2.1", DEFAULT, "SAM 2.1", f"{_HOW}; the tiny model unless SEGSTUDIO_SAM2 names another."),
    _spec("sam2.1-small", "sam2.1-small", "SAM 2.1 small", f"{_HOW}; 46 M parameters."),
    _spec("sam2.1-base-plus", "sam2.1-base-plus", "SAM 2.1 base-plus", f"{_HOW}; 81 M parameters."),
    _spec("sam2.1-large", "sam2.1-large", "SAM 2.1 large", f"{_HOW}; 224 M parameters, wants a GPU."),
)
