"""Vocals, drums, bass and the other instruments out of music: Hybrid Transformer Demucs, 44.1 kHz, stereo.

Rouard, Massa, Défossez, "Hybrid Transformers for Music Source Separation" (ICASSP 2023), by the
author's package `demucs` (optional) and weights that anyone may download. One pass of the net over 7.8 s
gives all four sources; `stream_all` hands them out together, so that several prompts cost one pass.
"""

import importlib.util
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from sam_audio.engines.demucs_checkpoint import Bag, load_bag
from sam_audio.overlap import overlapped
from sam_audio.streaming import Counted, Fifo, fitted, resampled, tapped
from shared import hub
from shared.encoders.audio import Block
from shared.errors import EngineUnavailable, WeightsError
from shared.progress import Progress
from shared.prompts import Text
from shared.registry import EngineSpec, Missing

DEFAULT = "htdemucs"
OVERLAP = 0.25  # of windows, as the package's own default
SILENCE = 1e-7  # root mean square below which nothing is there to separate
REST = "rest"  # what no source of the model holds
NAMED = ("vocals", "drums", "bass")
# What is left when one source is taken out.
WITHOUT = {"instrumental": "vocals", "melody": "drums"}
CONCEPTS = (*NAMED, "other", *WITHOUT)


class HtDemucs:
    """Sources of music at any rate; channels are taken in pairs.

    Args:
        bag: The model.
        device: Where it lies.
    """

    interruptible = True  # `stream` and `stream_all` take `progress`, and look at it inside the net

    def __init__(self, bag: Bag, device: str) -> None:
        if lacking := sorted({*NAMED} - {*bag.sources}):
            raise WeightsError(
                f"The model separates {', '.join(bag.sources)}; {', '.join(lacking)} is not among them.",
                "Use a model of the htdemucs family.",
            )
        self._bag = bag
        self._device = device
        self._running = threading.local()
        for model in bag.models:
            for layer in model.modules():
                if next(layer.children(), None) is None:
                    layer.register_forward_pre_hook(self._look)

    def stream(
        self, blocks: Iterator[Block], sample_rate_hz: int, *, concept: str, progress: Progress | None = None
    ) -> Iterator[Block]:
        """Yield one concept; see `stream_all`."""
        for (stem,) in self.stream_all(blocks, sample_rate_hz, concepts=(concept,), progress=progress):
            yield stem

    def stream_all(
        self,
        blocks: Iterator[Block],
        sample_rate_hz: int,
        *,
        concepts: tuple[str, ...],
        progress: Progress | None = None,
    ) -> Iterator[tuple[Block, ...]]:
        """Yield several concepts of one sound at once, by one pass of the net.

        What two concepts share goes to the one that is named first: "drums" and "instrumental" give the
        drums, and what is left of the music without vocals and drums.

        Args:
            blocks: (C, T) float32.
            sample_rate_hz: Of input and output.
            concepts: Some of `CONCEPTS`, each once.
            progress: Asked inside the net whether to stop; one window takes seconds on a processor.

        Yields:
            One (C, T) float32 a concept, in all as many frames as came in, in time with them.
        """
        whole, gains = self._recipe(concepts)
        given = Counted(blocks)
        mix = Fifo()
        work = resampled(tapped(given, mix), sample_rate_hz, self._bag.rate_hz)
        window = self._bag.window
        process = partial(self._window, gains=gains, progress=progress or Progress())
        sound = overlapped(work, window=window, hop=int((1 - OVERLAP) * window), process=process)
        sound = resampled(sound, self._bag.rate_hz, sample_rate_hz)
        for block in fitted(sound, _Stack(given, len(concepts))):
            if block.shape[1]:
                stems = block.reshape(len(concepts), -1, block.shape[1])
                yield tuple(stems + whole[:, None, None] * mix.take(block.shape[1]))

    def _recipe(self, concepts: tuple[str, ...]) -> tuple[Block, Block]:
        """Return how much of the input, (K,), and of each source, (K, S), makes each concept: −1, 0 or 1."""
        sources = self._bag.sources
        everything = {*sources, REST}
        meant = {concept: everything - {source} for concept, source in WITHOUT.items()}
        meant |= {name: {name} for name in NAMED} | {"other": {*sources} - {*NAMED}}
        whole = np.zeros(len(concepts), np.float32)
        gains = np.zeros((len(concepts), len(sources)), np.float32)
        taken: set[str] = set()
        for row, concept in enumerate(concepts):
            own = meant[concept] - taken
            taken |= own
            whole[row] = REST in own
            gains[row] = [(source in own) - whole[row] for source in sources]
        return whole, gains

    def _window(self, sound: Block, *, gains: Block, progress: Progress) -> Block:
        """Mix the sources of a window, (C, window), to (K · C, window)."""
        pairs = [sound[[left, min(left + 1, len(sound) - 1)]] for left in range(0, len(sound), 2)]
        self._running.progress = progress
        try:
            made = [np.einsum("ks,sct->kct", gains, self._sources(pair, gains.any(axis=0))) for pair in pairs]
        finally:
            self._running.progress = None
        if len(sound) % 2:
            made[-1] = made[-1].mean(1, keepdims=True)
        return np.concatenate(made, axis=1).reshape(len(gains) * len(sound), -1)

    def _sources(self, pair: Block, wanted: Any) -> Block:
        """Estimate the sources of a stereo window, (S, 2, window); those that are not wanted stay silent."""
        import torch

        estimate = np.zeros((len(wanted), *pair.shape), np.float32)
        level = float(np.sqrt(np.square(pair, dtype=np.float64).mean()))
        if level < SILENCE:
            return estimate
        weights = np.array(self._bag.weights, np.float32)
        weights = np.where(wanted, weights / weights.sum(0), 0)
        mix = torch.from_numpy(np.ascontiguousarray(pair / np.float32(level)))[None].to(self._device)
        for model, row in zip(self._bag.models, weights, strict=True):
            if row.any():
                with torch.inference_mode():
                    found = model(mix)[0].cpu().numpy()
                estimate += found * (row * np.float32(level))[:, None, None]
        return estimate

    def _look(self, *_: Any) -> None:
        """Stop inside the net when asked to; called before each of its layers."""
        progress = getattr(self._running, "progress", None)
        if progress is not None:
            progress.check()


@dataclass(frozen=True)
class _Stack:
    """The extent of several sounds like one, on top of one another."""

    one: Counted
    times: int

    @property
    def channels(self) -> int:
        return self.one.channels * self.times

    @property
    def frames(self) -> int:
        return self.one.frames


def _missing(name: str) -> Missing | None:
    found = hub.locate(name, own=name == DEFAULT)
    if importlib.util.find_spec("demucs") is None:
        more = f" Then: {found.cure}" if isinstance(found, Missing) else ""
        return Missing(
            "It needs the package demucs, and its weights." if more else "It needs the package demucs.",
            f"Run `pip install demucs`.{more}",
            name if more else "",
        )
    return found if isinstance(found, Missing) else None


def _load(name: str, device: str) -> HtDemucs:
    if lacking := _missing(name):
        raise EngineUnavailable(f"HTDemucs cannot run here: {lacking.reason}", lacking.cure)
    found = hub.locate(name, own=name == DEFAULT)
    if isinstance(found, Missing):
        raise EngineUnavailable(f"HTDemucs cannot run here: {found.reason}", found.cure)
    return HtDemucs(load_bag(found, device), device)


def _spec(name: str, title: str, summary: str) -> EngineSpec:
    return EngineSpec(
        id=name,
        task="separate",
        tier="open",
        title=title,
        summary=summary,
        accepts=frozenset({Text}),
        least_rate_hz=4000,
        licence="code MIT; weights for research only by their author's word",
        version="4",
        load=partial(_load, name),
        missing=partial(_missing, name),
        origin=partial(hub.origin, name, own=name == DEFAULT),
        model=name,
        concepts=CONCEPTS,
        default=name == DEFAULT,
    )


_HOW = "Hybrid Transformer Demucs: vocals, drums, bass and other instruments out of music in one pass"
SPECS = (
    _spec(DEFAULT, "HTDemucs", f"{_HOW}; about twice the sound's length on one core."),
    _spec("htdemucs-ft", "HTDemucs fine-tuned", f"{_HOW} of a model each; up to four times slower."),
)
