"""SAM Audio: any sound by free words, and by marked times, in an environment of its own.

Meta's model hears one channel and makes target and residual anew, so that they do not add up to what it was
given: the target is taken, and what is left of the mix is the rest, as everywhere in the suite. Each channel
is separated by itself with the same random numbers; silent ones stay silent, equal ones are done once. Long
sound goes through in windows.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sam_audio.official.chunks import chunked
from sam_audio.streaming import Counted, fitted, resampled
from shared.elsewhere import Elsewhere, official_weights
from shared.encoders.audio import Block
from shared.errors import EngineUnavailable, InputError
from shared.media import AudioSource
from shared.progress import Progress
from shared.prompts import Prompts, Span, Text, of_kind
from shared.registry import EngineSpec

WINDOW_S, OVERLAP_S = 30.0, 5.0
LEAST_S = 0.5  # shorter sound is followed by silence: the model's codec mirrors the end of what it gets
SILENCE = 1e-7  # root mean square below which nothing is there to separate
SEED = 0
CANDIDATES_SETTING, MOST_CANDIDATES = "SEGSTUDIO_SAM_AUDIO_CANDIDATES", 16
TITLE, LICENCE = "SAM Audio", "SAM License (gated)"

PLACE = Elsewhere(
    title=TITLE,
    package="sam_audio",
    marker="processor.py",
    model=official_weights("sam-audio", TITLE, summary="any sound by words", repo="facebook/sam-audio-large"),
    task=Path(__file__).parents[1] / "official" / "worker.py",
    install="Make an environment (Python 3.11 or newer) and run `pip install .` in a clone of "
    "facebookresearch/sam-audio there.",
)
CURES = {
    "memory": "Free the device's memory, use facebook/sam-audio-small, or set SEGSTUDIO_SAM_AUDIO_DEVICE "
    "to another device or to cpu.",
    "device": "Install a torch with CUDA in that environment, or set SEGSTUDIO_SAM_AUDIO_DEVICE to cpu.",
    "weights": "Name the whole repository's folder. The model reads t5-base besides: run "
    "`hf download t5-base`, or put it into a subfolder t5-base.",
    "failure": "Where it misses files of its own, such as t5-base, let Meta's example run once in that "
    "environment: nothing is downloaded from here.",
}

Ask = Callable[[dict[str, Any], dict[str, Any]], tuple[dict[str, Any], dict[str, Any]]]


@dataclass(eq=False)
class SamAudioTake:
    """Yields what the words name; the same for every call and block size.

    Args:
        sample_rate_hz: Of the sound.
        model_hz: Of the model.
        text: The words.
        spans: Times in which the sound is or is not.
        ask: Sends a request to the model.
        facts: "windows", how many the model made; "generated_gap_db", how far its target and residual are
            from adding up to what it was given, relative to that.
        warnings: Sentences a user should read.
    """

    sample_rate_hz: int
    model_hz: int
    text: str
    spans: tuple[Span, ...]
    ask: Ask
    facts: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def __call__(self, blocks: Iterator[Block]) -> Iterator[Block]:
        """Yield (C, T) float32, in all as many frames as the blocks hold."""
        given = Counted(blocks)
        window, overlap = round(WINDOW_S * self.model_hz), round(OVERLAP_S * self.model_hz)
        self.facts |= {"windows": 0}
        energies = np.zeros(2)
        work = resampled(given, self.sample_rate_hz, self.model_hz)
        sound = chunked(
            work,
            window=window,
            overlap=overlap,
            process=lambda sound, start: self._window(sound, start, energies),
        )
        yield from fitted(resampled(sound, self.model_hz, self.sample_rate_hz), given)
        if energies.all():
            self.facts["generated_gap_db"] = round(10 * float(np.log10(energies[1] / energies[0])), 1)

    def _window(self, sound: Block, start: int, energies: Any) -> Block:
        """Separate a window, (C, n), that begins at a frame."""
        anchors = self._anchors(start / self.model_hz, sound.shape[1] / self.model_hz)
        made = np.zeros_like(sound)
        for channel, samples in enumerate(sound):
            twin = next((c for c in range(channel) if np.array_equal(sound[c], samples)), None)
            if twin is not None:
                made[channel] = made[twin]
            elif np.sqrt(np.square(samples, dtype=np.float64).mean()) >= SILENCE:
                target, residual = self._separated(samples, anchors)
                made[channel] = target
                gap = samples - target - residual
                energies += [np.square(part, dtype=np.float64).sum() for part in (samples, gap)]
        self.facts["windows"] += 1
        return made

    def _separated(self, samples: Block, anchors: list[tuple[str, float, float]]) -> tuple[Block, Block]:
        room = max(0, round(LEAST_S * self.model_hz) - len(samples))
        told = {"ask": "separate", "text": self.text, "anchors": anchors, "seed": SEED}
        _, made = self.ask(told, {"sound": np.pad(samples, (0, room)).astype(np.float32)})
        return self._checked(made, "target", len(samples)), self._checked(made, "residual", len(samples))

    def _checked(self, made: dict[str, Any], name: str, frames: int) -> Block:
        part = made.get(name)
        if part is None or part.ndim != 1 or len(part) < frames or not np.isfinite(part).all():
            shape = "nothing" if part is None else f"{part.shape} numbers"
            raise EngineUnavailable(
                f"{TITLE} answered with {shape} as {name}; at least {frames} finite ones were wanted.",
                "Use the version of facebookresearch/sam-audio that docs/engines.md names.",
            )
        return part[:frames].astype(np.float32)

    def _anchors(self, start_s: float, length_s: float) -> list[tuple[str, float, float]]:
        """Return the marked times in a window's own seconds.

        A window without one, of a recording that has some elsewhere, is marked as without the sound.
        """
        placed = [
            (
                "+" if span.keep else "-",
                max(span.start_s - start_s, 0.0),
                min(span.end_s - start_s, length_s),
            )
            for span in self.spans
        ]
        inside = [anchor for anchor in placed if anchor[1] < anchor[2]]
        kept = any(span.keep for span in self.spans)
        if kept and not any(sign == "+" for sign, _, _ in inside):
            return [("-", 0.0, length_s)]
        return inside


class SamAudio:
    """Asks Meta's model, which runs in a process of its own."""

    def prepare(self, mix: AudioSource, prompts: Prompts, progress: Progress) -> SamAudioTake:
        """Load the model.

        Args:
            mix: The recording.
            prompts: One `Text`, and `Span` in which its sound is (keep) or is not.
            progress: Where to report and when to stop.

        Raises:
            InputError: There is no text.
            EngineUnavailable: The model cannot be reached or loaded.
            WeightsError: Its files cannot be used.
        """
        texts: list[Text] = of_kind(prompts, Text)
        if len(texts) != 1:
            raise InputError(f"{TITLE} wants one text at a time, but got {len(texts)}.")
        progress.step(0.0, f"load {TITLE}")
        worker = PLACE.worker(CURES, candidates=_candidates())

        def ask(told: dict[str, Any], arrays: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
            return worker.ask(told, arrays, check=progress.check)

        facts, _ = ask({"ask": "facts"}, {})
        spans = tuple(of_kind(prompts, Span))
        # Meta's own advice: noun phrases in lower case.
        text = texts[0].text.strip().lower()
        known = {"device": facts["device"], "seed": SEED}
        return SamAudioTake(mix.sample_rate_hz, int(facts["rate_hz"]), text, spans, ask, known)


def _candidates() -> int:
    """Return how many candidates are made, of which Meta's ranker takes the best."""
    value = os.environ.get(CANDIDATES_SETTING, "").strip() or "1"
    if not value.isdigit() or not 1 <= int(value) <= MOST_CANDIDATES:
        raise InputError(f"{CANDIDATES_SETTING} wants 1 to {MOST_CANDIDATES}, but got {value!r}.")
    return int(value)


def load(device: str) -> SamAudio:
    """Return the engine; its process chooses its device by itself."""
    if lacking := PLACE.missing():
        raise EngineUnavailable(f"{TITLE} cannot run here: {lacking.reason}", lacking.cure)
    return SamAudio()


SPECS = (
    EngineSpec(
        id="sam-audio",
        task="separate",
        tier="official",
        title=TITLE,
        summary="Meta's separation of any sound by words and times; tested here without its weights.",
        accepts=frozenset({Text, Span}),
        licence=LICENCE,
        version="facebookresearch/sam-audio 68b48d4",
        load=load,
        missing=PLACE.missing,
        origin=lambda: PLACE.origin() | {"candidates": _candidates()},
    ),
)
