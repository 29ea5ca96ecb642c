"""CLAP: sounds and words in one space, so that any name can be looked for in any sound.

Wu et al., "Large-Scale Contrastive Language-Audio Pretraining with Feature Fusion and Keyword-to-Caption
Augmentation" (ICASSP 2023), run through transformers' `ClapModel`. It was trained on whole clips of some
seconds with their captions, so it hears what a stretch is about; it cannot separate.
"""

from collections.abc import Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from sam_audio.listeners.names import SOUND_NAMES
from sam_audio.listening import SILENCE, Tag, spans_of, windows
from shared import hub
from shared.encoders.audio import Block
from shared.engines.pretrained import load_model, load_processor, missing_model, model_folder
from shared.media import AudioSource
from shared.progress import Progress
from shared.prompts import Text
from shared.registry import EngineSpec, Missing

RATE_HZ = 48_000
WINDOW_S, HOP_S = 5.0, 2.5  # the length of the clips that its zero-shot scores were published on (ESC-50)
PHRASE = "This is a sound of {}."  # the authors' own prompt for zero-shot names
LEAST_SCORE = 0.1  # share of a window that a name must reach to be heard in it
MOST_TAGS = 12
Heard = tuple[float, float, Block | None]


class Clap:
    """A loaded CLAP.

    Args:
        folder: Holds config.json, model.safetensors, tokenizer and the configuration of the features.
        device: "cpu", "cuda" or "mps".

    Raises:
        WeightsError: The files are incomplete or of another model.
    """

    title = "CLAP"
    meaning = (
        "How CLAP shares a moment out among the names that it was asked for, 0 to 1: names that are alike "
        "divide their share, and what has no name here goes to the nearest. It is no probability."
    )

    def __init__(self, folder: Path, device: str) -> None:
        from transformers import ClapModel, ClapProcessor

        self._model = load_model(ClapModel, folder, device, title=self.title)
        self._processor = load_processor(ClapProcessor, folder, title=self.title)
        self._device = device
        self._sharpness = float(self._model.logit_scale_a.exp())
        self._known = cache(self._embedded)

    def tags(self, source: AudioSource, names: Sequence[str], progress: Progress) -> tuple[Tag, ...]:
        """Find the names that fit moments of a recording best; see `sam_audio.listening.Listener`."""
        names = tuple(dict.fromkeys(names)) or SOUND_NAMES
        words = self.words(names)
        heard = list(self.heard(source, progress))
        shares = np.stack([self._shares(words, vector) for *_, vector in heard])
        tags = [self._tag(name, shares[:, place], heard) for place, name in enumerate(names)]
        found = sorted((tag for tag in tags if tag.spans), key=lambda tag: -tag.score)
        return tuple(found[:MOST_TAGS])

    def words(self, texts: Sequence[str]) -> Block:
        """Embed names of sounds; returns (N, D) float32 of length 1."""
        return np.stack([self._known(text) for text in texts])

    def heard(self, source: AudioSource, progress: Progress) -> Iterator[Heard]:
        """Yield start and end (s) and the embedding, (D,) of length 1, of each window; None for silence."""
        length_s = source.frames / source.sample_rate_hz
        for start_s, end_s, sound in windows(source, rate_hz=RATE_HZ, window_s=WINDOW_S, hop_s=HOP_S):
            silent = np.sqrt(np.square(sound).mean()) <= SILENCE
            yield start_s, end_s, None if silent else self._sound(sound)
            progress.step(end_s / length_s, "listen")

    def _shares(self, words: Block, vector: Block | None) -> Block:
        if vector is None:
            return np.zeros(len(words), np.float32)
        logits = self._sharpness * (words @ vector)
        shares = np.exp(logits - logits.max())
        return shares / shares.sum()

    def _tag(self, name: str, shares: Block, heard: Sequence[Heard]) -> Tag:
        spans = spans_of(
            [
                (start_s, end_s, share >= LEAST_SCORE)
                for (start_s, end_s, _), share in zip(heard, shares, strict=True)
            ]
        )
        return Tag(name, round(float(shares.mean()), 4), round(float(shares.max()), 4), spans)

    def _sound(self, sound: Block) -> Block:
        import torch

        inputs = self._processor(audio=sound, sampling_rate=RATE_HZ, return_tensors="pt")
        with torch.inference_mode():
            found = self._model.get_audio_features(**inputs.to(self._device))
        return _unit(found)

    def _embedded(self, text: str) -> Block:
        import torch

        inputs = self._processor(
            text=[PHRASE.format(text)], return_tensors="pt", truncation=True, max_length=77
        )
        with torch.inference_mode():
            found = self._model.get_text_features(**inputs.to(self._device))
        return _unit(found)


def _unit(found: Any) -> Block:
    vector = found.pooler_output[0].float().cpu().numpy()
    return vector / np.linalg.norm(vector)


def _missing(name: str) -> Missing | None:
    return missing_model(hub.locate(name))


def _load(name: str, device: str) -> Clap:
    return Clap(model_folder(hub.locate(name), title="CLAP"), device)


SPECS = (
    EngineSpec(
        id="clap",
        task="listen",
        tier="open",
        title="CLAP",
        summary="Names what is in a sound, and scores a stem against its words; it separates nothing.",
        accepts=frozenset({Text}),
        licence="Apache-2.0",
        version="laion/clap-htsat-unfused",
        load=partial(_load, "clap"),
        missing=partial(_missing, "clap"),
        origin=partial(hub.origin, "clap"),
        model="clap",
        default=True,
    ),
)
