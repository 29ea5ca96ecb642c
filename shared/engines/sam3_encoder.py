"""The picture's features for both heads of SAM 3, computed once a picture.

One vision transformer serves both, but each head has a neck of its own: its features are not
interchangeable with the other's. So the transformer's output is what the heads share; a neck is run
when its head is first asked. transformers' `Sam3VideoModel` and Meta's code divide them in the same way.
"""

from typing import Any

from shared.encoders.cache import EMBEDDINGS
from shared.engines.pretrained import encoding
from shared.media import Image


class Sam3Encoder:
    """The shared transformer and the two necks.

    Args:
        detector: A `Sam3Model` on its device.
        tracker: The `Sam3TrackerModel` of the same files; its transformer is replaced by the
            detector's, of which it is a copy.
        image_processor: Makes pixel values of a picture.
        name: Identifies files and device in the cache.
    """

    def __init__(self, detector: Any, tracker: Any, image_processor: Any, *, name: str, title: str) -> None:
        tracker.vision_encoder.backbone = detector.vision_encoder.backbone
        self._detector = detector
        self._tracker = tracker
        self._image_processor = image_processor
        self._name = name
        self._title = title
        self._device = str(detector.device.type)

    def tokens(self, image: Image) -> Any:
        """Return the transformer's output (1, rows * columns, C), float32."""
        return EMBEDDINGS.get(f"{self._name}:tokens", image.content_key, lambda: self._tokens(image))

    def for_concepts(self, image: Image) -> Any:
        """Return the `vision_embeds` of `Sam3Model`."""
        return EMBEDDINGS.get(f"{self._name}:concepts", image.content_key, lambda: self._concepts(image))

    def for_clicks(self, image: Image) -> list[Any]:
        """Return the `image_embeddings` of `Sam3TrackerModel`, finest level first."""
        return EMBEDDINGS.get(f"{self._name}:clicks", image.content_key, lambda: self._clicks(image))

    def _tokens(self, image: Image) -> tuple[Any, int]:
        pixels = self._image_processor(image.pixels.copy(), return_tensors="pt")["pixel_values"]
        with encoding(self._device, title=self._title):
            tokens = self._detector.vision_encoder.backbone(pixels.to(self._device)).last_hidden_state.float()
        return tokens, tokens.nbytes

    def _concepts(self, image: Image) -> tuple[Any, int]:
        import torch
        from transformers.models.sam3.modeling_sam3 import Sam3VisionEncoderOutput

        tokens = self.tokens(image)
        with torch.inference_mode():
            levels, positions = self._detector.vision_encoder.neck(self._as_map(tokens))
        out = Sam3VisionEncoderOutput(
            last_hidden_state=tokens, fpn_hidden_states=levels, fpn_position_encoding=positions
        )
        return out, sum(level.nbytes for level in (*levels, *positions))

    def _clicks(self, image: Image) -> tuple[list[Any], int]:
        """Run the tracker's neck and what its decoder wants done once a picture.

        transformers 5.23's `Sam3TrackerModel.get_image_embeddings` adds the no-memory embedding to the
        neck's half-scale level, which it then drops. Here it is added to the coarsest level that is
        used, as its own `Sam3TrackerVideoModel` and Meta's predictor do.
        """
        import torch

        tracker, tokens = self._tracker, self.tokens(image)
        with torch.inference_mode():
            levels, _ = tracker.vision_encoder.neck(self._as_map(tokens))
            fine, middle, coarse = levels[: len(tracker.backbone_feature_sizes)]
            fine, middle = tracker.mask_decoder.conv_s0(fine), tracker.mask_decoder.conv_s1(middle)
            coarse = coarse + tracker.no_memory_embedding.reshape(1, -1, 1, 1)
        features = [fine, middle, coarse]
        return features, sum(level.nbytes for level in features)

    def _as_map(self, tokens: Any) -> Any:
        rows = columns = round(tokens.shape[1] ** 0.5)  # the processor makes every picture square
        return tokens.reshape(1, rows, columns, -1).permute(0, 3, 1, 2)
