"""What stands in for Meta's package `sam_audio`: the same names, arguments, shapes and rates, and a filter.

Copied as `sam_audio/__init__.py` into a folder that only the second Python sees. Words that name a band of
frequencies ("high", "low") keep it; "+" anchors keep their time alone, "-" anchors drop theirs.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

HOP = 1920


class Batch:
    """As `sam_audio.processor.Batch`: mono, padded anchors by 25 Hz features."""

    def __init__(self, audios: torch.Tensor, descriptions: list[str], anchors: Any, rate: int) -> None:
        self.audios, self.descriptions, self.anchors, self.rate = audios, descriptions, anchors, rate
        assert len(audios) == len(descriptions) and (anchors is None or len(anchors) == len(audios))
        features = math.ceil(audios.shape[-1] / HOP)
        self.alignment = torch.zeros(len(audios), features, dtype=torch.long)
        self.signs = ["<null>", "<pad>"]
        for token, start_s, end_s in anchors[0] if anchors else []:
            first, last = (math.ceil(time_s * rate / HOP) for time_s in (start_s, end_s))
            self.alignment[0, first:last] = len(self.signs)
            self.signs.append({"+": "+", "-": "-"}[token])

    def to(self, device: Any) -> "Batch":
        """Move to a device."""
        self.audios = self.audios.to(device)
        return self


class SAMAudioProcessor:
    """As the official one."""

    def __init__(self, audio_hop_length: int, audio_sampling_rate: int) -> None:
        self.audio_hop_length, self.audio_sampling_rate = audio_hop_length, audio_sampling_rate

    @classmethod
    def from_pretrained(cls, model_name_or_path: str) -> "SAMAudioProcessor":
        config = json.loads((Path(model_name_or_path) / "config.json").read_text())
        return cls(HOP, config["audio_codec"]["sample_rate"])

    def __call__(
        self, descriptions: list[str], audios: list[Any], anchors: Any = None, masked_videos: Any = None
    ) -> Batch:
        """Return a batch of sounds (channels, time) at the model's rate."""
        assert all(audio.ndim == 2 for audio in audios)
        mono = torch.nn.utils.rnn.pad_sequence([audio.mean(0) for audio in audios], batch_first=True)
        return Batch(mono.unsqueeze(1), descriptions, anchors, self.audio_sampling_rate)


@dataclass
class SeparationResult:
    """Lists of (time,) sounds, as they come in fact."""

    target: list[torch.Tensor]
    residual: list[torch.Tensor]
    noise: torch.Tensor


class SAMAudio(torch.nn.Module):
    """As the official one."""

    def __init__(self, config: dict[str, Any], state: dict[str, torch.Tensor]) -> None:
        super().__init__()
        self.gap = torch.nn.Parameter(state["gap"])
        self.config = config

    @classmethod
    def from_pretrained(cls, model_id: str, **model_kwargs: Any) -> "SAMAudio":
        config = json.loads((Path(model_id) / "config.json").read_text())
        config |= {key: value for key, value in model_kwargs.items() if key in config}
        # The official constructor would fetch these.
        assert config.get("span_predictor", "pe-a-frame-large") is None and config["text_ranker"] is None
        state = torch.load(Path(model_id) / "checkpoint.pt", weights_only=True, map_location="cpu")
        if "gap" not in state:
            raise RuntimeError(f"Missing keys: {['gap']}, unexpected_keys: {sorted(state)}")
        return cls(config, state)

    @torch.inference_mode()
    def separate(
        self,
        batch: Batch,
        noise: Any = None,
        ode_opt: Any = None,
        reranking_candidates: int = 1,
        predict_spans: bool = False,
    ) -> SeparationResult:
        """Return target and residual, as long as whole features are."""
        assert batch.audios.ndim == 3 and batch.audios.shape[1] == 1
        if batch.descriptions[0] == "too much":
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 12.00 GiB.")
        sound = batch.audios[0, 0]
        length = math.ceil(len(sound) / HOP) * HOP
        sound = torch.nn.functional.pad(sound, (0, length - len(sound)))
        hz = torch.fft.rfftfreq(length, 1 / batch.rate)
        keep = hz > 1000 if "high" in batch.descriptions[0] else hz <= 1000
        target = torch.fft.irfft(torch.fft.rfft(sound) * keep, length)
        signs = [batch.signs[i] for i in batch.alignment[0]]
        if "+" in signs or "-" in signs:
            open_ = torch.tensor([sign == "+" or (sign != "-" and "+" not in signs) for sign in signs])
            target = target * open_.repeat_interleave(HOP)
        if batch.descriptions[0] == "short answer":
            target = target[:100]
        noise = self.gap * torch.randn(length)
        residual = sound[: len(target)] - target + noise[: len(target)]
        return SeparationResult([target], [residual], noise)
